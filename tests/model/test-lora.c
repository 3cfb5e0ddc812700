/* SPDX-License-Identifier: GPL-3.0-or-later */

/* LoRA files: which weight each spelling means, what is refused with which sentence, and that what
 * was put on comes off without a trace. */

#include <math.h>
#include <string.h>

#include <glib/gstdio.h>

#include "model/adapters.h"
#include "model/stage_c.h"
#include "names.h"
#include "ops/low_rank.h"

/* --- spellings ------------------------------------------------------------------------------- */

typedef struct
{
  CasWeights    *weights[CAS_N_LORA_NETWORKS];
  CasLoraPlaces *places;
} Published;

static void
published_clear (Published *p)
{
  cas_lora_places_free (p->places);
  for (guint i = 0; i < CAS_N_LORA_NETWORKS; i++)
    cas_weights_unref (p->weights[i]);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Published, published_clear)

static void
published_init (Published *p)
{
  p->weights[CAS_LORA_STAGE_C] = test_names_load ("stage_c_3.6b");
  p->weights[CAS_LORA_STAGE_B] = test_names_load ("stage_b_1.5b");
  p->weights[CAS_LORA_TEXT] = test_names_load ("clip_text_bigg");
  p->places = cas_lora_places_new (p->weights);
}

static void
test_spellings (void)
{
  static const char in_proj[] = "down_blocks.1.5.attention.attn.in_proj_weight";
  static const char out_proj[] = "up_blocks.0.2.attention.attn.out_proj.weight";
  static const char fc1[] = "text_model.encoder.layers.31.mlp.fc1.weight";
  static const struct
  {
    const char *module, *weight;
    guint32     first_row, n_rows; /* 0: all */
  } cases[] = {
    { "lora_unet_down_blocks_1_5_attention_attn_to_q", in_proj, 0, 2048 },
    { "lora_prior_unet_down_blocks_1_5_attention_attn_to_k", in_proj, 2048, 2048 },
    { "lora_prior_unet_down_blocks_1_5_attention_to_v", in_proj, 4096, 2048 },
    { "lora_unet_down_blocks_1_5_attention_attn_in_proj", in_proj },
    { "prior.down_blocks.1.5.attention.to_k", in_proj, 2048, 2048 },
    { "unet.down_blocks.1.5.attention.attn.in_proj.2", in_proj, 4096, 2048 },
    { "down_blocks.1.5.attention.attn.to_q", in_proj, 0, 2048 },
    { "base_model.model.down_blocks.1.5.attention.to_v", in_proj, 4096, 2048 },
    { "lora_prior_unet_up_blocks_0_2_attention_to_out_0", out_proj },
    { "lora_unet_up_blocks_0_2_attention_attn_out_proj", out_proj },
    { "prior.up_blocks.0.2.attention.to_out.0", out_proj },
    { "unet.up_blocks.0.2.attention.attn.out_proj", out_proj },
    { "lora_unet_down_blocks_1_0_depthwise", "down_blocks.1.0.depthwise.weight" },
    { "lora_prior_te_text_model_encoder_layers_31_mlp_fc1", fc1 },
    { "lora_te_text_model_encoder_layers_31_mlp_fc1", fc1 },
    { "text_encoder.text_model.encoder.layers.31.mlp.fc1", fc1 },
    { "lora_prior_te_text_projection", "text_projection.weight" },
    { "lora_decoder_unet_clip_mapper", "clip_mapper.weight" },
    { "decoder.clip_txt_pooled_mapper", "clip_mapper.weight" },
    { "lora_unet_input_blocks_4_1_proj_in", NULL },
    { "lora_te2_text_model_encoder_layers_31_mlp_fc1", NULL },
    { "lora_prior_te_text_model_embeddings_token_embedding", NULL },
    { "", NULL },
  };
  g_auto (Published) p = { { NULL } };

  published_init (&p);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const CasLoraPlace *place = cas_lora_places_find (p.places, cases[i].module);

      g_test_message ("%s", cases[i].module);
      g_assert_cmpstr (place ? place->weight->name : NULL, ==, cases[i].weight);
      if (!place)
        continue;
      g_assert_cmpuint (place->first_row, ==, cases[i].first_row);
      g_assert_cmpuint (place->n_rows, ==,
                        cases[i].n_rows ? cases[i].n_rows : place->weight->dims[0]);
    }
}

/* No name of the published models is another's when its dots are gone. */
static void
test_unambiguous (void)
{
  static const char *const prefixes[CAS_N_LORA_NETWORKS] = {
    "lora_unet_", "lora_decoder_unet_", "lora_prior_te_",
  };
  g_auto (Published) p = { { NULL } };
  guint n = 0;

  published_init (&p);
  for (guint network = 0; network < CAS_N_LORA_NETWORKS; network++)
    for (guint i = 0; i < cas_weights_get_n (p.weights[network]); i++)
      {
        const CasWeight *weight = cas_weights_get_nth (p.weights[network], i);

        if (weight->n_dims < 2 || !g_str_has_suffix (weight->name, ".weight")
            || strstr (weight->name, "_embedding."))
          continue;

        g_autofree char *module = g_strconcat (prefixes[network], weight->name, NULL);

        module[strlen (module) - strlen (".weight")] = '\0';
        g_strdelimit (module, ".", '_');
        const CasLoraPlace *place = cas_lora_places_find (p.places, module);

        g_assert_nonnull (place);
        g_assert_true (place->weight == weight);
        g_assert_cmpuint (place->network, ==, network);
        n++;
      }
  g_assert_cmpuint (n, >, 1000);
}

static void
test_official_order (void)
{
  static const struct { guint nth; const char *name; } cases[] = {
    { 0, "down_blocks.0.2.attention.attn.out_proj.weight" },
    { 1, "down_blocks.0.2.attention.attn.in_proj_weight" },
    { 2, "down_blocks.0.5.attention.attn.out_proj.weight" },
    { 16, "down_blocks.1.2.attention.attn.out_proj.weight" },
    { 64, "up_blocks.0.2.attention.attn.out_proj.weight" },
    { 127, "up_blocks.1.23.attention.attn.in_proj_weight" },
  };
  g_auto (Published) p = { { NULL } };

  published_init (&p);
  g_assert_cmpuint (cas_lora_places_get_n_attention (p.places), ==, 128);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpstr (cas_lora_places_get_attention (p.places, cases[i].nth)->weight->name, ==,
                     cases[i].name);
  g_assert_null (cas_lora_places_get_attention (p.places, 128));
}

/* --- files made up --------------------------------------------------------------------------- */

/* The small networks of the golden cases. */
typedef struct
{
  char           *folder;
  CasStageC      *stage_c;
  CasClipText    *text;
  CasTokenizer   *tokenizer;
  CasAdapterModel model;
} Fixture;

static char *
dup_golden (const char *name)
{
  return g_test_build_filename (G_TEST_DIST, "..", "golden", "data", "models", name, NULL);
}

static CasWeights *
load_golden (const char *name)
{
  g_autofree char *path = dup_golden (name);
  g_autoptr (GError) error = NULL;
  g_autoptr (CasSafetensors) file = cas_safetensors_open (path, &error);

  g_assert_no_error (error);
  return cas_weights_new (file, NULL, NULL);
}

static void
set_up (Fixture      *f,
        gconstpointer data)
{
  g_autoptr (CasWeights) c = load_golden ("stage_c.safetensors");
  g_autoptr (CasWeights) text = load_golden ("clip_text.safetensors");
  g_autofree char *vocab = dup_golden ("clip_tokenizer/vocab.json");
  g_autofree char *merges = dup_golden ("clip_tokenizer/merges.txt");
  g_autoptr (GError) error = NULL;

  f->folder = g_dir_make_tmp ("weir-lora-XXXXXX", &error);
  g_assert_no_error (error);
  f->stage_c = cas_stage_c_new (c, NULL, &error);
  g_assert_no_error (error);
  f->text = cas_clip_text_new (text, NULL, &error);
  g_assert_no_error (error);
  f->tokenizer = cas_tokenizer_new (vocab, merges, &error);
  g_assert_no_error (error);
  f->model = (CasAdapterModel) {
    .weights = {
      [CAS_LORA_STAGE_C] = f->stage_c->unet.weights,
      [CAS_LORA_TEXT] = f->text->weights,
    },
    .text = f->text,
    .tokenizer = f->tokenizer,
  };
}

static void
tear_down (Fixture      *f,
           gconstpointer data)
{
  g_autoptr (GDir) dir = g_dir_open (f->folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (f->folder, name, NULL);

      g_remove (path);
    }
  g_rmdir (f->folder);
  g_free (f->folder);
  cas_tokenizer_free (f->tokenizer);
  cas_clip_text_free (f->text);
  cas_stage_c_free (f->stage_c);
}

/* "NAME TYPE SHAPE VALUE"; "VALUE+" counts up from there */
static void
parse_tensor (const char           *line,
              CasSafetensorsTensor *tensor)
{
  g_auto (GStrv) words = g_strsplit (line, " ", 4);
  g_auto (GStrv) sides = g_strsplit (words[2], "x", -1);
  const double value = g_ascii_strtod (words[3], NULL);
  gsize n = 1;

  tensor->name = g_strdup (words[0]);
  g_assert_true (cas_dtype_from_name (words[1], &tensor->dtype));
  for (guint i = 0; sides[i] && *sides[i] != '.'; i++)
    n *= tensor->dims[tensor->n_dims++] = g_ascii_strtoull (sides[i], NULL, 10);

  gpointer data = g_malloc0 (MAX (n, 1) * 8);
  for (gsize i = 0; i < n; i++)
    if (tensor->dtype == CAS_I64)
      ((gint64 *) data)[i] = (gint64) value + (strchr (words[3], '+') ? (gint64) i : 0);
    else if (tensor->dtype == CAS_F32)
      ((float *) data)[i] = (float) value;
  tensor->data = data;
}

static char *
write_file (Fixture    *f,
            const char *name,
            const char *text, /* lines */
            const char *tokens)
{
  g_autofree char *path = g_build_filename (f->folder, name, NULL);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  const char *const metadata[] = { tokens ? "train_tokens" : NULL, tokens, NULL };
  CasSafetensorsTensor tensors[32] = { 0 };
  g_autoptr (GError) error = NULL;
  guint n = 0;

  while (lines[n] && *lines[n])
    {
      parse_tensor (lines[n], &tensors[n]);
      n++;
    }
  cas_safetensors_write (path, tensors, n, metadata, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < n; i++)
    {
      g_free ((char *) tensors[i].name);
      g_free ((gpointer) tensors[i].data);
    }
  return g_steal_pointer (&path);
}

/* Opens, adds and puts on. */
static gboolean
try_file (Fixture           *f,
          CasAdapters       *adapters,
          const char        *path,
          const char *const *names,
          GError           **error)
{
  CasLora *lora = cas_lora_open (path, error);

  return lora && cas_adapters_add (adapters, lora, 1.0, &names, error)
         && cas_adapters_put_on (adapters, error);
}

/* --- refusals -------------------------------------------------------------------------------- */

#define MAPPER      "lora_unet_clip_txt_mapper"
#define MAPPER_UP   MAPPER ".lora_up.weight F32 72x4 1\n"
#define MAPPER_DOWN MAPPER ".lora_down.weight F32 4x128 1\n"

static void
test_refusals (Fixture      *f,
               gconstpointer data)
{
  static const struct
  {
    const char *what, *tensors, *tokens, *sentence;
  } cases[] = {
    { "nothing", "", NULL, "it is no LoRA: there is no tensor in it." },
    { "no LoRA", "a F32 3 1\n", NULL, "it is no LoRA that is known" },
    { "LoKr", "lora_unet_clf_1.lokr_w1 F32 4x4 1\n", NULL, "LoHa and LoKr are not" },
    { "half", MAPPER_UP, NULL, "“" MAPPER ".lora_up.weight” is there without its other half" },
    { "alpha alone", MAPPER ".alpha F32 . 1\n", NULL, "without its other half" },
    { "twice", MAPPER_DOWN MAPPER_UP MAPPER ".lora_A.weight F32 4x128 1\n", NULL,
      "are the same half twice" },
    { "two names", MAPPER_DOWN MAPPER_UP
      "lora_prior_unet_clip_txt_mapper.lora_down.weight F32 4x128 1\n"
      "lora_prior_unet_clip_txt_mapper.lora_up.weight F32 72x4 1\n", NULL,
      "both change “clip_txt_mapper.weight” of the model" },
    { "part and whole", "down_blocks.0.2.attention.to_q.lora_A.weight F32 4x64 1\n"
      "down_blocks.0.2.attention.to_q.lora_B.weight F32 64x4 1\n"
      "down_blocks.0.2.attention.attn.in_proj.lora_A.weight F32 4x64 1\n"
      "down_blocks.0.2.attention.attn.in_proj.lora_B.weight F32 192x4 1\n", NULL, "both change" },
    { "ranks", MAPPER_DOWN MAPPER ".lora_up.weight F32 72x8 1\n", NULL, "of different ranks" },
    { "rank of up", MAPPER_DOWN MAPPER ".lora_up.weight F32 72x4x3x3 1\n", NULL,
      "of different ranks" },
    { "huge rank", MAPPER ".lora_down.weight F32 1025x128 1\n"
      MAPPER ".lora_up.weight F32 72x1025 1\n", NULL,
      "is of rank 1025, and it may be 1024 at most" },
    { "no rank", MAPPER ".lora_down.weight F32 0x128 1\n" MAPPER ".lora_up.weight F32 72x0 1\n",
      NULL, "has shape [0, 128], wanted [any, any]" },
    { "one dimension", MAPPER ".lora_down.weight F32 4 1\n" MAPPER_UP, NULL, "wanted [any, any]" },
    { "width", MAPPER ".lora_down.weight F32 4x1280 1\n" MAPPER_UP, NULL,
      "“" MAPPER ".lora_down.weight” has shape [4, 1280], wanted [4, 128] for "
      "“clip_txt_mapper.weight” of the model: it is for another model." },
    { "height", MAPPER_DOWN MAPPER ".lora_up.weight F32 2048x4 1\n", NULL,
      "has shape [2048, 4], wanted [72, 4]" },
    { "type", MAPPER ".lora_down.weight I64 4x128 1\n" MAPPER_UP, NULL, "is of type I64" },
    { "NaN", MAPPER ".lora_down.weight F32 4x128 nan\n" MAPPER_UP, NULL, "are not finite" },
    { "infinity", MAPPER_DOWN MAPPER ".lora_up.weight F32 72x4 inf\n", NULL, "are not finite" },
    { "alpha of NaN", MAPPER_DOWN MAPPER_UP MAPPER ".alpha F32 . nan\n", NULL, "are not finite" },
    { "alphas", MAPPER_DOWN MAPPER_UP MAPPER ".alpha F32 2 1\n", NULL, "wanted [1]" },
    { "DoRA", MAPPER_DOWN MAPPER_UP MAPPER ".dora_scale F32 72 1\n", NULL, "more than a LoRA" },
    { "another kind of model", "lora_unet_input_blocks_4_1_proj_in.lora_down.weight F32 4x320 1\n"
      "lora_unet_input_blocks_4_1_proj_in.lora_up.weight F32 640x4 1\n", NULL,
      "none of its 2 tensors belongs to the model (the first is of "
      "“lora_unet_input_blocks_4_1_proj_in”)" },
    { "list too short", "weights.0.lora_down F32 4x64 1\nweights.0.lora_up F32 64x4 1\n", NULL,
      "it changes 1 layer of the attention, and the model's has 12" },
    { "list with a hole", "weights.0.lora_down F32 4x64 1\nweights.0.lora_up F32 64x4 1\n"
      "weights.2.lora_down F32 4x64 1\nweights.2.lora_up F32 64x4 1\n", NULL,
      "“weights.” goes up to 2" },
    { "list without a half", "weights.0.lora_down F32 4x64 1\n", NULL, "without its other half" },
    { "rows", "embeddings.embeddings F32 1x128 1\n", NULL, "“embeddings.indices” is missing" },
    { "rows of another number", "embeddings.embeddings F32 1x128 1\nembeddings.indices I64 2 774\n",
      NULL, "is not 1 numbers of type I64" },
    { "the same row", "embeddings.embeddings F32 2x128 1\nembeddings.indices I64 2 774\n", NULL,
      "names token 774 twice" },
    { "row below 0", "embeddings.embeddings F32 1x128 1\nembeddings.indices I64 1 -1\n", NULL,
      "names token -1" },
    { "row far beyond", "embeddings.embeddings F32 1x128 1\nembeddings.indices I64 1 1e15\n", NULL,
      "names token 1000000000000000" },
    { "rows of another width", "embeddings.embeddings F32 1x1280 1\nembeddings.indices I64 1 1\n",
      NULL, "the model's tokens are 128 wide" },
    { "rows that are not finite", "clip_g F32 2x128 nan\n", NULL, "are not finite" },
    { "too many rows", "clip_g F32 76x128 1\n", NULL, "has 76 rows of tokens" },
    { "remark", "embeddings.embeddings F32 1x128 1\nembeddings.indices I64 1 1\n", "[[\"[a]\"]]",
      "is no list of pairs" },
    { "remark that cannot be shown",
      "embeddings.embeddings F32 1x128 1\nembeddings.indices I64 1 1\n",
      "[[\"[a\\u001b[2J]\", \"b\"]]", "is no list of pairs" },
    { "remark that goes on", "embeddings.embeddings F32 1x128 1\nembeddings.indices I64 1 1\n",
      "[[\"[a]\", \"b\"]] []", "is no list of pairs" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = write_file (f, "a.safetensors", cases[i].tensors, cases[i].tokens);
      g_autoptr (CasAdapters) adapters = cas_adapters_new (&f->model);
      g_autoptr (GError) error = NULL;

      g_assert_false (try_file (f, adapters, path, NULL, &error));
      g_test_message ("%s: %s", cases[i].what, error->message);
      g_assert_error (error, CAS_ERROR, CAS_ERROR_BAD_MODEL);
      g_assert_nonnull (strstr (error->message, cases[i].sentence));
      g_assert_true (g_str_has_prefix (error->message, path));
      g_assert_cmpuint (cas_tokenizer_get_n_added (f->model.tokenizer), ==, 0);
      g_assert_null (f->model.text->extra);
      g_assert_null (cas_weights_peek (f->model.weights[0], "clip_txt_mapper.weight")->low_rank);
    }
}

/* Rules for new tokens, which a stranger wrote. */
static void
test_rules (Fixture      *f,
            gconstpointer data)
{
  static const struct
  {
    const char *name, *sentence; /* NULL: it is good */
  } cases[] = {
    { "[x]=^dog</w>", NULL },
    { "[x]=nothing matches this", NULL },
    { "[x]", NULL },
    { "[x]=(", "is no regular expression" },
    { "[x]=^(.|..|...)*(.|..|...)*(.|..|...)*(.|..|...)*\\d\\d\\d\\d$", "takes too long" },
    { "[x]=(*LIMIT_MATCH=4000000000)^dog", "begins with “(*”" },
    { "=^dog</w>", "name of a token is empty" },
  };
  g_autofree char *path = NULL;
  const gint32 n_ids = cas_tokenizer_get_n_ids (f->model.tokenizer);
  g_autofree char *tensors = g_strdup_printf ("embeddings.embeddings F32 1x128 1\n"
                                              "embeddings.indices I64 1 %d\n", n_ids);

  path = write_file (f, "a.safetensors", tensors, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (CasAdapters) adapters = cas_adapters_new (&f->model);
      const char *const names[] = { cases[i].name, NULL };
      g_autoptr (GError) error = NULL;
      const gboolean ok = try_file (f, adapters, path, names, &error);

      g_test_message ("%s: %s", cases[i].name, ok ? "good" : error->message);
      if (cases[i].sentence)
        {
          g_assert_false (ok);
          g_assert_nonnull (strstr (error->message, cases[i].sentence));
          continue;
        }
      g_assert_no_error (error);
      g_assert_true (cas_tokenizer_is_added (f->model.tokenizer, "[X]", 3));
      cas_adapters_take_off (adapters);
      g_assert_false (cas_tokenizer_is_added (f->model.tokenizer, "[x]", 3));
      g_assert_cmpint (cas_tokenizer_get_n_ids (f->model.tokenizer), ==, n_ids);
    }
}

/* Each rule ends, but all of a file's together would take minutes. */
static void
test_slow_rules (Fixture      *f,
                 gconstpointer data)
{
  g_autoptr (CasAdapters) adapters = cas_adapters_new (&f->model);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *tensors = g_strdup_printf ("embeddings.embeddings F32 %ux128 1\n"
                                              "embeddings.indices I64 %u %d+\n",
                                              CAS_LORA_MAX_ROWS, CAS_LORA_MAX_ROWS,
                                              cas_tokenizer_get_n_ids (f->model.tokenizer));
  g_autofree char *path = write_file (f, "a.safetensors", tensors, NULL);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < CAS_LORA_MAX_ROWS; i++)
    g_ptr_array_add (names, g_strdup_printf ("[x%u]=(?:|){11}(?!)", i));
  g_ptr_array_add (names, NULL);
  g_assert_false (try_file (f, adapters, path, (const char *const *) names->pdata, &error));
  g_assert_nonnull (strstr (error->message, "takes too long to follow"));
}

/* Numbers that are finite in the file and not after its weight or another's are added. */
static void
test_overflow (Fixture      *f,
               gconstpointer data)
{
  static const struct { const char *tensors, *sentence; } cases[] = {
    { MAPPER_DOWN MAPPER ".lora_up.weight F32 72x4 3e38\n" MAPPER ".alpha F32 . 40\n",
      "tensor “" MAPPER ".lora_up.weight” times 10 gives numbers that are not finite" },
    { MAPPER_DOWN MAPPER ".lora_up.weight F32 72x4 3e38\n" MAPPER ".alpha F32 . 3e38\n",
      "gives numbers that are not finite" },
    { "embeddings.embeddings F32 1x128 3e38\nembeddings.indices I64 1 7\n",
      "tensor “embeddings.embeddings” at weight 1 gives numbers that are not finite" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (CasAdapters) adapters = cas_adapters_new (&f->model);
      g_autofree char *path = write_file (f, "a.safetensors", cases[i].tensors, NULL);
      g_autoptr (GError) error = NULL;
      gboolean ok = TRUE;

      for (guint k = 0; ok && k < 2; k++) /* two files that change the same token */
        ok = try_file (f, adapters, path, NULL, &error);
      g_assert_false (ok);
      g_test_message ("%s", error->message);
      g_assert_error (error, CAS_ERROR, CAS_ERROR_BAD_MODEL);
      g_assert_nonnull (strstr (error->message, "a.safetensors"));
      g_assert_nonnull (strstr (error->message, cases[i].sentence));
      g_assert_null (cas_weights_peek (f->model.weights[0], "clip_txt_mapper.weight")->low_rank);
    }
}

static void
test_same_token_twice (Fixture      *f,
                       gconstpointer data)
{
  g_autoptr (CasAdapters) adapters = cas_adapters_new (&f->model);
  g_autofree char *path = write_file (f, "cat.safetensors", "clip_g F32 2x128 1\n", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (cas_adapters_add (adapters, cas_lora_open (path, NULL), 1.0, NULL, &error));
  g_assert_true (cas_adapters_add (adapters, cas_lora_open (path, NULL), 1.0, NULL, &error));
  g_assert_false (cas_adapters_put_on (adapters, &error));
  g_assert_nonnull (strstr (error->message,
                            "cat.safetensors: its new token “embedding:cat” is another's already"));
  g_assert_null (f->model.text->extra);
}

/* --- what is put on -------------------------------------------------------------------------- */

static void
test_embedding (Fixture      *f,
                gconstpointer data)
{
  static const struct { const char *text; guint n; } cases[] = {
    { "embedding:cat", 3 },       { "a (embedding:CAT)", 3 }, { "embedding:cat, embedding:cat", 6 },
    { "embedding:catalogue", 0 }, { "embedding:cat_2", 0 },
  };
  g_autoptr (CasAdapters) adapters = cas_adapters_new (&f->model);
  g_autofree char *path = write_file (f, "cat.safetensors", "clip_g F32 3x128 0.5\n", NULL);
  const gint32 first = (gint32) f->model.text->n_vocabulary;
  g_autoptr (GError) error = NULL;

  try_file (f, adapters, path, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (f->model.text->extra->dims[0], ==, 3);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GArray) ids = cas_tokenizer_encode (f->model.tokenizer, cases[i].text, NULL);
      guint n = 0;

      for (guint k = 0; k < ids->len; k++)
        if (g_array_index (ids, gint32, k) >= first)
          g_assert_cmpint (g_array_index (ids, gint32, k), ==, first + (gint32) (n++ % 3));
      g_assert_cmpuint (n, ==, cases[i].n);
    }
  cas_adapters_take_off (adapters);
  g_assert_null (f->model.text->extra);
}

/* A token of the vocabulary that two files change, and how many keys are not the model's. */
static void
test_replaced (Fixture      *f,
               gconstpointer data)
{
  g_autoptr (CasAdapters) adapters = cas_adapters_new (&f->model);
  g_autofree char *path = write_file (f, "a.safetensors", "embeddings.embeddings F32 1x128 0.5\n"
                                      "embeddings.indices I64 1 7\nother F32 2 1\n", NULL);
  const CasClipText *text = f->model.text;
  const gint32 row = (gint32) text->n_vocabulary;
  g_autoptr (GError) error = NULL;
  float base, changed;

  g_assert_true (cas_adapters_add (adapters, cas_lora_open (path, NULL), 1.0, NULL, &error));
  g_assert_true (cas_adapters_add (adapters, cas_lora_open (path, NULL), 0.5, NULL, &error));
  cas_adapters_put_on (adapters, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (cas_adapters_get_nth (adapters, 0)->n_matched, ==, 2);
  g_assert_cmpuint (cas_adapters_get_nth (adapters, 0)->n_unmatched, ==, 1);
  g_assert_cmpstr (cas_adapters_get_nth (adapters, 0)->first_unmatched, ==, "other");
  g_assert_cmpint (cas_clip_text_find_row (text, 7), ==, row);
  g_assert_cmpint (cas_clip_text_find_row (text, 8), ==, 8);

  g_assert_true (cas_weight_read_f32 (text->tokens, 7 * text->c + 3, &base, 1, NULL));
  g_assert_true (cas_weight_read_f32 (text->extra, 3, &changed, 1, NULL));
  g_assert_cmpfloat_with_epsilon (changed, base + 0.75, 1e-6);
  cas_adapters_take_off (adapters);
  g_assert_cmpint (cas_clip_text_find_row (text, 7), ==, 7);
}

/* Several at once add up, whatever their ranks, and leave nothing behind. */
static void
test_sum (Fixture      *f,
          gconstpointer data)
{
  g_autoptr (CasAdapters) adapters = cas_adapters_new (&f->model);
  g_autofree char *a = write_file (f, "a.safetensors",
                                   MAPPER_DOWN MAPPER_UP MAPPER ".alpha F32 . 2\n", NULL);
  g_autofree char *b = write_file (f, "b.safetensors",
                                   "prior.clip_txt_mapper.lora_A.weight F32 2x128 0.5\n"
                                   "prior.clip_txt_mapper.lora_B.weight F32 72x2 0.25\n", NULL);
  const CasWeight *weight = cas_weights_peek (f->model.weights[CAS_LORA_STAGE_C],
                                              "clip_txt_mapper.weight");
  /* 0.5 · (2/4) · 4 products of 1, and 2 · 2 products of 0.125 */
  const float sum = 0.5f * 0.5f * 4 + 2 * 2 * 0.125f;
  g_autoptr (GError) error = NULL;
  float base, changed;

  g_assert_true (cas_adapters_add (adapters, cas_lora_open (a, NULL), 0.5, NULL, &error));
  g_assert_true (cas_adapters_add (adapters, cas_lora_open (b, NULL), 2.0, NULL, &error));
  cas_adapters_put_on (adapters, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (weight->low_rank->rank, ==, 8); /* 4 + 2, rounded up */

  g_assert_true (cas_weight_read_f32 (weight, 777, &base, 1, NULL));
  g_assert_true (cas_weight_read_f32 (cas_weight_merged (weight), 777, &changed, 1, NULL));
  g_assert_cmpfloat_with_epsilon (changed, base + sum, 1e-5);

  cas_adapters_take_off (adapters);
  g_assert_true (cas_weight_merged (weight) == weight);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/lora/spellings", test_spellings);
  g_test_add_func ("/lora/unambiguous", test_unambiguous);
  g_test_add_func ("/lora/official-order", test_official_order);
  g_test_add ("/lora/refusals", Fixture, NULL, set_up, test_refusals, tear_down);
  g_test_add ("/lora/rules", Fixture, NULL, set_up, test_rules, tear_down);
  g_test_add ("/lora/slow-rules", Fixture, NULL, set_up, test_slow_rules, tear_down);
  g_test_add ("/lora/overflow", Fixture, NULL, set_up, test_overflow, tear_down);
  g_test_add ("/lora/same-token-twice", Fixture, NULL, set_up, test_same_token_twice, tear_down);
  g_test_add ("/lora/embedding", Fixture, NULL, set_up, test_embedding, tear_down);
  g_test_add ("/lora/replaced", Fixture, NULL, set_up, test_replaced, tear_down);
  g_test_add ("/lora/sum", Fixture, NULL, set_up, test_sum, tear_down);
  return g_test_run ();
}
