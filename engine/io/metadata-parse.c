/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reads our own JSON back from a picture, which a stranger may have sent. */

#include "cascade/error.h"
#include "cascade/json-check.h"
#include "io/metadata.h"
#include "io/metadata-pictures.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>

#define MAX_JSON_BYTES   (2 << 20)
#define MAX_PROMPT_BYTES (64 << 10)
#define MAX_NAME_BYTES   1024
#define MAX_HASH_BYTES   64
#define MAX_DEPTH        16
#define MAX_PARTS        64
#define MAX_LORAS        64
#define MAX_LORA_TOKENS  128

static gboolean fail (GError    **error,
                      const char *format,
                      ...) G_GNUC_PRINTF (2, 3);

static gboolean
fail (GError    **error,
      const char *format,
      ...)
{
  va_list args;

  va_start (args, format);
  g_autofree char *sentence = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_IMAGE,
               _("The settings in the picture are damaged: %s."), sentence);
  return FALSE;
}

static gboolean
read_string (JsonNode   *node,
             const char *name,
             gsize       max_bytes,
             char      **value,
             GError    **error)
{
  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING)
    return fail (error, _("“%s” is no text"), name);

  const char *text = json_node_get_string (node);
  if (strlen (text) > max_bytes)
    return fail (error, _("“%s” has %zu bytes, wanted at most %zu"), name, strlen (text),
                 max_bytes);
  if (!g_utf8_validate (text, -1, NULL))
    return fail (error, _("“%s” is not UTF-8"), name);
  *value = g_strdup (text);
  return TRUE;
}

/* A member that is missing leaves the value as it is. */
static gboolean
take_string (JsonObject *object,
             const char *name,
             gsize       max_bytes,
             char      **value,
             GError    **error)
{
  JsonNode *node = json_object_get_member (object, name);

  return node == NULL || read_string (node, name, max_bytes, value, error);
}

/* A text of nothing but these characters: what is printed, or looked for, as it is. */
static gboolean
take_word (JsonObject *object,
           const char *name,
           const char *characters,
           gsize       max_bytes,
           char      **value,
           GError    **error)
{
  if (!take_string (object, name, max_bytes, value, error))
    return FALSE;
  return *value == NULL || (*value)[strspn (*value, characters)] == '\0'
         || fail (error, _("“%s” has characters that do not belong there"), name);
}

static gboolean
take_hash (JsonObject *object,
           char      **value,
           GError    **error)
{
  return take_word (object, "sha256", G_CSET_DIGITS "abcdef", MAX_HASH_BYTES, value, error);
}

static gboolean
take_integer (JsonObject *object,
              const char *name,
              gint64      min,
              gint64      max,
              gint64     *value,
              GError    **error)
{
  JsonNode *node = json_object_get_member (object, name);

  if (node == NULL)
    return fail (error, _("“%s” is missing"), name);
  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_INT64)
    return fail (error, _("“%s” is no whole number"), name);

  *value = json_node_get_int (node);
  if (*value < min || *value > max)
    return fail (error, _("“%s” is %" PRId64 ", wanted %" PRId64 " to %" PRId64),
                 name, *value, min, max);
  return TRUE;
}

/* FALSE if it is missing. */
static gboolean
take_boolean (JsonObject *object,
              const char *name,
              gboolean   *value,
              GError    **error)
{
  JsonNode *node = json_object_get_member (object, name);

  if (node == NULL)
    return TRUE;
  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_BOOLEAN)
    return fail (error, _("“%s” is neither true nor false"), name);
  *value = json_node_get_boolean (node);
  return TRUE;
}

static gboolean
take_uint (JsonObject *object,
           const char *name,
           guint       max,
           guint      *value,
           GError    **error)
{
  gint64 number;

  if (!take_integer (object, name, 1, max, &number, error))
    return FALSE;
  *value = (guint) number;
  return TRUE;
}

static gboolean
take_double (JsonObject *object,
             const char *name,
             double     *value,
             GError    **error)
{
  JsonNode *node = json_object_get_member (object, name);

  if (node == NULL)
    return fail (error, _("“%s” is missing"), name);
  if (!JSON_NODE_HOLDS_VALUE (node) || (json_node_get_value_type (node) != G_TYPE_DOUBLE
                                        && json_node_get_value_type (node) != G_TYPE_INT64))
    return fail (error, _("“%s” is no number"), name);

  *value = json_node_get_double (node);
  if (!isfinite (*value) || fabs (*value) > 1e6)
    return fail (error, _("“%s” is out of range"), name);
  return TRUE;
}

/* The list of that name, or NULL where there is none. */
static gboolean
take_list (JsonObject  *object,
           const char  *name,
           guint        max,
           JsonArray  **list,
           GError     **error)
{
  JsonNode *node = json_object_get_member (object, name);

  *list = NULL;
  if (node == NULL)
    return TRUE;
  if (!JSON_NODE_HOLDS_ARRAY (node))
    return fail (error, _("“%s” is no list"), name);

  *list = json_node_get_array (node);
  if (json_array_get_length (*list) > max)
    return fail (error, _("“%s” has %u items, wanted at most %d"), name,
                 json_array_get_length (*list), max);
  return TRUE;
}

static gboolean
take_parts (JsonObject  *object,
            CasMetadata *m,
            GError     **error)
{
  JsonArray *list;

  if (!take_list (object, "parts", MAX_PARTS, &list, error))
    return FALSE;
  if (list == NULL)
    return TRUE;

  const guint n = json_array_get_length (list);
  m->parts = g_new0 (CasMetadataPart, MAX (n, 1));
  for (guint i = 0; i < n; i++)
    {
      JsonNode *item = json_array_get_element (list, i);
      CasMetadataPart *part = &m->parts[m->n_parts++];

      if (!JSON_NODE_HOLDS_OBJECT (item))
        return fail (error, _("an item of “%s” is no object"), "parts");
      JsonObject *fields = json_node_get_object (item);
      if (!take_word (fields, "role", G_CSET_a_2_z G_CSET_DIGITS "_-", MAX_NAME_BYTES, &part->role,
                      error)
          || !take_string (fields, "file", MAX_NAME_BYTES, &part->file, error)
          || !take_hash (fields, &part->sha256, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
take_loras (JsonObject  *object,
            CasMetadata *m,
            GError     **error)
{
  JsonArray *list;

  if (!take_list (object, "loras", MAX_LORAS, &list, error))
    return FALSE;

  const guint n = list != NULL ? json_array_get_length (list) : 0;
  m->loras = g_new0 (CasMetadataLora, MAX (n, 1));
  for (guint i = 0; i < n; i++)
    {
      JsonNode *item = json_array_get_element (list, i);
      CasMetadataLora *lora = &m->loras[m->n_loras++];

      if (!JSON_NODE_HOLDS_OBJECT (item))
        return fail (error, _("an item of “%s” is no object"), "loras");
      JsonObject *fields = json_node_get_object (item);
      if (!take_string (fields, "name", MAX_NAME_BYTES, &lora->name, error)
          || !take_hash (fields, &lora->sha256, error)
          || !take_double (fields, "weight", &lora->weight, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
take_lora_tokens (JsonObject  *object,
                  CasMetadata *m,
                  GError     **error)
{
  JsonArray *list;

  if (!take_list (object, "lora_tokens", MAX_LORA_TOKENS, &list, error))
    return FALSE;
  if (list == NULL)
    return TRUE;

  m->lora_tokens = g_new0 (char *, json_array_get_length (list) + 1);
  for (guint i = 0; i < json_array_get_length (list); i++)
    if (!read_string (json_array_get_element (list, i), "lora_tokens", MAX_NAME_BYTES,
                      &m->lora_tokens[i], error))
      return FALSE;
  return TRUE;
}

static gboolean
take_all (JsonObject  *object,
          CasMetadata *m,
          GError     **error)
{
  gint64 schema, seed;

  if (!take_integer (object, "schema", 1, 1, &schema, error)
      || !take_integer (object, "seed", 0, G_MAXINT64, &seed, error))
    return FALSE;
  m->seed = (guint64) seed;

  return take_string (object, "version", MAX_NAME_BYTES, &m->version, error)
         && take_string (object, "prompt", MAX_PROMPT_BYTES, &m->prompt, error)
         && take_string (object, "negative_prompt", MAX_PROMPT_BYTES, &m->negative_prompt, error)
         && take_string (object, "drawn_prompt", MAX_PROMPT_BYTES, &m->drawn_prompt, error)
         && take_string (object, "drawn_negative_prompt", MAX_PROMPT_BYTES,
                         &m->drawn_negative_prompt, error)
         && take_boolean (object, "restore_mean", &m->restores_mean, error)
         && take_uint (object, "width", 1000000, &m->width, error)
         && take_uint (object, "height", 1000000, &m->height, error)
         && take_string (object, "sampler", MAX_NAME_BYTES, &m->sampler, error)
         && take_uint (object, "steps", 1000000, &m->steps, error)
         && take_double (object, "cfg", &m->cfg, error)
         && take_double (object, "shift", &m->shift, error)
         && take_uint (object, "decoder_steps", 1000000, &m->decoder_steps, error)
         && take_double (object, "decoder_cfg", &m->decoder_cfg, error)
         && take_string (object, "model", MAX_NAME_BYTES, &m->model, error)
         && take_parts (object, m, error) && take_loras (object, m, error)
         && take_lora_tokens (object, m, error) && cas_metadata_take_pictures (object, m, error)
         && take_string (object, "kernels", MAX_NAME_BYTES, &m->kernels, error);
}

gboolean
cas_metadata_parse_json (const char  *json,
                         CasMetadata *m,
                         GError     **error)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  g_autoptr (GError) local_error = NULL;
  g_autofree char *fault = NULL;

  memset (m, 0, sizeof *m);
  if (strlen (json) > MAX_JSON_BYTES)
    return fail (error, _("they have %zu bytes, wanted at most %d"), strlen (json),
                 MAX_JSON_BYTES);
  if (!g_utf8_validate (json, -1, NULL))
    return fail (error, _("they are not UTF-8"));
  fault = cas_json_dup_fault (json, MAX_DEPTH, G_MAXUINT);
  if (fault != NULL)
    return fail (error, "%s", fault);
  if (!json_parser_load_from_data (parser, json, -1, &local_error))
    return fail (error, "%s", local_error->message);

  JsonNode *root = json_parser_get_root (parser);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    return fail (error, _("they are no JSON object"));
  if (!take_all (json_node_get_object (root), m, error))
    {
      cas_metadata_clear (m);
      return FALSE;
    }
  return TRUE;
}
