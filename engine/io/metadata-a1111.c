/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reads “parameters” in the form of A1111, which many programs write, ours too: the prompt, a line
 * that begins with “Negative prompt:”, and a last line of “Name: value, …”. */

#include "io/metadata-foreign.h"

#include <string.h>

#include "io/metadata.h"

#define NEGATIVE  "Negative prompt:"
#define MIN_PAIRS 3 /* on a line of settings; else it is part of the prompt */
#define MAX_PAIRS 256

typedef struct
{
  char *name, *value;
} Pair;

static void
pair_clear (gpointer data)
{
  Pair *pair = data;

  g_free (pair->name);
  g_free (pair->value);
}

/* A value in quotation marks, as JSON writes it; NULL if it does not end. */
static char *
take_quoted (const char **at)
{
  const char *begin = *at + 1, *p = begin;

  while (*p != '\0' && *p != '"')
    p += *p == '\\' && p[1] != '\0' ? 2 : 1;
  if (*p == '\0')
    return NULL;

  g_autofree char *raw = g_strndup (begin, (gsize) (p - begin));
  g_autofree char *json = g_strdup_printf ("{\"v\":\"%s\"}", raw);
  g_autoptr (JsonNode) node = cas_foreign_parse (json, NULL);
  const char *value = node ? cas_foreign_peek_string (json_node_get_object (node), "v") : NULL;

  *at = p + 1;
  return value ? g_utf8_make_valid (value, -1) : g_steal_pointer (&raw);
}

/* “Name: value”, up to a comma. */
static gboolean
take_pair (const char **at,
           Pair        *pair)
{
  const char *name = *at + strspn (*at, " ");
  const char *colon = strchr (name, ':');
  const char *value;

  if (!colon || colon == name || memchr (name, ',', (gsize) (colon - name)))
    return FALSE;

  value = colon + 1 + strspn (colon + 1, " ");
  *pair = (Pair) { .name = g_strndup (name, (gsize) (colon - name)) };
  if (*value == '"')
    pair->value = take_quoted (&value);
  if (!pair->value)
    {
      const gsize length = strcspn (value, ",");

      pair->value = g_strchomp (g_strndup (value, length));
      value += length;
    }
  value += strspn (value, " ");
  *at = value + (*value == ',');
  return TRUE;
}

static GArray *
parse_pairs (const char *line)
{
  GArray *pairs = g_array_new (FALSE, FALSE, sizeof (Pair));
  Pair pair;

  g_array_set_clear_func (pairs, pair_clear);
  while (pairs->len < MAX_PAIRS && *line != '\0' && take_pair (&line, &pair))
    g_array_append_val (pairs, pair);
  return pairs;
}

static const char *
lookup (const GArray *pairs,
        const char   *name)
{
  for (guint i = 0; i < pairs->len; i++)
    if (strcmp (g_array_index (pairs, Pair, i).name, name) == 0)
      return g_array_index (pairs, Pair, i).value;
  return NULL;
}

/* “v1.9.4” and “f2.0.1” are A1111's and Forge's; others say who they are. */
static char *
dup_program (const char *version)
{
  if (!version || *version == '\0')
    return g_strdup ("A1111");
  if ((*version == 'v' || *version == 'f') && g_ascii_isdigit (version[1]))
    return g_strdup_printf ("A1111 %s", version);
  return g_strdup (version);
}

static void
take_pairs (CasSettings  *s,
            const GArray *pairs,
            gboolean      is_ours)
{
  static const CasForeignMember known[] = {
    { "Steps", CAS_SETTING_STEPS },
    { "Sampler", CAS_SETTING_SAMPLER },
    { "CFG scale", CAS_SETTING_CFG },
    { "Seed", CAS_SETTING_SEED },
    { "Shift", CAS_SETTING_SHIFT },
    { "Decoder steps", CAS_SETTING_DECODER_STEPS },
    { "Decoder CFG", CAS_SETTING_DECODER_CFG },
  };

  for (guint i = 0; i < pairs->len; i++)
    {
      const Pair *pair = &g_array_index (pairs, Pair, i);
      guint k = 0;

      while (k < G_N_ELEMENTS (known) && strcmp (known[k].name, pair->name) != 0)
        k++;
      if (k < G_N_ELEMENTS (known))
        cas_foreign_set (s, known[k].field, pair->name, pair->value);
      else if (strcmp (pair->name, "Size") == 0)
        cas_foreign_set_size (s, pair->name, pair->value);
      else if (is_ours && strcmp (pair->name, "Model") == 0)
        cas_foreign_set (s, CAS_SETTING_MODEL, pair->name, pair->value);
      else if (is_ours && strcmp (pair->name, "Weights") == 0)
        s->metadata.restores_mean = strcmp (pair->value, "restore mean") == 0;
      else if (strcmp (pair->name, "Version") != 0 && !(is_ours && strstr (pair->name, "Template")))
        cas_foreign_lose (s, pair->name, pair->value);
    }
}

/* What was typed stands apart from what was drawn of it. */
static void
take_template (char      **typed,
               char      **drawn,
               const char *template)
{
  if (!template)
    return;
  *drawn = g_steal_pointer (typed);
  *typed = g_strdup (template);
}

gboolean
cas_foreign_read_a1111 (const CasSettingsText *texts,
                        guint                  n_texts,
                        CasSettings           *s,
                        GError               **error)
{
  const char *text = cas_foreign_lookup (texts, n_texts, CAS_METADATA_INFOTEXT_KEY);

  if (!text)
    return FALSE;

  g_autofree char *prompt = g_strchomp (g_strdup (text));
  char *last = strrchr (prompt, '\n');
  g_autoptr (GArray) pairs = parse_pairs (last ? last + 1 : prompt);

  if (pairs->len < MIN_PAIRS)
    g_array_set_size (pairs, 0);
  else if (last)
    *last = '\0';
  else
    *prompt = '\0';

  char *negative = g_str_has_prefix (prompt, NEGATIVE) ? prompt : strstr (prompt, "\n" NEGATIVE);
  const char *version = lookup (pairs, "Version");
  const gboolean is_ours = version && g_str_has_prefix (version, "Weir");

  if (negative)
    {
      const gboolean is_first = negative == prompt;
      const char *begin = negative + strlen (NEGATIVE) + !is_first;

      cas_foreign_set (s, CAS_SETTING_NEGATIVE, "Negative prompt", begin + (*begin == ' '));
      *negative = '\0';
    }
  cas_foreign_set (s, CAS_SETTING_PROMPT, "Prompt", prompt);
  s->program = dup_program (version);
  take_pairs (s, pairs, is_ours);
  if (is_ours)
    {
      take_template (&s->metadata.prompt, &s->metadata.drawn_prompt, lookup (pairs, "Template"));
      take_template (&s->metadata.negative_prompt, &s->metadata.drawn_negative_prompt,
                     lookup (pairs, "Negative Template"));
    }
  return TRUE;
}
