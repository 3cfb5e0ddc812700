/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pictures lent to another program: each is a file that is watched, and what the program saves there
 * comes back. */

#pragma once

#include "picture.h"

G_BEGIN_DECLS

#define WEIR_TYPE_EXTERNAL_EDIT (weir_external_edit_get_type ())
G_DECLARE_FINAL_TYPE (WeirExternalEdit, weir_external_edit, WEIR, EXTERNAL_EDIT, GObject)

/* Signals: changed (WeirPicture), with other pixels than the last time; failed (char *), with a
 * sentence. folder is where the files are, one folder for each; NULL: weir/edit in the person's cache.
 * What a program that was killed left there is removed when it is a day old. When this is freed its
 * own files go too. */
WeirExternalEdit *weir_external_edit_new      (const char        *folder);

/* GIMP, as it is installed here, or NULL. Nothing else is taken for it. Unref it. */
GAppInfo         *weir_external_edit_dup_gimp (void);

/* Writes the picture and opens it in the program. context is nullable. What goes wrong is “failed”. */
void              weir_external_edit_start    (WeirExternalEdit  *self,
                                               WeirPicture       *picture,
                                               GAppInfo          *app,
                                               GAppLaunchContext *context);

G_END_DECLS
