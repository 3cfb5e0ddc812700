/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What of a picture's settings can be set here and what cannot: every setting that was found has
 * its entry, so that nothing is lost without a word. */

#pragma once

#include <cascade/control.h>
#include <cascade/metadata.h>

#include "loras/lora-list.h"
#include "params.h"

G_BEGIN_DECLS

typedef enum
{
  WEIR_RESTORE_READY,       /* is set if it is chosen */
  WEIR_RESTORE_UNAVAILABLE, /* there is nothing here to set it to */
  WEIR_RESTORE_MISSING,     /* it needs a file that is not here: the model, a LoRA, a picture */
} WeirRestoreState;

/* Texts are for a person and belong to the plan. */
typedef struct
{
  WeirRestoreState state;
  const char      *title;     /* "Seed" */
  const char      *detail;    /* "1234"; what is kept instead where it cannot be set */
  gboolean         is_chosen; /* FALSE where it cannot be set */
} WeirRestoreEntry;

/* A picture that is to steer the next one; the path belongs to the plan. */
typedef struct
{
  const char    *path;
  gboolean       is_init;      /* goes on the canvas */
  gboolean       is_reference; /* then only its weight counts */
  CasControlKind kind;
  double         weight, start, end;
  guint          low, high;
} WeirRestorePicture;

/* What is here that the parameters do not say. */
typedef struct
{
  WeirLoraList *loras;         /* nullable: there are none */
  GHashTable   *hashes;        /* paths of LoRA files to their SHA-256, of those known; nullable */
  guint         control_kinds; /* of the model, a bit 1 << CasControlKind each */
  /* The path of a picture with these pixels; free with g_free(). NULL if there is none. The function
   * is nullable too. */
  char       *(*dup_picture) (gpointer    data,
                              const char *sha256);
  gpointer      data;
  const char *model; /* as cas_session_get_model_name(); NULL: not known */
  double      shift; /* the model's own; 0: not known */
  gboolean    is_recalled; /* the settings are the library's, which knew the picture's pixels */
} WeirRestoreHere;

typedef struct _WeirRestorePlan WeirRestorePlan;

/* At first everything that can be set is chosen. Neither settings nor params is kept. */
WeirRestorePlan        *weir_restore_plan_new        (const CasSettings     *settings,
                                                      WeirParams            *params,
                                                      const WeirRestoreHere *here);

void                    weir_restore_plan_free       (WeirRestorePlan       *plan);

guint                   weir_restore_plan_get_n      (const WeirRestorePlan *plan);
const WeirRestoreEntry *weir_restore_plan_get        (const WeirRestorePlan *plan,
                                                      guint                  index);

/* Who wrote the settings, a sentence for a person. */
const char             *weir_restore_plan_get_source (const WeirRestorePlan *plan);

/* Of no effect on what cannot be set. */
void                    weir_restore_plan_choose     (WeirRestorePlan       *plan,
                                                      guint                  index,
                                                      gboolean               is_chosen);

/* The picture that an entry is for, if it is chosen, which is not set by weir_restore_plan_apply();
 * else NULL. */
const WeirRestorePicture *weir_restore_plan_get_picture (const WeirRestorePlan *plan,
                                                         guint                  index);

/* Pixels that are added around the picture to begin from: left, top, right, bottom. FALSE: none. */
gboolean                weir_restore_plan_get_outside  (const WeirRestorePlan *plan,
                                                        guint                  outside[4]);

/* Sets what is chosen. */
void                    weir_restore_plan_apply      (const WeirRestorePlan *plan,
                                                      WeirParams            *params);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirRestorePlan, weir_restore_plan_free)

G_END_DECLS
