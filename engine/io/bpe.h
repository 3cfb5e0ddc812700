/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Byte-pair encoding of one word. Inside io/ only. */

#pragma once

#include "io/vocabulary.h"

G_BEGIN_DECLS

/* A token while a word is being merged: a list within an array, one item per byte. */
typedef struct
{
  gint32 id;       /* −1 once it was merged into the one before it */
  guint  previous; /* G_MAXUINT at the ends */
  guint  next;
} CasBpeSymbol;

typedef struct
{
  guint32 rank;
  guint   position;
  gint32  id;
} CasBpeCandidate;

/* Room for words of a certain length, kept from word to word. */
typedef struct
{
  CasBpeSymbol    *symbols;
  CasBpeCandidate *candidates; /* a heap, the next merge on top */
  guint            n_candidates;
} CasBpe;

/* FALSE if there is no memory. The room is to be cleared in any case. */
gboolean cas_bpe_init  (CasBpe              *bpe,
                        gsize                max_bytes);
void     cas_bpe_clear (CasBpe              *bpe);

/* Encodes a word of 1 to max_bytes bytes in O(n log n). Afterwards those symbols whose id is not
 * −1 are the word's tokens; each begins at the byte of its own index. */
void     cas_bpe_run   (CasBpe              *bpe,
                        const CasVocabulary *vocabulary,
                        const guint8        *word,
                        gsize                n_bytes);

G_END_DECLS
