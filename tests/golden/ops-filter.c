/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What ControlNets are shown: filters that work on pixels alone. */

#include "golden/op-table.h"
#include "golden/pixels.h"

#include "filter/blur.h"
#include "filter/canny.h"
#include "filter/mask.h"
#include "filter/resize.h"

static gboolean
get_thresholds (GoldenCase *c,
                guint      *low,
                guint      *high,
                GError    **error)
{
  double values[2];

  if (!golden_case_get_number (c, "low", &values[0], error)
      || !golden_case_get_number (c, "high", &values[1], error))
    return FALSE;

  *low = (guint) values[0];
  *high = (guint) values[1];
  return TRUE;
}

/* Whole numbers [1, h, w, 3] to [1, h, w]. */
gboolean
golden_canny_u8 (GoldenCase *c,
                 GError    **error)
{
  const GoldenTensor *image = golden_case_get_input (c, "image", error);
  guint low, high;

  if (!image || !get_thresholds (c, &low, &high, error))
    return FALSE;

  guint64 dims[] = { 1, image->dims[1], image->dims[2] };
  GoldenTensor *output = golden_case_add_output (c, "edges", CAS_I64, 3, dims, error);
  g_autofree guint8 *rgb = g_new (guint8, image->n_elements);
  g_autofree guint8 *edges = g_new (guint8, image->n_elements / 3);

  for (gsize i = 0; i < image->n_elements; i++)
    rgb[i] = (guint8) image->i64[i];
  if (!output || !cas_canny (rgb, (guint) dims[2], (guint) dims[1], low, high, edges, error))
    return FALSE;

  for (gsize i = 0; i < output->n_elements; i++)
    output->i64[i] = edges[i];
  return TRUE;
}

gboolean
golden_filter_canny (GoldenCase *c,
                     GError    **error)
{
  g_autoptr (CasRaster) image = golden_get_pixels (c, "image", error);
  guint low, high;
  double side;

  if (!image || !get_thresholds (c, &low, &high, error)
      || !golden_case_get_number (c, "resize", &side, error))
    return FALSE;

  g_autoptr (CasRaster) edges = cas_canny_filter (image, (guint) side, low, high, error);
  return edges && golden_put_pixels (c, "edges", edges, error);
}

gboolean
golden_filter_inpaint (GoldenCase *c,
                       GError    **error)
{
  g_autoptr (CasRaster) image = golden_get_pixels (c, "image", error);
  g_autoptr (CasRaster) mask = image ? golden_get_pixels (c, "mask", error) : NULL;
  g_autoptr (CasRaster) filled = mask ? cas_mask_fill_holes (image, mask, error) : NULL;

  return filled && golden_put_pixels (c, "c_inpaint", filled, error);
}

gboolean
golden_inpaint_auto_mask (GoldenCase *c,
                          GError    **error)
{
  g_autoptr (CasRaster) image = golden_get_pixels (c, "image", error);
  g_autoptr (CasRaster) map = image ? golden_get_pixels (c, "map", error) : NULL;
  g_autoptr (CasRaster) blurred = NULL;
  g_autoptr (CasRaster) mask = map ? cas_mask_round (map, image->w, image->h, &blurred, error)
                                   : NULL;
  g_autoptr (CasRaster) filled = mask ? cas_mask_fill_holes (image, mask, error) : NULL;

  return filled && golden_put_pixels (c, "blur", blurred, error)
         && golden_put_pixels (c, "c_inpaint", filled, error);
}

/* The picture made smaller and as large again. */
gboolean
golden_filter_sr (GoldenCase *c,
                  GError    **error)
{
  g_autoptr (CasRaster) image = golden_get_pixels (c, "image", error);
  double scale;

  if (!image || !golden_case_get_number (c, "scale_factor", &scale, error))
    return FALSE;

  g_autoptr (CasRaster) small = cas_resize (image, (guint) (image->w * scale),
                                            (guint) (image->h * scale), CAS_RESIZE_NEAREST, error);
  g_autoptr (CasRaster) large = small ? cas_resize (small, image->w, image->h, CAS_RESIZE_NEAREST,
                                                    error) : NULL;
  return large && golden_put_pixels (c, "image", large, error);
}
