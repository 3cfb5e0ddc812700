/* SPDX-License-Identifier: GPL-3.0-or-later */

/* ControlNets: what they say of themselves, whose Stage C they are for, and those that are broken.
 * No device is needed. */

#include "model/controlnet.h"
#include "model/stage_c.h"
#include "names.h"

#include <glib/gstdio.h>
#include <string.h>

/* --- which Stage C ---------------------------------------------------------------------------- */

static const struct
{
  const char *controlnet;
  const char *stage_c;
  guint       extra_block; /* in place of the last one; 0: as published */
  const char *sentence;    /* NULL: it fits */
} pairs[] = {
  { "controlnet_canny", "stage_c_3.6b" },
  { "controlnet_identity", "stage_c_3.6b" },
  { "controlnet_super_resolution", "stage_c_3.6b" },
  { "controlnet_inpainting", "stage_c_lite_1b", 0,
    "model.safetensors: tensor “projections.0.2.weight” has shape [2048, 1280, 1, 1], wanted "
    "[1536, 1280, 1, 1], as ResBlock 0 of model.safetensors is 1536 wide. The ControlNet was made "
    "for another Stage C." },
  { "controlnet_canny", "stage_c_3.6b", 64,
    "model.safetensors: tensor “projections.7.2.weight” is for ResBlock 64 of Stage C, but "
    "model.safetensors has only 64. The ControlNet was made for another Stage C." },
};

static void
test_pairs (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      guint blocks[] = { 0, 4, 8, 12, 51, 55, 59, pairs[i].extra_block };
      CasControlNetParams params = { blocks, G_N_ELEMENTS (blocks) };
      g_autoptr (CasWeights) ws = test_names_load (pairs[i].controlnet);
      g_autoptr (CasWeights) stage_c_ws = test_names_load (pairs[i].stage_c);
      g_autoptr (GError) error = NULL;
      g_autoptr (CasStageC) stage_c = cas_stage_c_new (stage_c_ws, NULL, &error);
      gboolean is_given = pairs[i].extra_block > 0;
      g_autoptr (CasControlNet) m = cas_controlnet_new (ws, is_given ? &params : NULL, &error);

      g_assert_no_error (error);
      gboolean fits = cas_controlnet_check (m, &stage_c->unet, &error);
      g_assert_true (fits == (pairs[i].sentence == NULL));
      g_assert_cmpstr (error != NULL ? error->message : NULL, ==, pairs[i].sentence);
    }
}

/* --- broken ones ------------------------------------------------------------------------------ */

static const struct
{
  const char *name;
  const char *line, *with; /* what is changed in the list */
  const char *sentence;
} broken[] = {
  { "controlnet_canny",
    "projections.7.0.weight 1280x1280x1x1\nprojections.7.2.weight 2048x1280x1x1\n", "",
    "model.safetensors: it has 7 projections and no metadata “controlnet_blocks” that says for "
    "which ResBlocks; without, 8 or 64 are known." },
  { "controlnet_canny", "projections.3.2.weight 2048x1280x1x1\n", "",
    "model.safetensors: tensor “projections.3.2.weight” is missing, wanted with shape "
    "[any, 1280, 1, 1]." },
  { "controlnet_inpainting", "projections.5.0.weight 1280x1280x1x1",
    "projections.5.0.weight 1280x1024x1x1",
    "model.safetensors: tensor “projections.5.0.weight” has shape [1280, 1024, 1, 1], wanted "
    "[1280, 1280, 1, 1]." },
  { "controlnet_super_resolution", "backbone.5.blocks.3.weight 1024\n", "",
    "model.safetensors: tensor “backbone.5.blocks.3.weight” is missing, wanted with shape "
    "[1024]." },
  { "controlnet_super_resolution", "backbone.2.weight 1024x16384x1x1",
    "backbone.2.weight 1024x16383x1x1",
    "model.safetensors: tensor “backbone.2.weight” has shape [1024, 16383, 1, 1], wanted "
    "[any, 16384, 1, 1]." },
  { "controlnet_identity", "backbone.0.weight 2048x512x3x3", "backbone.0.weight 2048x512x5x5",
    "model.safetensors: tensor “backbone.0.weight” has shape [2048, 512, 5, 5], wanted "
    "[any, any, 3, 3]." },
  { "controlnet_identity", "backbone.2.bias 512", "backbone.2.bias 512\nbackbone.4.bias 512",
    "model.safetensors: tensor “backbone.4.bias” belongs to no known part of a ControlNet." },
};

static void
test_broken (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (broken); i++)
    {
      g_autoptr (CasWeights) ws = test_names_load_as (broken[i].name, broken[i].line,
                                                      broken[i].with);
      g_autoptr (GError) error = NULL;

      g_assert_null (cas_controlnet_new (ws, NULL, &error));
      g_assert_error (error, CAS_ERROR, CAS_ERROR_BAD_MODEL);
      g_assert_cmpstr (error->message, ==, broken[i].sentence);
    }
}

static void
test_blocks_given (void)
{
  CasControlNetParams params = { (const guint[]) { 0, 1, 2 }, 3 };
  g_autoptr (CasWeights) ws = test_names_load ("controlnet_canny");
  g_autoptr (GError) error = NULL;

  g_assert_null (cas_controlnet_new (ws, &params, &error));
  g_assert_cmpstr (error->message, ==,
                   "model.safetensors: it has 8 projections, but ResBlocks are given for 3.");
}

/* --- what a file says of itself --------------------------------------------------------------- */

/* A small ControlNet for faces with two projections. */
static CasWeights *
load_with_metadata (const char *path,
                    const char *key,
                    const char *value)
{
  static const float numbers[4 * 4 * 2 * 9];
  const CasSafetensorsTensor tensors[] = {
    { "backbone.0.bias", CAS_F32, 1, { 8 }, numbers },
    { "backbone.0.weight", CAS_F32, 4, { 8, 4, 3, 3 }, numbers },
    { "backbone.2.bias", CAS_F32, 1, { 4 }, numbers },
    { "backbone.2.weight", CAS_F32, 4, { 4, 8, 3, 3 }, numbers },
    { "projections.0.0.weight", CAS_F32, 4, { 4, 4, 1, 1 }, numbers },
    { "projections.0.2.weight", CAS_F32, 4, { 6, 4, 1, 1 }, numbers },
    { "projections.1.0.weight", CAS_F32, 4, { 4, 4, 1, 1 }, numbers },
    { "projections.1.2.weight", CAS_F32, 4, { 6, 4, 1, 1 }, numbers },
  };
  const char *const metadata[] = {
    key, value,
    g_str_equal (key, "controlnet_blocks") ? NULL : "controlnet_blocks", "[0, 1]",
    NULL,
  };
  g_autoptr (GError) error = NULL;

  g_assert_true (cas_safetensors_write (path, tensors, G_N_ELEMENTS (tensors), metadata, &error));
  g_autoptr (CasSafetensors) file = cas_safetensors_open (path, &error);
  CasWeights *ws = file != NULL ? cas_weights_new (file, NULL, &error) : NULL;
  g_assert_no_error (error);
  return ws;
}

static const struct
{
  const char *key, *value;
  const char *kind;     /* NULL: refused */
  guint       second;   /* block of the second projection */
  const char *sentence; /* how the refusal ends */
} words[] = {
  { "controlnet_blocks", "[0, 1]", "identity", 1 },
  { "controlnet_blocks", "[3,0]", "identity", 0 },
  { "controlnet_blocks", "  [ 7 ,  51 ]  ", "identity", 51 },
  { "controlnet_blocks", "[0]", NULL, 0, "no list of 2 numbers, one for each projection." },
  { "controlnet_blocks", "[0, 1, 2]", NULL, 0, "no list of 2 numbers, one for each projection." },
  { "controlnet_blocks", "[0, 1", NULL, 0, "no list of 2 numbers, one for each projection." },
  { "controlnet_blocks", "[0, 1] x", NULL, 0, "no list of 2 numbers, one for each projection." },
  { "controlnet_blocks", "[0, -1]", NULL, 0, "no list of 2 numbers, one for each projection." },
  { "controlnet_blocks", "[0, 99999999999999999999999]", NULL, 0,
    "no list of 2 numbers, one for each projection." },
  { "controlnet_blocks", "[[0, 1]]", NULL, 0, "no list of 2 numbers, one for each projection." },
  { "controlnet_blocks", "", NULL, 0, "no list of 2 numbers, one for each projection." },
  { "controlnet_blocks", "[5, 5]", NULL, 0, "two of its projections are for ResBlock 5." },
  { "controlnet_filter", "identity", "identity", 1 },
  { "controlnet_filter", "super_resolution", "super_resolution", 1 },
  { "controlnet_filter", "depth", "other", 1 },
  { "controlnet_filter", "inpainting", "inpainting", 1 },
  { "controlnet_filter", "canny", NULL, 0,
    "its metadata “controlnet_filter” says “canny”, but the network takes 4 channels, wanted 1." },
};

static void
test_metadata (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("weir-controlnet-XXXXXX", &error);
  g_autofree char *path = g_build_filename (folder, "face.safetensors", NULL);

  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      g_autoptr (CasWeights) ws = load_with_metadata (path, words[i].key, words[i].value);
      g_autoptr (CasControlNet) m = cas_controlnet_new (ws, NULL, &error);

      g_test_message ("%s: %s", words[i].key, words[i].value);
      if (words[i].kind != NULL)
        {
          g_assert_no_error (error);
          g_assert_cmpstr (cas_control_kind_get_name (m->kind), ==, words[i].kind);
          g_assert_cmpuint (m->projections[1].block, ==, words[i].second);
          continue;
        }
      g_assert_null (m);
      g_assert_error (error, CAS_ERROR, CAS_ERROR_BAD_MODEL);
      g_assert_true (g_str_has_suffix (error->message, words[i].sentence));
      g_clear_error (&error);
    }

  g_remove (path);
  g_rmdir (folder);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/model/controlnet/pairs", test_pairs);
  g_test_add_func ("/model/controlnet/broken", test_broken);
  g_test_add_func ("/model/controlnet/blocks-given", test_blocks_given);
  g_test_add_func ("/model/controlnet/metadata", test_metadata);

  return g_test_run ();
}
