/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A line becomes a command line, so that both mean the same. */

#include "cli/batch-file.h"

#include <string.h>

#include <glib/gi18n-lib.h>
#include <json-glib/json-glib.h>

#include "base/file.h"
#include "cli/exit-code.h"
#include "io/json-check.h"

#define MAX_FILE_BYTES (64 << 20)
#define MAX_DEPTH      4
#define MAX_VALUES     1000

static gboolean
fail_line (GError    **error,
           const char *format,
           ...) G_GNUC_PRINTF (2, 3);

static gboolean
fail_line (GError    **error,
           const char *format,
           ...)
{
  va_list args;

  va_start (args, format);
  *error = g_error_new_valist (CLI_ERROR, CLI_ERROR_USAGE, format, args);
  va_end (args);
  return FALSE;
}

/* --- from JSON to a command line ----------------------------------------------------------- */

/* What is of the run and not of a job. */
static gboolean
is_foreign (const char *name)
{
  static const char *const names[] = {
    "help", "help-all", "json", "verbose", "profile", "preview", "device", "kernels", "from", "input",
    "control-preview",
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp (name, names[i]) == 0)
      return TRUE;
  return *name == '\0' || strspn (name, "abcdefghijklmnopqrstuvwxyz-") != strlen (name);
}

static gboolean
append_value (GPtrArray  *arguments,
              const char *name,
              JsonNode   *node,
              GError    **error)
{
  if (JSON_NODE_HOLDS_NULL (node))
    return TRUE;
  if (!JSON_NODE_HOLDS_VALUE (node))
    return fail_line (error, _("“%s” is neither a text, a number, true nor false."), name);

  if (json_node_get_value_type (node) == G_TYPE_BOOLEAN)
    {
      if (json_node_get_boolean (node))
        g_ptr_array_add (arguments, g_strconcat ("--", name, NULL));
      return TRUE;
    }

  g_autofree char *number = NULL;
  const char *text = json_node_get_string (node);

  if (!text)
    text = number = json_to_string (node, FALSE);
  g_ptr_array_add (arguments, g_strconcat ("--", name, "=", text, NULL));
  return TRUE;
}

static gboolean
append_member (GPtrArray  *arguments,
               const char *name,
               JsonNode   *node,
               GError    **error)
{
  if (is_foreign (name))
    return fail_line (error, _("A job has no “%s”."), name);
  if (!JSON_NODE_HOLDS_ARRAY (node))
    return append_value (arguments, name, node, error);

  JsonArray *array = json_node_get_array (node);

  for (guint i = 0; i < json_array_get_length (array); i++)
    if (!append_value (arguments, name, json_array_get_element (array, i), error))
      return FALSE;
  return TRUE;
}

/* The prompt comes last, after what ends the options. */
static gboolean
build_arguments (JsonObject *object,
                 GPtrArray  *arguments,
                 GError    **error)
{
  g_autoptr (GList) names = json_object_get_members (object);
  JsonNode *prompt = json_object_get_member (object, "prompt");

  g_ptr_array_add (arguments, g_strdup ("generate"));
  for (GList *l = names; l; l = l->next)
    if (strcmp (l->data, "prompt") != 0
        && !append_member (arguments, l->data, json_object_get_member (object, l->data), error))
      return FALSE;

  if (prompt && (!JSON_NODE_HOLDS_VALUE (prompt) || !json_node_get_string (prompt)))
    return fail_line (error, _("“%s” is no text."), "prompt");
  if (prompt)
    {
      g_ptr_array_add (arguments, g_strdup ("--"));
      g_ptr_array_add (arguments, g_strdup (json_node_get_string (prompt)));
    }
  return TRUE;
}

/* json-glib begins with the place in the text that it was given, which is a line of ours. */
static const char *
skip_place (const char *message)
{
  static const char end[] = "Parse error: ";
  const char *found = strstr (message, end);

  return found ? found + strlen (end) : message;
}

/* The parser of options speaks of a command line. */
static gboolean
fail_unknown (const GPtrArray *arguments,
              const GError    *cause,
              GError         **error)
{
  for (guint i = 0; i + 1 < arguments->len; i++)
    {
      const char *argument = arguments->pdata[i];

      if (g_str_has_prefix (argument, "--") && strstr (cause->message, argument))
        {
          g_autofree char *name = g_strndup (argument + 2, strcspn (argument + 2, "="));

          return fail_line (error, _("A job has no “%s”."), name);
        }
    }
  return fail_line (error, "%s", cause->message);
}

static gboolean
read_options (CliGenerateOptions *options,
              const char         *text,
              GError            **error)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  g_autoptr (GPtrArray) arguments = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *fault = cas_json_dup_fault (text, MAX_DEPTH, MAX_VALUES);
  g_autoptr (GError) cause = NULL;
  JsonNode *root;

  if (fault)
    return fail_line (error, _("This is no JSON for a job: %s."), fault);
  if (!json_parser_load_from_data (parser, text, -1, &cause))
    return fail_line (error, _("This is no JSON: %s"), skip_place (cause->message));
  root = json_parser_get_root (parser);
  if (!root || !JSON_NODE_HOLDS_OBJECT (root))
    return fail_line (error, _("This is no JSON object."));
  if (!build_arguments (json_node_get_object (root), arguments, error))
    return FALSE;

  const guint n = arguments->len;
  g_autofree char **argv = NULL; /* parsing moves them about */

  g_ptr_array_add (arguments, NULL);
  argv = g_memdup2 (arguments->pdata, (n + 1) * sizeof *argv);
  if (cli_generate_options_read (options, n, argv, &cause))
    return TRUE;
  if (g_error_matches (cause, G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION))
    return fail_unknown (arguments, cause, error);
  g_propagate_error (error, g_steal_pointer (&cause));
  return FALSE;
}

/* --- the file ------------------------------------------------------------------------------ */

static void
line_free (gpointer data)
{
  CliBatchLine *line = data;

  cli_generate_options_clear (&line->options);
  g_clear_error (&line->error);
  g_free (line);
}

/* 32 bits, as for a seed that is drawn. */
static char *
dup_seed (const char *text,
          guint       n_before)
{
  g_autofree char *counted = g_strdup_printf ("%u %s", n_before, text);
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, counted, -1);

  digest[8] = '\0';
  return g_strdup_printf ("%" G_GUINT64_FORMAT, g_ascii_strtoull (digest, NULL, 16));
}

static CliBatchLine *
read_line (guint       number,
           const char *text,
           guint       n_before)
{
  CliBatchLine *line = g_new0 (CliBatchLine, 1);
  g_autoptr (GError) cause = NULL;

  line->number = number;
  if (!read_options (&line->options, text, &cause))
    line->error = g_error_new (CLI_ERROR, CLI_ERROR_USAGE, _("Line %u: %s"), number, cause->message);
  else if (!line->options.seed)
    line->options.seed = dup_seed (text, n_before);
  return line;
}

static char *
read_text (const char *path,
           GError    **error)
{
  GError *cause = NULL;
  gsize size;
  g_autofree char *text = cas_file_read (path, MAX_FILE_BYTES, &size, &cause);
  g_autofree char *shown = g_filename_display_name (path);

  if (!text)
    {
      cli_exit_fail_input (cause, error);
      return NULL;
    }
  if (g_utf8_validate_len (text, size, NULL))
    return g_steal_pointer (&text);

  g_set_error (error, CLI_ERROR, CLI_ERROR_INPUT, _("“%s” is no text in UTF-8."), shown);
  return NULL;
}

GPtrArray *
cli_batch_file_read (const char *path,
                     GError    **error)
{
  g_autofree char *text = read_text (path, error);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal); /* to how often */

  if (!text)
    return NULL;

  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  GPtrArray *jobs = g_ptr_array_new_with_free_func (line_free);

  for (guint i = 0; lines[i]; i++)
    {
      const char *line = g_strstrip (lines[i]);
      const guint n_before = GPOINTER_TO_UINT (g_hash_table_lookup (seen, line));

      if (!*line)
        continue;
      g_ptr_array_add (jobs, read_line (i + 1, line, n_before));
      g_hash_table_insert (seen, (gpointer) line, GUINT_TO_POINTER (n_before + 1));
    }
  return jobs;
}

gboolean
cli_batch_lines_check_output (const GPtrArray *lines,
                              const char      *output,
                              GError         **error)
{
  g_autofree char *shown = NULL;
  guint n = 0;

  if (!output || strchr (output, '{') || g_str_has_suffix (output, G_DIR_SEPARATOR_S)
      || g_file_test (output, G_FILE_TEST_IS_DIR))
    return TRUE;

  for (guint i = 0; i < lines->len; i++)
    {
      const CliBatchLine *line = lines->pdata[i];

      n += !line->error && !line->options.output;
    }
  if (n < 2)
    return TRUE;

  shown = g_filename_display_name (output);
  return fail_line (error, _("--output is “%s”, one file for %u jobs. Give a folder that is there, or a "
                             "pattern such as {prompt}-{seed}.png."), shown, n);
}

/* --- a part of the lines ------------------------------------------------------------------- */

gboolean
cli_batch_shard_parse (const char *text,
                       guint      *shard,
                       guint      *n_shards,
                       GError    **error)
{
  g_auto (GStrv) parts = g_strsplit (text ? text : "1/1", "/", 3);
  guint64 i, n;

  if (g_strv_length (parts) == 2
      && g_ascii_string_to_unsigned (parts[1], 10, 1, G_MAXINT32, &n, NULL)
      && g_ascii_string_to_unsigned (parts[0], 10, 1, n, &i, NULL))
    {
      *shard = i - 1;
      *n_shards = n;
      return TRUE;
    }
  return fail_line (error, _("--shard is “%s”, and it may be 1/N to N/N, such as 2/8."), text);
}
