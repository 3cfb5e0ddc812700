/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The CLIP tokenizer: splits the text as spec 10 says and encodes each piece. */

#include "io/tokenizer.h"

#include "cascade/error.h"
#include "io/bpe.h"
#include "io/normal-text.h"
#include "io/vocabulary.h"

#include <glib/gi18n-lib.h>
#include <string.h>

typedef struct
{
  char    *token; /* normalised as text is */
  gint32   id;
  guint    n_ids;
  gboolean is_word; /* and not the beginning of one */
} AddedToken;

struct _CasTokenizer
{
  CasVocabulary vocabulary;
  GArray       *added; /* AddedToken */
  gint32        n_ids;
};

typedef struct
{
  const CasTokenizer *t;
  CasBpe              bpe;
  GArray             *ids;    /* gint32 */
  GArray             *starts; /* gsize: where in the original text each begins */
  CasNormalText       part;
} Encoder;

static void
clear_added (gpointer data)
{
  AddedToken *added = data;

  g_free (added->token);
}

CasTokenizer *
cas_tokenizer_new (const char *vocab_path,
                   const char *merges_path,
                   GError    **error)
{
  g_autoptr (CasTokenizer) t = g_new0 (CasTokenizer, 1);

  t->added = g_array_new (FALSE, FALSE, sizeof (AddedToken));
  g_array_set_clear_func (t->added, clear_added);
  if (!cas_vocabulary_load (&t->vocabulary, vocab_path, merges_path, error))
    return NULL;
  t->n_ids = t->vocabulary.n_ids;
  return g_steal_pointer (&t);
}

void
cas_tokenizer_free (CasTokenizer *t)
{
  if (t == NULL)
    return;

  cas_vocabulary_clear (&t->vocabulary);
  g_array_unref (t->added);
  g_free (t);
}

gint32
cas_tokenizer_get_n_ids (const CasTokenizer *t)
{
  return t->n_ids;
}

gint32
cas_tokenizer_get_bos (const CasTokenizer *t)
{
  return t->vocabulary.bos;
}

gint32
cas_tokenizer_get_eos (const CasTokenizer *t)
{
  return t->vocabulary.eos;
}

static gboolean
is_letter (gunichar c)
{
  switch (g_unichar_type (c))
    {
    case G_UNICODE_LOWERCASE_LETTER:
    case G_UNICODE_MODIFIER_LETTER:
    case G_UNICODE_OTHER_LETTER:
    case G_UNICODE_TITLECASE_LETTER:
    case G_UNICODE_UPPERCASE_LETTER:
      return TRUE;
    default:
      return FALSE;
    }
}

static gboolean
is_number (gunichar c)
{
  switch (g_unichar_type (c))
    {
    case G_UNICODE_DECIMAL_NUMBER:
    case G_UNICODE_LETTER_NUMBER:
    case G_UNICODE_OTHER_NUMBER:
      return TRUE;
    default:
      return FALSE;
    }
}

static char *
dup_normalised (const char *text,
                gsize       n_bytes)
{
  CasNormalText normalised;

  cas_normal_text_init (&normalised);
  cas_normal_text_set (&normalised, text, text + n_bytes, 0);
  char *copy = g_strdup (normalised.text->str);
  cas_normal_text_clear (&normalised);
  return copy;
}

static gboolean
add (CasTokenizer *t,
     const char   *token,
     gint32        id,
     guint         n_ids,
     gboolean      is_word,
     GError      **error)
{
  if (!g_utf8_validate (token, -1, NULL) || strlen (token) > CAS_TOKENIZER_MAX_TEXT_BYTES
      || id < 0 || n_ids == 0 || n_ids > (guint) (G_MAXINT32 - id))
    {
      g_set_error_literal (error, CAS_ERROR, CAS_ERROR_BAD_MODEL,
                           _("An added token is not UTF-8, too long, or has no good number."));
      return FALSE;
    }

  g_autofree char *text = dup_normalised (token, strlen (token));

  if (*text == '\0')
    {
      g_set_error_literal (error, CAS_ERROR, CAS_ERROR_BAD_MODEL, _("An added token is empty."));
      return FALSE;
    }
  for (guint i = 0; i < t->added->len; i++)
    if (strcmp (g_array_index (t->added, AddedToken, i).token, text) == 0)
      {
        g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_MODEL,
                     _("The added token “%s” is there twice."), token);
        return FALSE;
      }

  AddedToken added = { g_steal_pointer (&text), id, n_ids, is_word };
  g_array_append_val (t->added, added);
  t->n_ids = MAX (t->n_ids, id + (gint32) n_ids);
  return TRUE;
}

gboolean
cas_tokenizer_add (CasTokenizer *t,
                   const char   *token,
                   gint32        id,
                   GError      **error)
{
  return add (t, token, id, 1, FALSE, error);
}

gboolean
cas_tokenizer_add_word (CasTokenizer *t,
                        const char   *word,
                        gint32        first_id,
                        guint         n_ids,
                        GError      **error)
{
  return add (t, word, first_id, n_ids, TRUE, error);
}

guint
cas_tokenizer_get_n_added (const CasTokenizer *t)
{
  return t->added->len;
}

void
cas_tokenizer_drop_added (CasTokenizer *t,
                          guint         n_kept)
{
  g_return_if_fail (n_kept <= t->added->len);

  g_array_set_size (t->added, n_kept);
  t->n_ids = t->vocabulary.n_ids;
  for (guint i = 0; i < n_kept; i++)
    {
      const AddedToken *added = &g_array_index (t->added, AddedToken, i);

      t->n_ids = MAX (t->n_ids, added->id + (gint32) added->n_ids);
    }
}

gboolean
cas_tokenizer_is_added (const CasTokenizer *t,
                        const char         *text,
                        gsize               n_bytes)
{
  if (t->added->len == 0 || !g_utf8_validate (text, (gssize) n_bytes, NULL))
    return FALSE;

  g_autofree char *wanted = dup_normalised (text, n_bytes);

  for (guint i = 0; i < t->added->len; i++)
    if (strcmp (g_array_index (t->added, AddedToken, i).token, wanted) == 0)
      return TRUE;
  return FALSE;
}

void
cas_tokenizer_foreach (const CasTokenizer *t,
                       void              (*func) (const char *token,
                                                  gint32      id,
                                                  gpointer    data),
                       gpointer            data)
{
  for (guint i = 0; i < t->vocabulary.n_entries; i++)
    func (t->vocabulary.entries[i].token, t->vocabulary.entries[i].id, data);
}

static void
emit (Encoder *e,
      gint32   id,
      gsize    start)
{
  g_array_append_val (e->ids, id);
  g_array_append_val (e->starts, start);
}

static void
encode_word (Encoder *e,
             gsize    begin,
             gsize    end)
{
  const guint8 *word = (const guint8 *) e->part.text->str + begin;

  cas_bpe_run (&e->bpe, &e->t->vocabulary, word, end - begin);
  for (gsize i = 0; i < end - begin; i++)
    if (e->bpe.symbols[i].id >= 0)
      emit (e, e->bpe.symbols[i].id, g_array_index (e->part.origins, gsize, begin + i));
}

/* The bytes of 's 't 're 've 'm 'll 'd at the beginning of the text, or 0. */
static gsize
contraction_length (const char *text,
                    gsize       n_bytes)
{
  static const char *const contractions[] = { "'s", "'t", "'re", "'ve", "'m", "'ll", "'d" };

  for (guint i = 0; i < G_N_ELEMENTS (contractions); i++)
    {
      gsize length = strlen (contractions[i]);

      if (length <= n_bytes && memcmp (text, contractions[i], length) == 0)
        return length;
    }
  return 0;
}

typedef enum
{
  SPACE,
  LETTER,
  NUMBER,
  OTHER,
} CharacterClass;

static CharacterClass
classify (gunichar c)
{
  if (cas_normal_text_is_space (c))
    return SPACE;
  if (is_letter (c))
    return LETTER;
  return is_number (c) ? NUMBER : OTHER;
}

/* Words: a contraction, a run of letters, one digit, or a run of anything else but space. */
static void
encode_words (Encoder *e,
              gsize    begin,
              gsize    end)
{
  const char *text = e->part.text->str;

  while (begin < end)
    {
      gsize next = begin + contraction_length (text + begin, end - begin);

      if (next == begin)
        {
          CharacterClass class = classify (g_utf8_get_char (text + begin));

          do
            next = (gsize) (g_utf8_next_char (text + next) - text);
          while (class != NUMBER && next < end
                 && classify (g_utf8_get_char (text + next)) == class);
          if (class == SPACE)
            {
              begin = next;
              continue;
            }
        }
      encode_word (e, begin, next);
      begin = next;
    }
}

/* What could be more of a word's name. */
static gboolean
goes_on (const char *text)
{
  const gunichar c = g_utf8_get_char (text);

  return *text == '_' || *text == '-' || classify (c) == LETTER || classify (c) == NUMBER;
}

/* The longest added token that begins at the text, or NULL. */
static const AddedToken *
find_added (const CasTokenizer *t,
            const char         *text,
            gsize              *length)
{
  const AddedToken *found = NULL;

  *length = 0;
  for (guint i = 0; i < t->added->len; i++)
    {
      const AddedToken *added = &g_array_index (t->added, AddedToken, i);
      gsize n = strlen (added->token);

      if (n > *length && strncmp (text, added->token, n) == 0
          && !(added->is_word && goes_on (text + n)))
        {
          found = added;
          *length = n;
        }
    }
  return found;
}

/* A part of the text without begin and end tokens. */
static void
encode_part (Encoder    *e,
             const char *begin,
             const char *end,
             gsize       origin)
{
  cas_normal_text_set (&e->part, begin, end, origin);

  const char *text = e->part.text->str;
  gsize length = e->part.text->len;
  gsize rest = 0;
  for (gsize i = 0; e->t->added->len > 0 && i < length;)
    {
      gsize added_length;
      const AddedToken *added = find_added (e->t, text + i, &added_length);

      if (added == NULL)
        {
          i++;
          continue;
        }
      encode_words (e, rest, i);
      for (guint k = 0; k < added->n_ids; k++)
        emit (e, added->id + (gint32) k, g_array_index (e->part.origins, gsize, i));
      i += added_length;
      rest = i;
    }
  encode_words (e, rest, length);
}

/* Begin and end tokens are taken literally wherever they stand. */
static void
encode_text (Encoder    *e,
             const char *text)
{
  const struct { const char *token; gint32 id; } special[] = {
    { "<|startoftext|>", e->t->vocabulary.bos },
    { "<|endoftext|>", e->t->vocabulary.eos },
  };
  const char *rest = text, *p = text;

  while (*p != '\0')
    {
      guint i = 0;

      while (i < G_N_ELEMENTS (special) && !g_str_has_prefix (p, special[i].token))
        i++;
      if (i == G_N_ELEMENTS (special))
        {
          p++;
          continue;
        }
      encode_part (e, rest, p, (gsize) (rest - text));
      emit (e, special[i].id, (gsize) (p - text));
      p += strlen (special[i].token);
      rest = p;
    }
  encode_part (e, rest, p, (gsize) (rest - text));
}

static gboolean
check_text (const char *text,
            GError    **error)
{
  const char *valid_end;
  gsize length = strlen (text);

  if (length > CAS_TOKENIZER_MAX_TEXT_BYTES)
    {
      g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_PARAMETER,
                   _("The text has %zu bytes, wanted at most %d."),
                   length, CAS_TOKENIZER_MAX_TEXT_BYTES);
      return FALSE;
    }
  if (!g_utf8_validate (text, (gssize) length, &valid_end))
    {
      g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_PARAMETER,
                   _("The text is not UTF-8 at byte %zu."), (gsize) (valid_end - text));
      return FALSE;
    }
  return TRUE;
}

GArray *
cas_tokenizer_encode_at (const CasTokenizer *t,
                         const char         *text,
                         GArray            **starts,
                         GError            **error)
{
  Encoder e = { .t = t };

  if (!check_text (text, error))
    return NULL;
  /* normalisation and lower case give at most three bytes for one, each */
  if (!cas_bpe_init (&e.bpe, 9 * strlen (text)))
    {
      cas_bpe_clear (&e.bpe);
      g_set_error_literal (error, CAS_ERROR, CAS_ERROR_OUT_OF_HOST_MEMORY,
                           _("There is no memory to take the text apart."));
      return NULL;
    }

  e.ids = g_array_new (FALSE, FALSE, sizeof (gint32));
  e.starts = g_array_new (FALSE, FALSE, sizeof (gsize));
  cas_normal_text_init (&e.part);
  encode_text (&e, text);
  cas_normal_text_clear (&e.part);
  cas_bpe_clear (&e.bpe);
  *starts = e.starts;
  return e.ids;
}

GArray *
cas_tokenizer_encode (const CasTokenizer *t,
                      const char         *text,
                      GError            **error)
{
  g_autoptr (GArray) starts = NULL;

  return cas_tokenizer_encode_at (t, text, &starts, error);
}

gboolean
cas_tokenizer_encode_padded (const CasTokenizer *t,
                             const char         *text,
                             guint               length,
                             gint32             *ids,
                             guint8             *mask,
                             guint              *n_dropped,
                             gsize              *cut_at,
                             GError            **error)
{
  g_return_val_if_fail (length >= 2, FALSE);

  g_autoptr (GArray) starts = NULL;
  g_autoptr (GArray) tokens = cas_tokenizer_encode_at (t, text, &starts, error);

  if (tokens == NULL)
    return FALSE;

  guint n_kept = MIN (tokens->len, length - 2);
  ids[0] = t->vocabulary.bos;
  for (guint i = 0; i < n_kept; i++)
    ids[i + 1] = g_array_index (tokens, gint32, i);
  for (guint i = n_kept + 1; i < length; i++)
    ids[i] = t->vocabulary.eos;
  for (guint i = 0; i < length; i++)
    mask[i] = i < n_kept + 2;

  if (n_dropped != NULL)
    *n_dropped = tokens->len - n_kept;
  if (cut_at != NULL)
    *cut_at = n_kept < tokens->len ? g_array_index (starts, gsize, n_kept) : strlen (text);
  return TRUE;
}
