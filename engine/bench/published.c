/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the published files hold, from their hyper-parameters (specification, sections 3 to 10). */

#include "bench/published.h"

#include "bench/tensor-list.h"

#define C_LATENT  16 /* of Stage C; Stage B's is as wide in patches of 2×2 */
#define C_TEXT    1280
#define C_IMAGE   768
#define C_PIXELS  3
#define N_POOLED  4 /* tokens made of one pooled vector */
#define MAX_LEVELS 4

/* --- Stages C and B --------------------------------------------------------------------------- */

typedef struct
{
  guint    n_levels;
  guint    widths[MAX_LEVELS];
  guint    n_blocks[MAX_LEVELS];  /* down, and as many up again */
  guint    n_repeats[MAX_LEVELS]; /* on the way up, of a level's blocks */
  guint    first_attention;       /* the level from which on there is attention */
  guint    n_conditions;          /* of the timestep */
  guint    c_cond;
  gboolean is_stage_c;
} UNet;

static const UNet stage_c_3_6b = {
  .n_levels = 2,
  .widths = { 2048, 2048 },
  .n_blocks = { 8, 24 },
  .n_conditions = 3,
  .c_cond = 2048,
  .is_stage_c = TRUE,
};

static const UNet stage_c_1b = {
  .n_levels = 2,
  .widths = { 1536, 1536 },
  .n_blocks = { 4, 12 },
  .n_conditions = 3,
  .c_cond = 1536,
  .is_stage_c = TRUE,
};

static const UNet stage_b_1_5b = {
  .n_levels = 4,
  .widths = { 320, 640, 1280, 1280 },
  .n_blocks = { 2, 6, 28, 6 },
  .n_repeats = { 1, 1, 2, 2 },
  .first_attention = 2,
  .n_conditions = 2,
  .c_cond = 1280,
};

static const UNet stage_b_700m = {
  .n_levels = 4,
  .widths = { 320, 576, 1152, 1152 },
  .n_blocks = { 2, 4, 14, 4 },
  .n_repeats = { 1, 1, 1, 1 },
  .first_attention = 2,
  .n_conditions = 2,
  .c_cond = 1280,
};

static void
add_res_block (CasTensorList *list,
               guint          c,
               guint          c_skip)
{
  cas_tensor_list_depthwise (list, "depthwise", c);
  cas_tensor_list_linear (list, "channelwise.0", 4 * c, c + c_skip);
  cas_tensor_list_add (list, "channelwise.2.gamma 1x1x1x%u", 4 * c);
  cas_tensor_list_add (list, "channelwise.2.beta 1x1x1x%u", 4 * c);
  cas_tensor_list_linear (list, "channelwise.4", c, 4 * c);
}

static void
add_timestep_block (CasTensorList *list,
                    guint          c,
                    guint          n_conditions)
{
  static const char *const names[] = { "mapper", "mapper_sca", "mapper_crp" };

  for (guint i = 0; i < n_conditions; i++)
    cas_tensor_list_linear (list, names[i], 2 * c, 64);
}

static void
add_attention_block (CasTensorList *list,
                     guint          c,
                     guint          c_cond)
{
  cas_tensor_list_add (list, "attention.attn.in_proj_weight %ux%u", 3 * c, c);
  cas_tensor_list_add (list, "attention.attn.in_proj_bias %u", 3 * c);
  cas_tensor_list_linear (list, "attention.attn.out_proj", c, c);
  cas_tensor_list_linear (list, "kv_mapper.1", c, c_cond);
}

/* way: "down" or "up". Only the first block on the way up sees the skip. */
static void
add_level (CasTensorList *list,
           const UNet    *net,
           const char    *way,
           guint          index,
           guint          level,
           gboolean       has_skip,
           gboolean       is_short)
{
  const guint c = net->widths[level];
  const gboolean has_attention = level >= net->first_attention;
  guint place = 0;

  for (guint i = 0; i < (is_short ? 1 : net->n_blocks[level]); i++)
    {
      cas_tensor_list_scope (list, "%s_blocks.%u.%u.", way, index, place++);
      add_res_block (list, c, has_skip && i == 0 ? c : 0);
      cas_tensor_list_scope (list, "%s_blocks.%u.%u.", way, index, place++);
      add_timestep_block (list, c, net->n_conditions);
      if (!has_attention)
        continue;
      cas_tensor_list_scope (list, "%s_blocks.%u.%u.", way, index, place++);
      add_attention_block (list, c, net->c_cond);
    }
}

/* Between two levels: 1×1 in Stage C, 2×2 of stride 2 in Stage B. */
static void
add_resample (CasTensorList *list,
              const UNet    *net,
              guint          level)
{
  const guint outer = net->widths[level - 1], inner = net->widths[level];

  cas_tensor_list_scope (list, "down_downscalers.%u.1.", level);
  if (net->is_stage_c)
    cas_tensor_list_conv (list, "blocks.0", inner, outer, 1);
  else
    cas_tensor_list_add_conv (list, "", inner, outer, 2, inner);

  cas_tensor_list_scope (list, "up_upscalers.%u.1.", net->n_levels - 1 - level);
  if (net->is_stage_c)
    cas_tensor_list_conv (list, "blocks.1", outer, inner, 1);
  else
    cas_tensor_list_add_conv (list, "", inner, outer, 2, outer);
}

static void
add_unet (CasTensorList *list,
          const UNet    *net,
          gboolean       is_short)
{
  const guint n = net->n_levels;

  cas_tensor_list_scope (list, "%s", "");
  cas_tensor_list_conv (list, "embedding.1", net->widths[0], C_LATENT, 1);
  cas_tensor_list_conv (list, "clf.1", C_LATENT, net->widths[0], 1);

  for (guint level = 0; level < n; level++)
    {
      const guint up = n - 1 - level;

      if (level > 0)
        add_resample (list, net, level);
      add_level (list, net, "down", level, level, FALSE, is_short);
      add_level (list, net, "up", up, level, up > 0, is_short);
      for (guint i = 0; i < (is_short ? 0 : net->n_repeats[level]); i++)
        {
          cas_tensor_list_scope (list, "up_repeat_mappers.%u.", up);
          cas_tensor_list_conv (list, i == 0 ? "0" : "1", net->widths[level], net->widths[level],
                                1);
        }
    }
}

static void
add_stage_c (CasTensorList *list,
             const UNet    *net,
             gboolean       is_short)
{
  cas_tensor_list_linear (list, "clip_txt_mapper", net->c_cond, C_TEXT);
  cas_tensor_list_linear (list, "clip_txt_pooled_mapper", N_POOLED * net->c_cond, C_TEXT);
  cas_tensor_list_linear (list, "clip_img_mapper", N_POOLED * net->c_cond, C_IMAGE);
  add_unet (list, net, is_short);
}

static void
add_stage_b (CasTensorList *list,
             const UNet    *net,
             gboolean       is_short)
{
  const guint c = net->widths[0];

  cas_tensor_list_conv (list, "effnet_mapper.0", 4 * c, C_LATENT, 1);
  cas_tensor_list_conv (list, "effnet_mapper.2", c, 4 * c, 1);
  cas_tensor_list_conv (list, "pixels_mapper.0", 4 * c, C_PIXELS, 1);
  cas_tensor_list_conv (list, "pixels_mapper.2", c, 4 * c, 1);
  cas_tensor_list_linear (list, "clip_mapper", N_POOLED * net->c_cond, C_TEXT);
  add_unet (list, net, is_short);
}

/* --- Stage A ---------------------------------------------------------------------------------- */

#define A_OUTER   192
#define A_INNER   384
#define A_LATENT  4
#define A_PATCH   12 /* 2×2 pixels of 3 */
#define A_CODES   8192
#define A_BLOCKS  12

static void
add_stage_a_block (CasTensorList *list,
                   guint          c)
{
  cas_tensor_list_add (list, "gammas 6");
  cas_tensor_list_depthwise (list, "depthwise.1", c);
  cas_tensor_list_linear (list, "channelwise.0", 4 * c, c);
  cas_tensor_list_linear (list, "channelwise.2", c, 4 * c);
}

static void
add_encoder (CasTensorList *list)
{
  cas_tensor_list_conv (list, "in_block.1", A_OUTER, A_PATCH, 1);
  cas_tensor_list_scope (list, "down_blocks.0.");
  add_stage_a_block (list, A_OUTER);
  cas_tensor_list_scope (list, "down_blocks.");
  cas_tensor_list_add_conv (list, "1.", A_INNER, A_OUTER, 4, A_INNER);
  cas_tensor_list_scope (list, "down_blocks.2.");
  add_stage_a_block (list, A_INNER);
  cas_tensor_list_scope (list, "down_blocks.3.");
  cas_tensor_list_add (list, "0.weight %ux%ux1x1", A_LATENT, A_INNER);
  cas_tensor_list_batch_norm (list, "1", A_LATENT);
}

static void
add_stage_a (CasTensorList *list,
             gboolean       is_short)
{
  const guint n_blocks = is_short ? 1 : A_BLOCKS;

  add_encoder (list);
  cas_tensor_list_scope (list, "%s", "");
  cas_tensor_list_add (list, "vquantizer.codebook.weight %ux%u", A_CODES, A_LATENT);
  cas_tensor_list_conv (list, "up_blocks.0.0", A_INNER, A_LATENT, 1);
  for (guint i = 0; i < n_blocks; i++)
    {
      cas_tensor_list_scope (list, "up_blocks.%u.", 1 + i);
      add_stage_a_block (list, A_INNER);
    }
  cas_tensor_list_scope (list, "up_blocks.%u.", 1 + n_blocks);
  cas_tensor_list_add_conv (list, "", A_INNER, A_OUTER, 4, A_OUTER);
  cas_tensor_list_scope (list, "up_blocks.%u.", 2 + n_blocks);
  add_stage_a_block (list, A_OUTER);
  cas_tensor_list_scope (list, "%s", "");
  cas_tensor_list_conv (list, "out_block.0", A_PATCH, A_OUTER, 1);
}

/* --- text encoder ----------------------------------------------------------------------------- */

#define TEXT_VOCABULARY 49408
#define TEXT_POSITIONS  77
#define TEXT_LAYERS     32

static void
add_norm (CasTensorList *list,
          const char    *name,
          guint          c)
{
  cas_tensor_list_add (list, "%s.weight %u", name, c);
  cas_tensor_list_add (list, "%s.bias %u", name, c);
}

static void
add_clip_text (CasTensorList *list,
               gboolean       is_short)
{
  static const char *const projections[] = { "q_proj", "k_proj", "v_proj", "out_proj" };

  cas_tensor_list_add (list, "text_projection.weight %ux%u", C_TEXT, C_TEXT);
  cas_tensor_list_scope (list, "text_model.");
  cas_tensor_list_add (list, "embeddings.token_embedding.weight %ux%u", TEXT_VOCABULARY, C_TEXT);
  cas_tensor_list_add (list, "embeddings.position_embedding.weight %ux%u", TEXT_POSITIONS, C_TEXT);
  add_norm (list, "final_layer_norm", C_TEXT);

  for (guint layer = 0; layer < (is_short ? 1 : TEXT_LAYERS); layer++)
    {
      cas_tensor_list_scope (list, "text_model.encoder.layers.%u.self_attn.", layer);
      for (guint i = 0; i < G_N_ELEMENTS (projections); i++)
        cas_tensor_list_linear (list, projections[i], C_TEXT, C_TEXT);
      cas_tensor_list_scope (list, "text_model.encoder.layers.%u.", layer);
      add_norm (list, "layer_norm1", C_TEXT);
      cas_tensor_list_linear (list, "mlp.fc1", 4 * C_TEXT, C_TEXT);
      cas_tensor_list_linear (list, "mlp.fc2", C_TEXT, 4 * C_TEXT);
      add_norm (list, "layer_norm2", C_TEXT);
    }
}

/* --- previewer -------------------------------------------------------------------------------- */

typedef struct
{
  guint c_in, c_out, kernel; /* of 2: transposed, to twice the size */
} PreviewerLayer;

static void
add_previewer (CasTensorList *list)
{
  static const PreviewerLayer layers[] = {
    { C_LATENT, 512, 1 }, { 512, 512, 3 }, { 512, 256, 2 }, { 256, 256, 3 }, { 256, 128, 2 },
    { 128, 128, 3 },      { 128, 128, 2 }, { 128, 128, 3 }, { 128, 3, 1 },
  };

  /* layer, activation, norm */
  for (guint i = 0; i < G_N_ELEMENTS (layers); i++)
    {
      const PreviewerLayer *l = &layers[i];

      cas_tensor_list_scope (list, "blocks.%u.", 3 * i);
      if (l->kernel == 2)
        cas_tensor_list_add_conv (list, "", l->c_in, l->c_out, 2, l->c_out);
      else
        cas_tensor_list_add_conv (list, "", l->c_out, l->c_in, l->kernel, l->c_out);
      cas_tensor_list_scope (list, "blocks.");
      if (i + 1 < G_N_ELEMENTS (layers))
        {
          g_autofree char *name = g_strdup_printf ("%u", 3 * i + 2);

          cas_tensor_list_batch_norm (list, name, l->c_out);
        }
    }
}

char *
cas_published_dup_list (CasPublished which,
                        gboolean     is_short)
{
  g_autoptr (CasTensorList) list = cas_tensor_list_new ();

  switch (which)
    {
    case CAS_PUBLISHED_STAGE_C_3_6B:
      add_stage_c (list, &stage_c_3_6b, is_short);
      break;
    case CAS_PUBLISHED_STAGE_C_1B:
      add_stage_c (list, &stage_c_1b, is_short);
      break;
    case CAS_PUBLISHED_STAGE_B_1_5B:
      add_stage_b (list, &stage_b_1_5b, is_short);
      break;
    case CAS_PUBLISHED_STAGE_B_700M:
      add_stage_b (list, &stage_b_700m, is_short);
      break;
    case CAS_PUBLISHED_STAGE_A:
      add_stage_a (list, is_short);
      break;
    case CAS_PUBLISHED_CLIP_TEXT:
      add_clip_text (list, is_short);
      break;
    case CAS_PUBLISHED_PREVIEWER:
      add_previewer (list);
      break;
    case CAS_N_PUBLISHED:
      g_return_val_if_reached (NULL);
    }
  return cas_tensor_list_dup_text (list);
}
