/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The text encoder at work. */

#include "pipeline/reader.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#define MAX_SHOWN 40 /* characters of what was cut off */

struct _CasReader
{
  const CasClipText  *text;
  const CasTokenizer *tokenizer;
  guint               n_texts;
  CasGraph           *graph;
};

CasReader *
cas_reader_new (const CasClipText  *text,
                const CasTokenizer *tokenizer,
                guint               n_texts)
{
  CasReader *self = g_new0 (CasReader, 1);
  const guint32 n = n_texts, n_tokens = text->n_positions;
  CasGraph *g = cas_graph_new ("text encoder");
  CasTensor hidden, pooled;

  self->text = text;
  self->tokenizer = tokenizer;
  self->n_texts = n_texts;
  self->graph = g;

  CasTensor ids = cas_graph_input (g, "ids", CAS_I32, CAS_SHAPE (n, 1, n_tokens, 1));
  CasTensor mask = cas_graph_input (g, "mask", CAS_F32, CAS_SHAPE (n, 1, 1, n_tokens));
  CasTensor position = cas_graph_input (g, "position", CAS_I32, CAS_SHAPE (n, 1, 1, 1));

  cas_clip_text_forward (g, text, ids, mask, position, &hidden, &pooled);
  cas_graph_output (g, "hidden", hidden);
  cas_graph_output (g, "pooled", pooled);
  cas_graph_output (g, "not_finite", cas_op_count_not_finite (g, hidden));
  return self;
}

void
cas_reader_free (CasReader *self)
{
  if (!self)
    return;

  cas_graph_free (self->graph);
  g_free (self);
}

gboolean
cas_reader_compile (CasReader              *self,
                    const CasCompileParams *params,
                    GError                **error)
{
  return cas_graph_compile (self->graph, params, error);
}

/* The characters before and after the cut, for a sentence. */
static char *
dup_cut (const char *text,
         gsize       cut_at)
{
  const char *rest = text + cut_at;
  g_autofree char *shown = g_utf8_substring (rest, 0, MIN (g_utf8_strlen (rest, -1), MAX_SHOWN));

  g_strdelimit (g_strstrip (shown), "\n\r\t", ' ');
  return g_strconcat (shown, g_utf8_strlen (rest, -1) > MAX_SHOWN ? "…" : "", NULL);
}

/* Fills a text's ids, mask and position. */
static gboolean
encode (CasReader  *self,
        const char *text,
        gboolean    is_negative,
        gint32     *ids,
        float      *mask,
        gint32     *position,
        char      **notice,
        GError    **error)
{
  const guint n_tokens = self->text->n_positions;
  g_autofree guint8 *is_text = g_new (guint8, n_tokens);
  guint n_dropped;
  gsize cut_at;

  if (!cas_tokenizer_encode_padded (self->tokenizer, text, n_tokens, ids, is_text, &n_dropped, &cut_at,
                                    error))
    return FALSE;

  for (guint i = 0; i < n_tokens; i++)
    mask[i] = is_text[i];
  *position = cas_clip_text_pooled_position (self->text, ids, n_tokens);
  for (guint i = 0; i < n_tokens; i++)
    ids[i] = cas_clip_text_find_row (self->text, ids[i]);

  if (n_dropped > 0)
    {
      g_autofree char *cut = dup_cut (text, cut_at);

      *notice = g_strdup_printf (is_negative
                                   ? _("The negative prompt has %u tokens and %u fit: what follows "
                                       "is left out, from “%s”.")
                                   : _("The prompt has %u tokens and %u fit: what follows is left "
                                       "out, from “%s”."),
                                 n_tokens - 2 + n_dropped, n_tokens - 2, cut);
    }
  return TRUE;
}

static gboolean
check_finite (CasReader *self,
              GError   **error)
{
  gint32 n_bad;

  cas_graph_read (self->graph, "not_finite", &n_bad);
  if (n_bad == 0)
    return TRUE;

  g_set_error (error, CAS_ERROR, CAS_ERROR_NOT_FINITE,
               g_dngettext (GETTEXT_PACKAGE,
                            "The text encoder made %d number that is not finite, so no picture "
                            "was made.",
                            "The text encoder made %d numbers that are not finite, so no picture "
                            "was made.",
                            n_bad),
               n_bad);
  return FALSE;
}

gboolean
cas_reader_run (CasReader         *self,
                const char *const *texts,
                float             *hidden,
                float             *pooled,
                void             (*notice) (const char *sentence,
                                            gpointer    data),
                gpointer           data,
                const CasRun      *run,
                GError           **error)
{
  const guint n_tokens = self->text->n_positions;
  g_autofree gint32 *ids = g_new (gint32, self->n_texts * n_tokens);
  g_autofree float *mask = g_new (float, self->n_texts * n_tokens);
  g_autofree gint32 *positions = g_new (gint32, self->n_texts);

  for (guint i = 0; i < self->n_texts; i++)
    {
      g_autofree char *sentence = NULL;

      if (!encode (self, texts[i], i == 1, ids + i * n_tokens, mask + i * n_tokens, positions + i,
                   &sentence, error))
        return FALSE;
      if (sentence && notice)
        notice (sentence, data);
    }

  cas_graph_write (self->graph, "ids", ids);
  cas_graph_write (self->graph, "mask", mask);
  cas_graph_write (self->graph, "position", positions);
  if (!cas_run_graph (run, "text encoder", self->graph, error) || !check_finite (self, error))
    return FALSE;
  cas_graph_read (self->graph, "hidden", hidden);
  cas_graph_read (self->graph, "pooled", pooled);
  return TRUE;
}

double
cas_reader_get_seconds (CasReader *self)
{
  return cas_graph_get_seconds (self->graph);
}
