/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The models of a whole case. */

#include "golden/e2e.h"
#include "golden/network.h"

void
golden_models_clear (GoldenModels *models)
{
  g_clear_pointer (&models->tokenizer, cas_tokenizer_free);
  g_clear_pointer (&models->text, cas_clip_text_free);
  g_clear_pointer (&models->stage_c, cas_stage_c_free);
  g_clear_pointer (&models->stage_b, cas_stage_b_free);
  g_clear_pointer (&models->stage_a, cas_stage_a_free);
  g_clear_pointer (&models->previewer, cas_previewer_free);
  g_clear_pointer (&models->vision, cas_clip_vision_free);
  g_clear_pointer (&models->effnet, cas_effnet_free);
  g_clear_pointer (&models->controlnet, cas_controlnet_free);
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
load_text (GoldenModels *models,
           GoldenCase   *c,
           GError      **error)
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
load_stages (GoldenModels *models,
             GoldenCase   *c,
             GError      **error)
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
load_eyes (GoldenModels *models,
           GoldenCase   *c,
           GError      **error)
{
  if (golden_case_get_image_use (c) == GOLDEN_IMAGE_NONE)
    return TRUE;

  g_autoptr (CasWeights) vision = load_weights (c, "clip_vision", error);
  g_autoptr (CasWeights) effnet = vision ? load_weights (c, "effnet", error) : NULL;

  if (!effnet)
    return FALSE;
  models->vision = cas_clip_vision_new (vision, NULL, error);
  if (models->vision)
    models->effnet = cas_effnet_new (effnet, error);
  return models->effnet != NULL;
}

static gboolean
load_controlnet (GoldenModels *models,
                 GoldenCase   *c,
                 GError      **error)
{
  if (!golden_case_has_model (c, "controlnet"))
    return TRUE;

  models->controlnet = golden_load_controlnet (c, error);
  return models->controlnet != NULL;
}

gboolean
golden_models_load (GoldenModels *models,
                    GoldenCase   *c,
                    GError      **error)
{
  return load_text (models, c, error) && load_stages (models, c, error)
         && load_eyes (models, c, error) && load_controlnet (models, c, error);
}
