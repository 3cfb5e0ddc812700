/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Sampling with one network from noise to its latent, guided or not. */

#include "golden/device.h"
#include "golden/loop.h"
#include "golden/op-table.h"

#include "pipeline/composer.h"
#include "pipeline/detailer.h"

#include <string.h>

/* The steps that a case asks for. */
typedef struct
{
  CasSampler     sampler;
  CasGuidance    guidance;
  gboolean       is_unguided;
  double         rescale;
  guint          n_steps;
  CasNoiseLevel *levels; /* n_steps + 1 */
} Recipe;

static void
recipe_clear (Recipe *recipe)
{
  g_free (recipe->levels);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Recipe, recipe_clear)

/* cfg is a number, a pair from start to end, or null for no guidance. */
static gboolean
read_guidance (GoldenCase *c,
               Recipe     *recipe,
               GError    **error)
{
  JsonArray *pair;
  double start, end, limit;

  recipe->guidance = CAS_GUIDANCE (1);
  recipe->is_unguided = json_object_has_member (c->params, "cfg")
                        && json_object_get_null_member (c->params, "cfg");
  if (recipe->is_unguided)
    return TRUE;

  if (golden_case_get_array (c, "cfg", &pair, NULL) && json_array_get_length (pair) == 2)
    {
      start = json_array_get_double_element (pair, 0);
      end = json_array_get_double_element (pair, 1);
    }
  else if (golden_case_get_number (c, "cfg", &start, error))
    end = start;
  else
    return FALSE;

  recipe->guidance.scale_start = (float) start;
  recipe->guidance.scale_end = (float) end;
  /* time runs from 1 to 0: guidance starts at the larger limit */
  if (golden_case_get_number (c, "cfg_t_start", &limit, NULL))
    recipe->guidance.t_max = (float) limit;
  if (golden_case_get_number (c, "cfg_t_stop", &limit, NULL))
    recipe->guidance.t_min = (float) limit;
  return TRUE;
}

static gboolean
read_levels (GoldenCase *c,
             Recipe     *recipe,
             GError    **error)
{
  double shift, n_steps, t_start = 1;

  if (!golden_case_get_number (c, "shift", &shift, error)
      || !golden_case_get_number (c, "steps", &n_steps, error))
    return FALSE;
  golden_case_get_number (c, "t_start", &t_start, NULL);
  if (!(n_steps >= 1 && n_steps <= 1000))
    {
      golden_fail (error, "%g steps, wanted 1 to 1000", n_steps);
      return FALSE;
    }

  recipe->n_steps = (guint) n_steps;
  recipe->levels = g_new (CasNoiseLevel, recipe->n_steps + 1);
  cas_noise_levels ((float) t_start, shift, recipe->n_steps, recipe->levels);
  return TRUE;
}

static gboolean
read_recipe (GoldenCase *c,
             Recipe     *recipe,
             GError    **error)
{
  const char *sampler = golden_case_peek_string (c, "sampler");

  if (!sampler || !cas_sampler_from_name (sampler, &recipe->sampler))
    {
      golden_fail (error, "sampler “%s” is not built", sampler ? sampler : "");
      return FALSE;
    }
  return golden_case_get_number (c, "cfg_rho", &recipe->rescale, error)
         && read_guidance (c, recipe, error)
         && read_levels (c, recipe, error);
}

/* The table of noise levels. */
static gboolean
add_levels (GoldenCase   *c,
            const Recipe *recipe,
            GError      **error)
{
  const guint64 dims[] = { recipe->n_steps + 1 };
  GoldenTensor *log_snr = golden_case_add_output (c, "logSNR", CAS_F32, 1, dims, error);
  GoldenTensor *told = log_snr ? golden_case_add_output (c, "noise_cond", CAS_F32, 1, dims, error)
                               : NULL;

  if (!told)
    return FALSE;
  for (guint i = 0; i <= recipe->n_steps; i++)
    {
      log_snr->f32[i] = (float) recipe->levels[i].log_snr;
      told->f32[i] = recipe->levels[i].r;
    }
  return TRUE;
}

static const GoldenTensor *
get_shaped (GoldenCase *c,
            const char *name,
            guint       n_dims,
            GError    **error)
{
  const GoldenTensor *tensor = golden_case_get_input (c, name, error);

  if (!tensor || (tensor->f32 && tensor->n_dims == n_dims))
    return tensor;
  golden_fail (error, "input “%s” has no %u dimensions of real numbers", name, n_dims);
  return NULL;
}

/* The tensor NAME of one half, [n, tokens, c]. */
static const GoldenTensor *
get_condition (GoldenCase *c,
               const char *half,
               const char *name,
               guint64     n_pictures,
               guint64     n_channels,
               GError    **error)
{
  g_autofree char *full_name = g_strconcat (half, ".", name, NULL);
  const GoldenTensor *tensor = get_shaped (c, full_name, 3, error);

  if (!tensor || (tensor->dims[0] == n_pictures && tensor->dims[2] == n_channels))
    return tensor;

  g_autofree char *shape = golden_tensor_dup_shape (tensor);
  golden_fail (error, "input “%s” has shape %s, wanted [%" G_GUINT64_FORMAT ", any, %"
               G_GUINT64_FORMAT "]", full_name, shape, n_pictures, n_channels);
  return NULL;
}

/* A condition for all pictures, then, if guided, for their negatives. */
static float *
dup_halves (GoldenCase   *c,
            const Recipe *recipe,
            const char   *name,
            guint64       n_pictures,
            guint64       n_channels,
            guint32      *n_tokens,
            GError      **error)
{
  const char *halves[] = { "cond", "uncond" };
  g_autofree float *both = NULL;

  for (guint i = 0; i < (recipe->is_unguided ? 1u : 2u); i++)
    {
      const GoldenTensor *half = get_condition (c, halves[i], name, n_pictures, n_channels, error);
      if (!half)
        return NULL;
      if (i == 0)
        {
          both = g_new (float, 2 * half->n_elements);
          *n_tokens = (guint32) half->dims[1];
        }
      else if (half->dims[1] != *n_tokens)
        {
          golden_fail (error, "inputs “%s” and “%s” of %s differ in length", halves[0], halves[1],
                       name);
          return NULL;
        }
      memcpy (both + i * half->n_elements, half->f32, half->n_elements * sizeof (float));
    }
  return g_steal_pointer (&both);
}

/* The same of one vector a picture. */
static float *
dup_vectors (GoldenCase   *c,
             const Recipe *recipe,
             const char   *name,
             guint64       n_pictures,
             guint64       n_channels,
             GError      **error)
{
  guint32 n_tokens;
  g_autofree float *both = dup_halves (c, recipe, name, n_pictures, n_channels, &n_tokens, error);

  if (!both || n_tokens == 1)
    return g_steal_pointer (&both);
  golden_fail (error, "condition “%s” has %u vectors a picture, wanted one", name, n_tokens);
  return NULL;
}

static gboolean
run_steps (GoldenCase   *c,
           const Recipe *recipe,
           CasDenoiser  *denoiser,
           const CasRun *run,
           GError      **error)
{
  const GoldenLoopNames names = { "x_init", "noise", "x0", "x", "pred" };
  const CasDenoiseParams params = {
    .sampler = recipe->sampler,
    .levels = recipe->levels,
    .n_steps = recipe->n_steps,
    .guidance = recipe->guidance,
    .rescale = recipe->rescale,
  };

  return golden_loop_run (c, denoiser, &names, &params, run, error);
}

static gboolean
compose (GoldenCase   *c,
         const Recipe *recipe,
         CasWeights   *ws,
         GError      **error)
{
  g_autoptr (CasStageC) m = cas_stage_c_new (ws, NULL, error);
  g_autoptr (CasParams) params = NULL;
  g_autoptr (CasComposer) composer = NULL;
  CasCompileParams compile;
  CasRun run;

  const GoldenTensor *x = m ? get_shaped (c, "x_init", 4, error) : NULL;
  if (!x)
    return FALSE;

  guint32 n_tokens, n_images;
  g_autofree float *text = dup_halves (c, recipe, "clip_text", x->dims[0], m->c_text, &n_tokens,
                                       error);
  g_autofree float *pooled = text ? dup_vectors (c, recipe, "clip_text_pooled", x->dims[0],
                                                 m->c_pooled, error)
                                  : NULL;
  g_autofree float *images = pooled ? dup_halves (c, recipe, "clip_img", x->dims[0], m->c_image,
                                                  &n_images, error)
                                    : NULL;

  if (!images || !golden_device_prepare (c->device, &compile, &run, error))
    return FALSE;
  params = compile.params;
  composer = cas_composer_new (&(CasComposerParams) {
      .stage_c = m,
      .n = (guint32) x->dims[0],
      .h = (guint32) x->dims[2],
      .w = (guint32) x->dims[3],
      .n_tokens = n_tokens,
      .n_images = n_images,
      .is_unguided = recipe->is_unguided,
      .whole_batch = TRUE,
      .keeps_prediction = TRUE,
    });
  return cas_composer_compile (composer, &compile, error)
         && cas_composer_condition (composer, text, pooled, images, &run, error)
         && run_steps (c, recipe, cas_composer_peek_denoiser (composer), &run, error);
}

/* The latent that Stage B's pictures look at. */
static const GoldenTensor *
get_effnet (GoldenCase *c,
            guint64     n_pictures,
            guint64     n_channels,
            GError    **error)
{
  const GoldenTensor *tensor = get_shaped (c, "cond.effnet", 4, error);

  if (!tensor || (tensor->dims[0] == n_pictures && tensor->dims[1] == n_channels))
    return tensor;
  golden_fail (error, "input “cond.effnet” is not of %" G_GUINT64_FORMAT " pictures with %"
               G_GUINT64_FORMAT " channels", n_pictures, n_channels);
  return NULL;
}

/* Its negatives never look at one: the product has no place for it. */
static gboolean
check_blank (GoldenCase *c,
             const char *name,
             GError    **error)
{
  const GoldenTensor *tensor = get_shaped (c, name, 4, error);

  for (gsize i = 0; tensor && i < tensor->n_elements; i++)
    if (tensor->f32[i] != 0)
      {
        golden_fail (error, "input “%s” is not zero, which is not built", name);
        return FALSE;
      }
  return tensor != NULL;
}

static gboolean
add_detail (GoldenCase   *c,
            const Recipe *recipe,
            CasWeights   *ws,
            GError      **error)
{
  g_autoptr (CasStageB) m = cas_stage_b_new (ws, error);
  g_autoptr (CasParams) params = NULL;
  g_autoptr (CasDetailer) detailer = NULL;
  CasCompileParams compile;
  CasRun run;

  const GoldenTensor *x = m ? get_shaped (c, "x_init", 4, error) : NULL;
  const GoldenTensor *latent = x ? get_effnet (c, x->dims[0], m->c_effnet, error) : NULL;
  g_autofree float *pooled = latent ? dup_vectors (c, recipe, "clip", x->dims[0], m->c_pooled,
                                                   error)
                                    : NULL;

  if (!pooled || (!recipe->is_unguided && !check_blank (c, "uncond.effnet", error))
      || !golden_device_prepare (c->device, &compile, &run, error))
    return FALSE;
  params = compile.params;
  detailer = cas_detailer_new (&(CasDetailerParams) {
      .stage_b = m,
      .n = (guint32) x->dims[0],
      .h = (guint32) x->dims[2],
      .w = (guint32) x->dims[3],
      .effnet_h = (guint32) latent->dims[2],
      .effnet_w = (guint32) latent->dims[3],
      .is_unguided = recipe->is_unguided,
      .whole_batch = TRUE,
      .keeps_prediction = TRUE,
    });

  g_autofree float *effnet = g_new (float, latent->n_elements);
  golden_tensor_to_nhwc (latent, effnet);
  return cas_detailer_compile (detailer, &compile, error)
         && cas_detailer_condition (detailer, pooled, &run, error)
         && cas_detailer_guide (detailer, effnet, &run, error)
         && run_steps (c, recipe, cas_detailer_peek_denoiser (detailer), &run, error);
}

gboolean
golden_sample_loop (GoldenCase *c,
                    GError    **error)
{
  g_auto (Recipe) recipe = { 0 };
  const char *stage = golden_case_peek_string (c, "stage");
  CasSafetensors *file = golden_case_get_file (c, "main", error);
  g_autoptr (CasWeights) ws = file ? cas_weights_new (file, NULL, error) : NULL;

  if (!ws || !read_recipe (c, &recipe, error) || !add_levels (c, &recipe, error))
    return FALSE;
  if (g_strcmp0 (stage, "c") == 0)
    return compose (c, &recipe, ws, error);
  if (g_strcmp0 (stage, "b") == 0)
    return add_detail (c, &recipe, ws, error);
  golden_fail (error, "stage “%s” is not built", stage ? stage : "");
  return FALSE;
}
