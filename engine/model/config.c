/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Small JSON files that stand beside the tensors. */

#include "model/config.h"

#include <glib/gi18n-lib.h>
#include <json-glib/json-glib.h>
#include <math.h>

#include "cascade/json-check.h"

#define MAX_BYTES (1u << 20)
#define MAX_DEPTH 16 /* json-glib's parser recurses */

struct _CasConfig
{
  char       *path;
  JsonParser *parser;
  JsonObject *root;
  JsonObject *object; /* NULL: one that is not there */
  GError     *error;
};

static void
fail (CasConfig  *config,
      const char *format,
      ...) G_GNUC_PRINTF (2, 3);

static void
fail (CasConfig  *config,
      const char *format,
      ...)
{
  if (config->error != NULL)
    return;

  va_list args;
  va_start (args, format);
  g_autofree char *sentence = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (&config->error, CAS_ERROR, CAS_ERROR_BAD_MODEL, "%s: %s.", config->path, sentence);
}

/* --- opening --------------------------------------------------------------------------------- */

/* With a zero after it. */
static GBytes *
read_whole (const char *path,
            GError    **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInputStream) stream = g_file_read (file, NULL, error);

  if (stream == NULL)
    return NULL;

  gsize size;
  g_autofree char *text = g_malloc (MAX_BYTES + 1);
  if (!g_input_stream_read_all (G_INPUT_STREAM (stream), text, MAX_BYTES + 1, &size, NULL, error))
    return NULL;

  if (size > MAX_BYTES)
    {
      g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_MODEL,
                   _("%s: the file is larger than %u bytes, too large for settings."),
                   g_file_peek_path (file), MAX_BYTES);
      return NULL;
    }
  text[size] = '\0';
  return g_bytes_new_take (g_steal_pointer (&text), size);
}

static void
parse (CasConfig *config,
       GBytes    *bytes)
{
  gsize size;
  const char *text = g_bytes_get_data (bytes, &size);
  g_autofree char *fault = NULL;
  g_autoptr (GError) error = NULL;

  if (!g_utf8_validate (text, (gssize) size, NULL))
    fail (config, _("the file is not text in UTF-8"));
  else if ((fault = cas_json_dup_fault (text, MAX_DEPTH, G_MAXUINT)) != NULL)
    fail (config, "%s", fault);
  else if (!json_parser_load_from_data (config->parser, text, (gssize) size, &error))
    fail (config, _("the file is not JSON: %s"), error->message);
  else if (json_parser_get_root (config->parser) == NULL
           || !JSON_NODE_HOLDS_OBJECT (json_parser_get_root (config->parser)))
    fail (config, _("the file is no JSON object"));
  else
    config->root = json_node_get_object (json_parser_get_root (config->parser));
}

CasConfig *
cas_config_open (const char *path,
                 GError    **error)
{
  g_autoptr (GBytes) bytes = read_whole (path, error);

  if (bytes == NULL)
    return NULL;

  g_autoptr (CasConfig) config = g_new0 (CasConfig, 1);
  config->path = g_filename_display_name (path);
  config->parser = json_parser_new_immutable ();
  parse (config, bytes);
  config->object = config->root;

  if (!cas_config_check (config, error))
    return NULL;
  return g_steal_pointer (&config);
}

void
cas_config_free (CasConfig *config)
{
  if (config == NULL)
    return;

  g_clear_object (&config->parser);
  g_clear_error (&config->error);
  g_free (config->path);
  g_free (config);
}

gboolean
cas_config_check (CasConfig *config,
                  GError   **error)
{
  if (config == NULL || config->error == NULL)
    return TRUE;

  g_propagate_error (error, g_steal_pointer (&config->error));
  return FALSE;
}

/* --- values ---------------------------------------------------------------------------------- */

/* NULL for what is not there or is null. */
static JsonNode *
find (CasConfig  *config,
      const char *name)
{
  JsonNode *node = NULL;

  if (config != NULL && config->object != NULL)
    node = json_object_get_member (config->object, name);
  return node != NULL && !JSON_NODE_HOLDS_NULL (node) ? node : NULL;
}

void
cas_config_enter (CasConfig  *config,
                  const char *name)
{
  JsonNode *node = find (config, name);

  if (config == NULL)
    return;

  config->object = NULL;
  if (node != NULL && JSON_NODE_HOLDS_OBJECT (node))
    config->object = json_node_get_object (node);
  else if (node != NULL)
    fail (config, _("“%s” is no object"), name);
}

void
cas_config_leave (CasConfig *config)
{
  if (config != NULL)
    config->object = config->root;
}

static double
number (CasConfig  *config,
        JsonNode   *node,
        const char *name,
        double      min,
        double      max)
{
  GType type = JSON_NODE_HOLDS_VALUE (node) ? json_node_get_value_type (node) : G_TYPE_INVALID;
  double value = type == G_TYPE_INT64 || type == G_TYPE_DOUBLE ? json_node_get_double (node) : NAN;

  if (value >= min && value <= max)
    return value;

  if (isnan (value))
    fail (config, _("“%s” is no number, wanted one from %g to %g"), name, min, max);
  else
    fail (config, _("“%s” is %g, wanted a number from %g to %g"), name, value, min, max);
  return min;
}

static gint64
whole_number (CasConfig  *config,
              JsonNode   *node,
              const char *name,
              gint64      min,
              gint64      max)
{
  double value = number (config, node, name, (double) min, (double) max);

  if (value != floor (value))
    fail (config, _("“%s” is %g, wanted a whole number"), name, value);
  return (gint64) value;
}

gint64
cas_config_get_int (CasConfig  *config,
                    const char *name,
                    gint64      min,
                    gint64      max,
                    gint64      fallback)
{
  JsonNode *node = find (config, name);

  return node != NULL ? whole_number (config, node, name, min, max) : fallback;
}

double
cas_config_get_double (CasConfig  *config,
                       const char *name,
                       double      min,
                       double      max,
                       double      fallback)
{
  JsonNode *node = find (config, name);

  return node != NULL ? number (config, node, name, min, max) : fallback;
}

const char *
cas_config_get_string (CasConfig  *config,
                       const char *name,
                       const char *fallback)
{
  JsonNode *node = find (config, name);

  if (node == NULL)
    return fallback;
  if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
    return json_node_get_string (node);

  fail (config, _("“%s” is no text"), name);
  return fallback;
}

guint
cas_config_get_choice (CasConfig         *config,
                       const char        *name,
                       const char *const *choices,
                       guint              n,
                       guint              fallback)
{
  const char *text = cas_config_get_string (config, name, choices[fallback]);
  g_autoptr (GString) wanted = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    {
      if (g_str_equal (text, choices[i]))
        return i;
      g_string_append_printf (wanted, i > 0 ? ", “%s”" : "“%s”", choices[i]);
    }

  fail (config, _("“%s” is “%s”, wanted one of %s"), name, text, wanted->str);
  return fallback;
}

void
cas_config_get_pair (CasConfig  *config,
                     const char *name,
                     gint64      min,
                     gint64      max,
                     guint       values[2])
{
  JsonNode *node = find (config, name);

  if (node == NULL)
    return;

  if (!JSON_NODE_HOLDS_ARRAY (node) || json_array_get_length (json_node_get_array (node)) != 2)
    {
      fail (config, _("“%s” is no list of two numbers"), name);
      return;
    }
  for (guint i = 0; i < 2; i++)
    values[i] = (guint) whole_number (config,
                                      json_array_get_element (json_node_get_array (node), i), name,
                                      min, max);
}
