/* SPDX-License-Identifier: GPL-3.0-or-later */

/* LoRAs on a model: what several files change together, made ready, put on the networks and taken
 * off again. The weights stay what they are in their files. */

#pragma once

#include "model/lora_places.h"
#include "model/lora_tokens.h"

G_BEGIN_DECLS

/* The model; borrowed. */
typedef struct
{
  CasWeights   *weights[CAS_N_LORA_NETWORKS];
  CasClipText  *text;
  CasTokenizer *tokenizer;
} CasAdapterModel;

/* How a file fits the model. A key is a tensor of the file. */
typedef struct
{
  CasLora *lora;
  double   weight;
  guint    n_matched;
  guint    n_unmatched;
  char    *first_unmatched; /* its name, or the module's; NULL for none */
  guint    n_by_network[CAS_N_LORA_NETWORKS]; /* modules */
  guint    n_nameless;      /* new tokens that nothing names: they are left out */
} CasAdapter;

typedef struct _CasAdapters CasAdapters;

/* Nothing is on: the model has none of its own while they are made. */
CasAdapters      *cas_adapters_new       (const CasAdapterModel *model);
/* Off they must be. */
void              cas_adapters_free      (CasAdapters           *adapters);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CasAdapters, cas_adapters_free)

/* Finds where the changes of a file go. Takes the file. names as of cas_lora_rows_add().
 * Errors: CAS_ERROR_BAD_MODEL, if one does not fit, if none belongs to the model. */
gboolean          cas_adapters_add       (CasAdapters           *adapters,
                                          CasLora               *lora,
                                          double                 weight,
                                          const char *const    **names,
                                          GError               **error);

guint             cas_adapters_get_n     (CasAdapters           *adapters);
const CasAdapter *cas_adapters_get_nth   (CasAdapters           *adapters,
                                          guint                  nth);

/* Whether anything of the network is changed; new tokens are the text encoder's. */
gboolean          cas_adapters_touches   (CasAdapters           *adapters,
                                          CasLoraNetwork         network);

/* Reads the changes' numbers and puts them on; graphs of the model that are built from then on have
 * them, and must be gone before they are off. With an error nothing is on.
 * Errors: CAS_ERROR_BAD_MODEL for numbers that are not finite, CAS_ERROR_OUT_OF_HOST_MEMORY. */
gboolean          cas_adapters_put_on    (CasAdapters           *adapters,
                                          GError               **error);
void              cas_adapters_take_off  (CasAdapters           *adapters);

G_END_DECLS
