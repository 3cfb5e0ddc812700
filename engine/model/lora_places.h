/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which weight of a model a module of a LoRA file means. Names joined by _ cannot be taken apart,
 * so the model's own names are written in every way that is about, and looked up. */

#pragma once

#include "model/lora.h"

G_BEGIN_DECLS

typedef enum
{
  CAS_LORA_STAGE_C,
  CAS_LORA_STAGE_B,
  CAS_LORA_TEXT,
  CAS_N_LORA_NETWORKS
} CasLoraNetwork;

/* Rows of a weight, as a matrix of dims[0] rows: all, or q, k or v of a projection of all three. */
typedef struct
{
  CasLoraNetwork   network;
  const CasWeight *weight;
  guint32          first_row;
  guint32          n_rows;
} CasLoraPlace;

typedef struct _CasLoraPlaces CasLoraPlaces;

/* The weights of CAS_N_LORA_NETWORKS; NULL for those that are not there. Borrowed. */
CasLoraPlaces      *cas_lora_places_new             (CasWeights *const networks[]);
void                cas_lora_places_free            (CasLoraPlaces    *places);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CasLoraPlaces, cas_lora_places_free)

/* NULL if the model has no such module. */
const CasLoraPlace *cas_lora_places_find            (CasLoraPlaces    *places,
                                                     const char       *module);

/* The network that a name means, whether or not a model has it. */
CasLoraNetwork      cas_lora_guess_network          (const char       *module);

/* Entry nth of the official list, which goes over Stage C's attention in the order of its blocks:
 * out_proj, then in_proj of each. NULL after the last. */
const CasLoraPlace *cas_lora_places_get_attention   (CasLoraPlaces    *places,
                                                     guint             nth);
guint               cas_lora_places_get_n_attention (CasLoraPlaces    *places);

G_END_DECLS
