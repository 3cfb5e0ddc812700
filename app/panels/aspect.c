/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Tries the sides that come into question. */

#include "panels/aspect.h"

#include <math.h>

/* How far a size is from what is wanted: a proportion that is wrong by a tenth weighs as much as a
 * third of the pixels, which is seen less. */
static double
badness (double width,
         double height,
         double area,
         double ratio)
{
  return fabs (log (width / height / ratio)) + 0.3 * fabs (log (width * height / area));
}

WeirSize
weir_aspect_get_size (WeirSize native,
                      guint    across,
                      guint    down)
{
  const guint step = MAX (MAX (native.width, native.height) / 16 / 8, 1) * 8;
  const double area = (double) native.width * native.height;
  const double ratio = (double) across / down;
  const int middle = (int) round (sqrt (area * ratio) / step);
  const int middle_down = (int) round (sqrt (area / ratio) / step);
  WeirSize best = native;
  double least = INFINITY;

  for (int i = MAX (middle - 2, 1); i <= middle + 2; i++)
    for (int j = MAX (middle_down - 2, 1); j <= middle_down + 2; j++)
      {
        const double found = badness (i * step, j * step, area, ratio);

        if (found >= least)
          continue;
        least = found;
        best = (WeirSize) { i * step, j * step };
      }
  return best;
}
