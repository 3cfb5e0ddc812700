/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Weights, escapes and comments of a prompt. */

#include "io/prompt.h"

#include <math.h>
#include <string.h>

#include <glib/gi18n-lib.h>

#include "io/prompt-scan.h"

#define STEP            1.1 /* of a bracket without a number */
#define MAX_TOKEN_BYTES 256 /* of a word in brackets that is asked for */
#define MAX_NUMBER      32  /* characters of a weight */
#define MAX_EXCERPT     40  /* characters */

/* A bracket that is open. */
typedef struct
{
  double  outer; /* the weight around it */
  guint32 end;   /* where its text ends: at its partner, or at the colon before a number */
  guint32 close;
} Group;

typedef struct
{
  CasPromptScan      scan;
  CasPrompt         *prompt;
  CasPromptTokenFunc is_token;
  gpointer           token_data;
  GArray            *groups; /* Group */
  double             weight; /* here */
  gboolean           has_edit, has_alternation, has_clamp; /* told already */
} Parser;

char *
cas_prompt_dup_excerpt (const char *text,
                        gsize       n_bytes)
{
  g_autofree char *valid = g_utf8_make_valid (text, (gssize) MIN (n_bytes, 8 * MAX_EXCERPT));
  const gsize n_characters = (gsize) g_utf8_strlen (valid, -1);
  g_autofree char *shown = g_utf8_substring (valid, 0, (glong) MIN (n_characters, MAX_EXCERPT));

  for (char *c = shown; *c != '\0'; c++)
    if (g_ascii_iscntrl (*c))
      *c = ' ';
  g_strstrip (shown);
  return g_strconcat (shown, n_characters > MAX_EXCERPT ? "…" : "", NULL);
}

/* --- text and its pieces ------------------------------------------------------------------- */

static void
append (Parser *self,
        gsize   i)
{
  GArray *pieces = self->prompt->pieces;
  const guint32 origin = (guint32) i;
  const guint32 at = (guint32) self->prompt->text->len;
  const float weight = (float) self->weight;

  g_string_append_c (self->prompt->text, self->scan.text[i]);
  g_array_append_val (self->prompt->origins, origin);

  if (pieces->len == 0 || g_array_index (pieces, CasPromptPiece, pieces->len - 1).weight != weight)
    {
      const CasPromptPiece piece = { at, at, weight };

      g_array_append_val (pieces, piece);
    }
  g_array_index (pieces, CasPromptPiece, pieces->len - 1).end = at + 1;
}

/* Tells once of each kind. */
static void
tell (Parser     *self,
      gboolean   *is_told,
      const char *format,
      gsize       begin,
      gsize       end)
{
  if (*is_told)
    return;

  g_autofree char *excerpt = cas_prompt_dup_excerpt (self->scan.text + begin, end - begin);

  *is_told = TRUE;
  g_ptr_array_add (self->prompt->notices, g_strdup_printf (format, excerpt));
}

/* --- brackets ------------------------------------------------------------------------------ */

/* The number between a colon and the bracket that closes; FALSE if there is none. */
static gboolean
find_number (const CasPromptScan *scan,
             gsize                open,
             gsize                close,
             guint32             *colon,
             double              *number)
{
  char digits[MAX_NUMBER + 1], *end;
  gsize i = close - 1;

  while (i > open && close - i <= MAX_NUMBER && scan->roles[i] == CAS_PROMPT_TEXT
         && strchr ("0123456789.+- ", scan->text[i]))
    i--;
  if (i <= open || scan->roles[i] != CAS_PROMPT_TEXT || scan->text[i] != ':')
    return FALSE;

  memcpy (digits, scan->text + i + 1, close - i - 1);
  digits[close - i - 1] = '\0';
  g_strstrip (digits);
  *colon = (guint32) i;
  *number = g_ascii_strtod (digits, &end);
  return end != digits && *end == '\0';
}

static void
open_group (Parser *self,
            gsize   open,
            guint32 end,
            double  factor)
{
  const guint32 close = self->scan.partners[open];
  const Group group = { self->weight, end, close };

  g_array_append_val (self->groups, group);
  self->weight *= factor;
  if (fabs (self->weight) > CAS_PROMPT_MAX_WEIGHT)
    {
      self->weight = self->weight > 0 ? CAS_PROMPT_MAX_WEIGHT : -CAS_PROMPT_MAX_WEIGHT;
      tell (self, &self->has_clamp,
            _("Weights go from −100 to 100, and that of “%s” is beyond: the nearest is taken."),
            open, (gsize) close + 1);
    }
}

static void
read_round (Parser *self,
            gsize   open)
{
  guint32 end = self->scan.partners[open], colon;
  double factor = STEP, number;

  if (find_number (&self->scan, open, end, &colon, &number))
    {
      factor = number;
      end = colon;
    }
  open_group (self, open, end, factor);
}

/* Returns the byte that was read last. */
static gsize
read_square (Parser *self,
             gsize   open)
{
  const CasPromptScan *scan = &self->scan;
  const guint32 close = scan->partners[open];
  const gsize n_bytes = close - open + 1;
  guint32 colon;
  double number;

  if (self->is_token && n_bytes <= MAX_TOKEN_BYTES
      && self->is_token (scan->text + open, n_bytes, self->token_data))
    {
      for (gsize i = open; i <= close; i++)
        append (self, i);
      return close;
    }

  if (scan->bars[open] != close)
    tell (self, &self->has_alternation,
          _("“%s” takes turns from step to step, which is not supported: it is read as it stands."),
          open, open + n_bytes);
  else if (find_number (scan, open, close, &colon, &number))
    tell (self, &self->has_edit,
          _("“%s” changes words between steps, which is not supported: it is read as it stands."),
          open, open + n_bytes);
  else
    {
      open_group (self, open, close, 1 / STEP);
      return open;
    }

  append (self, open); /* and so will be its partner */
  return open;
}

static void
parse (Parser *self)
{
  const CasPromptScan *scan = &self->scan;

  for (gsize i = 0; i < scan->length; i++)
    {
      const Group *group = self->groups->len > 0
                             ? &g_array_index (self->groups, Group, self->groups->len - 1) : NULL;
      const char opens = scan->partners[i] != CAS_PROMPT_NONE ? scan->text[i] : '\0';

      if (group && i == group->end)
        {
          self->weight = group->outer;
          i = group->close;
          g_array_set_size (self->groups, self->groups->len - 1);
        }
      else if (opens == '(')
        read_round (self, i);
      else if (opens == '[')
        i = read_square (self, i);
      else if (scan->roles[i] == CAS_PROMPT_TEXT || scan->roles[i] == CAS_PROMPT_ESCAPED)
        append (self, i);
    }
}

/* --- words of other programs --------------------------------------------------------------- */

static gboolean
is_word_byte (char c)
{
  return g_ascii_isalnum (c) || c == '_' || (guchar) c >= 0x80;
}

static gboolean
has_word (const char *text,
          const char *word)
{
  const gsize n = strlen (word);

  for (const char *found = text; (found = strstr (found, word)); found += n)
    if ((found == text || !is_word_byte (found[-1])) && !is_word_byte (found[n]))
      return TRUE;
  return FALSE;
}

static void
tell_of_words (CasPrompt *prompt)
{
  static const char *const words[] = { "BREAK", "AND" };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (has_word (prompt->text->str, words[i]))
      g_ptr_array_add (prompt->notices,
                       g_strdup_printf (_("“%s” divides a prompt elsewhere, which is not supported: "
                                          "it is read as a word."), words[i]));
}

/* ------------------------------------------------------------------------------------------- */

CasPrompt *
cas_prompt_parse (const char         *text,
                  CasPromptTokenFunc  is_token,
                  gpointer            data)
{
  CasPrompt *prompt = g_new0 (CasPrompt, 1);
  g_autoptr (GArray) groups = g_array_new (FALSE, FALSE, sizeof (Group));
  Parser self = {
    .prompt = prompt,
    .is_token = is_token,
    .token_data = data,
    .groups = groups,
    .weight = 1,
  };

  prompt->text = g_string_new (NULL);
  prompt->origins = g_array_new (FALSE, FALSE, sizeof (guint32));
  prompt->pieces = g_array_new (FALSE, FALSE, sizeof (CasPromptPiece));
  prompt->notices = g_ptr_array_new_with_free_func (g_free);

  cas_prompt_scan_init (&self.scan, text, "()[]");
  parse (&self);
  cas_prompt_scan_clear (&self.scan);
  tell_of_words (prompt);
  return prompt;
}

void
cas_prompt_free (CasPrompt *prompt)
{
  if (!prompt)
    return;

  g_string_free (prompt->text, TRUE);
  g_array_unref (prompt->origins);
  g_array_unref (prompt->pieces);
  g_clear_pointer (&prompt->notices, g_ptr_array_unref); /* may have been taken */
  g_free (prompt);
}

static gboolean
encode_piece (const CasPrompt      *prompt,
              const CasPromptPiece *piece,
              const CasTokenizer   *tokenizer,
              GArray               *tokens,
              GError              **error)
{
  g_autofree char *text = g_strndup (prompt->text->str + piece->begin, piece->end - piece->begin);
  g_autoptr (GArray) starts = NULL;
  g_autoptr (GArray) ids = cas_tokenizer_encode_at (tokenizer, text, &starts, error);

  if (!ids)
    return FALSE;

  for (guint i = 0; i < ids->len; i++)
    {
      const gsize at = piece->begin + g_array_index (starts, gsize, i);
      const CasPromptToken token = {
        .id = g_array_index (ids, gint32, i),
        .weight = piece->weight,
        .start = g_array_index (prompt->origins, guint32, at),
      };

      g_array_append_val (tokens, token);
    }
  return TRUE;
}

GArray *
cas_prompt_encode (const CasPrompt    *prompt,
                   const CasTokenizer *tokenizer,
                   GError            **error)
{
  g_autoptr (GArray) tokens = g_array_new (FALSE, FALSE, sizeof (CasPromptToken));

  for (guint i = 0; i < prompt->pieces->len; i++)
    if (!encode_piece (prompt, &g_array_index (prompt->pieces, CasPromptPiece, i), tokenizer, tokens,
                       error))
      return NULL;
  return g_steal_pointer (&tokens);
}
