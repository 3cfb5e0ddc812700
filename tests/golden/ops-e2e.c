/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Text to image as a whole, and what pictures change in it, by the product's parts; only the draws
 * are the case's. */

#include "golden/device.h"
#include "golden/e2e.h"
#include "golden/loop.h"
#include "golden/op-table.h"

#include "pipeline/guide.h"

#include <string.h>

static void
work_clear (GoldenWork *work)
{
  g_clear_pointer (&work->detailer, cas_detailer_free);
  g_clear_pointer (&work->parts, cas_parts_free);
  g_clear_pointer (&work->compile.params, cas_params_free);
  g_clear_pointer (&work->encoded, cas_raster_free);
  g_free (work->hidden);
  g_free (work->pooled);
  g_free (work->images);
  g_free (work->start);
  g_free (work->c_latent);
  g_free (work->b_latent);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GoldenWork, work_clear)

static gboolean
work_init (GoldenWork         *work,
           GoldenCase         *c,
           const GoldenModels *m,
           GError            **error)
{
  const CasNetworks networks = {
    .tokenizer = m->tokenizer,
    .text = m->text,
    .stage_c = m->stage_c,
    .stage_b = m->stage_b,
    .stage_a = m->stage_a,
    .previewer = m->previewer,
  };
  double width, height;

  if (!golden_case_get_number (c, "width", &width, error)
      || !golden_case_get_number (c, "height", &height, error)
      || !golden_device_prepare (c->device, &work->compile, &work->run, error))
    return FALSE;

  work->c = c;
  work->models = m;
  work->strength = 1;
  work->parts = cas_parts_new (&networks, (guint) width, (guint) height);
  work->hidden = g_new (float, 2 * m->text->n_positions * m->text->c);
  work->pooled = g_new (float, 2 * m->text->c_pooled);
  work->c_latent = g_new (float, work->parts->c_h * work->parts->c_w * m->stage_c->c_in);
  work->b_latent = g_new (float, work->parts->b_h * work->parts->b_w * m->stage_b->c_in);
  return TRUE;
}

static gboolean
put (GoldenWork    *work,
     const char    *name,
     guint          n_dims,
     const guint64 *dims,
     const float   *values,
     GError       **error)
{
  GoldenTensor *output = golden_case_add_output (work->c, name, CAS_F32, n_dims, dims, error);

  if (output)
    memcpy (output->f32, values, output->n_elements * sizeof (float));
  return output != NULL;
}

static gboolean
put_ids (GoldenWork *work,
         const char *prompt,
         GError    **error)
{
  const CasNetworks *m = &work->parts->networks;
  const guint n = m->text->n_positions;
  const guint64 dims[] = { 1, n };
  g_autofree gint32 *ids = g_new (gint32, n);
  g_autofree guint8 *mask = g_new (guint8, n);
  GoldenTensor *output = golden_case_add_output (work->c, "ids", CAS_I64, 2, dims, error);

  if (!output
      || !cas_tokenizer_encode_padded (m->tokenizer, prompt, n, ids, mask, NULL, NULL, error))
    return FALSE;
  for (guint i = 0; i < n; i++)
    output->i64[i] = ids[i];
  return TRUE;
}

static gboolean
read_prompts (GoldenWork *work,
              GError    **error)
{
  const CasClipText *m = work->parts->networks.text;
  const guint64 hidden_dims[] = { 1, m->n_positions, m->c };
  const guint64 pooled_dims[] = { 1, 1, m->c_pooled };
  const CasJobParams job = {
    .prompt = golden_case_peek_string (work->c, "prompt"),
    .negative = golden_case_peek_string (work->c, "negative_prompt"),
  };
  g_auto (CasTexts) texts = { 0 };

  if (!job.prompt || !job.negative)
    {
      golden_fail (error, "params has no prompt or no negative_prompt");
      return FALSE;
    }
  return cas_texts_init (&texts, &job, 0, work->parts->networks.tokenizer, m->n_positions, error)
         && put_ids (work, job.prompt, error)
         && cas_parts_prepare (work->parts, CAS_PART_TEXT_ENCODER, &work->compile, error)
         && cas_reader_run (work->parts->reader, &texts, FALSE, work->hidden, work->pooled,
                            &work->run, error)
         && put (work, "clip_text", 3, hidden_dims, work->hidden, error)
         && put (work, "clip_text_pooled", 3, pooled_dims, work->pooled, error)
         && put (work, "uncond_text_pooled", 3, pooled_dims, work->pooled + m->c_pooled, error);
}

/* A picture as it was painted, and, if u8_name is given, as it is saved. */
static gboolean
paint (GoldenWork  *work,
       CasPainter  *painter,
       const float *latent,
       const char  *name,
       const char  *u8_name,
       GError     **error)
{
  g_autoptr (CasImage) image = cas_painter_paint (painter, latent, &work->run, error);
  if (!image)
    return FALSE;

  const guint64 dims[] = { 1, 3, cas_image_get_height (image), cas_image_get_width (image) };
  const gsize n_pixels = dims[2] * dims[3];
  g_autofree float *rgb = g_new (float, 3 * n_pixels);
  GoldenTensor *output = golden_case_add_output (work->c, name, CAS_F32, 4, dims, error);
  if (!output)
    return FALSE;
  cas_painter_read (painter, rgb);
  golden_tensor_from_nhwc (output, rgb);

  output = u8_name ? golden_case_add_output (work->c, u8_name, CAS_I64, 4, dims, error) : NULL;
  for (gsize i = 0; output && i < 3 * n_pixels; i++)
    output->i64[i] = cas_image_get_pixels (image)[i % n_pixels * 3 + i / n_pixels];
  return output || !u8_name;
}

/* stage: "c" or "b", the end of the names of its parameters. params: what the case does not say. */
static gboolean
denoise (GoldenWork            *work,
         CasDenoiser           *denoiser,
         CasDenoiseParams       params,
         double                 t_start,
         const char            *stage,
         const GoldenLoopNames *names,
         float                 *latent,
         GError               **error)
{
  const char *sampler = golden_case_peek_string (work->c, "sampler");
  g_autofree char *cfg_name = g_strconcat ("cfg_", stage, NULL);
  g_autofree char *shift_name = g_strconcat ("shift_", stage, NULL);
  double cfg, shift;

  if (!golden_case_get_number (work->c, cfg_name, &cfg, error)
      || !golden_case_get_number (work->c, shift_name, &shift, error)
      || !golden_case_get_number (work->c, "cfg_rho", &params.rescale, error))
    return FALSE;
  if (!sampler || !cas_sampler_from_name (sampler, &params.sampler))
    {
      golden_fail (error, "sampler “%s”: not built", sampler ? sampler : "");
      return FALSE;
    }

  g_autofree CasNoiseLevel *levels = g_new (CasNoiseLevel, params.n_steps + 1);
  cas_noise_levels ((float) t_start, shift, params.n_steps, levels);
  params.levels = levels;
  params.guidance = CAS_GUIDANCE ((float) cfg);
  if (!golden_loop_run (work->c, denoiser, names, &params, &work->run, error))
    return FALSE;
  cas_denoiser_read_x0 (denoiser, latent);
  return TRUE;
}

static gboolean
get_steps (GoldenWork *work,
           const char *param,
           guint      *n_steps,
           GError    **error)
{
  double n;

  if (!golden_case_get_number (work->c, param, &n, error))
    return FALSE;
  if (!(n >= 1 && n <= 1000))
    {
      golden_fail (error, "%g steps: not built", n);
      return FALSE;
    }
  *n_steps = (guint) n;
  return TRUE;
}

static gboolean
compose (GoldenWork *work,
         GError    **error)
{
  const GoldenLoopNames names = { work->start ? NULL : "init_c", "noise_c", "c.x0", "c.x", NULL };
  const CasGuide guide = {
    .latent = work->start ? work->encoded->v : NULL,
    .strength = work->strength,
  };
  CasParts *parts = work->parts;
  guint n_steps;

  return get_steps (work, "steps_c", &n_steps, error)
         && cas_parts_prepare (parts, CAS_PART_STAGE_C, &work->compile, error)
         && cas_composer_condition (parts->composer, work->hidden, work->pooled, work->images,
                                    &work->run, error)
         && denoise (work, cas_composer_peek_denoiser (parts->composer), (CasDenoiseParams) {
              .n_steps = cas_guide_count_steps (&guide, n_steps),
              .start = work->start,
              .prepare = parts->controller ? cas_controller_prepare : NULL,
              .prepare_data = parts->controller,
            }, work->strength, "c", &names, work->c_latent, error)
         && cas_parts_prepare (parts, CAS_PART_PREVIEWER, &work->compile, error)
         && paint (work, parts->previewer, work->c_latent, "preview", NULL, error);
}

/* A reconstructed picture's latent is smaller than Stage C's would be. */
static gboolean
prepare_detailer (GoldenWork *work,
                  GError    **error)
{
  const CasParts *parts = work->parts;

  if (golden_case_get_image_use (work->c) != GOLDEN_IMAGE_RECONSTRUCT)
    return cas_parts_prepare (work->parts, CAS_PART_STAGE_B, &work->compile, error);

  work->detailer = cas_detailer_new (&(CasDetailerParams) {
      .stage_b = work->models->stage_b,
      .n = 1,
      .h = parts->b_h,
      .w = parts->b_w,
      .effnet_h = work->encoded->h,
      .effnet_w = work->encoded->w,
    });
  return cas_detailer_compile (work->detailer, &work->compile, error);
}

static gboolean
add_detail (GoldenWork *work,
            GError    **error)
{
  static const GoldenLoopNames names = { "init_b", "noise_b", "b.x0", "b.x", NULL };
  CasParts *parts = work->parts;
  guint n_steps;

  if (!get_steps (work, "steps_b", &n_steps, error) || !prepare_detailer (work, error))
    return FALSE;

  CasDetailer *detailer = work->detailer ? work->detailer : parts->detailer;
  const float *latent = work->detailer ? work->encoded->v : work->c_latent;

  return cas_detailer_condition (detailer, work->pooled, &work->run, error)
         && cas_detailer_guide (detailer, latent, &work->run, error)
         && denoise (work, cas_detailer_peek_denoiser (detailer),
                     (CasDenoiseParams) { .n_steps = n_steps }, 1, "b", &names, work->b_latent,
                     error)
         && cas_parts_prepare (parts, CAS_PART_STAGE_A, &work->compile, error)
         && paint (work, parts->painter, work->b_latent, "image", "image_u8", error);
}

gboolean
golden_e2e (GoldenCase *c,
            GError    **error)
{
  const gboolean composes = golden_case_get_image_use (c) != GOLDEN_IMAGE_RECONSTRUCT;
  g_auto (GoldenModels) models = { 0 };
  g_auto (GoldenWork) work = { 0 };

  return golden_models_load (&models, c, error)
         && work_init (&work, c, &models, error)
         && read_prompts (&work, error)
         && golden_work_see (&work, error)
         && (!composes || compose (&work, error))
         && add_detail (&work, error);
}
