/* SPDX-License-Identifier: GPL-3.0-or-later */

/* weir-cli inspect */

#include "cli/command.h"

#include <stdio.h>

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <json-glib/json-glib.h>

#include "cascade/model.h"
#include "cli/columns.h"
#include "cli/options.h"

#define MAX_LISTED 20

/* --- for a person -------------------------------------------------------------------------- */

/* has_words: the labels are words of ours that may have a translation. */
static void
print_pairs (const char      *title,
             const GPtrArray *pairs,
             gboolean         has_words)
{
  if (pairs->len == 0)
    return;

  g_print ("%s\n", title);
  for (guint i = 0; i + 1 < pairs->len; i += 2)
    {
      const char *label = pairs->pdata[i];
      g_autofree char *value = g_utf8_make_valid (pairs->pdata[i + 1], -1);

      cli_columns_print_row (has_words ? _(label) : label, value);
    }
}

static void
print_list (const char      *title,
            const GPtrArray *list)
{
  if (list->len == 0)
    return;

  g_print ("%s\n", title);
  for (guint i = 0; i < MIN (list->len, MAX_LISTED); i++)
    g_print ("  %s\n", (const char *) list->pdata[i]);
  if (list->len > MAX_LISTED)
    g_print (g_dngettext (GETTEXT_PACKAGE, "  and %u more\n", "  and %u more\n",
                          list->len - MAX_LISTED),
             list->len - MAX_LISTED);
}

static void
print_numbers (const char *label,
               guint64     n_numbers,
               guint       n_tensors)
{
  g_autofree char *value
    = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%" PRIu64 " in %u tensor",
                                    "%" PRIu64 " in %u tensors", n_tensors),
                       n_numbers, n_tensors);

  cli_columns_print_row (label, value);
}

static void
print_for_person (const CasModelInfo *info)
{
  g_autofree char *size = g_format_size_full (info->size_bytes, G_FORMAT_SIZE_LONG_FORMAT);

  puts (info->path); /* as it is, whatever the locale */
  cli_columns_print_row (_("is"), info->kind);
  cli_columns_print_row (_("size"), size);
  if (info->n_tensors > 0)
    print_numbers (_("parameters"), info->n_parameters, info->n_tensors);
  for (guint i = 0; i < info->types->len; i++)
    {
      const CasModelType *type = &g_array_index (info->types, CasModelType, i);
      g_autofree char *label = g_strdup_printf (_("of type %s"), type->name);

      print_numbers (label, type->n_elements, type->n_tensors);
    }

  print_pairs (_("Details"), info->details, TRUE);
  print_pairs (_("Metadata"), info->metadata, FALSE);
  print_list (_("Missing"), info->missing);
  print_list (_("Not used"), info->unused);

  for (guint i = 0; i < info->parts->len; i++)
    {
      g_print ("\n");
      print_for_person (g_ptr_array_index (info->parts, i));
    }
}

/* --- for a program ------------------------------------------------------------------------- */

static JsonArray *
list_to_json (const GPtrArray *list)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < list->len; i++)
    {
      g_autofree char *valid = g_utf8_make_valid (list->pdata[i], -1);

      json_array_add_string_element (array, valid);
    }
  return array;
}

static JsonObject *
pairs_to_json (const GPtrArray *pairs)
{
  JsonObject *object = json_object_new ();

  for (guint i = 0; i + 1 < pairs->len; i += 2)
    {
      g_autofree char *valid = g_utf8_make_valid (pairs->pdata[i + 1], -1);

      json_object_set_string_member (object, pairs->pdata[i], valid);
    }
  return object;
}

static JsonObject *
info_to_json (const CasModelInfo *info)
{
  JsonObject *object = json_object_new ();
  JsonObject *types = json_object_new ();
  JsonArray *parts = json_array_new ();
  g_autofree char *path = g_utf8_make_valid (info->path, -1);

  for (guint i = 0; i < info->types->len; i++)
    {
      const CasModelType *type = &g_array_index (info->types, CasModelType, i);

      json_object_set_int_member (types, type->name, type->n_elements);
    }
  for (guint i = 0; i < info->parts->len; i++)
    json_array_add_object_element (parts, info_to_json (g_ptr_array_index (info->parts, i)));

  json_object_set_string_member (object, "path", path);
  json_object_set_string_member (object, "kind", info->kind_id);
  json_object_set_int_member (object, "size_bytes", info->size_bytes);
  json_object_set_int_member (object, "tensors", info->n_tensors);
  json_object_set_int_member (object, "parameters", info->n_parameters);
  json_object_set_object_member (object, "types", types);
  json_object_set_object_member (object, "details", pairs_to_json (info->details));
  json_object_set_object_member (object, "metadata", pairs_to_json (info->metadata));
  json_object_set_array_member (object, "missing", list_to_json (info->missing));
  json_object_set_array_member (object, "unused", list_to_json (info->unused));
  json_object_set_array_member (object, "parts", parts);
  return object;
}

static void
print_json (const CasModelInfo *info)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);

  json_node_take_object (node, info_to_json (info));

  g_autofree char *line = json_to_string (node, FALSE);

  puts (line);
}

CliExit
cli_inspect (int           argc,
             char        **argv,
             GCancellable *cancellable)
{
  gboolean is_json = FALSE;
  g_autofree char *model = NULL;
  const GOptionEntry entries[] = {
    { "model", 'm', 0, G_OPTION_ARG_FILENAME, &model,
      N_("The folder of the model that a LoRA is meant for"), N_("FOLDER") },
    { "json", 0, 0, G_OPTION_ARG_NONE, &is_json, N_("One JSON object on one line"), NULL },
    { "verbose", 'v', 0, G_OPTION_ARG_NONE, &(gboolean) { FALSE }, N_("Say more on the way"), NULL },
    G_OPTION_ENTRY_NULL
  };
  const CliOptions options = {
    .usage = _("FILE…"),
    .summary = _("Says what a model file or a model's folder is: its kind, its parameters and their\n"
                 "types, its metadata, and what is missing. Only headers are read;\n"
                 "of a picture all of it, for the hash of its pixels."),
    .description = _("Example:\n  weir-cli inspect ~/models/stable-cascade/stage_c_bf16.safetensors\n"
                     "  weir-cli inspect --model ~/models/stable-cascade lora.safetensors\n"),
    .entries = entries,
  };

  if (!cli_options_parse (&options, &argc, &argv))
    return CLI_EXIT_USAGE;

  g_autoptr (CliReport) report = cli_report_new (is_json);
  g_autoptr (GError) error = NULL;

  if (argc < 2)
    {
      g_set_error_literal (&error, CLI_ERROR, CLI_ERROR_USAGE, _("Which file? None is given."));
      return cli_report_error (report, error);
    }

  CliExit result = CLI_EXIT_OK;

  for (int i = g_str_equal (argv[1], "--") ? 2 : 1; i < argc; i++)
    {
      g_autoptr (GError) trouble = NULL;
      g_autoptr (CasModelInfo) info = cas_model_inspect (argv[i], model, &trouble);

      if (info)
        {
          (is_json ? print_json : print_for_person) (info);
          if ((info->parts->len > 0 || model) && info->missing->len > 0)
            result = CLI_EXIT_MODEL;
        }
      else
        result = cli_report_error (report, trouble);
    }
  return result;
}
