/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A tokenizer and what it makes of prompts. */

#include "cascade/prompt.h"

#include "io/prompt.h"
#include "session/networks.h"

struct _CasPromptReader
{
  CasTokenizer *tokenizer;
};

CasPromptReader *
cas_prompt_reader_new (const char *model,
                       GError    **error)
{
  g_autoptr (CasFolder) folder = cas_networks_open_folder (model, error);
  g_autoptr (CasPromptReader) self = g_new0 (CasPromptReader, 1);

  self->tokenizer = folder ? cas_networks_load_tokenizer (folder, error) : NULL;
  return self->tokenizer ? g_steal_pointer (&self) : NULL;
}

void
cas_prompt_reader_free (CasPromptReader *self)
{
  if (!self)
    return;

  g_clear_pointer (&self->tokenizer, cas_tokenizer_free);
  g_free (self);
}

static gboolean
is_token (const char *word,
          gsize       n_bytes,
          gpointer    data)
{
  return cas_tokenizer_is_added (data, word, n_bytes);
}

/* The pieces that are weighted, as bytes of what was typed. */
static GArray *
get_spans (const CasPrompt *prompt)
{
  GArray *spans = g_array_new (FALSE, FALSE, sizeof (CasPromptSpan));

  for (guint i = 0; i < prompt->pieces->len; i++)
    {
      const CasPromptPiece *piece = &g_array_index (prompt->pieces, CasPromptPiece, i);

      if (piece->weight != 1 && piece->end > piece->begin)
        {
          const CasPromptSpan span = {
            .begin = g_array_index (prompt->origins, guint32, piece->begin),
            .end = g_array_index (prompt->origins, guint32, piece->end - 1) + 1,
            .weight = piece->weight,
          };

          g_array_append_val (spans, span);
        }
    }
  return spans;
}

CasPromptReading *
cas_prompt_reader_read (CasPromptReader *self,
                        const char      *text,
                        GError         **error)
{
  g_autofree char *drawn = cas_prompt_draw (text, 0, CAS_PROMPT_POSITIVE);
  g_autoptr (CasPrompt) counted = NULL;
  g_autoptr (CasPrompt) typed = NULL;
  g_autoptr (GArray) tokens = NULL;
  g_autoptr (CasPromptReading) reading = g_new0 (CasPromptReading, 1);

  counted = cas_prompt_parse (drawn ? drawn : text, is_token, self->tokenizer);
  tokens = cas_prompt_encode (counted, self->tokenizer, error);
  if (!tokens)
    return NULL;

  typed = cas_prompt_parse (text, is_token, self->tokenizer);
  reading->n_tokens = tokens->len;
  reading->n_chunks = tokens->len > CAS_PROMPT_CHUNK_TOKENS
                        ? (tokens->len - 1) / CAS_PROMPT_CHUNK_TOKENS + 1
                        : 1;
  reading->spans = get_spans (typed);
  reading->notices = g_steal_pointer (&counted->notices);
  return g_steal_pointer (&reading);
}

void
cas_prompt_reading_free (CasPromptReading *self)
{
  if (!self)
    return;

  g_clear_pointer (&self->spans, g_array_unref);
  g_clear_pointer (&self->notices, g_ptr_array_unref);
  g_free (self);
}
