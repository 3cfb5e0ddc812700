/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What went wrong, in words and with what can be done about it. */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  WEIR_TROUBLE_IN_PAGE,   /* nothing can be made until it is gone: in place of the canvas */
  WEIR_TROUBLE_IN_BANNER, /* above the canvas, until it is closed */
  WEIR_TROUBLE_IN_TOAST,  /* it goes away by itself */
} WeirTroublePlace;

#define WEIR_TROUBLE_MAX_BUTTONS 3 /* of a page */
#define WEIR_TROUBLE_BANNER_BUTTONS 2 /* the first of them, for which a banner has room */

/* What can be done about it. */
typedef struct
{
  const char *label;  /* in English, to translate, with a mnemonic; NULL: there is no button */
  const char *action; /* detailed */
} WeirTroubleButton;

/* Plain data that owns its texts but for the buttons'. Free with weir_trouble_free(). */
typedef struct
{
  WeirTroublePlace  place;
  const char       *icon_name;   /* of a page */
  char             *title;       /* a page's title; else a sentence or two */
  char             *description; /* of a page: sentences */
  char             *details;     /* for those who mend it; nullable */
  WeirTroubleButton buttons[WEIR_TROUBLE_MAX_BUTTONS];
  gboolean          stays;       /* in its banner until it is gone, whatever is pressed there */
} WeirTrouble;

/* What a job, or opening a device and a model, ended with. details (nullable): more lines for those
 * who mend it. NULL for what is no trouble: something that was cancelled. */
WeirTrouble *weir_trouble_new_for_error   (const GError    *error,
                                           const char      *details);

/* The same for a job alone: the engine can do others, so it is never a page. */
WeirTrouble *weir_trouble_new_for_job     (const GError    *error,
                                           const char      *details);

/* The engine's process died and was started again. sentence: how it ended. */
WeirTrouble *weir_trouble_new_for_restart (const char      *sentence,
                                           const char      *details);

/* It does not run and is not started again: it died too often, is stuck or is not there, as the error
 * says. */
WeirTrouble *weir_trouble_new_for_stop    (const GError    *error,
                                           const char      *details);

/* The device that makes images is the processor itself; device is its name. */
WeirTrouble *weir_trouble_new_for_processor (const char    *device);

/* So many pictures, at least one, could not be saved for this reason, a sentence. */
WeirTrouble *weir_trouble_new_for_unsaved (guint            n_pictures,
                                           const char      *reason);

void         weir_trouble_free            (WeirTrouble     *trouble);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirTrouble, weir_trouble_free)

G_END_DECLS
