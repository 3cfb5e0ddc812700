/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the files of the table of weights share. */

#pragma once

#include "model/weights.h"

G_BEGIN_DECLS

typedef struct
{
  CasWeight weight; /* first, so that a found weight is its entry */
  gboolean  is_used;
} CasWeightsEntry;

struct _CasWeights
{
  guint            n_refs;
  CasSafetensors  *source; /* NULL of a list */
  char            *file;
  char            *prefix;
  CasWeightsEntry *entries; /* by name */
  guint            n_entries;
  char            *text;    /* of a list: cut into names */
  GString         *scope;
  GArray          *scopes;  /* lengths of scope to go back to */
  GError          *error;   /* the one that sticks */
};

/* By name, for qsort() and bsearch(). */
int      cas_weights_compare_entries  (const void *a,
                                       const void *b);

/* Which PyTorch keeps beside the tensors, and no network asks for. */
gboolean cas_weights_is_batch_counter (const char *name);

G_END_DECLS
