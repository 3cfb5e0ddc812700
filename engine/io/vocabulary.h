/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The tables of a CLIP tokenizer: vocab.json and merges.txt. Inside io/ only. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  const char *token;
  gint32      id;
} CasVocabularyEntry;

typedef struct
{
  guint64 pair; /* left id << 32 | right id */
  guint32 rank; /* lower goes first */
  gint32  id;   /* of the two together */
} CasMerge;

typedef struct
{
  char               *text;    /* every token lies in here */
  CasVocabularyEntry *entries; /* by token */
  guint               n_entries;
  CasMerge           *merges;  /* by pair */
  guint               n_merges;
  gint32              n_ids;   /* highest id plus one */
  gint32              bos;
  gint32              eos;
  gint32              byte_ids[256];
  gint32              last_byte_ids[256]; /* of a byte that ends a word */
} CasVocabulary;

/* The vocabulary is to be cleared in any case. */
gboolean        cas_vocabulary_load       (CasVocabulary       *v,
                                           const char          *vocab_path,
                                           const char          *merges_path,
                                           GError             **error);
void            cas_vocabulary_clear      (CasVocabulary       *v);

/* −1 if there is no such token. */
gint32          cas_vocabulary_lookup     (const CasVocabulary *v,
                                           const char          *token);

/* NULL if these two never merge. */
const CasMerge *cas_vocabulary_find_merge (const CasVocabulary *v,
                                           gint32               left,
                                           gint32               right);

G_END_DECLS
