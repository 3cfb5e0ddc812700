/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pictures by the hash of their pixels: no path is written, and none would be opened. */

#include "io/metadata-pictures.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "cascade/error.h"
#include "io/json-text.h"

#define MAX_PICTURES  64
#define MAX_ROLE      32
#define HASH_DIGITS   64
#define MAX_WEIGHT    100
#define MAX_THRESHOLD 10000
#define N_MARGINS     4

/* --- writing ------------------------------------------------------------------------------- */

static void
append_number (GString    *json,
               const char *name,
               double      value)
{
  g_string_append_printf (json, ",\"%s\":", name);
  cas_json_append_double (json, value);
}

static void
append_picture (GString                  *json,
                const CasMetadataPicture *picture)
{
  g_string_append (json, "{\"role\":");
  cas_json_append_string (json, picture->role);
  if (picture->sha256)
    {
      g_string_append (json, ",\"sha256\":");
      cas_json_append_string (json, picture->sha256);
    }
  append_number (json, "weight", picture->weight);
  if (picture->end > 0)
    {
      append_number (json, "start", picture->start);
      append_number (json, "end", picture->end);
    }
  if (picture->high > 0)
    g_string_append_printf (json, ",\"low\":%u,\"high\":%u", picture->low, picture->high);
  if (picture->threshold > 0)
    append_number (json, "threshold", picture->threshold);
  if (picture->is_small)
    g_string_append (json, ",\"small\":true");
  g_string_append_c (json, '}');
}

gboolean
cas_metadata_is_outpaint (const CasMetadata *m)
{
  for (guint i = 0; i < N_MARGINS; i++)
    if (m->outpaint[i] > 0)
      return TRUE;
  return FALSE;
}

void
cas_metadata_append_pictures (GString           *json,
                              const CasMetadata *m)
{
  const guint *out = m->outpaint;

  if (m->n_pictures == 0)
    return;

  g_string_append (json, ",\"pictures\":[");
  for (guint i = 0; i < m->n_pictures; i++)
    {
      g_string_append (json, i > 0 ? "," : "");
      append_picture (json, &m->pictures[i]);
    }
  g_string_append_c (json, ']');
  if (cas_metadata_is_outpaint (m))
    g_string_append_printf (json, ",\"outpaint\":[%u,%u,%u,%u]", out[0], out[1], out[2], out[3]);
}

/* --- reading ------------------------------------------------------------------------------- */

static gboolean
fail (GError    **error,
      const char *name)
{
  g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_IMAGE,
               _("The settings in the picture are damaged: “%s” is not what it should be."), name);
  return FALSE;
}

/* A number that is missing stays. */
static gboolean
take_number (JsonObject *object,
             const char *name,
             double      min,
             double      max,
             double     *value,
             GError    **error)
{
  JsonNode *node = json_object_get_member (object, name);

  if (!node)
    return TRUE;
  if (!JSON_NODE_HOLDS_VALUE (node)
      || (json_node_get_value_type (node) != G_TYPE_DOUBLE
          && json_node_get_value_type (node) != G_TYPE_INT64))
    return fail (error, name);
  *value = json_node_get_double (node);
  return (*value >= min && *value <= max) || fail (error, name); /* NaN is neither */
}

static gboolean
take_whole_number (JsonObject *object,
                   const char *name,
                   double      max,
                   guint      *value,
                   GError    **error)
{
  double number = 0;

  if (!take_number (object, name, 0, max, &number, error))
    return FALSE;
  *value = (guint) number;
  return *value == number || fail (error, name);
}

static gboolean
take_flag (JsonObject *object,
           const char *name,
           gboolean   *value,
           GError    **error)
{
  JsonNode *node = json_object_get_member (object, name);

  if (!node)
    return TRUE;
  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_BOOLEAN)
    return fail (error, name);
  *value = json_node_get_boolean (node);
  return TRUE;
}

/* A text of nothing but these characters. */
static gboolean
take_text (JsonObject *object,
           const char *name,
           const char *characters,
           gsize       min_bytes,
           gsize       max_bytes,
           char      **value,
           GError    **error)
{
  JsonNode *node = json_object_get_member (object, name);
  const char *text
    = node && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING
        ? json_node_get_string (node) : NULL;
  const gsize n_bytes = text ? strlen (text) : 0;

  if (n_bytes < min_bytes || n_bytes > max_bytes || strspn (text, characters) != n_bytes)
    return fail (error, name);
  *value = g_strdup (text);
  return TRUE;
}

static gboolean
take_picture (JsonNode           *node,
              CasMetadataPicture *picture,
              GError            **error)
{
  JsonObject *object;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return fail (error, "pictures");
  object = json_node_get_object (node);
  return take_text (object, "role", G_CSET_a_2_z G_CSET_DIGITS "_-", 1, MAX_ROLE, &picture->role,
                    error)
         && take_text (object, "sha256", G_CSET_DIGITS "abcdef", HASH_DIGITS, HASH_DIGITS,
                       &picture->sha256, error)
         && take_number (object, "weight", -MAX_WEIGHT, MAX_WEIGHT, &picture->weight, error)
         && take_number (object, "start", 0, 1, &picture->start, error)
         && take_number (object, "end", 0, 1, &picture->end, error)
         && take_whole_number (object, "low", MAX_THRESHOLD, &picture->low, error)
         && take_whole_number (object, "high", MAX_THRESHOLD, &picture->high, error)
         && take_number (object, "threshold", 0, 1, &picture->threshold, error)
         && take_flag (object, "small", &picture->is_small, error)
         && (!picture->is_small || strcmp (picture->role, "super_resolution") == 0
             || fail (error, "small"));
}

static gboolean
take_margins (JsonObject *object,
              guint       margins[N_MARGINS],
              GError    **error)
{
  JsonNode *node = json_object_get_member (object, "outpaint");
  JsonArray *list = node && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

  if (!node)
    return TRUE;
  if (!list || json_array_get_length (list) != N_MARGINS)
    return fail (error, "outpaint");
  for (guint i = 0; i < N_MARGINS; i++)
    {
      JsonNode *item = json_array_get_element (list, i);

      if (!JSON_NODE_HOLDS_VALUE (item) || json_node_get_value_type (item) != G_TYPE_INT64
          || json_node_get_int (item) < 0 || json_node_get_int (item) > 1000000)
        return fail (error, "outpaint");
      margins[i] = (guint) json_node_get_int (item);
    }
  return TRUE;
}

gboolean
cas_metadata_take_pictures (JsonObject  *object,
                            CasMetadata *m,
                            GError     **error)
{
  JsonNode *node = json_object_get_member (object, "pictures");
  JsonArray *list = node && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

  if (!node)
    return TRUE;
  if (!list || json_array_get_length (list) > MAX_PICTURES)
    return fail (error, "pictures");

  m->pictures = g_new0 (CasMetadataPicture, MAX (json_array_get_length (list), 1));
  for (guint i = 0; i < json_array_get_length (list); i++)
    if (!take_picture (json_array_get_element (list, i), &m->pictures[m->n_pictures++], error))
      return FALSE;
  return take_margins (object, m->outpaint, error);
}
