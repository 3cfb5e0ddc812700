/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the readers of other programs' settings share. */

#include "io/metadata-foreign.h"

#include <math.h>
#include <string.h>

#include <glib/gi18n-lib.h>
#include <inttypes.h>

#include "cascade/error.h"
#include "cascade/json-check.h"
#include "cascade/sampler.h"
#include "io/prompt.h"

#define MAX_JSON_BYTES   (8 << 20)
#define MAX_VALUES       200000
#define MAX_DEPTH        64
#define MAX_INT64_DIGITS 18
#define MAX_PROMPT_BYTES (64 << 10)
#define MAX_SIDE         1000000
#define MAX_STEPS        1000000
#define MAX_NUMBER       1e6
#define MAX_LOST         64
#define MAX_TAGS         16

const char *
cas_foreign_lookup (const CasSettingsText *texts,
                    guint                  n_texts,
                    const char            *key)
{
  for (guint i = 0; i < n_texts; i++)
    if (strcmp (texts[i].key, key) == 0)
      return texts[i].text;
  return NULL;
}

/* --- JSON ---------------------------------------------------------------------------------- */

static gboolean
fail (GError    **error,
      const char *sentence)
{
  g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_IMAGE,
               _("The settings in the picture are damaged: %s."), sentence);
  return FALSE;
}

/* Copies what may be a number, and says how long it was: what Python writes and JSON does not have
 * becomes 0, and a whole number that may be beyond 2⁶³ a text, as each version of the parser makes
 * something else of it. */
static gsize
copy_number (const char *text,
             GString    *copy)
{
  static const char *const odd[] = { "-Infinity", "Infinity", "NaN" };
  const gsize length = strspn (text, "+-.0123456789eE");
  const gsize n_signs = *text == '-';

  for (guint i = 0; i < G_N_ELEMENTS (odd); i++)
    if (g_str_has_prefix (text, odd[i]))
      {
        g_string_append_c (copy, '0');
        return strlen (odd[i]);
      }
  if (length > MAX_INT64_DIGITS + n_signs
      && n_signs + strspn (text + n_signs, "0123456789") == length)
    g_string_append_printf (copy, "\"%.*s\"", (int) length, text);
  else
    g_string_append_len (copy, text, (gssize) length);
  return length;
}

/* The text as the parser reads it. */
static GString *
copy_readable (const char *json)
{
  GString *copy = g_string_new (NULL);
  gboolean in_string = FALSE;

  for (const char *c = json; *c != '\0';)
    {
      const gsize n = in_string ? 0 : copy_number (c, copy);

      c += n;
      if (n > 0)
        continue;
      if (in_string && *c == '\\')
        g_string_append_c (copy, *c++);
      else if (*c == '"')
        in_string = !in_string;
      g_string_append_c (copy, *c++);
    }
  return copy;
}

JsonNode *
cas_foreign_parse (const char *json,
                   GError    **error)
{
  const gsize length = strlen (json);
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  g_autoptr (GError) cause = NULL;
  g_autoptr (GString) copy = NULL;
  g_autofree char *fault = NULL;

  if (length > MAX_JSON_BYTES || !g_utf8_validate (json, (gssize) length, NULL))
    {
      fail (error, _("they are too long, or not UTF-8"));
      return NULL;
    }
  fault = cas_json_dup_fault (json, MAX_DEPTH, MAX_VALUES);
  if (fault)
    {
      fail (error, fault);
      return NULL;
    }
  copy = copy_readable (json);
  if (!json_parser_load_from_data (parser, copy->str, (gssize) copy->len, &cause))
    {
      fail (error, cause->message);
      return NULL;
    }

  JsonNode *root = json_parser_steal_root (parser);

  if (root && JSON_NODE_HOLDS_OBJECT (root))
    return root;
  g_clear_pointer (&root, json_node_unref);
  fail (error, _("they are no JSON object"));
  return NULL;
}

JsonObject *
cas_foreign_peek_object (JsonObject *object,
                         const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

const char *
cas_foreign_peek_string (JsonObject *object,
                         const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  if (!node || !JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING)
    return NULL;
  return json_node_get_string (node);
}

static char *
dup_number (double number)
{
  char digits[G_ASCII_DTOSTR_BUF_SIZE];

  return g_strdup (g_ascii_formatd (digits, sizeof digits, "%.12g", number));
}

char *
cas_foreign_dup_value (JsonNode *value)
{
  if (!value || JSON_NODE_HOLDS_NULL (value))
    return NULL;
  if (JSON_NODE_HOLDS_VALUE (value))
    {
      const GType type = json_node_get_value_type (value);

      if (type == G_TYPE_STRING)
        return *json_node_get_string (value) ? g_utf8_make_valid (json_node_get_string (value), -1)
                                             : NULL;
      if (type == G_TYPE_INT64)
        return g_strdup_printf ("%" PRId64, json_node_get_int (value));
      if (type == G_TYPE_DOUBLE)
        return dup_number (json_node_get_double (value));
      return g_strdup (json_node_get_boolean (value) ? "true" : "false");
    }
  if (JSON_NODE_HOLDS_ARRAY (value) ? json_array_get_length (json_node_get_array (value)) == 0
                                    : json_object_get_size (json_node_get_object (value)) == 0)
    return NULL;

  g_autofree char *text = json_to_string (value, FALSE);

  return g_utf8_make_valid (text, -1);
}

/* --- filling ------------------------------------------------------------------------------- */

void
cas_foreign_lose (CasSettings *settings,
                  const char  *name,
                  const char  *value)
{
  if (settings->lost->len >= 2 * MAX_LOST)
    return;
  if (settings->lost->len == 2 * (MAX_LOST - 1))
    {
      g_ptr_array_add (settings->lost, g_strdup ("…"));
      g_ptr_array_add (settings->lost, g_strdup (_("and more")));
      return;
    }
  g_ptr_array_add (settings->lost, cas_prompt_dup_excerpt (name, strlen (name)));
  g_ptr_array_add (settings->lost, cas_prompt_dup_excerpt (value, strlen (value)));
}

/* “<lora:name:1>” and the like, which other programs take out of the prompt. */
static void
lose_tags (CasSettings *settings,
           const char  *prompt)
{
  const char *begin = prompt;

  for (guint i = 0; i < MAX_TAGS && (begin = strchr (begin, '<')); i++, begin++)
    {
      const gsize n_letters = strspn (begin + 1, "abcdefghijklmnopqrstuvwxyz");
      const gsize n_bytes = strcspn (begin, ">\n");

      if (n_letters == 0 || begin[1 + n_letters] != ':' || begin[n_bytes] != '>')
        continue;

      g_autofree char *tag = g_strndup (begin, n_bytes + 1);

      cas_foreign_lose (settings, _("Prompt tag"), tag);
    }
}

static gboolean
set_text (char      **member,
          const char *value)
{
  if (strlen (value) > MAX_PROMPT_BYTES || !g_utf8_validate (value, -1, NULL))
    return FALSE;
  g_free (*member);
  *member = g_strdup (value);
  return TRUE;
}

static gboolean
set_uint (guint      *member,
          guint64     max,
          const char *value)
{
  guint64 number;

  if (!g_ascii_string_to_unsigned (value, 10, 1, max, &number, NULL))
    return FALSE;
  *member = (guint) number;
  return TRUE;
}

static gboolean
set_double (double     *member,
            const char *value)
{
  char *end;
  const double number = g_ascii_strtod (value, &end);

  if (end == value || *end != '\0' || !isfinite (number) || fabs (number) > MAX_NUMBER)
    return FALSE;
  *member = number;
  return TRUE;
}

static gboolean
set_sampler (char      **member,
             const char *value)
{
  g_autofree char *name = g_ascii_strdown (value, -1);
  CasSampler sampler;

  return cas_sampler_from_name (name, &sampler) && set_text (member, name);
}

static gboolean
set_field (CasMetadata      *m,
           CasSettingsFields field,
           const char       *value)
{
  switch (field)
    {
    case CAS_SETTING_PROMPT:
      return set_text (&m->prompt, value);
    case CAS_SETTING_NEGATIVE:
      return set_text (&m->negative_prompt, value);
    case CAS_SETTING_WIDTH:
      return set_uint (&m->width, MAX_SIDE, value);
    case CAS_SETTING_HEIGHT:
      return set_uint (&m->height, MAX_SIDE, value);
    case CAS_SETTING_SEED:
      return g_ascii_string_to_unsigned (value, 10, 0, G_MAXINT64, &m->seed, NULL);
    case CAS_SETTING_SAMPLER:
      return set_sampler (&m->sampler, value);
    case CAS_SETTING_STEPS:
      return set_uint (&m->steps, MAX_STEPS, value);
    case CAS_SETTING_CFG:
      return set_double (&m->cfg, value);
    case CAS_SETTING_SHIFT:
      return set_double (&m->shift, value);
    case CAS_SETTING_DECODER_STEPS:
      return set_uint (&m->decoder_steps, MAX_STEPS, value);
    case CAS_SETTING_DECODER_CFG:
      return set_double (&m->decoder_cfg, value);
    case CAS_SETTING_MODEL:
      return set_text (&m->model, value);
    }
  return FALSE;
}

void
cas_foreign_set (CasSettings      *settings,
                 CasSettingsFields field,
                 const char       *name,
                 const char       *value)
{
  if (!set_field (&settings->metadata, field, value))
    {
      cas_foreign_lose (settings, name, value);
      return;
    }

  settings->fields |= field;
  if (field == CAS_SETTING_PROMPT || field == CAS_SETTING_NEGATIVE)
    lose_tags (settings, value);
}

void
cas_foreign_set_size (CasSettings *settings,
                      const char  *name,
                      const char  *value)
{
  const gsize width_at = strcspn (value, "0123456789");
  const gsize n_width = strspn (value + width_at, "0123456789");
  const char *rest = value + width_at + n_width;
  const gsize height_at = strcspn (rest, "0123456789");
  const gsize n_height = strspn (rest + height_at, "0123456789");
  g_autofree char *width = g_strndup (value + width_at, n_width);
  g_autofree char *height = g_strndup (rest + height_at, n_height);
  guint64 number;

  if (g_ascii_string_to_unsigned (width, 10, 1, MAX_SIDE, &number, NULL)
      && g_ascii_string_to_unsigned (height, 10, 1, MAX_SIDE, &number, NULL))
    {
      cas_foreign_set (settings, CAS_SETTING_WIDTH, name, width);
      cas_foreign_set (settings, CAS_SETTING_HEIGHT, name, height);
    }
  else
    cas_foreign_lose (settings, name, value);
}

void
cas_foreign_take (CasSettings            *settings,
                  JsonObject             *object,
                  const CasForeignMember *known)
{
  g_autoptr (GList) names = json_object_get_members (object);

  for (GList *item = names; item; item = item->next)
    {
      const char *name = item->data;
      const CasForeignMember *member = known;

      while (member->name && strcmp (member->name, name) != 0)
        member++;

      const gboolean is_prompt = member->field == CAS_SETTING_PROMPT
                                 || member->field == CAS_SETTING_NEGATIVE;
      g_autofree char *value = cas_foreign_dup_value (json_object_get_member (object, name));

      if (!value && !is_prompt)
        continue;
      if (!member->name)
        cas_foreign_lose (settings, name, value);
      else if (member->field != 0)
        cas_foreign_set (settings, member->field, name, value ? value : "");
    }
}
