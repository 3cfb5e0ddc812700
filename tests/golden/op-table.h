/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which function runs which operation of a case. */

#pragma once

#include "golden/case.h"

/* Reads the inputs of the case and adds its outputs. */
typedef gboolean (*GoldenOp) (GoldenCase *c,
                              GError    **error);

/* NULL if that operation is not built. */
GoldenOp golden_op_lookup          (const char *name);

/* ops-schedule.c */
gboolean golden_schedule           (GoldenCase *c,
                                    GError    **error);
gboolean golden_r_embedding        (GoldenCase *c,
                                    GError    **error);

/* ops-random.c */
gboolean golden_torch_rng          (GoldenCase *c,
                                    GError    **error);

/* ops-sizes.c */
gboolean golden_latent_sizes       (GoldenCase *c,
                                    GError    **error);

/* ops-tokenizer.c */
gboolean golden_tokenizer          (GoldenCase *c,
                                    GError    **error);

/* ops-primitive.c */
gboolean golden_layernorm2d        (GoldenCase *c,
                                    GError    **error);
gboolean golden_grn                (GoldenCase *c,
                                    GError    **error);
gboolean golden_activations        (GoldenCase *c,
                                    GError    **error);
gboolean golden_batchnorm          (GoldenCase *c,
                                    GError    **error);
gboolean golden_convolution        (GoldenCase *c,
                                    GError    **error);
gboolean golden_interpolate        (GoldenCase *c,
                                    GError    **error);
gboolean golden_pixel_shuffle      (GoldenCase *c,
                                    GError    **error);
gboolean golden_pixel_unshuffle    (GoldenCase *c,
                                    GError    **error);

/* ops-block.c */
gboolean golden_res_block          (GoldenCase *c,
                                    GError    **error);
gboolean golden_feed_forward_block (GoldenCase *c,
                                    GError    **error);
gboolean golden_attn_block         (GoldenCase *c,
                                    GError    **error);
gboolean golden_timestep_block     (GoldenCase *c,
                                    GError    **error);
gboolean golden_updown_block       (GoldenCase *c,
                                    GError    **error);
gboolean golden_stage_a_res_block  (GoldenCase *c,
                                    GError    **error);

/* ops-text.c */
gboolean golden_clip_text          (GoldenCase *c,
                                    GError    **error);

/* ops-lora.c */
gboolean golden_lora_stage_c       (GoldenCase *c,
                                    GError    **error);
gboolean golden_retoken            (GoldenCase *c,
                                    GError    **error);

/* ops-network.c */
gboolean golden_stage_c_cond       (GoldenCase *c,
                                    GError    **error);
gboolean golden_stage_c            (GoldenCase *c,
                                    GError    **error);
gboolean golden_stage_b_cond       (GoldenCase *c,
                                    GError    **error);
gboolean golden_stage_b            (GoldenCase *c,
                                    GError    **error);
gboolean golden_stage_a_decode     (GoldenCase *c,
                                    GError    **error);
gboolean golden_previewer          (GoldenCase *c,
                                    GError    **error);

/* ops-vision.c */
gboolean golden_clip_preprocess    (GoldenCase *c,
                                    GError    **error);
gboolean golden_clip_preprocess_u8 (GoldenCase *c,
                                    GError    **error);
gboolean golden_clip_vision        (GoldenCase *c,
                                    GError    **error);
gboolean golden_effnet_encode      (GoldenCase *c,
                                    GError    **error);
gboolean golden_stage_a_encode     (GoldenCase *c,
                                    GError    **error);
gboolean golden_stage_a_roundtrip  (GoldenCase *c,
                                    GError    **error);

/* ops-control.c */
gboolean golden_controlnet         (GoldenCase *c,
                                    GError    **error);
gboolean golden_filter_sr_effnet   (GoldenCase *c,
                                    GError    **error);
gboolean golden_saliency           (GoldenCase *c,
                                    GError    **error);

/* ops-filter.c */
gboolean golden_canny_u8           (GoldenCase *c,
                                    GError    **error);
gboolean golden_filter_canny       (GoldenCase *c,
                                    GError    **error);
gboolean golden_filter_inpaint     (GoldenCase *c,
                                    GError    **error);
gboolean golden_inpaint_auto_mask  (GoldenCase *c,
                                    GError    **error);
gboolean golden_filter_sr          (GoldenCase *c,
                                    GError    **error);

/* ops-sampler.c */
gboolean golden_cfg                (GoldenCase *c,
                                    GError    **error);
gboolean golden_sampler_step       (GoldenCase *c,
                                    GError    **error);
gboolean golden_diffuse            (GoldenCase *c,
                                    GError    **error);

/* ops-loop.c */
gboolean golden_sample_loop        (GoldenCase *c,
                                    GError    **error);

/* ops-e2e.c */
gboolean golden_e2e                (GoldenCase *c,
                                    GError    **error);
