/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What of a picture's settings can be set here and what cannot: every setting that was found has
 * its entry, so that nothing is lost without a word. */

#pragma once

#include <cascade/metadata.h>

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

/* What is here that the parameters do not say. */
typedef struct
{
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

/* Sets what is chosen. */
void                    weir_restore_plan_apply      (const WeirRestorePlan *plan,
                                                      WeirParams            *params);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirRestorePlan, weir_restore_plan_free)

G_END_DECLS
