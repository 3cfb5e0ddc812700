/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Text to image as a whole, perhaps under a ControlNet, by the product's parts; only the draws are
 * the case's. */

#include "golden/device.h"
#include "golden/loop.h"
#include "golden/network.h"
#include "golden/op-table.h"

#include "pipeline/controller.h"
#include "pipeline/parts.h"

#include <string.h>

typedef struct
{
  CasTokenizer  *tokenizer;
  CasClipText   *text;
  CasStageC     *stage_c;
  CasStageB     *stage_b;
  CasStageA     *stage_a;
  CasPreviewer  *previewer;
  CasControlNet *controlnet; /* or NULL */
} Models;

static void
models_clear (Models *models)
{
  g_clear_pointer (&models->tokenizer, cas_tokenizer_free);
  g_clear_pointer (&models->text, cas_clip_text_free);
  g_clear_pointer (&models->stage_c, cas_stage_c_free);
  g_clear_pointer (&models->stage_b, cas_stage_b_free);
  g_clear_pointer (&models->stage_a, cas_stage_a_free);
  g_clear_pointer (&models->previewer, cas_previewer_free);
  g_clear_pointer (&models->controlnet, cas_controlnet_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Models, models_clear)

/* A case at work. */
typedef struct
{
  GoldenCase      *c;
  CasParts        *parts;
  CasController   *controller; /* of a case with a ControlNet; with its own Stage C */
  CasComposer     *composer;
  CasCompileParams compile;
  CasRun           run;
  float           *hidden;   /* of the prompt, then of the negative one */
  float           *pooled;
  float           *c_latent; /* what Stage C made */
  float           *b_latent;
} Work;

static void
work_clear (Work *work)
{
  g_clear_pointer (&work->composer, cas_composer_free);
  g_clear_pointer (&work->controller, cas_controller_free);
  g_clear_pointer (&work->parts, cas_parts_free);
  g_clear_pointer (&work->compile.params, cas_params_free);
  g_free (work->hidden);
  g_free (work->pooled);
  g_free (work->c_latent);
  g_free (work->b_latent);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Work, work_clear)

/* Pictures that begin with more than a text are others' work. */
static gboolean
check_begins_with_text (GoldenCase *c,
                        GError    **error)
{
  if (!g_hash_table_contains (c->inputs, "image"))
    return TRUE;

  golden_fail (error, "operation not built: e2e with “image”");
  return FALSE;
}

static CasWeights *
load_weights (GoldenCase *c,
              const char *role,
              GError    **error)
{
  CasSafetensors *file = golden_case_get_file (c, role, error);

  return file ? cas_weights_new (file, NULL, error) : NULL;
}

static gboolean
load_text (GoldenCase *c,
           Models     *models,
           GError    **error)
{
  g_autofree char *vocab = golden_case_dup_path (c, "vocab", error);
  g_autofree char *merges = vocab ? golden_case_dup_path (c, "merges", error) : NULL;
  g_autoptr (CasWeights) ws = merges ? load_weights (c, "clip_text", error) : NULL;

  if (!ws)
    return FALSE;
  models->tokenizer = cas_tokenizer_new (vocab, merges, error);
  models->text = models->tokenizer ? cas_clip_text_new (ws, NULL, error) : NULL;
  return models->text != NULL;
}

static gboolean
load_stages (GoldenCase *c,
             Models     *models,
             GError    **error)
{
  g_autoptr (CasWeights) stage_c = load_weights (c, "stage_c", error);
  g_autoptr (CasWeights) stage_b = stage_c ? load_weights (c, "stage_b", error) : NULL;
  g_autoptr (CasWeights) stage_a = stage_b ? load_weights (c, "stage_a", error) : NULL;
  g_autoptr (CasWeights) previewer = stage_a ? load_weights (c, "previewer", error) : NULL;

  if (!previewer)
    return FALSE;
  models->stage_c = cas_stage_c_new (stage_c, NULL, error);
  if (models->stage_c)
    models->stage_b = cas_stage_b_new (stage_b, error);
  if (models->stage_b)
    models->stage_a = cas_stage_a_new (stage_a, CAS_STAGE_A_SCALE, error);
  if (models->stage_a)
    models->previewer = cas_previewer_new (previewer, error);
  return models->previewer != NULL;
}

static gboolean
load_controlnet (GoldenCase *c,
                 Models     *models,
                 GError    **error)
{
  if (!golden_case_has_model (c, "controlnet"))
    return TRUE;

  models->controlnet = golden_load_controlnet (c, error);
  return models->controlnet != NULL;
}

static gboolean
work_init (Work         *work,
           GoldenCase   *c,
           const Models *m,
           GError      **error)
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
  work->parts = cas_parts_new (&networks, (guint) width, (guint) height);
  work->hidden = g_new (float, 2 * m->text->n_positions * m->text->c);
  work->pooled = g_new (float, 2 * m->text->c_pooled);
  work->c_latent = g_new (float, work->parts->c_h * work->parts->c_w * m->stage_c->c_in);
  work->b_latent = g_new (float, work->parts->b_h * work->parts->b_w * m->stage_b->c_in);
  return TRUE;
}

static gboolean
put (Work          *work,
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
put_ids (Work       *work,
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
read_prompts (Work    *work,
              GError **error)
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

/* stage: "c" or "b", the end of the names of its parameters. controller: NULL for none. */
static gboolean
denoise (Work                  *work,
         CasDenoiser           *denoiser,
         CasController         *controller,
         const char            *stage,
         const GoldenLoopNames *names,
         float                 *latent,
         GError               **error)
{
  const char *sampler = golden_case_peek_string (work->c, "sampler");
  g_autofree char *steps_name = g_strconcat ("steps_", stage, NULL);
  g_autofree char *cfg_name = g_strconcat ("cfg_", stage, NULL);
  g_autofree char *shift_name = g_strconcat ("shift_", stage, NULL);
  double n_steps, cfg, shift;
  CasDenoiseParams params = { 0 };

  if (!golden_case_get_number (work->c, steps_name, &n_steps, error)
      || !golden_case_get_number (work->c, cfg_name, &cfg, error)
      || !golden_case_get_number (work->c, shift_name, &shift, error)
      || !golden_case_get_number (work->c, "cfg_rho", &params.rescale, error))
    return FALSE;
  if (!sampler || !cas_sampler_from_name (sampler, &params.sampler)
      || !(n_steps >= 1 && n_steps <= 1000))
    {
      golden_fail (error, "sampler “%s” or %g steps: not built", sampler ? sampler : "", n_steps);
      return FALSE;
    }

  g_autofree CasNoiseLevel *levels = g_new (CasNoiseLevel, (gsize) n_steps + 1);
  cas_noise_levels (1.0f, shift, (guint) n_steps, levels);
  params.levels = levels;
  params.n_steps = (guint) n_steps;
  params.prepare = controller ? cas_controller_prepare : NULL;
  params.prepare_data = controller;
  params.guidance = CAS_GUIDANCE ((float) cfg);
  if (!golden_loop_run (work->c, denoiser, names, &params, &work->run, error))
    return FALSE;
  cas_denoiser_read_x0 (denoiser, latent);
  return TRUE;
}

/* A Stage C that listens to the case's ControlNet, which sees its picture. */
static gboolean
prepare_control (Work         *work,
                 const Models *m,
                 GError      **error)
{
  const CasParts *parts = work->parts;

  if (!m->controlnet)
    return TRUE;

  const GoldenTensor *picture = golden_case_get_input (work->c, "cnet_input", error);
  if (!picture)
    return FALSE;
  const CasControl control = { m->controlnet, (guint32) picture->dims[2],
                               (guint32) picture->dims[3] };
  g_autofree float *nhwc = g_new (float, picture->n_elements);

  golden_tensor_to_nhwc (picture, nhwc);
  work->controller = cas_controller_new (&m->stage_c->unet, parts->c_h, parts->c_w, &control, 1);
  work->composer = cas_composer_new (&(CasComposerParams) {
      .stage_c = m->stage_c,
      .n = 1,
      .h = parts->c_h,
      .w = parts->c_w,
      .n_tokens = m->text->n_positions,
      .n_images = 1,
      .controller = work->controller,
    });
  if (!cas_controller_compile (work->controller, &work->compile, error)
      || !cas_composer_compile (work->composer, &work->compile, error))
    return FALSE;

  cas_controller_show (work->controller, 0, nhwc, &CAS_CONTROL_RANGE (1.0f));
  return TRUE;
}

static gboolean
compose (Work    *work,
         GError **error)
{
  static const GoldenLoopNames names = { "init_c", "noise_c", "c.x0", "c.x", NULL };
  CasParts *parts = work->parts;

  if (!work->controller && !cas_parts_prepare (parts, CAS_PART_STAGE_C, &work->compile, error))
    return FALSE;

  CasComposer *composer = work->controller ? work->composer : parts->composer;

  return cas_composer_condition (composer, work->hidden, work->pooled, NULL, &work->run, error)
         && denoise (work, cas_composer_peek_denoiser (composer), work->controller, "c", &names,
                     work->c_latent, error);
}

static gboolean
add_detail (Work    *work,
            GError **error)
{
  static const GoldenLoopNames names = { "init_b", "noise_b", "b.x0", "b.x", NULL };
  CasParts *parts = work->parts;

  return cas_parts_prepare (parts, CAS_PART_STAGE_B, &work->compile, error)
         && cas_detailer_condition (parts->detailer, work->pooled, &work->run, error)
         && cas_detailer_guide (parts->detailer, work->c_latent, &work->run, error)
         && denoise (work, cas_detailer_peek_denoiser (parts->detailer), NULL, "b", &names,
                     work->b_latent, error);
}

/* A picture as it was painted, and, if u8_name is given, as it is saved. */
static gboolean
paint (Work        *work,
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

gboolean
golden_e2e (GoldenCase *c,
            GError    **error)
{
  g_auto (Models) models = { 0 };
  g_auto (Work) work = { 0 };

  return check_begins_with_text (c, error)
         && load_text (c, &models, error)
         && load_stages (c, &models, error)
         && load_controlnet (c, &models, error)
         && work_init (&work, c, &models, error)
         && read_prompts (&work, error)
         && prepare_control (&work, &models, error)
         && compose (&work, error)
         && cas_parts_prepare (work.parts, CAS_PART_PREVIEWER, &work.compile, error)
         && paint (&work, work.parts->previewer, work.c_latent, "preview", NULL, error)
         && add_detail (&work, error)
         && cas_parts_prepare (work.parts, CAS_PART_STAGE_A, &work.compile, error)
         && paint (&work, work.parts->painter, work.b_latent, "image", "image_u8", error);
}
