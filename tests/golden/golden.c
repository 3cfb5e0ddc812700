/* SPDX-License-Identifier: GPL-3.0-or-later */

/* weir-golden: runs the golden cases of folders and prints a line for each. */

#include "golden/compare.h"
#include "golden/device.h"
#include "golden/op-table.h"
#include "ops/path.h"

#include <locale.h>
#include <stdio.h>
#include <string.h>

typedef struct
{
  char           **folders;
  char            *kernels;
  char            *filter;
  char            *expected_failures_path;
  char            *half;
  GoldenPrecision  precision;
  GPtrArray       *expected_failures; /* patterns; NULL: no case may fail */
} Options;

typedef struct
{
  guint n_passed;
  guint n_failed;
  guint n_unexpected; /* failed without being listed, or passed although listed */
} Tally;

static void
options_clear (Options *options)
{
  g_strfreev (options->folders);
  g_free (options->kernels);
  g_free (options->filter);
  g_free (options->expected_failures_path);
  g_free (options->half);
  g_clear_pointer (&options->expected_failures, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

/* One name or pattern a line; lines that begin with # say nothing. */
static gboolean
load_expected_failures (Options *options,
                        GError **error)
{
  g_autofree char *text = NULL;

  if (!options->expected_failures_path)
    return TRUE;
  if (!g_file_get_contents (options->expected_failures_path, &text, NULL, error))
    return FALSE;

  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  options->expected_failures = g_ptr_array_new_with_free_func (g_free);
  for (char **line = lines; *line; line++)
    if (*g_strstrip (*line) != '\0' && **line != '#')
      g_ptr_array_add (options->expected_failures, g_strdup (*line));
  return TRUE;
}

static gboolean
check_kernels (const Options *options,
               GError       **error)
{
  CasPath path;

  return !options->kernels || cas_path_parse (options->kernels, &path, error);
}

static gboolean
parse_precision (Options *options,
                 GError **error)
{
  if (!options->half)
    options->precision = GOLDEN_F32;
  else if (g_str_equal (options->half, "f16"))
    options->precision = GOLDEN_F16;
  else if (g_str_equal (options->half, "bf16"))
    options->precision = GOLDEN_BF16;
  else
    {
      golden_fail (error, "--half is “%s”, but must be f16 or bf16", options->half);
      return FALSE;
    }
  return TRUE;
}

static gboolean
parse_options (Options *options,
               int     *argc,
               char  ***argv,
               GError **error)
{
  const GOptionEntry entries[] = {
    { "kernels", 0, 0, G_OPTION_ARG_STRING, &options->kernels,
      "Kernels to run, wherever they exist: “register”, “tile”, “matrix-f16” …", "PATH" },
    { "half", 0, 0, G_OPTION_ARG_STRING, &options->half,
      "Tolerances of kernels that round what they read: f16 or bf16", "TYPE" },
    { "filter", 0, 0, G_OPTION_ARG_STRING, &options->filter,
      "Only cases whose names match", "GLOB" },
    { "expect-failures", 0, 0, G_OPTION_ARG_FILENAME, &options->expected_failures_path,
      "Succeed if exactly the cases listed in a file fail", "FILE" },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->folders, NULL, "DIR…" },
    { NULL }
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("");

  g_option_context_set_summary (context, "Runs golden cases and compares what they give.");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, argc, argv, error))
    return FALSE;
  if (!options->folders)
    {
      golden_fail (error, "no folder of cases was named");
      return FALSE;
    }
  return check_kernels (options, error) && parse_precision (options, error)
         && load_expected_failures (options, error);
}

static void
add_once (GPtrArray  *names,
          GHashTable *seen,
          const char *name)
{
  if (!g_hash_table_contains (seen, name))
    {
      g_ptr_array_add (names, g_strdup (name));
      g_hash_table_add (seen, g_strdup (name));
    }
}

static void
add_indexed (const char *folder,
             GPtrArray  *names,
             GHashTable *seen)
{
  g_autofree char *path = g_build_filename (folder, "index.json", NULL);
  g_autoptr (JsonParser) parser = json_parser_new ();
  if (!json_parser_load_from_file (parser, path, NULL))
    return;

  JsonNode *root = json_parser_get_root (parser);
  if (!root || !JSON_NODE_HOLDS_ARRAY (root))
    return;

  JsonArray *index = json_node_get_array (root);
  for (guint i = 0; i < json_array_get_length (index); i++)
    {
      JsonNode *node = json_array_get_element (index, i);
      if (!JSON_NODE_HOLDS_OBJECT (node))
        continue;

      JsonObject *object = json_node_get_object (node);
      const char *name = json_object_get_string_member_with_default (object, "name", NULL);
      if (name)
        add_once (names, seen, name);
    }
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* The cases of a folder: those of its index in that order, then those that it does not name. */
static GPtrArray *
list_cases (const char *folder,
            GError    **error)
{
  g_autofree char *path = g_build_filename (folder, "cases", NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, error);
  if (!dir)
    return NULL;

  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  add_indexed (folder, names, seen);
  for (const char *name = g_dir_read_name (dir); name; name = g_dir_read_name (dir))
    g_ptr_array_add (found, g_strdup (name));
  g_ptr_array_sort (found, compare_names);
  for (guint i = 0; i < found->len; i++)
    add_once (names, seen, found->pdata[i]);
  return g_steal_pointer (&names);
}

static gboolean
run_case (const Options *options,
          GoldenDevice  *device,
          const char    *folder,
          const char    *name,
          GoldenMatch   *worst,
          GError       **error)
{
  g_autoptr (GoldenCase) c = golden_case_load (folder, name, device, error);
  if (!c)
    return FALSE;

  GoldenOp run = golden_op_lookup (c->op);
  if (!run)
    {
      golden_fail (error, "operation not built: %s", c->op);
      return FALSE;
    }
  return run (c, error) && golden_compare (c, options->precision, worst, error);
}

static gboolean
is_expected_to_fail (const Options *options,
                     const char    *name)
{
  for (guint i = 0; options->expected_failures && i < options->expected_failures->len; i++)
    if (g_pattern_match_simple (options->expected_failures->pdata[i], name))
      return TRUE;
  return FALSE;
}

static void
run_and_report (const Options *options,
                GoldenDevice  *device,
                const char    *folder,
                const char    *name,
                Tally         *tally)
{
  g_autoptr (GError) error = NULL;
  GoldenMatch worst;
  gboolean is_listed = is_expected_to_fail (options, name);

  if (run_case (options, device, folder, name, &worst, &error))
    {
      g_print ("ok %s %.3g %.3g\n", name, worst.error, worst.tolerance);
      tally->n_passed++;
      if (is_listed)
        {
          g_print ("%s: listed as later work but passes\n", name);
          tally->n_unexpected++;
        }
      return;
    }

  g_print ("FAIL %s %s\n", name, error->message);
  tally->n_failed++;
  if (!is_listed)
    tally->n_unexpected++;
}

static gboolean
run_folder (const Options *options,
            GoldenDevice  *device,
            const char    *folder,
            Tally         *tally,
            GError       **error)
{
  g_autoptr (GPtrArray) names = list_cases (folder, error);
  if (!names)
    return FALSE;

  for (guint i = 0; i < names->len; i++)
    if (!options->filter || g_pattern_match_simple (options->filter, names->pdata[i]))
      run_and_report (options, device, folder, names->pdata[i], tally);
  return TRUE;
}

/* Returns how often the validation layer spoke: it has nothing to say about good work. */
static guint
print_device (GoldenDevice *device)
{
  g_autofree char *kernels = golden_device_dup_kernel_names (device);
  guint n_messages = golden_device_get_n_validation_messages (device);

  if (*kernels != '\0')
    g_print ("kernels: %s\n", kernels);
  if (n_messages > 0)
    g_print ("validation: %u messages\n", n_messages);
  return n_messages;
}

int
main (int    argc,
      char **argv)
{
  g_auto (Options) options = { 0 };
  g_autoptr (GError) error = NULL;
  Tally tally = { 0 };

  setvbuf (stdout, NULL, _IOLBF, 0);
  setlocale (LC_CTYPE, ""); /* not numbers: they are read by programs too */
  if (!parse_options (&options, &argc, &argv, &error))
    {
      g_printerr ("weir-golden: %s\n", error->message);
      return 2;
    }

  g_autoptr (GoldenDevice) device = golden_device_new (options.kernels);
  for (char **folder = options.folders; *folder; folder++)
    if (!run_folder (&options, device, *folder, &tally, &error))
      {
        g_printerr ("weir-golden: %s\n", error->message);
        return 2;
      }

  guint n_messages = print_device (device);
  g_print ("%u passed, %u failed\n", tally.n_passed, tally.n_failed);
  return tally.n_unexpected == 0 && n_messages == 0 ? 0 : 1;
}
