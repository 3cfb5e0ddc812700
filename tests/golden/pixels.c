/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Tensors of a case as pictures, for what is done on the host. */

#include "golden/pixels.h"

CasRaster *
golden_get_pixels (GoldenCase *c,
                   const char *name,
                   GError    **error)
{
  const GoldenTensor *tensor = golden_case_get_input (c, name, error);

  if (!tensor)
    return NULL;
  if (!tensor->f32 || tensor->n_dims != 4 || tensor->dims[0] != 1)
    {
      golden_fail (error, "input “%s” is no picture", name);
      return NULL;
    }

  CasRaster *pixels = cas_raster_new ((guint) tensor->dims[3], (guint) tensor->dims[2],
                                      (guint) tensor->dims[1], error);
  if (pixels)
    golden_tensor_to_nhwc (tensor, pixels->v);
  return pixels;
}

gboolean
golden_put_pixels (GoldenCase      *c,
                   const char      *name,
                   const CasRaster *pixels,
                   GError         **error)
{
  GoldenTensor *output = golden_case_add_output (c, name, CAS_F32, 4,
                                                 (guint64[]) { 1, pixels->c, pixels->h,
                                                               pixels->w }, error);

  if (output)
    golden_tensor_from_nhwc (output, pixels->v);
  return output != NULL;
}
