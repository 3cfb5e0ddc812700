/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the pictures of a whole case become before the first step. */

#include "golden/e2e.h"
#include "golden/pixels.h"

#include "filter/resize.h"
#include "pipeline/encoder.h"
#include "pipeline/guide.h"
#include "sample/latent-size.h"

#include <string.h>

GoldenImageUse
golden_case_get_image_use (GoldenCase *c)
{
  if (!g_hash_table_contains (c->inputs, "image"))
    return GOLDEN_IMAGE_NONE;
  if (g_hash_table_contains (c->inputs, "diffuse_noise"))
    return GOLDEN_IMAGE_BEGIN;
  return g_hash_table_contains (c->inputs, "init_c") ? GOLDEN_IMAGE_LOOK
                                                     : GOLDEN_IMAGE_RECONSTRUCT;
}

/* The prompt sees the picture, the negative one does not. */
static gboolean
look (GoldenWork *work,
      GError    **error)
{
  const CasClipVision *m = work->models->vision;
  g_autoptr (CasRaster) image = golden_get_pixels (work->c, "image", error);
  g_autoptr (CasViewer) viewer = image ? cas_viewer_new (m) : NULL;

  if (!viewer || !cas_viewer_compile (viewer, &work->compile, error))
    return FALSE;
  if (image->c != 3 || m->c_embedding != work->models->stage_c->c_image)
    {
      golden_fail (error, "“image” is not RGB, or Stage C takes other embeddings");
      return FALSE;
    }

  const guint64 dims[] = { 1, 1, m->c_embedding };
  GoldenTensor *output = golden_case_add_output (work->c, "clip_img", CAS_F32, 3, dims, error);

  work->images = g_new0 (float, 2 * (gsize) m->c_embedding);
  if (!output || !cas_viewer_look_at (viewer, image, work->images, &work->run, error))
    return FALSE;
  memcpy (output->f32, work->images, m->c_embedding * sizeof (float));
  return TRUE;
}

static gboolean
encode (GoldenWork      *work,
        const CasRaster *image,
        GError         **error)
{
  g_autoptr (CasEncoder) encoder = cas_encoder_new (work->models->effnet, image->h, image->w);

  if (!cas_encoder_compile (encoder, &work->compile, error))
    return FALSE;

  const CasShape shape = cas_encoder_get_latent (encoder);

  work->encoded = cas_raster_new (shape.w, shape.h, shape.c, error);
  return work->encoded
         && cas_encoder_encode (encoder, image->v, work->encoded->v, &work->run, error)
         && golden_put_pixels (work->c, "effnet", work->encoded, error);
}

static gboolean
begin (GoldenWork *work,
       GError    **error)
{
  const CasParts *parts = work->parts;
  const gsize n_pixels = (gsize) parts->c_h * parts->c_w, c = work->models->stage_c->c_in;
  const GoldenTensor *noise = golden_case_get_input (work->c, "diffuse_noise", error);
  g_autoptr (CasRaster) image = noise ? golden_get_pixels (work->c, "image", error) : NULL;

  if (!image || !golden_case_get_number (work->c, "noise_level", &work->strength, error)
      || !encode (work, image, error))
    return FALSE;
  if (work->encoded->h != parts->c_h || work->encoded->w != parts->c_w || work->encoded->c != c
      || noise->n_elements != n_pixels * c)
    {
      golden_fail (error, "the latent of “image” or “diffuse_noise” is not of Stage C's shape");
      return FALSE;
    }

  const CasGuide guide = { .latent = work->encoded->v, .strength = work->strength };
  GoldenTensor *output = golden_case_add_output_as (work->c, "noised", noise, error);

  work->start = g_new (float, n_pixels * c);
  cas_guide_make_start (&guide, n_pixels, c, noise->f32, work->start);
  if (output)
    golden_tensor_from_nhwc (output, work->start);
  return output != NULL;
}

static gboolean
reduce (GoldenWork *work,
        GError    **error)
{
  g_autoptr (CasRaster) image = golden_get_pixels (work->c, "image", error);
  g_autoptr (CasRaster) small
    = image ? cas_resize (image, cas_encoded_side (image->w), cas_encoded_side (image->h),
                          CAS_RESIZE_NEAREST, error)
            : NULL;

  return small && encode (work, small, error);
}

/* Stage C listens to the case's ControlNet, which sees its picture. */
static gboolean
show_control (GoldenWork *work,
              GError    **error)
{
  if (!work->models->controlnet)
    return TRUE;

  CasParts *parts = work->parts;
  g_autoptr (CasRaster) picture = golden_get_pixels (work->c, "cnet_input", error);
  if (!picture)
    return FALSE;

  const CasControl control = { work->models->controlnet, picture->h, picture->w };

  cas_parts_set_guide (parts, 1, &control, 1);
  if (!cas_parts_prepare (parts, CAS_PART_STAGE_C, &work->compile, error))
    return FALSE;
  cas_controller_show (parts->controller, 0, picture->v, &CAS_CONTROL_RANGE (1.0f));
  return TRUE;
}

gboolean
golden_work_see (GoldenWork *work,
                 GError    **error)
{
  switch (golden_case_get_image_use (work->c))
    {
    case GOLDEN_IMAGE_LOOK:
      return look (work, error);
    case GOLDEN_IMAGE_BEGIN:
      return begin (work, error);
    case GOLDEN_IMAGE_RECONSTRUCT:
      return reduce (work, error);
    case GOLDEN_IMAGE_NONE:
      return show_control (work, error);
    }
  g_return_val_if_reached (FALSE);
}
