/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Telling model files apart (spec 14). */

#include "model/detect.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static const char *const kind_names[CAS_N_MODEL_KINDS] = {
  [CAS_MODEL_UNKNOWN] = N_("an unknown model"),
  [CAS_MODEL_STAGE_C] = N_("Stage C"),
  [CAS_MODEL_STAGE_B] = N_("Stage B"),
  [CAS_MODEL_DIFFUSION] = N_("a diffusion model that is neither Stage C nor Stage B"),
  [CAS_MODEL_STAGE_A] = N_("Stage A"),
  [CAS_MODEL_EFFNET] = N_("semantic encoder"),
  [CAS_MODEL_PREVIEWER] = N_("previewer"),
  [CAS_MODEL_CONTROLNET] = N_("ControlNet"),
  [CAS_MODEL_SALIENCY] = N_("saliency network"),
  [CAS_MODEL_LORA] = N_("LoRA"),
  [CAS_MODEL_LORA_NAMED] = N_("LoRA with module names"),
  [CAS_MODEL_EMBEDDING] = N_("embedding"),
  [CAS_MODEL_CLIP_TEXT] = N_("CLIP text encoder"),
  [CAS_MODEL_CLIP_VISION] = N_("CLIP image encoder"),
};

/* Tensors that tell a kind: all that are named must be there, and the first must be a 1×1
 * convolution of c_in channels if that is given. The first sign that fits is it. */
static const struct Sign
{
  CasModelKind kind;
  const char  *names[2];
  guint32      c_in;
} signs[] = {
  { CAS_MODEL_STAGE_C, { "clf.1.weight", "clip_txt_mapper.weight" } },
  { CAS_MODEL_STAGE_B, { "clf.1.weight", "effnet_mapper.0.weight" } },
  { CAS_MODEL_DIFFUSION, { "clf.1.weight" } },
  { CAS_MODEL_STAGE_A, { "in_block.1.weight", "vquantizer.codebook.weight" } },
  { CAS_MODEL_STAGE_A, { "in_block.1.weight", "vquantizer.embedding.weight" } },
  { CAS_MODEL_EFFNET, { "mapper.0.weight", "backbone.1.0.block.0.1.running_mean" } },
  { CAS_MODEL_PREVIEWER, { "blocks.0.weight", "blocks.24.weight" }, 16 },
  { CAS_MODEL_CONTROLNET, { "projections.0.0.weight" } },
  { CAS_MODEL_SALIENCY, { "downsampler.1.weight", "segmentator.6.weight" } },
  { CAS_MODEL_LORA, { "weights.0.lora_down" } },
  { CAS_MODEL_CLIP_TEXT, { "text_model.encoder.layers.0.self_attn.q_proj.weight" } },
  { CAS_MODEL_CLIP_VISION, { "vision_model.encoder.layers.0.self_attn.q_proj.weight" } },
};

/* Where checkpoints of one file keep their networks. */
static const char *const prefixes[] = {
  "",
  "model.diffusion_model.",
  "text_encoder.clip_g.transformer.",
  "vae.",
  "vae.encoder.",
  "vae.previewer.",
  "clip_l_vision.",
};

const char *
cas_model_kind_get_name (CasModelKind kind)
{
  g_return_val_if_fail (kind < CAS_N_MODEL_KINDS, "");

  return _(kind_names[kind]);
}

/* Any tensor of a LoRA, whatever its module's name. */
static gboolean
has_lora (CasWeights *ws)
{
  static const char *const marks[] = {
    ".lora_up.weight", ".lora_down.weight", ".lora_A.", "lora.up.weight", "lora_linear_layer.up.",
  };

  for (guint i = 0; i < cas_weights_get_n (ws); i++)
    for (guint j = 0; j < G_N_ELEMENTS (marks); j++)
      if (strstr (cas_weights_get_nth (ws, i)->name, marks[j]) != NULL)
        return TRUE;

  return FALSE;
}

static gboolean
fits (const struct Sign *sign,
      CasWeights        *ws,
      const char        *prefix)
{
  for (guint i = 0; i < G_N_ELEMENTS (sign->names) && sign->names[i] != NULL; i++)
    {
      const CasWeight *weight = cas_weights_peek (ws, "%s%s", prefix, sign->names[i]);

      if (weight == NULL)
        return FALSE;
      if (i == 0 && sign->c_in > 0
          && (weight->n_dims != 4 || weight->dims[1] != sign->c_in || weight->dims[2] != 1))
        return FALSE;
    }

  return TRUE;
}

static CasModelKind
detect_at (CasWeights *ws,
           const char *prefix)
{
  for (guint i = 0; i < G_N_ELEMENTS (signs); i++)
    if (fits (&signs[i], ws, prefix))
      return signs[i].kind;

  return CAS_MODEL_UNKNOWN;
}

CasModelKind
cas_detect (CasWeights *ws)
{
  CasModelKind kind = detect_at (ws, "");

  if (kind == CAS_MODEL_UNKNOWN && has_lora (ws))
    return CAS_MODEL_LORA_NAMED;
  if (kind == CAS_MODEL_UNKNOWN && (cas_weights_peek (ws, "clip_g") != NULL
                                    || cas_weights_peek (ws, "embeddings.embeddings") != NULL))
    return CAS_MODEL_EMBEDDING;
  return kind;
}

guint
cas_detect_parts (CasWeights   *ws,
                  CasModelPart *parts,
                  guint         n)
{
  guint n_found = 0;

  for (guint i = 0; i < G_N_ELEMENTS (prefixes); i++)
    {
      CasModelKind kind = i == 0 ? cas_detect (ws) : detect_at (ws, prefixes[i]);

      if (kind == CAS_MODEL_UNKNOWN)
        continue;
      if (n_found < n)
        parts[n_found] = (CasModelPart) { kind, prefixes[i] };
      n_found++;
    }

  return n_found;
}
