/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The text encoder at work. */

#include "pipeline/reader.h"

#include <math.h>
#include <string.h>

#include <glib/gi18n-lib.h>

#define N_TEXTS 2 /* at once: the prompt and the negative one */

struct _CasReader
{
  const CasClipText  *text;
  const CasTokenizer *tokenizer;
  CasGraph           *graph;
};

CasReader *
cas_reader_new (const CasClipText  *text,
                const CasTokenizer *tokenizer)
{
  CasReader *self = g_new0 (CasReader, 1);
  const guint32 n = N_TEXTS, n_tokens = text->n_positions;
  CasGraph *g = cas_graph_new ("text encoder");
  CasTensor hidden, pooled;

  self->text = text;
  self->tokenizer = tokenizer;
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

/* A chunk of both texts, into hidden [2, n_positions, c] and, if given, pooled [2, c_pooled]. */
static gboolean
run_chunk (CasReader      *self,
           const CasTexts *texts,
           guint           chunk,
           float          *hidden,
           float          *pooled,
           const CasRun   *run,
           GError        **error)
{
  const guint n = self->text->n_positions;
  g_autofree gint32 *ids = g_new (gint32, N_TEXTS * n);
  g_autofree float *mask = g_new (float, N_TEXTS * n);
  gint32 positions[N_TEXTS];

  for (guint i = 0; i < N_TEXTS; i++)
    {
      cas_text_fill_chunk (texts->sides[i], chunk, self->tokenizer, n, ids + i * n, mask + i * n,
                           NULL);
      positions[i] = (gint32) cas_clip_text_pooled_position (self->text, ids + i * n, n);
      for (guint k = i * n; k < (i + 1) * n; k++)
        ids[k] = cas_clip_text_find_row (self->text, ids[k]);
    }

  cas_graph_write (self->graph, "ids", ids);
  cas_graph_write (self->graph, "mask", mask);
  cas_graph_write (self->graph, "position", positions);
  if (!cas_run_graph (run, "text encoder", self->graph, error) || !check_finite (self, error))
    return FALSE;
  cas_graph_read (self->graph, "hidden", hidden);
  if (pooled)
    cas_graph_read (self->graph, "pooled", pooled);
  return TRUE;
}

/* --- weights ------------------------------------------------------------------------------- */

static double
sum_of (const float *x,
        gsize        n)
{
  double sum = 0;

  for (gsize i = 0; i < n; i++)
    sum += x[i];
  return sum;
}

/* Moves a chunk's states, each by its token's weight, away from those of an empty text or towards
 * them: z = (z − empty) · weight + empty. */
static void
weigh_chunk (float       *z,
             const float *empty,
             const float *weights,
             guint        n_tokens,
             guint        n_channels,
             gboolean     restores_mean)
{
  const gsize n = (gsize) n_tokens * n_channels;
  const double before = restores_mean ? sum_of (z, n) : 0;

  for (guint t = 0; t < n_tokens; t++)
    for (gsize i = (gsize) t * n_channels; weights[t] != 1 && i < (gsize) (t + 1) * n_channels; i++)
      z[i] = (z[i] - empty[i]) * weights[t] + empty[i];

  const double scale = restores_mean ? before / sum_of (z, n) : 1;

  if (restores_mean && isfinite (scale))
    for (gsize i = 0; i < n; i++)
      z[i] = (float) (z[i] * scale);
}

/* The states of an empty chunk among those of the texts, or NULL. */
static const float *
find_empty (const CasTexts *texts,
            const float    *hidden,
            gsize           n_each)
{
  for (guint side = 0; side < N_TEXTS; side++)
    for (guint chunk = 0; chunk < texts->n_chunks; chunk++)
      if (texts->sides[side]->tokens->len == 0 || chunk >= texts->sides[side]->n_chunks)
        return hidden + (side * texts->n_chunks + chunk) * n_each;
  return NULL;
}

static gboolean
weigh (CasReader      *self,
       const CasTexts *texts,
       gboolean        restores_mean,
       float          *hidden,
       float          *scratch,
       const CasRun   *run,
       GError        **error)
{
  const guint n = self->text->n_positions;
  const gsize n_each = (gsize) n * self->text->c;
  g_autofree gint32 *ids = g_new (gint32, n);
  g_autofree float *mask = g_new (float, n);
  g_autofree float *weights = g_new (float, n);
  const float *empty = find_empty (texts, hidden, n_each);

  if (!empty)
    {
      if (!run_chunk (self, texts, texts->n_chunks, scratch, NULL, run, error))
        return FALSE;
      empty = scratch;
    }

  for (guint side = 0; side < N_TEXTS; side++)
    for (guint chunk = 0; texts->sides[side]->is_weighted && chunk < texts->n_chunks; chunk++)
      {
        cas_text_fill_chunk (texts->sides[side], chunk, self->tokenizer, n, ids, mask, weights);
        weigh_chunk (hidden + (side * texts->n_chunks + chunk) * n_each, empty, weights, n,
                     self->text->c, restores_mean);
      }
  return TRUE;
}

gboolean
cas_reader_run (CasReader      *self,
                const CasTexts *texts,
                gboolean        restores_mean,
                float          *hidden,
                float          *pooled,
                const CasRun   *run,
                GError        **error)
{
  const gsize n_each = (gsize) self->text->n_positions * self->text->c;
  g_autofree float *scratch = g_try_new (float, N_TEXTS * n_each);

  if (!scratch)
    {
      g_set_error (error, CAS_ERROR, CAS_ERROR_OUT_OF_HOST_MEMORY,
                   _("There is no memory for a text of %zu numbers."), N_TEXTS * n_each);
      return FALSE;
    }

  for (guint chunk = 0; chunk < texts->n_chunks; chunk++)
    {
      if (!run_chunk (self, texts, chunk, scratch, chunk == 0 ? pooled : NULL, run, error))
        return FALSE;
      for (guint side = 0; side < N_TEXTS; side++)
        memcpy (hidden + (side * texts->n_chunks + chunk) * n_each, scratch + side * n_each,
                n_each * sizeof *hidden);
    }

  const gboolean is_weighted = texts->sides[0]->is_weighted || texts->sides[1]->is_weighted;

  return !is_weighted || weigh (self, texts, restores_mean, hidden, scratch, run, error);
}

double
cas_reader_get_seconds (CasReader *self)
{
  return cas_graph_get_seconds (self->graph);
}
