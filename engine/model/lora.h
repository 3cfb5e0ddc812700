/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A LoRA file: low-rank changes of layers, up · down each, and rows of new tokens, in the forms
 * that are about. What is in it is checked here; where it goes is lora_places.h. */

#pragma once

#include "model/weights.h"

G_BEGIN_DECLS

#define CAS_LORA_MAX_RANK 1024
/* Rows of new tokens in a file; a text has no room for more. */
#define CAS_LORA_MAX_ROWS 75

typedef enum
{
  CAS_LORA_OFFICIAL,  /* a list in the order of the network's modules, without names */
  CAS_LORA_FLAT,      /* names with _ for each dot: kohya, OneTrainer */
  CAS_LORA_DOTTED,    /* names as they are: diffusers, PEFT */
  CAS_LORA_EMBEDDING, /* tokens alone */
} CasLoraForm;

typedef struct
{
  char            *name;   /* of the module, as in the file: "lora_unet_clip_txt_mapper" or "3" */
  const CasWeight *down;   /* [rank, …] */
  const CasWeight *up;     /* [out, rank, …] */
  double           scale;  /* alpha / rank */
  guint32          rank;
  guint            n_keys; /* tensors that say this */
} CasLoraModule;

/* To be read by all, written by the functions below alone. */
typedef struct
{
  char            *name;    /* the file's, without folder and ending */
  CasWeights      *weights;
  CasLoraForm      form;
  GArray          *modules; /* CasLoraModule; of the official form in its order */
  const CasWeight *rows;    /* [n_rows, c] of tokens, or NULL */
  gint64          *indices; /* the token of each row; NULL: whole rows of tokens without a number */
  guint            n_rows;
  GPtrArray       *tokens;  /* char *: name, rule, name, rule, … in the order of their numbers */
} CasLora;

/* Errors: CAS_ERROR_BAD_MODEL for a file that is no LoRA, lacks half of one, or is of a kind that
 * would be applied wrongly; G_IO_ERROR. */
CasLora    *cas_lora_open          (const char    *path,
                                    GError       **error);
void        cas_lora_free          (CasLora       *lora);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CasLora, cas_lora_free)

/* "official", "kohya", …: for a person. */
const char *cas_lora_get_form_name (const CasLora *lora);
/* The names of what is in the file and says nothing that is known; free with g_strfreev(). */
char      **cas_lora_dup_unknown   (const CasLora *lora);

/* All numbers of a tensor, widened; free with g_free().
 * Errors: CAS_ERROR_BAD_MODEL if one is not finite, CAS_ERROR_OUT_OF_HOST_MEMORY, G_IO_ERROR. */
float      *cas_lora_dup_values    (const CasWeight  *weight,
                                    GError          **error);

G_END_DECLS
