/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From JSON to options, so that a line and a command line mean the same. */

#include "cascade/job-line.h"

#include <string.h>

#include <glib/gi18n-lib.h>
#include <json-glib/json-glib.h>

#include "base/file.h"
#include "cascade/error.h"
#include "cascade/json-check.h"
#include "session/job-options.h"

#define MAX_FILE_BYTES (64 << 20)
#define MAX_DEPTH      4
#define MAX_VALUES     1000

static gboolean
fail (GError    **error,
      const char *format,
      ...) G_GNUC_PRINTF (2, 3);

static gboolean
fail (GError    **error,
      const char *format,
      ...)
{
  va_list args;

  va_start (args, format);
  if (error)
    *error = g_error_new_valist (CAS_ERROR, CAS_ERROR_BAD_PARAMETER, format, args);
  va_end (args);
  return FALSE;
}

/* --- one option ---------------------------------------------------------------------------- */

/* Where an option goes: one of the three. */
typedef struct
{
  const char *name;
  char      **text;
  char     ***texts;
  gboolean   *flag;
} Option;

/* NULL is no text. */
static char *
dup_text (JsonNode *node)
{
  const char *text = json_node_get_string (node);

  return text ? g_strdup (text) : json_to_string (node, FALSE);
}

static gboolean
take_value (const Option *option,
            GPtrArray    *texts,
            JsonNode     *node,
            GError      **error)
{
  if (JSON_NODE_HOLDS_NULL (node))
    return TRUE;
  if (!JSON_NODE_HOLDS_VALUE (node))
    return fail (error, _("“%s” is neither a text, a number, true nor false."), option->name);

  const gboolean is_boolean = json_node_get_value_type (node) == G_TYPE_BOOLEAN;

  if (option->flag && !is_boolean)
    return fail (error, _("“%s” is neither true nor false."), option->name);
  if (is_boolean && json_node_get_boolean (node))
    {
      if (!option->flag)
        return fail (error, _("“%s” is neither a text nor a number."), option->name);
      *option->flag = TRUE;
    }
  else if (!is_boolean)
    g_ptr_array_add (texts, dup_text (node));
  return TRUE;
}

/* Of several values where there is one option, the last holds. */
static gboolean
take (const Option *option,
      JsonNode     *node,
      GError      **error)
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  JsonArray *array = JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

  if (!array && !take_value (option, texts, node, error))
    return FALSE;
  for (guint i = 0; array && i < json_array_get_length (array); i++)
    if (!take_value (option, texts, json_array_get_element (array, i), error))
      return FALSE;
  if (texts->len == 0)
    return TRUE;
  if (option->text)
    {
      *option->text = g_strdup (texts->pdata[texts->len - 1]);
      return TRUE;
    }
  g_ptr_array_add (texts, NULL);
  *option->texts = (char **) g_ptr_array_free (g_steal_pointer (&texts), FALSE);
  return TRUE;
}

static gboolean
take_named (CasJobLine *self,
            const char *name,
            JsonNode   *node,
            GError    **error)
{
  CasJobOptions *job = self->options;
  CasJobPictureOptions *pictures = &job->pictures;
  const Option options[] = {
    { "canny", .texts = &pictures->canny },
    { "cfg", .text = &job->cfg },
    { "control", .texts = &pictures->controls },
    { "count", .text = &job->count },
    { "decoder-cfg", .text = &job->decoder_cfg },
    { "decoder-steps", .text = &job->decoder_steps },
    { "face-detector", .text = &pictures->face_detector },
    { "face-recogniser", .text = &pictures->face_recogniser },
    { "height", .text = &job->height },
    { "image-prompt", .texts = &pictures->image_prompts },
    { "init", .text = &pictures->init },
    { "lora", .texts = &job->loras },
    { "lora-token", .texts = &job->lora_tokens },
    { "mask", .text = &pictures->mask },
    { "model", .text = &self->model },
    { "negative", .text = &job->negative },
    { "outpaint", .text = &pictures->outpaint },
    { "output", .text = &self->output },
    { "overwrite", .flag = &self->overwrite },
    { "place", .texts = &self->place },
    { "restore-mean", .flag = &job->restores_mean },
    { "sampler", .text = &job->sampler },
    { "seed", .text = &job->seed },
    { "shift", .text = &job->shift },
    { "steps", .text = &job->steps },
    { "strength", .text = &pictures->strength },
    { "width", .text = &job->width },
  };

  for (guint i = 0; i < G_N_ELEMENTS (options); i++)
    if (strcmp (options[i].name, name) == 0)
      return take (&options[i], node, error);
  return fail (error, _("A job has no “%s”."), name);
}

/* --- one line ------------------------------------------------------------------------------ */

static gboolean
take_prompt (CasJobLine *self,
             JsonNode   *node,
             GError    **error)
{
  if (!JSON_NODE_HOLDS_VALUE (node) || !json_node_get_string (node))
    return fail (error, _("“%s” is no text."), "prompt");
  self->options->prompt = json_node_dup_string (node);
  return TRUE;
}

static gboolean
take_object (CasJobLine *self,
             JsonObject *object,
             GError    **error)
{
  g_autoptr (GList) names = json_object_get_members (object);

  for (GList *l = names; l; l = l->next)
    {
      JsonNode *node = json_object_get_member (object, l->data);

      if (strcmp (l->data, "prompt") == 0 ? !take_prompt (self, node, error)
                                          : !take_named (self, l->data, node, error))
        return FALSE;
    }
  return cas_job_options_check_prompt (self->options, error);
}

/* json-glib begins with the place in the text that it was given, which is a line of ours. */
static const char *
skip_place (const char *message)
{
  static const char end[] = "Parse error: ";
  const char *found = strstr (message, end);

  return found ? found + strlen (end) : message;
}

static gboolean
read_text (CasJobLine *self,
           const char *text,
           GError    **error)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  g_autofree char *fault = NULL;
  g_autoptr (GError) cause = NULL;
  JsonNode *root;

  if (!g_utf8_validate (text, -1, NULL))
    return fail (error, _("This is no text in UTF-8."));
  if ((fault = cas_json_dup_fault (text, MAX_DEPTH, MAX_VALUES)))
    return fail (error, _("This is no JSON for a job: %s."), fault);
  if (!json_parser_load_from_data (parser, text, -1, &cause))
    return fail (error, _("This is no JSON: %s"), skip_place (cause->message));
  root = json_parser_get_root (parser);
  if (!root || !JSON_NODE_HOLDS_OBJECT (root))
    return fail (error, _("This is no JSON object."));
  return take_object (self, json_node_get_object (root), error);
}

static CasJobLine *
line_new (guint number)
{
  CasJobLine *self = g_new0 (CasJobLine, 1);

  self->number = number;
  self->options = g_new0 (CasJobOptions, 1);
  return self;
}

CasJobLine *
cas_job_line_parse (const char *text,
                    GError    **error)
{
  g_autoptr (CasJobLine) self = line_new (1);

  return read_text (self, text, error) ? g_steal_pointer (&self) : NULL;
}

void
cas_job_line_free (CasJobLine *line)
{
  if (!line)
    return;

  cas_job_options_clear (line->options);
  g_free (line->options);
  g_free (line->model);
  g_free (line->output);
  g_strfreev (line->place);
  g_clear_error (&line->error);
  g_free (line);
}

CasJob *
cas_job_line_make_job (const CasJobLine  *line,
                       const CasJobPlace *place,
                       GCancellable      *cancellable,
                       GError           **error)
{
  return cas_job_options_make_job (line->options, place, cancellable, error);
}

/* --- the file ------------------------------------------------------------------------------ */

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

static CasJobLine *
read_line (guint       number,
           const char *text,
           guint       n_before)
{
  CasJobLine *self = line_new (number);
  g_autoptr (GError) cause = NULL;

  if (!read_text (self, text, &cause))
    self->error = g_error_new (cause->domain, cause->code, _("Line %u: %s"), number, cause->message);
  else if (!self->options->seed)
    self->options->seed = dup_seed (text, n_before);
  return self;
}

static char *
read_file (const char *path,
           GError    **error)
{
  gsize size;
  g_autofree char *text = cas_file_read (path, MAX_FILE_BYTES, &size, error);
  g_autofree char *shown = g_filename_display_name (path);

  if (!text || g_utf8_validate_len (text, size, NULL))
    return g_steal_pointer (&text);

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _("“%s” is no text in UTF-8."), shown);
  return NULL;
}

static void
line_free (gpointer data)
{
  cas_job_line_free (data);
}

GPtrArray *
cas_job_lines_read (const char *path,
                    GError    **error)
{
  g_autofree char *text = read_file (path, error);
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
