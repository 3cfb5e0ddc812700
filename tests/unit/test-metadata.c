/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The texts in a picture: their exact form, and our own one read back. */

#include "cascade/error.h"
#include "cascade/image.h"
#include "io/json-text.h"
#include "io/metadata.h"
#include "io/png.h"

#include <glib/gstdio.h>
#include <locale.h>
#include <string.h>

static CasMetadataPart parts[] = {
  { "stage_c", "stage_c_bf16.safetensors", "0123abcd" },
  { "stage_b", "stage \"b\".safetensors", NULL },
};

static CasMetadataLora loras[] = {
  { "lucky", "0123456789abcdef", 0.75 },
  { "a, b", NULL, -1 },
};

static const CasMetadata example = {
  .prompt = "a red house, at \"sunset\"\nwith 한국 🐶 \\ and \x01",
  .negative_prompt = "fog: grey",
  .width = 256,
  .height = 512,
  .seed = G_MAXINT64,
  .sampler = "ddpm",
  .steps = 20,
  .cfg = 4,
  .shift = 2.5,
  .decoder_steps = 10,
  .decoder_cfg = 1.1,
  .model = "Weir demo: illustrated scenes",
  .parts = parts,
  .n_parts = G_N_ELEMENTS (parts),
  .loras = loras,
  .n_loras = G_N_ELEMENTS (loras),
  .lora_tokens = (char *[]) { "[anna]=^woman</w>", NULL },
  .kernels = "scalar",
};

static void
test_infotext (void)
{
  g_autofree char *text = cas_metadata_to_infotext (&example);
  CasMetadata plain = example;

  g_assert_cmpstr (text, ==,
                   "a red house, at \"sunset\"\nwith 한국 🐶 \\ and \x01\n"
                   "Negative prompt: fog: grey\n"
                   "Steps: 20, Sampler: DDPM, CFG scale: 4, Seed: 9223372036854775807, "
                   "Size: 256x512, Model: \"Weir demo: illustrated scenes\", Shift: 2.5, "
                   "Decoder steps: 10, Decoder CFG: 1.1, "
                   "Lora hashes: \"lucky: 0123456789ab, a, b: \", "
                   "Lora weights: \"lucky: 0.75, a, b: -1\", Version: Weir " WEIR_VERSION);

  plain.prompt = (char *) "a dog";
  plain.negative_prompt = (char *) "";
  plain.model = (char *) "plain";
  plain.version = (char *) "7.8.9";
  plain.n_loras = 0;
  g_autofree char *plain_text = cas_metadata_to_infotext (&plain);
  g_assert_cmpstr (plain_text, ==,
                   "a dog\n"
                   "Steps: 20, Sampler: DDPM, CFG scale: 4, Seed: 9223372036854775807, "
                   "Size: 256x512, Model: plain, Shift: 2.5, "
                   "Decoder steps: 10, Decoder CFG: 1.1, Version: Weir 7.8.9");
}

static void
test_quoting (void)
{
  static const struct { const char *model, *wanted; } cases[] = {
    { "plain name", "Model: plain name, " },
    { "a,b", "Model: \"a,b\", " },
    { "a:b", "Model: \"a:b\", " },
    { "a\nb", "Model: \"a\\nb\", " },
    { "\"a\"", "Model: \"\\\"a\\\"\", " },
    { "é, 한", "Model: \"é, 한\", " },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      CasMetadata m = example;

      m.model = (char *) cases[i].model;
      g_autofree char *text = cas_metadata_to_infotext (&m);
      g_assert_nonnull (strstr (text, cases[i].wanted));
    }
}

static void
test_json (void)
{
  g_autofree char *json = cas_metadata_to_json (&example);

  g_assert_cmpstr (json, ==,
                   "{\"schema\":1,\"program\":\"Weir\",\"version\":\"" WEIR_VERSION "\","
                   "\"prompt\":\"a red house, at \\\"sunset\\\"\\nwith 한국 🐶 \\\\ and \\u0001\","
                   "\"negative_prompt\":\"fog: grey\",\"width\":256,\"height\":512,"
                   "\"seed\":9223372036854775807,\"sampler\":\"ddpm\",\"steps\":20,\"cfg\":4,"
                   "\"shift\":2.5,\"decoder_steps\":10,\"decoder_cfg\":1.1,"
                   "\"model\":\"Weir demo: illustrated scenes\",\"parts\":["
                   "{\"role\":\"stage_c\",\"file\":\"stage_c_bf16.safetensors\","
                   "\"sha256\":\"0123abcd\"},"
                   "{\"role\":\"stage_b\",\"file\":\"stage \\\"b\\\".safetensors\"}],"
                   "\"loras\":[{\"name\":\"lucky\",\"sha256\":\"0123456789abcdef\","
                   "\"weight\":0.75},"
                   "{\"name\":\"a, b\",\"weight\":-1}],\"lora_tokens\":[\"[anna]=^woman</w>\"],"
                   "\"kernels\":\"scalar\"}");
}

static void
test_round_trip (void)
{
  g_autofree char *json = cas_metadata_to_json (&example);
  g_autoptr (GError) error = NULL;
  g_auto (CasMetadata) m = { NULL };

  cas_metadata_parse_json (json, &m, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (m.prompt, ==, example.prompt);
  g_assert_cmpstr (m.negative_prompt, ==, example.negative_prompt);
  g_assert_cmpuint (m.width, ==, example.width);
  g_assert_cmpuint (m.height, ==, example.height);
  g_assert_cmpuint (m.seed, ==, example.seed);
  g_assert_cmpstr (m.sampler, ==, example.sampler);
  g_assert_cmpuint (m.steps, ==, example.steps);
  g_assert_cmpfloat (m.cfg, ==, example.cfg);
  g_assert_cmpfloat (m.shift, ==, example.shift);
  g_assert_cmpuint (m.decoder_steps, ==, example.decoder_steps);
  g_assert_cmpfloat (m.decoder_cfg, ==, example.decoder_cfg);
  g_assert_cmpstr (m.model, ==, example.model);
  g_assert_cmpuint (m.n_parts, ==, 2);
  for (guint i = 0; i < 2; i++)
    {
      g_assert_cmpstr (m.parts[i].role, ==, parts[i].role);
      g_assert_cmpstr (m.parts[i].file, ==, parts[i].file);
      g_assert_cmpstr (m.parts[i].sha256, ==, parts[i].sha256);
    }
  g_assert_cmpstr (m.kernels, ==, example.kernels);
  g_assert_cmpstr (m.version, ==, WEIR_VERSION);

  g_autofree char *again = cas_metadata_to_json (&m);
  g_assert_cmpstr (again, ==, json);
}

/* What was typed and what was drawn of it: galleries show the latter. */
static void
test_drawn (void)
{
  CasMetadata drawn = example;
  g_autoptr (GError) error = NULL;
  g_auto (CasMetadata) m = { NULL };

  drawn.prompt = (char *) "a {red|blue} dog";
  drawn.drawn_prompt = (char *) "a red dog";
  drawn.drawn_negative_prompt = (char *) "rain";
  drawn.restores_mean = TRUE;

  g_autofree char *text = cas_metadata_to_infotext (&drawn);
  g_autofree char *json = cas_metadata_to_json (&drawn);
  g_assert_true (g_str_has_prefix (text, "a red dog\nNegative prompt: rain\nSteps: 20, "));
  g_assert_nonnull (strstr (text, ", Template: a {red|blue} dog, Negative Template: \"fog: grey\", "
                                  "Weights: restore mean, Version: "));
  g_assert_nonnull (strstr (json, "\"prompt\":\"a {red|blue} dog\",\"negative_prompt\":\"fog: grey\","
                                  "\"drawn_prompt\":\"a red dog\",\"drawn_negative_prompt\":\"rain\","
                                  "\"restore_mean\":true,\"width\":256"));

  cas_metadata_parse_json (json, &m, &error);
  g_assert_no_error (error);
  g_autofree char *again = cas_metadata_to_json (&m);
  g_assert_cmpstr (again, ==, json);
}

/* --- pictures that steered ------------------------------------------------------------------ */

#define HASH(digits) digits digits digits digits digits digits digits digits

static CasMetadataPicture pictures[] = {
  { .role = "init", .sha256 = HASH ("fedcba98"), .weight = 0.8 },
  { .role = "mask", .sha256 = HASH ("89abcdef"), .weight = 1 },
  { .role = "mask", .sha256 = HASH ("01234567"), .weight = 1, .threshold = 0.3 },
  { .role = "prompt", .sha256 = HASH ("00000000"), .weight = -0.5 },
  { .role = "canny", .sha256 = HASH ("ffffffff"), .weight = 0.7, .start = 0.25, .end = 0.75,
    .low = 100, .high = 200 },
  { .role = "super_resolution", .sha256 = HASH ("5a5a5a5a"), .weight = 1, .end = 1,
    .is_small = TRUE },
};

static CasMetadata
get_steered_example (void)
{
  CasMetadata steered = example;

  steered.pictures = pictures;
  steered.n_pictures = G_N_ELEMENTS (pictures);
  for (guint i = 0; i < G_N_ELEMENTS (steered.outpaint); i++)
    steered.outpaint[i] = 8 * i;
  return steered;
}

static void
test_pictures (void)
{
  const CasMetadata steered = get_steered_example ();
  g_autofree char *json = cas_metadata_to_json (&steered);
  g_autoptr (GError) error = NULL;
  g_auto (CasMetadata) m = { NULL };

  g_assert_nonnull (strstr (json, "\"pictures\":["
                                  "{\"role\":\"init\",\"sha256\":\"" HASH ("fedcba98") "\","
                                  "\"weight\":0.8},"));
  g_assert_nonnull (strstr (json, ",\"outpaint\":[0,8,16,24],\"kernels\""));

  cas_metadata_parse_json (json, &m, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (m.n_pictures, ==, G_N_ELEMENTS (pictures));
  for (guint i = 0; i < G_N_ELEMENTS (pictures); i++)
    {
      g_assert_cmpstr (m.pictures[i].role, ==, pictures[i].role);
      g_assert_cmpstr (m.pictures[i].sha256, ==, pictures[i].sha256);
      g_assert_cmpfloat (m.pictures[i].weight, ==, pictures[i].weight);
      g_assert_cmpfloat (m.pictures[i].start, ==, pictures[i].start);
      g_assert_cmpfloat (m.pictures[i].end, ==, pictures[i].end);
      g_assert_cmpuint (m.pictures[i].low, ==, pictures[i].low);
      g_assert_cmpuint (m.pictures[i].high, ==, pictures[i].high);
      g_assert_cmpfloat (m.pictures[i].threshold, ==, pictures[i].threshold);
      g_assert_cmpint (m.pictures[i].is_small, ==, pictures[i].is_small);
    }
  for (guint i = 0; i < G_N_ELEMENTS (m.outpaint); i++)
    g_assert_cmpuint (m.outpaint[i], ==, 8 * i);

  g_autofree char *again = cas_metadata_to_json (&m);
  g_assert_cmpstr (again, ==, json);
}

/* Galleries call the strength of a picture to begin from by its A1111 name. */
static void
test_pictures_infotext (void)
{
  const CasMetadata steered = get_steered_example ();
  g_autofree char *text = cas_metadata_to_infotext (&steered);
  g_autofree char *plain_text = cas_metadata_to_infotext (&example);

  g_assert_nonnull (strstr (text, ", Denoising strength: 0.8, "));
  g_assert_null (strstr (plain_text, "Denoising"));
}

/* --- in files ------------------------------------------------------------------------------- */

static void
keep_source_type (GMarkupParseContext *context,
                  const char          *text,
                  gsize                length,
                  gpointer             data,
                  GError             **error)
{
  char **found = data;

  if (g_str_equal (g_markup_parse_context_get_element (context), "Iptc4xmpExt:DigitalSourceType"))
    *found = g_strndup (text, length);
}

/* A picture on disk: three texts with settings, one without, the same bytes each time. */
static void
test_in_picture (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CasImage) image = cas_image_new (3, 2, &error);
  g_autofree char *folder = g_dir_make_tmp ("weir-metadata-XXXXXX", &error);
  g_autofree char *path = g_build_filename (folder, "a.png", NULL);
  g_autofree char *first = NULL, *second = NULL, *type = NULL;
  gsize n_first, n_second;
  const GMarkupParser markup = { .text = keep_source_type };

  for (guint has_settings = 0; has_settings < 2; has_settings++)
    {
      cas_image_save_png (image, path, has_settings ? &example : NULL, TRUE, &error);
      g_assert_no_error (error);

      g_autoptr (CasPng) png = cas_png_read (path, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (png->n_texts, ==, has_settings ? 3 : 1);
      g_assert_cmpstr (cas_png_lookup_text (png, "XML:com.adobe.xmp"), ==, cas_metadata_xmp);
      g_assert_cmpint (cas_png_lookup_text (png, "parameters") != NULL, ==, has_settings);
      g_assert_cmpint (cas_png_lookup_text (png, "weir") != NULL, ==, has_settings);
    }

  g_file_get_contents (path, &first, &n_first, &error);
  cas_image_save_png (image, path, &example, TRUE, &error);
  g_file_get_contents (path, &second, &n_second, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (first, n_first, second, n_second);

  g_autoptr (GMarkupParseContext) context = g_markup_parse_context_new (&markup, 0, &type, NULL);
  g_markup_parse_context_parse (context, cas_metadata_xmp, -1, &error);
  g_assert_no_error (error);
  g_markup_parse_context_end_parse (context, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (type, ==,
                   "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia");

  g_unlink (path);
  g_rmdir (folder);
}

static void
test_numbers (void)
{
  static const struct { double value; const char *wanted; } cases[] = {
    { 0, "0" }, { 1, "1" }, { 4, "4" }, { 1.1, "1.1" }, { 0.7, "0.7" }, { -2.25, "-2.25" },
    { 1.0 / 3, "0.3333333333333333" }, { 0.1 + 0.2, "0.30000000000000004" },
    { 1e-7, "1e-07" }, { 123456, "123456" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);

      cas_json_append_double (text, cases[i].value);
      g_assert_cmpstr (text->str, ==, cases[i].wanted);
      g_assert_cmpfloat (g_ascii_strtod (text->str, NULL), ==, cases[i].value);
    }
}

/* A locale that writes 1,1 where one is installed, else the one there is. */
static void
test_locale (void)
{
  static const char *const locales[] = { "de_DE.UTF-8", "fr_FR.UTF-8", "ru_RU.UTF-8", "" };
  g_autofree char *infotext = cas_metadata_to_infotext (&example);
  g_autofree char *json = cas_metadata_to_json (&example);

  for (guint i = 0; i < G_N_ELEMENTS (locales); i++)
    {
      g_auto (CasMetadata) m = { NULL };
      g_autoptr (GError) error = NULL;

      setlocale (LC_ALL, locales[i]);
      g_autofree char *other_infotext = cas_metadata_to_infotext (&example);
      g_autofree char *other_json = cas_metadata_to_json (&example);
      cas_metadata_parse_json (json, &m, &error);
      setlocale (LC_ALL, "C");
      g_assert_no_error (error);
      g_assert_cmpstr (other_infotext, ==, infotext);
      g_assert_cmpstr (other_json, ==, json);
      g_assert_cmpfloat (m.decoder_cfg, ==, example.decoder_cfg);
    }
}

static void
check_refused (const char *json,
               const char *says)
{
  g_autoptr (GError) error = NULL;
  CasMetadata m;

  if (cas_metadata_parse_json (json, &m, &error))
    g_error ("%.200s was accepted, wanted “%s”", json, says);
  g_assert_error (error, CAS_ERROR, CAS_ERROR_BAD_IMAGE);
  if (strstr (error->message, says) == NULL)
    g_error ("“%s” does not say “%s”", error->message, says);
  g_assert_null (m.prompt);
  g_assert_cmpuint (m.n_parts, ==, 0);
  g_assert_cmpuint (m.n_pictures, ==, 0);
}

typedef struct { const char *from, *to, *says; } Replacement;

/* The settings with one thing replaced. */
static void
check_broken (const CasMetadata *m,
              const Replacement *cases,
              guint              n_cases)
{
  g_autofree char *json = cas_metadata_to_json (m);

  for (guint i = 0; i < n_cases; i++)
    {
      g_autoptr (GString) broken = g_string_new (json);

      g_assert_cmpuint (g_string_replace (broken, cases[i].from, cases[i].to, 1), ==, 1);
      check_refused (broken->str, cases[i].says);
    }
}

#define LONG_8    "12345678"
#define LONG_64   LONG_8 LONG_8 LONG_8 LONG_8 LONG_8 LONG_8 LONG_8 LONG_8
#define LONG_512  LONG_64 LONG_64 LONG_64 LONG_64 LONG_64 LONG_64 LONG_64 LONG_64
#define LONG      LONG_512 LONG_512 LONG_8

static void
test_broken (void)
{
  static const Replacement cases[] = {
    { "\"schema\":1,", "", "“schema” is missing" },
    { "\"schema\":1", "\"schema\":2", "“schema” is 2, wanted 1 to 1" },
    { "\"schema\":1", "\"schema\":\"1\"", "“schema” is no whole number" },
    { "\"width\":256", "\"width\":0", "“width” is 0, wanted 1 to" },
    { "\"width\":256", "\"width\":-8", "“width” is -8" },
    { "\"width\":256", "\"width\":1000001", "“width” is 1000001" },
    { "\"width\":256", "\"width\":256.5", "“width” is no whole number" },
    { "\"width\":256", "\"width\":[256]", "“width” is no whole number" },
    { "\"width\":256", "\"width\":null", "“width” is no whole number" },
    { "\"width\":256,", "", "“width” is missing" },
    { "\"height\":512,", "", "“height” is missing" },
    { "\"seed\":9223372036854775807", "\"seed\":-1", "“seed” is -1" },
    { "\"seed\":9223372036854775807", "\"seed\":true", "“seed” is no whole number" },
    { "\"steps\":20", "\"steps\":\"20\"", "“steps” is no whole number" },
    { "\"cfg\":4", "\"cfg\":\"4\"", "“cfg” is no number" },
    { "\"cfg\":4", "\"cfg\":1e300", "“cfg” is out of range" },
    { "\"cfg\":4,", "", "“cfg” is missing" },
    { "\"sampler\":\"ddpm\"", "\"sampler\":3", "“sampler” is no text" },
    { "\"model\":\"Weir demo: illustrated scenes\"", "\"model\":{}", "“model” is no text" },
    { "\"parts\":[", "\"parts\":3,\"x\":[", "“parts” is no list" },
    { "\"parts\":[", "\"parts\":[3,", "item of “parts” is no object" },
    { "\"file\":\"stage_c", "\"file\":3,\"x\":\"stage_c", "“file” is no text" },
    { "\"role\":\"stage_c\"", "\"role\":\"\\u001b[2J\"", "“role” has characters" },
    { "\"role\":\"stage_c\"", "\"role\":\"../stage_c\"", "“role” has characters" },
    { "\"sha256\":\"0123abcd\"", "\"sha256\":123", "“sha256” is no text" },
    { "\"sha256\":\"0123abcd\"", "\"sha256\":\"0123ABCD\"", "“sha256” has characters" },
    { "\"sha256\":\"0123abcd\"", "\"sha256\":\"/etc/passwd\"", "“sha256” has characters" },
    { "\"sha256\":\"0123abcd\"", "\"sha256\":\"" LONG_64 "0\"", "“sha256” has 65 bytes" },
    { "\"sha256\":\"0123456789abcdef\"", "\"sha256\":\"\\u001b[2J\"", "“sha256” has characters" },
    { "{\"schema\"", "[\"schema\"", "The settings in the picture are damaged" },
    { "\"kernels\":\"scalar\"}", "\"kernels\":\"scalar\"", "damaged" },
    { "\"width\"", "\"drawn_prompt\":1,\"width\"", "“drawn_prompt” is no text" },
    { "[\"[anna]=^woman</w>\"]", "[3]", "“lora_tokens” is no text" },
    { "[anna]=^woman", "\\ud800", "an escape in a text is not whole" },
    { "[anna]=^woman", LONG, "“lora_tokens” has 1036 bytes, wanted at most 1024" },
    { "\"cfg\":4", "\"cfg\":/* 5 */4", "there is a “/” outside of the texts" },
    { "\"width\"", "\"restore_mean\":1,\"width\"", "“restore_mean” is neither true nor false" },
  };

  check_broken (&example, cases, G_N_ELEMENTS (cases));
  check_refused ("", "damaged");
  check_refused ("[]", "no JSON object");
  check_refused ("3", "damaged");
  check_refused ("\xff", "not UTF-8");
}

static void
test_broken_pictures (void)
{
  static const Replacement cases[] = {
    { "\"pictures\":[", "\"pictures\":{},\"x\":[", "“pictures” is not" },
    { "\"pictures\":[", "\"pictures\":null,\"x\":[", "“pictures” is not" },
    { "\"pictures\":[", "\"pictures\":[null,", "“pictures” is not" },
    { "\"pictures\":[", "\"pictures\":[[],", "“pictures” is not" },
    { "\"pictures\":[", "\"pictures\":[{},", "“role” is not" },
    { "\"role\":\"init\",", "", "“role” is not" },
    { "\"role\":\"init\"", "\"role\":1", "“role” is not" },
    { "\"role\":\"init\"", "\"role\":\"\"", "“role” is not" },
    { "\"role\":\"init\"", "\"role\":\"\\u001b[2J\"", "“role” is not" },
    { "\"role\":\"init\"", "\"role\":\"../init\"", "“role” is not" },
    { "\"role\":\"init\"", "\"role\":\"abcdefghijklmnopqrstuvwxyz_abcdef\"", "“role” is not" },
    { "\"sha256\":\"fedcba98", "\"x\":\"", "“sha256” is not" },
    { "\"sha256\":\"fedcba98", "\"sha256\":\"fedcba9", "“sha256” is not" },
    { "\"sha256\":\"fedcba98", "\"sha256\":\"fedcba988", "“sha256” is not" },
    { "\"sha256\":\"fedcba98", "\"sha256\":\"fedcba9g", "“sha256” is not" },
    { "\"sha256\":\"fedcba98", "\"sha256\":\"FEDCBA98", "“sha256” is not" },
    { "\"sha256\":\"fedcba98", "\"sha256\":\"../../ab", "“sha256” is not" },
    { "\"weight\":0.8", "\"weight\":\"0.8\"", "“weight” is not" },
    { "\"weight\":0.8", "\"weight\":true", "“weight” is not" },
    { "\"weight\":0.8", "\"weight\":null", "“weight” is not" },
    { "\"weight\":0.8", "\"weight\":[0.8]", "“weight” is not" },
    { "\"weight\":0.8", "\"weight\":100.1", "“weight” is not" },
    { "\"weight\":0.8", "\"weight\":-1e30", "“weight” is not" },
    { "\"weight\":0.8", "\"weight\":1e999", "“weight” is not" },
    { "\"weight\":0.8", "\"weight\":\"NaN\"", "“weight” is not" },
    { "\"weight\":0.8", "\"weight\":NaN", "damaged" },
    { "\"weight\":0.8", "\"weight\":-Infinity", "damaged" },
    { "\"start\":0.25", "\"start\":-0.25", "“start” is not" },
    { "\"start\":0.25", "\"start\":\"\"", "“start” is not" },
    { "\"end\":0.75", "\"end\":1.01", "“end” is not" },
    { "\"low\":100", "\"low\":-1", "“low” is not" },
    { "\"low\":100", "\"low\":0.5", "“low” is not" },
    { "\"high\":200", "\"high\":10001", "“high” is not" },
    { "\"high\":200", "\"high\":{}", "“high” is not" },
    { "\"threshold\":0.3", "\"threshold\":1.1", "“threshold” is not" },
    { "\"threshold\":0.3", "\"threshold\":-0.1", "“threshold” is not" },
    { "\"threshold\":0.3", "\"threshold\":\"0.3\"", "“threshold” is not" },
    { "\"small\":true", "\"small\":1", "“small” is not" },
    { "\"high\":200", "\"high\":200,\"small\":true", "“small” is not" },
    { "\"small\":true", "\"small\":\"true\"", "“small” is not" },
    { "[0,8,16,24]", "[0,8,16]", "“outpaint” is not" },
    { "[0,8,16,24]", "[0,8,16,24,32]", "“outpaint” is not" },
    { "[0,8,16,24]", "[0,8,16,-1]", "“outpaint” is not" },
    { "[0,8,16,24]", "[0,8,16,1000001]", "“outpaint” is not" },
    { "[0,8,16,24]", "[0,8,16,24.5]", "“outpaint” is not" },
    { "[0,8,16,24]", "[0,8,16,\"24\"]", "“outpaint” is not" },
    { "[0,8,16,24]", "[0,8,16,null]", "“outpaint” is not" },
    { "[0,8,16,24]", "24", "“outpaint” is not" },
  };
  const CasMetadata steered = get_steered_example ();

  check_broken (&steered, cases, G_N_ELEMENTS (cases));
}

/* As many pictures as there may be, then one more. */
static void
test_many_pictures (void)
{
  enum { N_MOST = 64 };
  CasMetadataPicture *many = g_newa (CasMetadataPicture, N_MOST + 1);
  CasMetadata steered = example;
  g_auto (CasMetadata) m = { NULL };
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i <= N_MOST; i++)
    many[i] = pictures[i % G_N_ELEMENTS (pictures)];
  steered.pictures = many;
  steered.n_pictures = N_MOST;
  g_autofree char *most = cas_metadata_to_json (&steered);
  cas_metadata_parse_json (most, &m, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (m.n_pictures, ==, N_MOST);

  steered.n_pictures++;
  g_autofree char *too_many = cas_metadata_to_json (&steered);
  check_refused (too_many, "“pictures” is not");
}

static void
test_limits (void)
{
  g_autofree char *prompt = g_strnfill (65537, 'p');
  g_autofree char *brackets = g_strnfill (500000, '[');
  g_autofree char *spaces = g_strnfill ((2 << 20) + 1, ' ');
  CasMetadata long_prompt = example;

  long_prompt.prompt = prompt;
  g_autofree char *too_long = cas_metadata_to_json (&long_prompt);
  check_refused (too_long, "“prompt” has 65537 bytes");
  prompt[65536] = '\0';
  g_autofree char *longest = cas_metadata_to_json (&long_prompt);
  g_auto (CasMetadata) m = { NULL };
  g_assert_true (cas_metadata_parse_json (longest, &m, NULL));

  check_refused (brackets, "brackets nest deeper than 16");
  check_refused (spaces, "wanted at most 2097152");

  g_autoptr (GString) many = g_string_new ("\"parts\":[{}");
  g_autofree char *json = cas_metadata_to_json (&example);
  g_autoptr (GString) text = g_string_new (json);
  for (guint i = 0; i < 64; i++)
    g_string_append (many, ",{}");
  g_string_append (many, "],\"x\":[");
  g_string_replace (text, "\"parts\":[", many->str, 1);
  check_refused (text->str, "“parts” has 65 items");
}

static void
test_truncated (void)
{
  const CasMetadata steered = get_steered_example ();
  g_autofree char *json = cas_metadata_to_json (&steered);

  for (gsize length = strlen (json) - 1; length > 0; length--)
    {
      json[length] = '\0';
      check_refused (json, "damaged");
    }
}

/* Every value at every place: accepted or refused, nothing else. */
static void
test_flipped (void)
{
  const CasMetadata steered = get_steered_example ();
  g_autofree char *json = cas_metadata_to_json (&steered);

  for (char *c = json; *c != '\0'; c++)
    for (guint bit = 0; bit < 8; bit++)
      {
        g_auto (CasMetadata) m = { NULL };
        g_autoptr (GError) error = NULL;

        *c ^= (char) (1 << bit);
        if (!cas_metadata_parse_json (json, &m, &error))
          g_assert_error (error, CAS_ERROR, CAS_ERROR_BAD_IMAGE);
        *c ^= (char) (1 << bit);
      }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/metadata/infotext", test_infotext);
  g_test_add_func ("/metadata/quoting", test_quoting);
  g_test_add_func ("/metadata/json", test_json);
  g_test_add_func ("/metadata/round-trip", test_round_trip);
  g_test_add_func ("/metadata/drawn", test_drawn);
  g_test_add_func ("/metadata/pictures", test_pictures);
  g_test_add_func ("/metadata/pictures/infotext", test_pictures_infotext);
  g_test_add_func ("/metadata/pictures/broken", test_broken_pictures);
  g_test_add_func ("/metadata/pictures/many", test_many_pictures);
  g_test_add_func ("/metadata/in-picture", test_in_picture);
  g_test_add_func ("/metadata/numbers", test_numbers);
  g_test_add_func ("/metadata/locale", test_locale);
  g_test_add_func ("/metadata/broken", test_broken);
  g_test_add_func ("/metadata/limits", test_limits);
  g_test_add_func ("/metadata/truncated", test_truncated);
  g_test_add_func ("/metadata/flipped", test_flipped);
  return g_test_run ();
}
