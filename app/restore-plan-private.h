/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the files of WeirRestorePlan share. */

#pragma once

#include "restore-plan.h"

G_BEGIN_DECLS

/* An entry and the values that it sets: pairs of property and value. */
typedef struct
{
  WeirRestoreEntry entry;
  char            *title, *detail;
  GPtrArray       *names;  /* const char *, of WeirParams */
  GArray          *values; /* GValue */
  WeirLora          *lora;   /* nullable */
  double             weight; /* of that; 0: it is turned off */
  char              *path;   /* of the picture; nullable */
  WeirRestorePicture picture;
  gboolean           adds_outside; /* to the picture to begin from */
} WeirRestoreSetting;

struct _WeirRestorePlan
{
  char      *source;
  GPtrArray *settings; /* WeirRestoreSetting */
  guint      outside[4]; /* pixels that were added to the picture to begin from */
};

/* Takes detail. */
WeirRestoreSetting *weir_restore_plan_add (WeirRestorePlan *plan,
                                           WeirRestoreState state,
                                           const char      *title,
                                           char            *detail);

/* What an entry sets: a property of WeirParams, whose name is static, and the value to be
 * filled. */
GValue             *weir_restore_setting_append (WeirRestoreSetting *setting,
                                                 const char         *property,
                                                 GType               type);

/* The pictures that steered the one that was made (restore-plan-pictures.c). */
void weir_restore_plan_add_pictures (WeirRestorePlan       *plan,
                                     const CasSettings     *settings,
                                     const WeirRestoreHere *here);

/* LoRAs that it was made with, and those that are on here and that it was made without
 * (restore-plan-loras.c). */
void weir_restore_plan_add_loras    (WeirRestorePlan       *plan,
                                     const CasSettings     *settings,
                                     const WeirRestoreHere *here);

G_END_DECLS
