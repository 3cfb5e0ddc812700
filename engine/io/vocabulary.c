/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reads vocab.json and merges.txt into sorted tables. */

#include "io/vocabulary.h"

#include "base/file.h"
#include "cascade/error.h"
#include "io/json-cursor.h"

#include <glib/gi18n-lib.h>
#include <stdlib.h>
#include <string.h>

#define MAX_FILE_BYTES  (16 << 20)
#define MAX_TOKENS      1000000
#define MAX_TOKEN_BYTES 1024
#define N_BASIC_TOKENS  (2 * 256 + 2) /* the bytes, inside and at the end of a word; start and end */
#define MAX_ADDED_TOKENS 16

typedef struct
{
  CasVocabulary *v;
  char          *file; /* for messages */
  GError       **error;
} Loader;

static gboolean fail (Loader     *l,
                      guint       line,
                      const char *format,
                      ...) G_GNUC_PRINTF (3, 4);

static gboolean
fail (Loader     *l,
      guint       line,
      const char *format,
      ...)
{
  va_list args;

  va_start (args, format);
  g_autofree char *sentence = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (l->error, CAS_ERROR, CAS_ERROR_BAD_MODEL,
               _("%s, line %u: %s."), l->file, line, sentence);
  return FALSE;
}

static gboolean
fail_memory (Loader *l)
{
  g_set_error (l->error, CAS_ERROR, CAS_ERROR_OUT_OF_HOST_MEMORY,
               _("There is no memory for %s."), l->file);
  return FALSE;
}

/* Reads a text file whole; free with g_free. */
static char *
read_text (Loader     *l,
           const char *path,
           gsize      *size)
{
  const char *end;
  g_autofree char *text = cas_file_read (path, MAX_FILE_BYTES, size, l->error);

  if (text == NULL)
    return NULL;
  if (!g_utf8_validate_len (text, *size, &end))
    {
      guint line = 1;

      for (const char *c = text; c < end; c++)
        line += *c == '\n';
      fail (l, line, _("this is not UTF-8 text"));
      return NULL;
    }
  return g_steal_pointer (&text);
}

static guint
count (const char *text,
       gsize       size,
       char        wanted)
{
  guint n = 0;

  for (gsize i = 0; i < size; i++)
    n += text[i] == wanted;
  return n;
}

static gboolean
take_entry (Loader        *l,
            CasJsonCursor *cursor)
{
  CasVocabulary *v = l->v;
  char *token;
  guint64 id;

  if (!cas_json_cursor_string (cursor, &token) || !cas_json_cursor_expect (cursor, ':')
      || !cas_json_cursor_u64 (cursor, &id))
    return fail (l, cursor->line, "%s", cursor->problem);

  if (v->n_entries == MAX_TOKENS)
    return fail (l, cursor->line, _("there are more than %d tokens"), MAX_TOKENS);
  if (strlen (token) > MAX_TOKEN_BYTES)
    return fail (l, cursor->line, _("a token is longer than %d bytes"), MAX_TOKEN_BYTES);
  if (id >= G_MAXINT32)
    return fail (l, cursor->line, _("the number of the token “%s” is too large"), token);

  v->entries[v->n_entries++] = (CasVocabularyEntry) { token, (gint32) id };
  v->n_ids = MAX (v->n_ids, (gint32) id + 1);
  return TRUE;
}

static int
compare_tokens (const void *a,
                const void *b)
{
  const CasVocabularyEntry *x = a, *y = b;

  return strcmp (x->token, y->token);
}

static gboolean
parse_vocab (Loader *l,
             gsize   size)
{
  CasVocabulary *v = l->v;
  CasJsonCursor cursor;

  /* each entry takes two quotation marks or more */
  v->entries = g_try_new (CasVocabularyEntry, count (v->text, size, '"') / 2 + 1);
  if (v->entries == NULL)
    return fail_memory (l);

  cas_json_cursor_init (&cursor, v->text, size);
  if (!cas_json_cursor_expect (&cursor, '{'))
    return fail (l, cursor.line, "%s", cursor.problem);
  do
    if (!take_entry (l, &cursor))
      return FALSE;
  while (cas_json_cursor_take (&cursor, ','));
  if (!cas_json_cursor_expect (&cursor, '}'))
    return fail (l, cursor.line, "%s", cursor.problem);
  if (!cas_json_cursor_at_end (&cursor))
    return fail (l, cursor.line, "%s", cursor.problem);

  qsort (v->entries, v->n_entries, sizeof *v->entries, compare_tokens);
  for (guint i = 1; i < v->n_entries; i++)
    if (strcmp (v->entries[i - 1].token, v->entries[i].token) == 0)
      return fail (l, cursor.line, _("the token “%s” is there twice"), v->entries[i].token);
  return TRUE;
}

/* The printable character that stands for a byte in the tables: itself if it is printable
 * Latin-1, else the next free one from U+0100. */
static void
fill_byte_characters (gunichar characters[256])
{
  gunichar next = 0x100;

  for (guint byte = 0; byte < 256; byte++)
    {
      gboolean is_printable = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172)
                              || byte >= 174;
      characters[byte] = is_printable ? byte : next++;
    }
}

static gboolean
require (Loader     *l,
         const char *token,
         gint32     *id)
{
  *id = cas_vocabulary_lookup (l->v, token);
  if (*id < 0)
    {
      g_set_error (l->error, CAS_ERROR, CAS_ERROR_BAD_MODEL,
                   _("%s: the token “%s” is missing."), l->file, token);
      return FALSE;
    }
  return TRUE;
}

static gboolean
find_basic_tokens (Loader *l)
{
  CasVocabulary *v = l->v;
  gunichar characters[256];

  if (!require (l, "<|startoftext|>", &v->bos) || !require (l, "<|endoftext|>", &v->eos))
    return FALSE;

  fill_byte_characters (characters);
  for (guint byte = 0; byte < 256; byte++)
    {
      char token[16];
      int length = g_unichar_to_utf8 (characters[byte], token);

      token[length] = '\0';
      if (!require (l, token, &v->byte_ids[byte]))
        return FALSE;
      strcpy (token + length, "</w>");
      if (!require (l, token, &v->last_byte_ids[byte]))
        return FALSE;
    }
  return TRUE;
}

/* Each other token is the outcome of a merge, but for a few that somebody may have added. Without
 * the rest of a truncated file every prompt would quietly be read as other words. */
static gboolean
check_n_merges (Loader *l)
{
  const CasVocabulary *v = l->v;

  if (v->n_merges + v->n_merges / 16 + MAX_ADDED_TOKENS + N_BASIC_TOKENS >= v->n_entries)
    return TRUE;

  g_set_error (l->error, CAS_ERROR, CAS_ERROR_BAD_MODEL,
               _("%s: a truncated download: it has %u merges, and the vocabulary wants %u."),
               l->file, v->n_merges, v->n_entries - N_BASIC_TOKENS);
  return FALSE;
}

/* The line is “left right”; it is changed. */
static gboolean
take_merge (Loader *l,
            char   *text,
            guint   line)
{
  CasVocabulary *v = l->v;
  char *space = strchr (text, ' ');
  char together[2 * MAX_TOKEN_BYTES + 1];

  if (space == NULL || space == text || space[1] == '\0' || strchr (space + 1, ' ') != NULL)
    return fail (l, line, _("wanted two tokens with one space between them"));
  *space = '\0';
  const char *right = space + 1;
  if (strlen (text) > MAX_TOKEN_BYTES || strlen (right) > MAX_TOKEN_BYTES)
    return fail (l, line, _("a token is longer than %d bytes"), MAX_TOKEN_BYTES);

  g_snprintf (together, sizeof together, "%s%s", text, right);
  const char *const tokens[3] = { text, right, together };
  gint32 ids[3];
  for (guint i = 0; i < 3; i++)
    {
      ids[i] = cas_vocabulary_lookup (v, tokens[i]);
      if (ids[i] < 0)
        return fail (l, line, _("the token “%s” is not in the vocabulary"), tokens[i]);
    }

  v->merges[v->n_merges] = (CasMerge) {
    .pair = (guint64) ids[0] << 32 | (guint64) ids[1],
    .rank = v->n_merges,
    .id = ids[2],
  };
  v->n_merges++;
  return TRUE;
}

static int
compare_pairs (const void *a,
               const void *b)
{
  const CasMerge *x = a, *y = b;

  if (x->pair != y->pair)
    return x->pair < y->pair ? -1 : 1;
  return x->rank < y->rank ? -1 : x->rank > y->rank;
}

static gboolean
parse_merges (Loader *l,
              char   *text,
              gsize   size)
{
  CasVocabulary *v = l->v;
  guint line = 0;

  v->merges = g_try_new (CasMerge, count (text, size, '\n') + 1);
  if (v->merges == NULL)
    return fail_memory (l);

  for (char *next; text != NULL; text = next)
    {
      next = strchr (text, '\n');
      if (next != NULL)
        *next++ = '\0';
      line++;
      g_strchomp (text);
      if (*text == '\0' || (line == 1 && g_str_has_prefix (text, "#version")))
        continue;
      if (!take_merge (l, text, line))
        return FALSE;
    }

  qsort (v->merges, v->n_merges, sizeof *v->merges, compare_pairs);
  for (guint i = 1; i < v->n_merges; i++)
    if (v->merges[i - 1].pair == v->merges[i].pair)
      {
        g_set_error (l->error, CAS_ERROR, CAS_ERROR_BAD_MODEL,
                     _("%s: merges %u and %u are the same."),
                     l->file, v->merges[i - 1].rank + 1, v->merges[i].rank + 1);
        return FALSE;
      }
  return TRUE;
}

gboolean
cas_vocabulary_load (CasVocabulary *v,
                     const char    *vocab_path,
                     const char    *merges_path,
                     GError       **error)
{
  g_autofree char *vocab_file = g_filename_display_name (vocab_path);
  g_autofree char *merges_file = g_filename_display_name (merges_path);
  Loader l = { .v = v, .file = vocab_file, .error = error };
  gsize size;

  *v = (CasVocabulary) { 0 };
  v->text = read_text (&l, vocab_path, &size);
  if (v->text == NULL || !parse_vocab (&l, size) || !find_basic_tokens (&l))
    return FALSE;

  l.file = merges_file;
  g_autofree char *merges = read_text (&l, merges_path, &size);
  return merges != NULL && parse_merges (&l, merges, size) && check_n_merges (&l);
}

void
cas_vocabulary_clear (CasVocabulary *v)
{
  g_clear_pointer (&v->text, g_free);
  g_clear_pointer (&v->entries, g_free);
  g_clear_pointer (&v->merges, g_free);
}

gint32
cas_vocabulary_lookup (const CasVocabulary *v,
                       const char          *token)
{
  const CasVocabularyEntry wanted = { .token = token };
  const CasVocabularyEntry *found
    = bsearch (&wanted, v->entries, v->n_entries, sizeof *v->entries, compare_tokens);

  return found != NULL ? found->id : -1;
}

const CasMerge *
cas_vocabulary_find_merge (const CasVocabulary *v,
                           gint32               left,
                           gint32               right)
{
  guint64 pair = (guint64) left << 32 | (guint64) right;
  guint low = 0, high = v->n_merges;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (v->merges[middle].pair == pair)
        return &v->merges[middle];
      if (v->merges[middle].pair < pair)
        low = middle + 1;
      else
        high = middle;
    }
  return NULL;
}
