/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Our own text in a picture, spoilt: what is refused, and why. */

#include "cascade/error.h"
#include "unit/metadata-example.h"

#include <string.h>

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

  check_broken (&metadata_example, cases, G_N_ELEMENTS (cases));
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
  const CasMetadata steered = metadata_example_steered ();

  check_broken (&steered, cases, G_N_ELEMENTS (cases));
}

/* As many pictures as there may be, then one more. */
static void
test_many_pictures (void)
{
  enum { N_MOST = 64 };
  CasMetadataPicture *many = g_newa (CasMetadataPicture, N_MOST + 1);
  CasMetadata steered = metadata_example_steered ();
  g_auto (CasMetadata) m = { NULL };
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i <= N_MOST; i++)
    many[i] = steered.pictures[i % steered.n_pictures];
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
  CasMetadata long_prompt = metadata_example;

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
  g_autofree char *json = cas_metadata_to_json (&metadata_example);
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
  const CasMetadata steered = metadata_example_steered ();
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
  const CasMetadata steered = metadata_example_steered ();
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
  g_test_add_func ("/metadata-broken/pictures", test_broken_pictures);
  g_test_add_func ("/metadata-broken/many-pictures", test_many_pictures);
  g_test_add_func ("/metadata-broken/values", test_broken);
  g_test_add_func ("/metadata-broken/limits", test_limits);
  g_test_add_func ("/metadata-broken/truncated", test_truncated);
  g_test_add_func ("/metadata-broken/flipped", test_flipped);
  return g_test_run ();
}
