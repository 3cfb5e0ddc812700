/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Model folders: parts are found by their tensors, and what is missing or wrong is said. */

#include <glib/gstdio.h>
#include <string.h>

#include "model/clip_text.h"
#include "model/describe.h"
#include "model/folder.h"

typedef struct
{
  char *path;
} Fixture;

static void
set_up (Fixture      *fixture,
        gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->path = g_dir_make_tmp ("weir-model-XXXXXX", &error);
  g_assert_no_error (error);
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_tree (child);
    }
  g_remove (path);
}

static void
tear_down (Fixture      *fixture,
           gconstpointer data)
{
  remove_tree (fixture->path);
  g_free (fixture->path);
}

static void
write_bytes (Fixture    *fixture,
             const char *name,
             const char *bytes,
             gsize       size)
{
  g_autofree char *path = g_build_filename (fixture->path, name, NULL);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;

  g_mkdir_with_parents (folder, 0700);
  g_file_set_contents (path, bytes, (gssize) size, &error);
  g_assert_no_error (error);
}

static void
write_text (Fixture    *fixture,
            const char *name,
            const char *text)
{
  write_bytes (fixture, name, text, strlen (text));
}

/* A file of 1 × 1 tensors, but for the first, which is c × c. Its bytes count up from 0. */
static void
write_tensors (Fixture           *fixture,
               const char        *name,
               CasDtype           dtype,
               guint              c,
               const char *const *tensor_names)
{
  g_autoptr (GString) header = g_string_new (NULL);
  guint end = 0;

  for (guint i = 0; tensor_names[i] != NULL; i++)
    {
      guint side = i == 0 ? c : 1;
      guint begin = end;

      end += side * side * (guint) cas_dtype_size (dtype);
      g_string_append_printf (header,
                              "%s\"%s\": {\"dtype\": \"%s\", \"shape\": [%u, %u], "
                              "\"data_offsets\": [%u, %u]}", i > 0 ? ", " : "{",
                              tensor_names[i], cas_dtype_name (dtype), side, side, begin, end);
    }
  g_string_append_c (header, '}');

  guint64 length = GUINT64_TO_LE (header->len);
  g_string_prepend_len (header, (const char *) &length, sizeof length);
  gsize data = header->len;
  g_string_set_size (header, data + end);
  for (guint i = 0; i < end; i++)
    header->str[data + i] = (char) i;
  write_bytes (fixture, name, header->str, header->len);
}

static const char *const stage_c[] = { "clf.1.weight", "clip_txt_mapper.weight", NULL };
static const char *const stage_b[] = { "clf.1.weight", "effnet_mapper.0.weight", NULL };
static const char *const stage_a[] = { "in_block.1.weight", "vquantizer.codebook.weight", NULL };
static const char *const clip_text[]
  = { "text_model.encoder.layers.0.self_attn.q_proj.weight", NULL };

static const char *const effnet[]
  = { "mapper.0.weight", "backbone.1.0.block.0.1.running_mean", NULL };
static const char *const clip_vision[]
  = { "vision_model.encoder.layers.0.self_attn.q_proj.weight", NULL };

static CasFolder *
open_folder (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  CasFolder *folder = cas_folder_open (fixture->path, &error);

  g_assert_no_error (error);
  return folder;
}

/* The file that a part was found in. */
static char *
found_file (CasFolder   *folder,
            CasModelKind kind)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CasWeights) ws = cas_folder_load (folder, kind, &error);

  g_assert_no_error (error);
  return g_path_get_basename (cas_weights_get_file (ws));
}

static void
assert_message (const GError *error,
                int           code,
                Fixture      *fixture,
                const char   *format) /* with %s for the folder's path */
{
  g_auto (GStrv) pieces = g_strsplit (format, "%s", -1);
  g_autofree char *wanted = g_strjoinv (fixture->path, pieces);

  g_assert_error (error, CAS_ERROR, code);
  g_assert_cmpstr (error->message, ==, wanted);
}

/* --- parts ----------------------------------------------------------------------------------- */

static void
test_by_tensors (Fixture      *fixture,
                 gconstpointer data)
{
  write_tensors (fixture, "any.safetensors", CAS_F32, 4, stage_c);
  write_tensors (fixture, "name.safetensors", CAS_F32, 4, stage_b);
  write_tensors (fixture, "stage_c.safetensors", CAS_F32, 4, stage_a);
  write_tensors (fixture, "text_encoder/it.safetensors", CAS_F32, 4, clip_text);
  write_tensors (fixture, "controlnet/stage_c.safetensors", CAS_F32, 4, stage_c);
  write_tensors (fixture, "text.safetensors", CAS_F32, 4, effnet);
  write_tensors (fixture, "image_encoder/them.safetensors", CAS_F32, 4, clip_vision);

  g_autoptr (CasFolder) folder = open_folder (fixture);
  g_autofree char *c = found_file (folder, CAS_MODEL_STAGE_C);
  g_autofree char *b = found_file (folder, CAS_MODEL_STAGE_B);
  g_autofree char *a = found_file (folder, CAS_MODEL_STAGE_A);
  g_autofree char *t = found_file (folder, CAS_MODEL_CLIP_TEXT);
  g_autofree char *e = found_file (folder, CAS_MODEL_EFFNET);
  g_autofree char *v = found_file (folder, CAS_MODEL_CLIP_VISION);

  g_assert_cmpstr (c, ==, "any.safetensors");
  g_assert_cmpstr (b, ==, "name.safetensors");
  g_assert_cmpstr (a, ==, "stage_c.safetensors");
  g_assert_cmpstr (t, ==, "it.safetensors");
  g_assert_cmpstr (e, ==, "text.safetensors");
  g_assert_cmpstr (v, ==, "them.safetensors");
  g_assert_false (cas_folder_has (folder, CAS_MODEL_PREVIEWER));
}

/* The published folder: the full one is the first by name, and bf16 of the same. */
static void
test_several (Fixture      *fixture,
              gconstpointer data)
{
  write_tensors (fixture, "stage_c.safetensors", CAS_F32, 4, stage_c);
  write_tensors (fixture, "stage_c_bf16.safetensors", CAS_BF16, 4, stage_c);
  write_tensors (fixture, "stage_c_lite.safetensors", CAS_F32, 3, stage_c);
  write_tensors (fixture, "stage_c_lite_bf16.safetensors", CAS_BF16, 3, stage_c);
  write_tensors (fixture, "stage_b.safetensors", CAS_F32, 4, stage_b);
  write_tensors (fixture, "stage_b_lite_bf16.safetensors", CAS_BF16, 3, stage_b);

  g_autoptr (CasFolder) folder = open_folder (fixture);
  g_autofree char *c = found_file (folder, CAS_MODEL_STAGE_C);
  g_autofree char *b = found_file (folder, CAS_MODEL_STAGE_B);

  g_assert_cmpstr (c, ==, "stage_c_bf16.safetensors");
  g_assert_cmpstr (b, ==, "stage_b.safetensors");
}

static void
test_missing (Fixture      *fixture,
              gconstpointer data)
{
  write_tensors (fixture, "stage_c.safetensors", CAS_F32, 4, stage_c);

  g_autoptr (CasFolder) folder = open_folder (fixture);
  g_autoptr (GError) error = NULL;

  g_assert_null (cas_folder_load (folder, CAS_MODEL_STAGE_B, &error));
  assert_message (error, CAS_ERROR_MISSING_MODEL, fixture,
                  "The model has no Stage B: none of the safetensors files in “%s” is one.");
  g_clear_error (&error);

  g_assert_null (cas_folder_load (folder, CAS_MODEL_CLIP_TEXT, &error));
  assert_message (error, CAS_ERROR_MISSING_MODEL, fixture,
                  "The model has no CLIP text encoder: none of the safetensors files in "
                  "“%s/text_encoder” is one.");
  g_clear_error (&error);

  g_assert_null (cas_folder_dup_file (folder, "tokenizer", "vocab.json", &error));
  assert_message (error, CAS_ERROR_MISSING_MODEL, fixture,
                  "The model has no tokenizer/vocab.json: there is no file "
                  "“%s/tokenizer/vocab.json”.");
}

/* A damaged file matters only where a part is missing. */
static void
test_damaged (Fixture      *fixture,
              gconstpointer data)
{
  write_tensors (fixture, "stage_c.safetensors", CAS_F32, 4, stage_c);
  write_text (fixture, "stage_b.safetensors", "half");

  g_autoptr (CasFolder) folder = open_folder (fixture);
  g_autoptr (GError) error = NULL;
  g_autofree char *c = found_file (folder, CAS_MODEL_STAGE_C);

  g_assert_cmpstr (c, ==, "stage_c.safetensors");
  g_assert_null (cas_folder_load (folder, CAS_MODEL_STAGE_B, &error));
  g_assert_error (error, CAS_ERROR, CAS_ERROR_BAD_MODEL);
  g_assert_nonnull (strstr (error->message, "The model has no Stage B that can be read: "));
  g_assert_nonnull (strstr (error->message, "stage_b.safetensors"));
}

/* A ControlNet or saliency network is not looked for where other parts are. */
static void
test_damaged_elsewhere (Fixture      *fixture,
                        gconstpointer data)
{
  static const struct
  {
    const char *name;
    gboolean    may_be_one;
  } rows[] = {
    { "text_encoder/model.safetensors", FALSE },
    { "image_encoder/model.safetensors", FALSE },
    { "controlnet/canny.safetensors", TRUE },
    { "another.safetensors", TRUE }, /* before what is in a folder */
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      write_text (fixture, rows[i].name, "half");

      g_autoptr (CasFolder) folder = open_folder (fixture);
      const GError *unreadable = cas_folder_get_unreadable (folder);

      g_assert_cmpint (unreadable != NULL, ==, rows[i].may_be_one);
      if (unreadable)
        g_assert_nonnull (strstr (unreadable->message, rows[i].name));
    }
}

static void
test_no_folder (Fixture      *fixture,
                gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->path, "nothing", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (cas_folder_open (path, &error));
  assert_message (error, CAS_ERROR_MISSING_MODEL, fixture,
                  "“%s/nothing” is no folder; a model is a folder with its parts.");
}

/* --- tensors of a file ----------------------------------------------------------------------- */

static void
test_numbers (Fixture      *fixture,
              gconstpointer data)
{
  static const char *const names[] = { "vae.a.weight", "vae.b.weight", "other", NULL };
  g_autofree char *path = g_build_filename (fixture->path, "x.safetensors", NULL);
  g_autoptr (GError) error = NULL;
  guint8 bytes[3];

  write_tensors (fixture, "x.safetensors", CAS_F32, 2, names);
  g_autoptr (CasSafetensors) file = cas_safetensors_open (path, &error);
  g_assert_no_error (error);
  g_autoptr (CasWeights) ws = cas_weights_new (file, "vae.", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (cas_weights_get_n (ws), ==, 2);

  const CasWeight *weight = cas_weights_get (ws, CAS_DIMS (1, 1), "b.weight");
  g_assert_cmpstr (weight->name, ==, "vae.b.weight");
  g_assert_cmpstr (weight->file, ==, path);
  g_assert_true (weight->read (weight, 1, bytes, sizeof bytes, &error));
  g_assert_no_error (error);
  g_assert_cmpmem (bytes, sizeof bytes, ((guint8[]) { 17, 18, 19 }), 3);
}

static void
test_number_types (Fixture      *fixture,
                   gconstpointer data)
{
  static const char *const names[] = { "a", NULL };
  static const struct
  {
    CasDtype dtype;
    gboolean is_good;
  } types[] = {
    { CAS_F32, TRUE }, { CAS_F16, TRUE }, { CAS_BF16, TRUE },
    { CAS_F64, FALSE }, { CAS_I64, FALSE }, { CAS_F8_E4M3, FALSE },
  };
  g_autofree char *path = g_build_filename (fixture->path, "x.safetensors", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *wanted
        = g_strdup_printf ("%s: tensor “a” is of type %s, wanted F32, F16 or BF16.", path,
                           cas_dtype_name (types[i].dtype));

      write_tensors (fixture, "x.safetensors", types[i].dtype, 1, names);
      g_autoptr (CasSafetensors) file = cas_safetensors_open (path, &error);
      g_assert_no_error (error);
      g_autoptr (CasWeights) ws = cas_weights_new (file, NULL, &error);
      g_assert_no_error (error);

      cas_weights_get (ws, CAS_DIMS (1, 1), "a");
      g_assert_cmpint (cas_weights_check (ws, &error), ==, types[i].is_good);
      if (!types[i].is_good)
        g_assert_cmpstr (error->message, ==, wanted);
    }
}

/* --- the model that is part of the tree ------------------------------------------------------ */

static void
add_fact (const char *name,
            const char *value,
            gpointer    data)
{
  g_string_append_printf (data, "%s %s; ", name, value);
}

static void
test_demo (void)
{
  static const CasModelKind kinds[] = {
    CAS_MODEL_CLIP_TEXT, CAS_MODEL_STAGE_C, CAS_MODEL_STAGE_B, CAS_MODEL_STAGE_A,
    CAS_MODEL_PREVIEWER,
  };
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "..", "..", "data", "demo", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (CasFolder) folder = cas_folder_open (path, &error);
  g_assert_no_error (error);

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autoptr (CasWeights) ws = cas_folder_load (folder, kinds[i], &error);
      g_assert_no_error (error);

      g_autoptr (GString) facts = g_string_new (NULL);
      cas_describe (ws, kinds[i], add_fact, facts, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (facts->len, >, 0);
    }
}

/* --- model.json ------------------------------------------------------------------------------ */

static void
test_defaults (Fixture      *fixture,
               gconstpointer data)
{
  g_autoptr (CasFolder) folder = open_folder (fixture);
  const CasModelDefaults *defaults = cas_folder_get_defaults (folder);
  g_autofree char *own_name = g_path_get_basename (fixture->path);

  g_assert_cmpstr (cas_folder_get_name (folder), ==, own_name);
  g_assert_null (cas_folder_get_license (folder));
  g_assert_cmpuint (defaults->width, ==, 1024);
  g_assert_cmpuint (defaults->height, ==, 1024);
  g_assert_cmpuint (defaults->steps, ==, 20);
  g_assert_cmpfloat (defaults->cfg, ==, 4.0);
  g_assert_cmpfloat (defaults->shift, ==, 2.0);
  g_assert_cmpuint (defaults->decoder_steps, ==, 10);
  g_assert_cmpfloat (defaults->decoder_cfg, ==, 1.1);
}

static void
test_settings (Fixture      *fixture,
               gconstpointer data)
{
  write_text (fixture, "model.json",
              "{\"name\": \"It\", \"license\": null, \"native_size\": [256, 320], \"other\": [[]],"
              " \"text_to_image\": {\"steps\": 7, \"cfg\": 3, \"decoder_cfg\": 1.5}}");

  g_autoptr (CasFolder) folder = open_folder (fixture);
  const CasModelDefaults *defaults = cas_folder_get_defaults (folder);

  g_assert_cmpstr (cas_folder_get_name (folder), ==, "It");
  g_assert_null (cas_folder_get_license (folder));
  g_assert_cmpuint (defaults->width, ==, 256);
  g_assert_cmpuint (defaults->height, ==, 320);
  g_assert_cmpuint (defaults->steps, ==, 7);
  g_assert_cmpfloat (defaults->cfg, ==, 3.0);
  g_assert_cmpfloat (defaults->shift, ==, 2.0);
  g_assert_cmpuint (defaults->decoder_steps, ==, 10);
  g_assert_cmpfloat (defaults->decoder_cfg, ==, 1.5);
}

static const struct
{
  const char *json;
  const char *sentence;
} bad_settings[] = {
  { "[]", "%s/model.json: the file is no JSON object." },
  { "", "%s/model.json: the file is no JSON object." },
  { "{\"name\": \"\xff\"}", "%s/model.json: the file is not text in UTF-8." },
  { "[[[[[[[[[[[[[[[[[[[[", "%s/model.json: brackets nest deeper than 16." },
  { "{\"name\": '\"', \"x\": [[[[[[[[[[[[[[[[[[[[",
    "%s/model.json: there is a “'” outside of the texts." },
  { "{\"name\": 1}", "%s/model.json: “name” is no text." },
  { "{\"native_size\": 256}", "%s/model.json: “native_size” is no list of two numbers." },
  { "{\"native_size\": [256, 1e9]}",
    "%s/model.json: “native_size” is 1e+09, wanted a number from 64 to 16384." },
  { "{\"native_size\": [256, \"x\"]}",
    "%s/model.json: “native_size” is no number, wanted one from 64 to 16384." },
  { "{\"native_size\": [256.5, 256]}",
    "%s/model.json: “native_size” is 256.5, wanted a whole number." },
  { "{\"text_to_image\": []}", "%s/model.json: “text_to_image” is no object." },
  { "{\"text_to_image\": {\"steps\": 0}}",
    "%s/model.json: “steps” is 0, wanted a number from 1 to 1000." },
};

static void
test_bad_settings (Fixture      *fixture,
                   gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (bad_settings); i++)
    {
      g_autoptr (GError) error = NULL;

      write_text (fixture, "model.json", bad_settings[i].json);
      g_assert_null (cas_folder_open (fixture->path, &error));
      assert_message (error, CAS_ERROR_BAD_MODEL, fixture, bad_settings[i].sentence);
    }
}

static void
test_large_settings (Fixture      *fixture,
                     gconstpointer data)
{
  g_autofree char *json = g_strnfill ((1 << 20) + 1, ' ');
  g_autoptr (GError) error = NULL;

  write_text (fixture, "model.json", json);
  g_assert_null (cas_folder_open (fixture->path, &error));
  assert_message (error, CAS_ERROR_BAD_MODEL, fixture,
                  "%s/model.json: the file is larger than 1048576 bytes, too large for settings.");
}

/* --- config.json of CLIP --------------------------------------------------------------------- */

static const struct
{
  const char       *json;
  CasClipTextConfig config;
  const char       *sentence;
} clip_configs[] = {
  { "{}", { 0, 2, CAS_ACT_GELU, 1e-5f } },
  { "{\"num_attention_heads\": 20, \"eos_token_id\": 49407, \"hidden_act\": \"quick_gelu\","
    " \"layer_norm_eps\": 1e-6}", { 20, 49407, CAS_ACT_QUICK_GELU, 1e-6f } },
  { "{\"hidden_act\": \"relu\"}", { 0 },
    "%s/config.json: “hidden_act” is “relu”, wanted one of “gelu”, “quick_gelu”." },
  { "{\"num_attention_heads\": -1}", { 0 },
    "%s/config.json: “num_attention_heads” is -1, wanted a number from 1 to 1024." },
};

static void
test_clip_config (Fixture      *fixture,
                  gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->path, "config.json", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (clip_configs); i++)
    {
      const CasClipTextConfig *wanted = &clip_configs[i].config;
      CasClipTextConfig config;
      g_autoptr (GError) error = NULL;

      write_text (fixture, "config.json", clip_configs[i].json);
      gboolean is_good = cas_clip_text_config_load (&config, path, &error);
      if (clip_configs[i].sentence != NULL)
        {
          g_assert_false (is_good);
          assert_message (error, CAS_ERROR_BAD_MODEL, fixture, clip_configs[i].sentence);
          continue;
        }
      g_assert_no_error (error);
      g_assert_cmpuint (config.n_heads, ==, wanted->n_heads);
      g_assert_cmpuint (config.eos_token_id, ==, wanted->eos_token_id);
      g_assert_cmpint (config.act, ==, wanted->act);
      g_assert_cmpfloat (config.eps, ==, wanted->eps);
    }
}

static const struct
{
  guint32 eos;
  gint32  ids[5];
  guint   position;
} pooled[] = {
  { 2, { 90, 5, 91, 91, 91 }, 2 },   /* the highest, first of equals */
  { 0, { 90, 5, 92, 91, 91 }, 2 },   /* a new token is higher than eos */
  { 91, { 90, 5, 92, 91, 91 }, 3 },  /* the first eos */
  { 91, { 90, 5, 92, 93, 94 }, 0 },  /* no eos */
  { 2, { 2, 5, 3, 2, 2 }, 1 },
};

static void
test_pooled_position (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (pooled); i++)
    {
      CasClipText m = { .config.eos_token_id = pooled[i].eos };

      g_assert_cmpuint (cas_clip_text_pooled_position (&m, pooled[i].ids, 5), ==,
                        pooled[i].position);
    }
}

#define ADD(path, func) \
  g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/model/folder/by-tensors", test_by_tensors);
  ADD ("/model/folder/several", test_several);
  ADD ("/model/folder/missing", test_missing);
  ADD ("/model/folder/damaged", test_damaged);
  ADD ("/model/folder/damaged-elsewhere", test_damaged_elsewhere);
  ADD ("/model/folder/no-folder", test_no_folder);
  g_test_add_func ("/model/folder/demo", test_demo);
  ADD ("/model/weights/numbers", test_numbers);
  ADD ("/model/weights/number-types", test_number_types);
  ADD ("/model/settings/defaults", test_defaults);
  ADD ("/model/settings/given", test_settings);
  ADD ("/model/settings/bad", test_bad_settings);
  ADD ("/model/settings/large", test_large_settings);
  ADD ("/model/clip/config", test_clip_config);
  g_test_add_func ("/model/clip/pooled-position", test_pooled_position);

  return g_test_run ();
}
