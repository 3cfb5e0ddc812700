/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The original's size rules. */

#include "sample/latent-size.h"

#include <glib/gi18n-lib.h>
#include <math.h>

guint
cas_image_side_round (gint64 side)
{
  const gint64 possible = CLAMP (side, CAS_IMAGE_MIN_SIDE, CAS_IMAGE_MAX_SIDE);
  const gint64 up = possible + CAS_IMAGE_SIDE_STEP / 2;

  return (guint) (up - up % CAS_IMAGE_SIDE_STEP);
}

static gboolean
check_side (gint64      side,
            guint       max,
            const char *format, /* the side found, the least, the most, two that work */
            GError    **error)
{
  if (side >= CAS_IMAGE_MIN_SIDE && side <= max && side % CAS_IMAGE_SIDE_STEP == 0)
    return TRUE;

  g_autofree char *found = g_strdup_printf ("%" G_GINT64_FORMAT, side);
  const int below = (int) CLAMP (side - side % CAS_IMAGE_SIDE_STEP, CAS_IMAGE_MIN_SIDE,
                                 max - CAS_IMAGE_SIDE_STEP);

  g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_PARAMETER, format,
               found, CAS_IMAGE_MIN_SIDE, (int) max, below, below + CAS_IMAGE_SIDE_STEP);
  return FALSE;
}

gboolean
cas_image_size_check (gint64   width,
                      gint64   height,
                      guint    max_width,
                      guint    max_height,
                      GError **error)
{
  return check_side (width, max_width,
                     _("The width is %s, but must be a multiple of 8 from %d to %d; "
                       "the nearest that work are %d and %d."),
                     error)
         && check_side (height, max_height,
                        _("The height is %s, but must be a multiple of 8 from %d to %d; "
                          "the nearest that work are %d and %d."),
                        error);
}

guint32
cas_latent_side_stage_c (guint32 side)
{
  /* as the original's floating point has it: 42.67 is not 128 / 3 */
  return (guint32) ceil (side / 42.67);
}

guint32
cas_latent_side_stage_b (guint32 side)
{
  return (side + 3) / 4;
}

guint32
cas_encoded_side (guint32 side)
{
  return (guint32) ((guint64) side * 3 / 4 / 32 * 32);
}
