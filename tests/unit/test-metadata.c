/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The texts in a picture: their exact form, and our own one read back. */

#include "cascade/image.h"
#include "io/json-text.h"
#include "io/metadata.h"
#include "io/png.h"
#include "unit/metadata-example.h"

#include <glib/gstdio.h>
#include <locale.h>
#include <string.h>

static void
test_infotext (void)
{
  g_autofree char *text = cas_metadata_to_infotext (&metadata_example);
  CasMetadata plain = metadata_example;

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
      CasMetadata m = metadata_example;

      m.model = (char *) cases[i].model;
      g_autofree char *text = cas_metadata_to_infotext (&m);
      g_assert_nonnull (strstr (text, cases[i].wanted));
    }
}

static void
test_json (void)
{
  g_autofree char *json = cas_metadata_to_json (&metadata_example);

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
  g_autofree char *json = cas_metadata_to_json (&metadata_example);
  g_autoptr (GError) error = NULL;
  g_auto (CasMetadata) m = { NULL };

  cas_metadata_parse_json (json, &m, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (m.prompt, ==, metadata_example.prompt);
  g_assert_cmpstr (m.negative_prompt, ==, metadata_example.negative_prompt);
  g_assert_cmpuint (m.width, ==, metadata_example.width);
  g_assert_cmpuint (m.height, ==, metadata_example.height);
  g_assert_cmpuint (m.seed, ==, metadata_example.seed);
  g_assert_cmpstr (m.sampler, ==, metadata_example.sampler);
  g_assert_cmpuint (m.steps, ==, metadata_example.steps);
  g_assert_cmpfloat (m.cfg, ==, metadata_example.cfg);
  g_assert_cmpfloat (m.shift, ==, metadata_example.shift);
  g_assert_cmpuint (m.decoder_steps, ==, metadata_example.decoder_steps);
  g_assert_cmpfloat (m.decoder_cfg, ==, metadata_example.decoder_cfg);
  g_assert_cmpstr (m.model, ==, metadata_example.model);
  g_assert_cmpuint (m.n_parts, ==, 2);
  for (guint i = 0; i < 2; i++)
    {
      g_assert_cmpstr (m.parts[i].role, ==, metadata_example.parts[i].role);
      g_assert_cmpstr (m.parts[i].file, ==, metadata_example.parts[i].file);
      g_assert_cmpstr (m.parts[i].sha256, ==, metadata_example.parts[i].sha256);
    }
  g_assert_cmpstr (m.kernels, ==, metadata_example.kernels);
  g_assert_cmpstr (m.version, ==, WEIR_VERSION);

  g_autofree char *again = cas_metadata_to_json (&m);
  g_assert_cmpstr (again, ==, json);
}

/* What was typed and what was drawn of it: galleries show the latter. */
static void
test_copy (void)
{
  g_autofree char *json = cas_metadata_to_json (&metadata_example);
  g_auto (CasMetadata) copy = { 0 };
  g_autofree char *copied = NULL;

  cas_metadata_copy (&metadata_example, &copy);
  g_assert_true (copy.prompt != metadata_example.prompt);
  copied = cas_metadata_to_json (&copy);
  g_assert_cmpstr (copied, ==, json);
}

static void
test_drawn (void)
{
  CasMetadata drawn = metadata_example;
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

static void
test_pictures (void)
{
  const CasMetadata steered = metadata_example_steered ();
  g_autofree char *json = cas_metadata_to_json (&steered);
  g_autoptr (GError) error = NULL;
  g_auto (CasMetadata) m = { NULL };

  g_assert_nonnull (strstr (json, "\"pictures\":["
                                  "{\"role\":\"init\",\"sha256\":\"" HASH ("fedcba98") "\","
                                  "\"weight\":0.8},"));
  g_assert_nonnull (strstr (json, ",\"outpaint\":[0,8,16,24],\"kernels\""));

  cas_metadata_parse_json (json, &m, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (m.n_pictures, ==, steered.n_pictures);
  for (guint i = 0; i < steered.n_pictures; i++)
    {
      g_assert_cmpstr (m.pictures[i].role, ==, steered.pictures[i].role);
      g_assert_cmpstr (m.pictures[i].sha256, ==, steered.pictures[i].sha256);
      g_assert_cmpfloat (m.pictures[i].weight, ==, steered.pictures[i].weight);
      g_assert_cmpfloat (m.pictures[i].start, ==, steered.pictures[i].start);
      g_assert_cmpfloat (m.pictures[i].end, ==, steered.pictures[i].end);
      g_assert_cmpuint (m.pictures[i].low, ==, steered.pictures[i].low);
      g_assert_cmpuint (m.pictures[i].high, ==, steered.pictures[i].high);
      g_assert_cmpfloat (m.pictures[i].threshold, ==, steered.pictures[i].threshold);
      g_assert_cmpint (m.pictures[i].is_small, ==, steered.pictures[i].is_small);
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
  const CasMetadata steered = metadata_example_steered ();
  g_autofree char *text = cas_metadata_to_infotext (&steered);
  g_autofree char *plain_text = cas_metadata_to_infotext (&metadata_example);

  g_assert_nonnull (strstr (text, ", Denoising strength: 0.8, "));
  g_assert_null (strstr (plain_text, "Denoising"));
}

/* --- where the picture comes from ----------------------------------------------------------- */

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

static char *
dup_source_type (const CasMetadata *m)
{
  const GMarkupParser markup = { .text = keep_source_type };
  g_autofree char *xmp = cas_metadata_to_xmp (m, NULL);
  g_autoptr (GError) error = NULL;
  char *type = NULL;
  g_autoptr (GMarkupParseContext) context = g_markup_parse_context_new (&markup, 0, &type, NULL);

  g_markup_parse_context_parse (context, xmp, -1, &error);
  g_assert_no_error (error);
  g_markup_parse_context_end_parse (context, &error);
  g_assert_no_error (error);
  return type;
}

/* A picture in which another still is to be seen is one that was edited, any other was created. */
static void
test_source_type (void)
{
  CasMetadataPicture init = { .role = (char *) "init", .weight = 0.8 };
  CasMetadataPicture masked[] = { init, { .role = (char *) "mask", .weight = 1 } };
  CasMetadataPicture steering[] = {
    { .role = (char *) "prompt", .weight = 1 },
    { .role = (char *) "canny", .weight = 1, .end = 1 },
    { .role = (char *) "super_resolution", .weight = 1, .end = 1 },
  };
  CasMetadataPicture larger[] = {
    init, { .role = (char *) "super_resolution", .weight = 1, .end = 1, .is_small = TRUE },
  };
  const struct
  {
    const char         *what;
    CasMetadataPicture *pictures;
    guint               n_pictures, right;
    gboolean            is_edited;
  } cases[] = {
    { "words alone", NULL, 0, 0, FALSE },
    { "a whole picture begun from", &init, 1, 0, FALSE },
    { "pictures that steer", steering, G_N_ELEMENTS (steering), 0, FALSE },
    { "a masked picture", masked, G_N_ELEMENTS (masked), 0, TRUE },
    { "an outpainted picture", &init, 1, 8, TRUE },
    { "a picture made larger", larger, G_N_ELEMENTS (larger), 0, TRUE },
  };
  g_autofree char *bare = dup_source_type (NULL);

  g_assert_cmpstr (bare, ==,
                   "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      CasMetadata m = metadata_example;

      m.pictures = cases[i].pictures;
      m.n_pictures = cases[i].n_pictures;
      m.outpaint[2] = cases[i].right;
      g_autofree char *type = dup_source_type (&m);
      g_autofree char *wanted
        = g_strconcat ("http://cv.iptc.org/newscodes/digitalsourcetype/",
                       cases[i].is_edited ? "compositeWithTrainedAlgorithmicMedia"
                                          : "trainedAlgorithmicMedia", NULL);

      g_test_message ("%s", cases[i].what);
      g_assert_cmpstr (type, ==, wanted);
    }
}

/* --- in files ------------------------------------------------------------------------------- */

/* A picture on disk: three texts with settings, one without, the same bytes each time. */
static void
test_in_picture (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CasImage) image = cas_image_new (3, 2, &error);
  g_autofree char *folder = g_dir_make_tmp ("weir-metadata-XXXXXX", &error);
  g_autofree char *path = g_build_filename (folder, "a.png", NULL);
  g_autofree char *first = NULL, *second = NULL, *xmp = cas_metadata_to_xmp (NULL, NULL);
  gsize n_first, n_second;

  for (guint has_settings = 0; has_settings < 2; has_settings++)
    {
      cas_image_save_png (image, path, has_settings ? &metadata_example : NULL, TRUE, &error);
      g_assert_no_error (error);

      g_autoptr (CasPng) png = cas_png_read (path, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (png->n_texts, ==, has_settings ? 3 : 1);
      g_assert_cmpstr (cas_png_lookup_text (png, "XML:com.adobe.xmp"), ==, xmp);
      g_assert_cmpint (cas_png_lookup_text (png, "parameters") != NULL, ==, has_settings);
      g_assert_cmpint (cas_png_lookup_text (png, "weir") != NULL, ==, has_settings);
    }

  g_file_get_contents (path, &first, &n_first, &error);
  cas_image_save_png (image, path, &metadata_example, TRUE, &error);
  g_file_get_contents (path, &second, &n_second, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (first, n_first, second, n_second);

  g_unlink (path);
  g_rmdir (folder);
}

/* A photograph that is saved again is not said to be made by a model. */
static void
test_plain (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CasImage) image = cas_image_new (3, 2, &error);
  g_autofree char *folder = g_dir_make_tmp ("weir-metadata-XXXXXX", &error);
  g_autofree char *path = g_build_filename (folder, "a.png", NULL);
  g_autoptr (CasPng) png = NULL;

  cas_image_save_plain_png (image, path, FALSE, &error);
  g_assert_no_error (error);
  png = cas_png_read (path, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (png->n_texts, ==, 0);
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
  g_autofree char *infotext = cas_metadata_to_infotext (&metadata_example);
  g_autofree char *json = cas_metadata_to_json (&metadata_example);

  for (guint i = 0; i < G_N_ELEMENTS (locales); i++)
    {
      g_auto (CasMetadata) m = { NULL };
      g_autoptr (GError) error = NULL;

      setlocale (LC_ALL, locales[i]);
      g_autofree char *other_infotext = cas_metadata_to_infotext (&metadata_example);
      g_autofree char *other_json = cas_metadata_to_json (&metadata_example);
      cas_metadata_parse_json (json, &m, &error);
      setlocale (LC_ALL, "C");
      g_assert_no_error (error);
      g_assert_cmpstr (other_infotext, ==, infotext);
      g_assert_cmpstr (other_json, ==, json);
      g_assert_cmpfloat (m.decoder_cfg, ==, metadata_example.decoder_cfg);
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
  g_test_add_func ("/metadata/copy", test_copy);
  g_test_add_func ("/metadata/drawn", test_drawn);
  g_test_add_func ("/metadata/pictures", test_pictures);
  g_test_add_func ("/metadata/pictures/infotext", test_pictures_infotext);
  g_test_add_func ("/metadata/source-type", test_source_type);
  g_test_add_func ("/metadata/in-picture", test_in_picture);
  g_test_add_func ("/metadata/plain", test_plain);
  g_test_add_func ("/metadata/numbers", test_numbers);
  g_test_add_func ("/metadata/locale", test_locale);
  return g_test_run ();
}
