/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Models of a wrong shape: refused when they are loaded, with a sentence that says what was found
 * and what was wanted. */

#include "model/clip_text.h"
#include "model/previewer.h"
#include "model/stage_a.h"
#include "model/stage_b.h"
#include "model/stage_c.h"
#include "names.h"

static gboolean
load_stage_c (CasWeights *ws,
              GError    **error)
{
  g_autoptr (CasStageC) m = cas_stage_c_new (ws, NULL, error);

  return m != NULL;
}

static gboolean
load_stage_b (CasWeights *ws,
              GError    **error)
{
  g_autoptr (CasStageB) m = cas_stage_b_new (ws, error);

  return m != NULL;
}

static gboolean
load_stage_a (CasWeights *ws,
              GError    **error)
{
  g_autoptr (CasStageA) m = cas_stage_a_new (ws, CAS_STAGE_A_SCALE, error);

  return m != NULL;
}

static gboolean
load_previewer (CasWeights *ws,
                GError    **error)
{
  g_autoptr (CasPreviewer) m = cas_previewer_new (ws, error);

  return m != NULL;
}

static gboolean
load_clip_text (CasWeights *ws,
                GError    **error)
{
  g_autoptr (CasClipText) m = cas_clip_text_new (ws, NULL, error);

  return m != NULL;
}

typedef gboolean (*LoadFunc) (CasWeights *ws,
                              GError    **error);

static const struct Misfit
{
  const char *what;
  const char *name; /* of the list in data/ */
  LoadFunc    load;
  const char *from, *to; /* the edit */
  const char *sentence;
} misfits[] = {
  { "missing", "stage_c_lite_1b", load_stage_c, "clf.1.weight 16x1536x1x1\n", "",
    "model.safetensors: tensor “clf.1.weight” is missing, wanted with shape [16, 1536, 1, 1]." },
  { "missing-any", "stage_c_lite_1b", load_stage_c, "clip_txt_mapper.weight 1536x1280\n", "",
    "model.safetensors: tensor “clip_txt_mapper.weight” is missing, wanted with shape "
    "[any, any]." },
  { "missing-bias", "stage_b_lite_700m", load_stage_b, "clip_mapper.bias 5120\n", "",
    "model.safetensors: tensor “clip_mapper.bias” is missing, wanted with shape [5120]." },
  { "shape", "stage_c_lite_1b", load_stage_c,
    "down_blocks.0.2.attention.attn.in_proj_weight 4608x1536",
    "down_blocks.0.2.attention.attn.in_proj_weight 4608x1500",
    "model.safetensors: tensor “down_blocks.0.2.attention.attn.in_proj_weight” has shape "
    "[4608, 1500], wanted [4608, 1536]." },
  { "rank", "stage_c_lite_1b", load_stage_c, "embedding.1.weight 1536x16x1x1",
    "embedding.1.weight 1536x16",
    "model.safetensors: tensor “embedding.1.weight” has shape [1536, 16], wanted "
    "[1536, any, 1, 1]." },
  { "empty", "stage_c_lite_1b", load_stage_c, "clip_txt_mapper.weight 1536x1280",
    "clip_txt_mapper.weight 1536x0",
    "model.safetensors: tensor “clip_txt_mapper.weight” has shape [1536, 0], wanted [any, any]." },
  { "huge", "stage_c_lite_1b", load_stage_c, "clip_txt_mapper.weight 1536x1280",
    "clip_txt_mapper.weight 1536x4294967296",
    "model.safetensors: tensor “clip_txt_mapper.weight” has shape [1536, 4294967296], wanted "
    "[any, any]." },
  { "level-width", "stage_c_lite_1b", load_stage_c, "down_blocks.1.0.depthwise.weight 1536x1x3x3",
    "down_blocks.1.0.depthwise.weight 1024x1x3x3",
    "model.safetensors: tensor “down_blocks.1.0.depthwise.bias” has shape [1536], wanted [1024]." },
  { "skip", "stage_c_lite_1b", load_stage_c, "up_blocks.1.0.channelwise.0.weight 6144x3072",
    "up_blocks.1.0.channelwise.0.weight 6144x1536",
    "model.safetensors: tensor “up_blocks.1.0.channelwise.0.weight” has shape [6144, 1536], "
    "wanted [any, 3072]." },
  { "gap", "stage_c_lite_1b", load_stage_c, "down_blocks.0.11.", "down_blocks.0.99.",
    "model.safetensors: “down_blocks.0.” goes up to 99, but only 12 of its numbers are there." },
  { "levels", "stage_c_lite_1b", load_stage_c, "up_blocks.1.", "up_somewhere.1.",
    "model.safetensors: there are 2 levels of “down_blocks” and 1 of “up_blocks”, wanted as many "
    "of both and one at least." },
  { "many-levels", "stage_c_lite_1b", load_stage_c, "clf.1.bias 16",
    "clf.1.bias 16\ndown_blocks.2.x 1\ndown_blocks.3.x 1\ndown_blocks.4.x 1\ndown_blocks.5.x 1\n"
    "down_blocks.6.x 1\ndown_blocks.7.x 1\ndown_blocks.8.x 1",
    "model.safetensors: “down_blocks.” goes up to 8, at most 7 is known." },
  { "no-level", "stage_c_lite_1b", load_stage_c, "_blocks.", "_somewhere.",
    "model.safetensors: there are 0 levels of “down_blocks” and 0 of “up_blocks”, wanted as many "
    "of both and one at least." },
  { "first-block", "stage_c_lite_1b", load_stage_c, "down_blocks.0.0.depthwise.weight",
    "down_blocks.0.0.something.weight",
    "model.safetensors: tensor “down_blocks.0.0.depthwise.weight” is missing, wanted with shape "
    "[any, 1, 3, 3]." },
  { "unknown-tensor", "stage_c_lite_1b", load_stage_c, "clf.1.bias 16",
    "clf.1.bias 16\ndown_blocks.0.3.gate 1536",
    "model.safetensors: tensor “down_blocks.0.3.gate” belongs to no kind of block that is known." },
  { "mappers", "stage_c_lite_1b", load_stage_c, "down_blocks.0.4.mapper_crp",
    "down_somewhere.0.4.mapper_crp",
    "model.safetensors: “down_blocks.0.4” has 2 timestep mappers, but the blocks before it 3." },
  { "downscaler", "stage_b_lite_700m", load_stage_b, "down_downscalers.1.1.weight 576x320x2x2",
    "down_downscalers.1.1.weight 576x320x3x3",
    "model.safetensors: tensor “down_downscalers.1.1.weight” has shape [576, 320, 3, 3], wanted "
    "[576, 320, 2, 2]." },
  { "clip-mapper", "stage_b_lite_700m", load_stage_b, "clip_mapper.weight 5120x1280\n"
    "clip_mapper.bias 5120", "clip_mapper.weight 5122x1280\nclip_mapper.bias 5122",
    "model.safetensors: “clip_mapper” has 5122 outputs, wanted a multiple of 4." },
  { "patch", "stage_b_lite_700m", load_stage_b, "embedding.1.weight 320x16x1x1",
    "embedding.1.weight 320x15x1x1",
    "model.safetensors: “embedding.1” has 15 inputs, wanted a multiple of 4." },
  { "gammas", "stage_a", load_stage_a, "up_blocks.3.gammas 6", "up_blocks.3.gammas 4",
    "model.safetensors: tensor “up_blocks.3.gammas” has shape [4], wanted [6]." },
  { "transpose", "stage_a", load_stage_a, "up_blocks.13.weight 384x192x4x4",
    "up_blocks.13.weight 384x192x2x2",
    "model.safetensors: tensor “up_blocks.13.weight” has shape [384, 192, 2, 2], wanted "
    "[384, any, 4, 4]." },
  { "rgb", "stage_a", load_stage_a, "out_block.0.weight 12x192x1x1",
    "out_block.0.weight 16x192x1x1",
    "model.safetensors: tensor “out_block.0.weight” has shape [16, 192, 1, 1], wanted "
    "[12, 192, 1, 1]." },
  { "layer", "previewer", load_previewer, "blocks.9.weight 256x256x3x3\n", "",
    "model.safetensors: tensor “blocks.9.weight” is missing, wanted with shape "
    "[any, 256, 1, 1]." },
  { "kernel", "previewer", load_previewer, "blocks.9.weight 256x256x3x3",
    "blocks.9.weight 256x256x5x5",
    "model.safetensors: tensor “blocks.9.weight” has shape [256, 256, 5, 5], wanted "
    "[any, 256, 3, 3]." },
  { "running-mean", "previewer", load_previewer, "blocks.8.running_mean 256",
    "blocks.8.running_mean 255",
    "model.safetensors: tensor “blocks.8.running_mean” has shape [255], wanted [256]." },
  { "text-layer", "clip_text_bigg", load_clip_text, "layers.17.mlp.fc2.weight 1280x5120",
    "layers.17.mlp.fc2.weight 5120x1280",
    "model.safetensors: tensor “text_model.encoder.layers.17.mlp.fc2.weight” has shape "
    "[5120, 1280], wanted [1280, 5120]." },
  { "text-heads", "clip_text_bigg", load_clip_text, "1280", "1284",
    "model.safetensors: 1284 channels do not divide into 20 heads of a multiple of 8." },
};

static void
test_misfit (gconstpointer data)
{
  const struct Misfit *misfit = data;
  g_autoptr (CasWeights) ws = test_names_load_as (misfit->name, misfit->from, misfit->to);
  g_autoptr (GError) error = NULL;

  g_assert_false (misfit->load (ws, &error));
  g_assert_error (error, CAS_ERROR, CAS_ERROR_BAD_MODEL);
  g_assert_cmpstr (error->message, ==, misfit->sentence);
}

static void
test_head_width (void)
{
  CasAttnBlock block;
  g_autoptr (GError) error = NULL;
  g_autoptr (CasWeights) ws = cas_weights_new_from_list ("kv_mapper.1.weight 72x64", "list",
                                                         &error);
  g_assert_no_error (error);

  cas_attn_block_init (&block, ws, 72, 64);
  g_assert_false (cas_weights_check (ws, &error));
  g_assert_cmpstr (error->message, ==, "list: an attention block is 72 wide, wanted a multiple of "
                                       "64.");
}

static void
test_no_timestep (void)
{
  static const char block[]
    = "%s_blocks.0.0.depthwise.weight 64x1x3x3\n%s_blocks.0.0.depthwise.bias 64\n"
      "%s_blocks.0.0.channelwise.0.weight 256x64\n%s_blocks.0.0.channelwise.0.bias 256\n"
      "%s_blocks.0.0.channelwise.2.gamma 1x1x1x256\n%s_blocks.0.0.channelwise.2.beta 1x1x1x256\n"
      "%s_blocks.0.0.channelwise.4.weight 64x256\n%s_blocks.0.0.channelwise.4.bias 64\n";
  g_autoptr (GString) list = g_string_new (block);
  g_autoptr (GError) error = NULL;
  CasUNet unet;

  g_string_append (list, block);
  g_string_replace (list, "%s", "down", 8);
  g_string_replace (list, "%s", "up", 0);

  g_autoptr (CasWeights) ws = cas_weights_new_from_list (list->str, "list", &error);

  g_assert_no_error (error);
  cas_unet_init (&unet, ws, 64, FALSE);
  g_assert_false (cas_weights_check (ws, &error));
  g_assert_cmpstr (error->message, ==, "list: no block takes the timestep, so nothing says how "
                                       "much noise there is.");
  cas_unet_clear (&unet);
}

/* A model that is refused leaves nothing behind: the same tensors load as another. */
static void
test_again (void)
{
  g_autoptr (CasWeights) ws = test_names_load ("stage_a");
  g_autoptr (GError) error = NULL;

  g_assert_false (load_stage_c (ws, &error));
  g_assert_error (error, CAS_ERROR, CAS_ERROR_BAD_MODEL);
  g_clear_error (&error);
  g_assert_true (load_stage_a (ws, &error));
  g_assert_no_error (error);
}

static const struct
{
  const char *line;
  const char *sentence; /* NULL: the line is good */
} lines[] = {
  { "a 1x2x3x4x5x6x7x8" },
  { "a scalar" },
  { "# a" },
  { "" },
  { "a", "list: tensor “a” has no shape such as 16x2048x1x1." },
  { "a 1x2x", "list: tensor “a” has no shape such as 16x2048x1x1." },
  { "a -1", "list: tensor “a” has no shape such as 16x2048x1x1." },
  { "a 1 2", "list: tensor “a” has no shape such as 16x2048x1x1." },
  { "a 1x2x3x4x5x6x7x8x9", "list: tensor “a” has no shape such as 16x2048x1x1." },
};

static void
test_list (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (CasWeights) ws = cas_weights_new_from_list (lines[i].line, "list", &error);

      g_assert_cmpstr (error != NULL ? error->message : NULL, ==, lines[i].sentence);
      g_assert_true ((ws == NULL) == (error != NULL));
    }
}

static void
test_unused (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CasWeights) ws = cas_weights_new_from_list ("b.1.x 2\na.y 3\na.num_batches_tracked "
                                                         "scalar\nb.0.x 2\nb.10.x 2", "list",
                                                         &error);
  g_assert_no_error (error);

  cas_weights_push_scope (ws, "b.%u", 1);
  g_assert_cmpstr (cas_weights_get (ws, CAS_DIMS (2), "x")->name, ==, "b.1.x");
  g_assert_null (cas_weights_find_unused (ws, "%s", ""));
  cas_weights_pop_scope (ws);
  g_assert_null (cas_weights_peek (ws, "x"));

  g_auto (GStrv) unused = cas_weights_dup_unused (ws);
  g_autofree char *names = g_strjoinv (" ", unused);
  g_assert_cmpstr (names, ==, "a.y b.0.x b.10.x");
  g_assert_cmpuint (cas_weights_get_n_elements (ws), ==, 10);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (misfits); i++)
    {
      g_autofree char *path = g_strdup_printf ("/model/misfits/%s/%s", misfits[i].name,
                                               misfits[i].what);

      g_test_add_data_func (path, &misfits[i], test_misfit);
    }
  g_test_add_func ("/model/misfits/head-width", test_head_width);
  g_test_add_func ("/model/misfits/no-timestep", test_no_timestep);
  g_test_add_func ("/model/weights/again", test_again);
  g_test_add_func ("/model/weights/list", test_list);
  g_test_add_func ("/model/weights/unused", test_unused);

  return g_test_run ();
}
