/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The list of operations that are built. */

#include "golden/op-table.h"

static const struct
{
  const char *name;
  GoldenOp    run;
} ops[] = {
  { "activations", golden_activations },
  { "attn_block", golden_attn_block },
  { "batchnorm", golden_batchnorm },
  { "canny_u8", golden_canny_u8 },
  { "cfg", golden_cfg },
  { "clip_preprocess", golden_clip_preprocess },
  { "clip_preprocess_u8", golden_clip_preprocess_u8 },
  { "clip_text", golden_clip_text },
  { "clip_vision", golden_clip_vision },
  { "conv2x2_s2", golden_convolution },
  { "conv3x3_s2_nopad", golden_convolution },
  { "conv3x3_s2_p1", golden_convolution },
  { "conv4x4_s2_p1", golden_convolution },
  { "convT2x2_s2", golden_convolution },
  { "convT4x4_s2_p1", golden_convolution },
  { "controlnet", golden_controlnet },
  { "depthwise3x3_replicate", golden_convolution },
  { "depthwise3x3_zero", golden_convolution },
  { "diffuse", golden_diffuse },
  { "e2e", golden_e2e },
  { "effnet_encode", golden_effnet_encode },
  { "feed_forward_block", golden_feed_forward_block },
  { "filter_canny", golden_filter_canny },
  { "filter_inpaint", golden_filter_inpaint },
  { "filter_sr", golden_filter_sr },
  { "filter_sr_effnet", golden_filter_sr_effnet },
  { "grn", golden_grn },
  { "inpaint_auto_mask", golden_inpaint_auto_mask },
  { "interpolate", golden_interpolate },
  { "latent_sizes", golden_latent_sizes },
  { "layernorm2d", golden_layernorm2d },
  { "lora_stage_c", golden_lora_stage_c },
  { "pixel_shuffle", golden_pixel_shuffle },
  { "pixel_unshuffle", golden_pixel_unshuffle },
  { "previewer", golden_previewer },
  { "r_embedding", golden_r_embedding },
  { "res_block", golden_res_block },
  { "retoken", golden_retoken },
  { "saliency", golden_saliency },
  { "sample_loop", golden_sample_loop },
  { "sampler_step", golden_sampler_step },
  { "schedule", golden_schedule },
  { "stage_a_decode", golden_stage_a_decode },
  { "stage_a_encode", golden_stage_a_encode },
  { "stage_a_res_block", golden_stage_a_res_block },
  { "stage_a_roundtrip", golden_stage_a_roundtrip },
  { "stage_b", golden_stage_b },
  { "stage_b_cond", golden_stage_b_cond },
  { "stage_c", golden_stage_c },
  { "stage_c_cond", golden_stage_c_cond },
  { "timestep_block", golden_timestep_block },
  { "tokenizer", golden_tokenizer },
  { "torch_rng", golden_torch_rng },
  { "updown_block", golden_updown_block },
};

GoldenOp
golden_op_lookup (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (ops); i++)
    if (g_str_equal (ops[i].name, name))
      return ops[i].run;
  return NULL;
}
