/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What files are, by the names of their tensors alone. */

#include "model/describe.h"
#include "names.h"

static CasWeights *
from_text (const char *text)
{
  g_autoptr (GError) error = NULL;
  CasWeights *ws = cas_weights_new_from_list (text, "model.safetensors", &error);

  g_assert_no_error (error);
  return ws;
}

/* --- kinds ----------------------------------------------------------------------------------- */

static const struct
{
  const char  *name; /* of a list in data/ */
  CasModelKind kind;
} published[] = {
  { "stage_c_3.6b", CAS_MODEL_STAGE_C },
  { "stage_c_lite_1b", CAS_MODEL_STAGE_C },
  { "stage_b_1.5b", CAS_MODEL_STAGE_B },
  { "stage_b_lite_700m", CAS_MODEL_STAGE_B },
  { "stage_a", CAS_MODEL_STAGE_A },
  { "effnet_encoder", CAS_MODEL_EFFNET },
  { "previewer", CAS_MODEL_PREVIEWER },
  { "controlnet_canny", CAS_MODEL_CONTROLNET },
  { "controlnet_identity", CAS_MODEL_CONTROLNET },
  { "controlnet_inpainting", CAS_MODEL_CONTROLNET },
  { "controlnet_super_resolution", CAS_MODEL_CONTROLNET },
  { "saliency_model", CAS_MODEL_SALIENCY },
  { "clip_text_bigg", CAS_MODEL_CLIP_TEXT },
  { "clip_vision_l14", CAS_MODEL_CLIP_VISION },
};

static void
test_published (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (published); i++)
    {
      g_autoptr (CasWeights) ws = test_names_load (published[i].name);
      CasModelPart parts[2];

      g_test_message ("%s", published[i].name);
      g_assert_cmpint (cas_detect (ws), ==, published[i].kind);
      g_assert_cmpuint (cas_detect_parts (ws, parts, G_N_ELEMENTS (parts)), ==, 1);
      g_assert_cmpint (parts[0].kind, ==, published[i].kind);
      g_assert_cmpstr (parts[0].prefix, ==, "");
    }
}

static const struct
{
  const char  *text;
  CasModelKind kind;
} others[] = {
  { "", CAS_MODEL_UNKNOWN },
  { "a.weight 1", CAS_MODEL_UNKNOWN },
  { "clf.1.weight 16x64x1x1", CAS_MODEL_DIFFUSION },
  /* renamed by another packaging: both stages have a pooled mapper there */
  { "clf.1.weight 16x64x1x1\nclip_txt_pooled_mapper.weight 64x64\neffnet_mapper.0.weight 4x16x1x1",
    CAS_MODEL_STAGE_B },
  { "in_block.1.weight 4x12x1x1\nvquantizer.embedding.weight 8x4", CAS_MODEL_STAGE_A },
  { "blocks.0.weight 8x16x1x1\nblocks.24.weight 3x8x1x1", CAS_MODEL_PREVIEWER },
  { "blocks.0.weight 8x4x1x1\nblocks.24.weight 3x8x1x1", CAS_MODEL_UNKNOWN },
  { "blocks.0.weight 8x16\nblocks.24.weight 3x8x1x1", CAS_MODEL_UNKNOWN },
  { "weights.0.lora_down 4x64\nweights.0.lora_up 64x4", CAS_MODEL_LORA },
  { "lora_unet_down_blocks_0_2.lora_up.weight 64x4", CAS_MODEL_LORA_NAMED },
  { "prior.down_blocks.0.2.attention.to_q.lora_A.weight 4x64", CAS_MODEL_LORA_NAMED },
};

static void
test_others (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    {
      g_autoptr (CasWeights) ws = from_text (others[i].text);

      g_test_message ("%s", others[i].text);
      g_assert_cmpint (cas_detect (ws), ==, others[i].kind);
    }
}

static void
test_checkpoint (void)
{
  static const CasModelPart wanted[] = {
    { CAS_MODEL_STAGE_C, "model.diffusion_model." },
    { CAS_MODEL_CLIP_TEXT, "text_encoder.clip_g.transformer." },
    { CAS_MODEL_EFFNET, "vae.encoder." },
    { CAS_MODEL_PREVIEWER, "vae.previewer." },
    { CAS_MODEL_CLIP_VISION, "clip_l_vision." },
  };
  g_autoptr (CasWeights) ws = from_text (
    "model.diffusion_model.clf.1.weight 16x64x1x1\n"
    "model.diffusion_model.clip_txt_mapper.weight 64x64\n"
    "text_encoder.clip_g.transformer.text_model.encoder.layers.0.self_attn.q_proj.weight 4x4\n"
    "vae.encoder.mapper.0.weight 16x8x1x1\n"
    "vae.encoder.backbone.1.0.block.0.1.running_mean 8\n"
    "vae.previewer.blocks.0.weight 8x16x1x1\n"
    "vae.previewer.blocks.24.weight 3x8x1x1\n"
    "clip_l_vision.vision_model.encoder.layers.0.self_attn.q_proj.weight 4x4\n");
  CasModelPart parts[8];

  g_assert_cmpint (cas_detect (ws), ==, CAS_MODEL_UNKNOWN);
  g_assert_cmpuint (cas_detect_parts (ws, parts, 0), ==, G_N_ELEMENTS (wanted));
  g_assert_cmpuint (cas_detect_parts (ws, parts, G_N_ELEMENTS (parts)), ==, G_N_ELEMENTS (wanted));
  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++)
    {
      g_assert_cmpint (parts[i].kind, ==, wanted[i].kind);
      g_assert_cmpstr (parts[i].prefix, ==, wanted[i].prefix);
    }
}

static void
test_names (void)
{
  for (guint i = 0; i < CAS_N_MODEL_KINDS; i++)
    g_assert_cmpstr (cas_model_kind_get_name (i), !=, "");
}

/* --- facts ----------------------------------------------------------------------------------- */

static const struct Facts
{
  const char *name;
  const char *facts;
} facts[] = {
  { "stage_c_3.6b",
    "c_in 16; c_cond 2048; c_hidden [2048, 2048]; nhead [32, 32]; "
    "blocks [[8, 24], [24, 8]]; block_repeat [[1, 1], [1, 1]]; level_config [\"CTA\", \"CTA\"]; "
    "timestep_conditions 3; c_clip_text 1280; c_clip_text_pooled 1280; c_clip_img 768; " },
  { "stage_c_lite_1b",
    "c_in 16; c_cond 1536; c_hidden [1536, 1536]; nhead [24, 24]; "
    "blocks [[4, 12], [12, 4]]; block_repeat [[1, 1], [1, 1]]; level_config [\"CTA\", \"CTA\"]; "
    "timestep_conditions 3; c_clip_text 1280; c_clip_text_pooled 1280; c_clip_img 768; " },
  { "stage_b_1.5b",
    "c_in 4; c_cond 1280; c_hidden [320, 640, 1280, 1280]; nhead [0, 0, 20, 20]; "
    "blocks [[2, 6, 28, 6], [6, 28, 6, 2]]; block_repeat [[1, 1, 1, 1], [3, 3, 2, 2]]; "
    "level_config [\"CT\", \"CT\", \"CTA\", \"CTA\"]; timestep_conditions 2; c_clip 1280; "
    "c_effnet 16; c_pixels 3; " },
  { "stage_b_lite_700m",
    "c_in 4; c_cond 1280; c_hidden [320, 576, 1152, 1152]; nhead [0, 0, 18, 18]; "
    "blocks [[2, 4, 14, 4], [4, 14, 4, 2]]; block_repeat [[1, 1, 1, 1], [2, 2, 2, 2]]; "
    "level_config [\"CT\", \"CT\", \"CTA\", \"CTA\"]; timestep_conditions 2; c_clip 1280; "
    "c_effnet 16; c_pixels 3; " },
  { "stage_a", "c_latent 4; factor 4; codebook_size 8192; " },
  { "previewer", "c_in 16; factor 8; " },
  { "clip_text_bigg",
    "hidden_size 1280; num_hidden_layers 32; projection_dim 1280; vocab_size 49408; "
    "max_position_embeddings 77; " },
  { "effnet_encoder",
    "c_latent 16; factor 32; widths [24, 24, 48, 64, 128, 160, 256, 1280]; blocks 40; " },
  { "clip_vision_l14",
    "hidden_size 1024; num_hidden_layers 24; projection_dim 768; image_size 224; "
    "patch_size 14; " },
  { "controlnet_canny",
    "filter canny; backbone effnet; c_in 1; c_backbone 1280; c_stage_c 2048; "
    "blocks [0, 4, 8, 12, 51, 55, 59, 63]; " },
  { "controlnet_inpainting",
    "filter inpainting; backbone effnet; c_in 4; c_backbone 1280; c_stage_c 2048; "
    "blocks [0, 4, 8, 12, 51, 55, 59, 63]; " },
  { "controlnet_identity",
    "filter identity; backbone simple; c_in 512; c_backbone 512; c_stage_c 2048; "
    "blocks [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, "
    "22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, "
    "44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63]; " },
  { "controlnet_super_resolution",
    "filter super_resolution; backbone large; c_in 16; c_backbone 1280; c_stage_c 2048; "
    "blocks [0, 4, 8, 12, 51, 55, 59, 63]; " },
  { "saliency_model", "c_in 3; factor 8; " },
};

static void
add_fact (const char *name,
          const char *value,
          gpointer    data)
{
  g_string_append_printf (data, "%s %s; ", name, value);
}

static void
test_facts (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (facts); i++)
    {
      g_autoptr (CasWeights) ws = test_names_load (facts[i].name);
      g_autoptr (GString) found = g_string_new (NULL);
      g_autoptr (GError) error = NULL;

      g_assert_true (cas_describe (ws, cas_detect (ws), add_fact, found, &error));
      g_assert_no_error (error);
      g_assert_cmpstr (found->str, ==, facts[i].facts);
    }
}

static void
test_facts_of_half_a_file (void)
{
  g_autoptr (CasWeights) ws = test_names_load_as ("stage_c_lite_1b", "embedding.1.bias 1536\n", "");
  g_autoptr (GString) found = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (cas_describe (ws, CAS_MODEL_STAGE_C, add_fact, found, &error));
  g_assert_error (error, CAS_ERROR, CAS_ERROR_BAD_MODEL);
  g_assert_cmpstr (found->str, ==, "");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/model/detect/published", test_published);
  g_test_add_func ("/model/detect/others", test_others);
  g_test_add_func ("/model/detect/checkpoint", test_checkpoint);
  g_test_add_func ("/model/detect/names", test_names);
  g_test_add_func ("/model/describe/facts", test_facts);
  g_test_add_func ("/model/describe/half-a-file", test_facts_of_half_a_file);

  return g_test_run ();
}
