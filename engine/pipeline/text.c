/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From prompts to chunks of tokens. */

#include "pipeline/text.h"

#include <string.h>

#include <glib/gi18n-lib.h>

static gboolean
is_token (const char *word,
          gsize       n_bytes,
          gpointer    data)
{
  return cas_tokenizer_is_added (data, word, n_bytes);
}

/* Leaves out what no chunk has a place for, and says so. */
static void
cut (CasText    *self,
     const char *prompt,
     gboolean    is_negative,
     guint       max_tokens)
{
  if (self->tokens->len <= max_tokens)
    return;

  const char *rest = prompt + g_array_index (self->tokens, CasPromptToken, max_tokens).start;
  g_autofree char *excerpt = cas_prompt_dup_excerpt (rest, strlen (rest));

  g_ptr_array_add (self->notices,
                   g_strdup_printf (is_negative
                                      ? _("The negative prompt has %u tokens and %u fit: what "
                                          "follows is left out, from “%s”.")
                                      : _("The prompt has %u tokens and %u fit: what follows is "
                                          "left out, from “%s”."),
                                    self->tokens->len, max_tokens, excerpt));
  g_array_set_size (self->tokens, max_tokens);
}

CasText *
cas_text_new (const char         *prompt,
              gboolean            is_negative,
              const CasTokenizer *tokenizer,
              guint               n_positions,
              GError            **error)
{
  const guint n_each = n_positions - 2;
  g_autoptr (CasPrompt) parsed = cas_prompt_parse (prompt, is_token, (gpointer) tokenizer);
  g_autoptr (CasText) self = g_new0 (CasText, 1);

  self->tokens = cas_prompt_encode (parsed, tokenizer, error);
  if (!self->tokens)
    return NULL;

  self->notices = g_steal_pointer (&parsed->notices);
  cut (self, prompt, is_negative, CAS_TEXT_MAX_CHUNKS * n_each);
  self->n_chunks = self->tokens->len > n_each ? (self->tokens->len - 1) / n_each + 1 : 1;
  for (guint i = 0; i < self->tokens->len; i++)
    self->is_weighted |= g_array_index (self->tokens, CasPromptToken, i).weight != 1;
  return g_steal_pointer (&self);
}

void
cas_text_free (CasText *self)
{
  if (!self)
    return;

  g_clear_pointer (&self->tokens, g_array_unref);
  g_clear_pointer (&self->notices, g_ptr_array_unref);
  g_free (self);
}

void
cas_text_fill_chunk (const CasText      *self,
                     guint               chunk,
                     const CasTokenizer *tokenizer,
                     guint               n_positions,
                     gint32             *ids,
                     float              *mask,
                     float              *weights)
{
  const guint n_each = n_positions - 2;
  const guint first = chunk < self->n_chunks ? chunk * n_each : self->tokens->len;
  const guint n = MIN (n_each, self->tokens->len - first);

  for (guint i = 0; i < n_positions; i++)
    {
      const CasPromptToken *token = NULL;

      if (i >= 1 && i <= n)
        token = &g_array_index (self->tokens, CasPromptToken, first + i - 1);

      ids[i] = token ? token->id
               : i == 0 ? cas_tokenizer_get_bos (tokenizer) : cas_tokenizer_get_eos (tokenizer);
      mask[i] = i <= n + 1;
      if (weights)
        weights[i] = token ? token->weight : 1;
    }
}

/* --- a picture's --------------------------------------------------------------------------- */

/* The wildcards drawn. */
static char *
dup_text (const CasJobParams *job,
          guint               index,
          CasPromptSide       side)
{
  const char *prompt = side == CAS_PROMPT_NEGATIVE ? job->negative : job->prompt;
  char *drawn = cas_prompt_draw (prompt, job->seed + index, side);

  return drawn ? drawn : g_strdup (prompt);
}

gboolean
cas_texts_init (CasTexts           *texts,
                const CasJobParams *job,
                guint               index,
                const CasTokenizer *tokenizer,
                guint               n_positions,
                GError            **error)
{
  *texts = (CasTexts) { 0 };
  for (guint side = CAS_PROMPT_POSITIVE; side <= CAS_PROMPT_NEGATIVE; side++)
    {
      g_autofree char *text = dup_text (job, index, side);

      texts->sides[side] = cas_text_new (text, side == CAS_PROMPT_NEGATIVE, tokenizer, n_positions,
                                         error);
      if (!texts->sides[side])
        {
          cas_texts_clear (texts);
          return FALSE;
        }
      texts->n_chunks = MAX (texts->n_chunks, texts->sides[side]->n_chunks);
    }
  return TRUE;
}

void
cas_texts_clear (CasTexts *texts)
{
  for (guint side = 0; side < G_N_ELEMENTS (texts->sides); side++)
    g_clear_pointer (&texts->sides[side], cas_text_free);
}

gboolean
cas_texts_differ (const CasJobParams *job)
{
  g_autofree char *drawn = cas_prompt_draw (job->prompt, 0, CAS_PROMPT_POSITIVE);
  g_autofree char *negative = cas_prompt_draw (job->negative, 0, CAS_PROMPT_NEGATIVE);

  return job->n_images > 1 && (drawn || negative);
}

gboolean
cas_texts_count (const CasJobParams *job,
                 const CasTokenizer *tokenizer,
                 guint               n_positions,
                 guint              *n_chunks,
                 GError            **error)
{
  const guint n = cas_texts_differ (job) ? job->n_images : 1;
  g_autoptr (GHashTable) counted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  *n_chunks = 1;
  for (guint i = 0; i < n && *n_chunks < CAS_TEXT_MAX_CHUNKS; i++)
    for (guint side = CAS_PROMPT_POSITIVE; side <= CAS_PROMPT_NEGATIVE; side++)
      {
        g_autofree char *text = dup_text (job, i, side);
        char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);

        if (!g_hash_table_add (counted, digest))
          continue;

        g_autoptr (CasText) parsed = cas_text_new (text, side == CAS_PROMPT_NEGATIVE, tokenizer,
                                                   n_positions, error);
        if (!parsed)
          return FALSE;
        *n_chunks = MAX (*n_chunks, parsed->n_chunks);
      }
  return TRUE;
}
