/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What looks at pictures: the encoders, and how pictures are made ready for them. */

#include "golden/device.h"
#include "golden/op-table.h"

#include "model/clip_image.h"
#include "model/clip_vision.h"
#include "model/effnet.h"
#include "model/stage_a.h"

/* --- pictures made ready --- */

/* A case's [1, 3, h, w] as pixels: of real numbers in floats, of whole ones in bytes. */
static CasPixels
get_pixels (const GoldenTensor *image,
            float              *floats,
            guint8             *bytes)
{
  const gsize n_pixels = image->dims[2] * image->dims[3];

  for (gsize i = 0; i < image->n_elements; i++)
    {
      const gsize from = i % 3 * n_pixels + i / 3;

      if (image->f32)
        floats[i] = image->f32[from];
      else
        bytes[i] = (guint8) image->i64[from];
    }
  return (CasPixels) {
    .bytes = image->f32 ? NULL : bytes,
    .floats = image->f32 ? floats : NULL,
    .width = (guint) image->dims[3],
    .height = (guint) image->dims[2],
    .n_channels = 3,
    .stride = 3 * image->dims[3],
  };
}

static gboolean
prepare_clip_image (GoldenCase      *c,
                    CasClipImageForm form,
                    GError         **error)
{
  enum { SIZE = 224 };
  const guint64 dims[] = { 1, 3, SIZE, SIZE };
  const GoldenTensor *image = golden_case_get_input (c, "image", error);

  if (!image)
    return FALSE;
  if (image->n_dims != 4 || image->dims[0] != 1 || image->dims[1] != 3)
    {
      golden_fail (error, "“image” is not one RGB picture");
      return FALSE;
    }

  g_autofree float *floats = g_new (float, image->n_elements);
  g_autofree guint8 *bytes = g_new (guint8, image->n_elements);
  const CasPixels pixels = get_pixels (image, floats, bytes);
  g_autofree float *prepared = cas_clip_image_prepare (&pixels, SIZE, form, error);
  GoldenTensor *output = prepared ? golden_case_add_output (c, "pixel_values", CAS_F32, 4, dims,
                                                            error)
                                  : NULL;
  if (output)
    golden_tensor_from_nhwc (output, prepared);
  return output != NULL;
}

gboolean
golden_clip_preprocess (GoldenCase *c,
                        GError    **error)
{
  return prepare_clip_image (c, CAS_CLIP_IMAGE_REAL, error);
}

gboolean
golden_clip_preprocess_u8 (GoldenCase *c,
                           GError    **error)
{
  return prepare_clip_image (c, CAS_CLIP_IMAGE_8_BIT, error);
}

/* --- encoders --- */

gboolean
golden_clip_vision (GoldenCase *c,
                    GError    **error)
{
  g_autoptr (GoldenRun) run = golden_run_new (c, "main", error);
  if (!run)
    return FALSE;
  g_autoptr (CasClipVision) m = cas_clip_vision_new (golden_run_get_weights (run), NULL, error);
  if (!m)
    return FALSE;

  CasTensor embedding = cas_clip_vision_forward (golden_run_get_graph (run), m,
                                                 golden_run_input (run, "pixel_values",
                                                                   GOLDEN_NCHW));
  golden_run_output (run, "image_embeds", embedding, GOLDEN_ROWS);
  return golden_run_finish (run, error);
}

gboolean
golden_effnet_encode (GoldenCase *c,
                      GError    **error)
{
  g_autoptr (GoldenRun) run = golden_run_new (c, "main", error);
  if (!run)
    return FALSE;
  g_autoptr (CasEffnet) m = cas_effnet_new (golden_run_get_weights (run), error);
  if (!m)
    return FALSE;

  CasTensor latent = cas_effnet_encode (golden_run_get_graph (run), m,
                                        golden_run_input (run, "image", GOLDEN_NCHW));
  golden_run_output (run, "latent", latent, GOLDEN_NCHW);
  return golden_run_finish (run, error);
}

/* --- Stage A --- */

static CasStageAEncoder *
load_stage_a_encoder (GoldenCase *c,
                      GoldenRun  *run,
                      GError    **error)
{
  double scale;

  if (!golden_case_get_number (c, "scale_factor", &scale, error))
    return NULL;
  return cas_stage_a_encoder_new (golden_run_get_weights (run), (float) scale, error);
}

gboolean
golden_stage_a_encode (GoldenCase *c,
                       GError    **error)
{
  g_autoptr (GoldenRun) run = golden_run_new (c, "main", error);
  g_autoptr (CasStageAEncoder) m = run ? load_stage_a_encoder (c, run, error) : NULL;
  if (!m)
    return FALSE;

  CasGraph *g = golden_run_get_graph (run);
  CasTensor latent = cas_stage_a_encode (g, m, golden_run_input (run, "image", GOLDEN_NCHW));
  CasTensor indices;
  CasTensor quantized = cas_stage_a_quantize (g, m, latent, &indices);
  CasShape s = latent.shape;

  golden_run_output (run, "latent", latent, GOLDEN_NCHW);
  golden_run_output (run, "unquantized", latent, GOLDEN_NCHW);
  golden_run_output (run, "quantized", quantized, GOLDEN_NCHW);
  golden_run_output (run, "indices",
                     cas_tensor_reshape (g, indices, CAS_SHAPE (s.n, 1, s.h, s.w)), GOLDEN_TOKENS);
  return golden_run_finish (run, error);
}

gboolean
golden_stage_a_roundtrip (GoldenCase *c,
                          GError    **error)
{
  g_autoptr (GoldenRun) run = golden_run_new (c, "main", error);
  g_autoptr (CasStageAEncoder) encoder = run ? load_stage_a_encoder (c, run, error) : NULL;
  if (!encoder)
    return FALSE;
  g_autoptr (CasStageA) decoder = cas_stage_a_new (golden_run_get_weights (run), encoder->scale,
                                                   error);
  if (!decoder)
    return FALSE;

  CasGraph *g = golden_run_get_graph (run);
  CasTensor latent = cas_stage_a_encode (g, encoder, golden_run_input (run, "image", GOLDEN_NCHW));
  CasTensor indices;

  latent = cas_stage_a_quantize (g, encoder, latent, &indices);
  golden_run_output (run, "image", cas_stage_a_decode (g, decoder, latent), GOLDEN_NCHW);
  return golden_run_finish (run, error);
}
