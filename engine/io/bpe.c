/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Byte-pair encoding with a heap of the merges that are possible, so that a word as long as the
 * longest text costs no more than many short ones. */

#include "io/bpe.h"

#define NONE G_MAXUINT

gboolean
cas_bpe_init (CasBpe *bpe,
              gsize   max_bytes)
{
  *bpe = (CasBpe) {
    .symbols = g_try_new (CasBpeSymbol, MAX (max_bytes, 1)),
    .candidates = g_try_malloc_n (MAX (max_bytes, 1), 3 * sizeof (CasBpeCandidate)),
  };
  return bpe->symbols != NULL && bpe->candidates != NULL;
}

void
cas_bpe_clear (CasBpe *bpe)
{
  g_clear_pointer (&bpe->symbols, g_free);
  g_clear_pointer (&bpe->candidates, g_free);
}

/* Lowest rank first, then leftmost. */
static gboolean
goes_before (const CasBpeCandidate *a,
             const CasBpeCandidate *b)
{
  return a->rank != b->rank ? a->rank < b->rank : a->position < b->position;
}

static void
push (CasBpe         *bpe,
      CasBpeCandidate candidate)
{
  guint i = bpe->n_candidates++;

  for (; i > 0 && goes_before (&candidate, &bpe->candidates[(i - 1) / 2]); i = (i - 1) / 2)
    bpe->candidates[i] = bpe->candidates[(i - 1) / 2];
  bpe->candidates[i] = candidate;
}

static CasBpeCandidate
pop (CasBpe *bpe)
{
  CasBpeCandidate *heap = bpe->candidates;
  CasBpeCandidate top = heap[0];
  CasBpeCandidate last = heap[--bpe->n_candidates];
  guint i = 0;

  for (guint child; (child = 2 * i + 1) < bpe->n_candidates; i = child)
    {
      if (child + 1 < bpe->n_candidates && goes_before (&heap[child + 1], &heap[child]))
        child++;
      if (!goes_before (&heap[child], &last))
        break;
      heap[i] = heap[child];
    }
  heap[i] = last;
  return top;
}

/* Every merge adds two candidates and takes one symbol, so that three per byte suffice. */
static void
push_pair (CasBpe              *bpe,
           const CasVocabulary *vocabulary,
           guint                position)
{
  const CasBpeSymbol *left = &bpe->symbols[position];

  if (left->next == NONE)
    return;

  const CasMerge *merge
    = cas_vocabulary_find_merge (vocabulary, left->id, bpe->symbols[left->next].id);
  if (merge != NULL)
    push (bpe, (CasBpeCandidate) { merge->rank, position, merge->id });
}

/* A candidate is stale if one of its two symbols has been merged otherwise since. */
static gboolean
still_holds (const CasBpe          *bpe,
             const CasVocabulary   *vocabulary,
             const CasBpeCandidate *candidate)
{
  const CasBpeSymbol *left = &bpe->symbols[candidate->position];

  if (left->id < 0 || left->next == NONE)
    return FALSE;

  const CasMerge *merge
    = cas_vocabulary_find_merge (vocabulary, left->id, bpe->symbols[left->next].id);
  return merge != NULL && merge->rank == candidate->rank;
}

void
cas_bpe_run (CasBpe              *bpe,
             const CasVocabulary *vocabulary,
             const guint8        *word,
             gsize                n_bytes)
{
  CasBpeSymbol *symbols = bpe->symbols;

  bpe->n_candidates = 0;
  for (guint i = 0; i < n_bytes; i++)
    symbols[i] = (CasBpeSymbol) {
      .id = i + 1 < n_bytes ? vocabulary->byte_ids[word[i]] : vocabulary->last_byte_ids[word[i]],
      .previous = i > 0 ? i - 1 : NONE,
      .next = i + 1 < n_bytes ? i + 1 : NONE,
    };
  for (guint i = 0; i < n_bytes; i++)
    push_pair (bpe, vocabulary, i);

  while (bpe->n_candidates > 0)
    {
      CasBpeCandidate candidate = pop (bpe);

      if (!still_holds (bpe, vocabulary, &candidate))
        continue;

      CasBpeSymbol *left = &symbols[candidate.position];
      CasBpeSymbol *right = &symbols[left->next];
      left->id = candidate.id;
      left->next = right->next;
      right->id = -1;
      if (left->next != NONE)
        symbols[left->next].previous = candidate.position;

      if (left->previous != NONE)
        push_pair (bpe, vocabulary, left->previous);
      push_pair (bpe, vocabulary, candidate.position);
    }
}
