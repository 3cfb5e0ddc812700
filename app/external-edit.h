/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pictures lent to another program: each is a file that is watched, and what the program saves there
 * comes back. */

#pragma once

#include "picture.h"

G_BEGIN_DECLS

#define WEIR_TYPE_EXTERNAL_EDIT (weir_external_edit_get_type ())
G_DECLARE_FINAL_TYPE (WeirExternalEdit, weir_external_edit, WEIR, EXTERNAL_EDIT, GObject)

/* Signals:
 *   changed (WeirPicture *picture, GPtrArray *former)  with other pixels than the last time; former
 *                          has what it was before, as far as that is still somewhere: the picture
 *                          that was lent, and what came back of it
 *   failed (char *sentence)
 * folder is where the files are, one folder for each; NULL: weir/edit in the person's cache. When
 * this is freed its own files go too, but not those that were saved and not read yet. These, and what
 * a program that was killed left there, are removed when they are a day old. A file that someone
 * removes is not waited for any more. */
WeirExternalEdit *weir_external_edit_new      (const char        *folder);

/* GIMP, as it is installed here, or NULL. Nothing else is taken for it. Unref it. */
GAppInfo         *weir_external_edit_dup_gimp (void);

/* Writes the picture and opens it in the program; it is kept only until then. context is nullable.
 * What goes wrong is “failed”. */
void              weir_external_edit_start    (WeirExternalEdit  *self,
                                               WeirPicture       *picture,
                                               GAppInfo          *app,
                                               GAppLaunchContext *context);

/* How many files are waited for. */
guint             weir_external_edit_get_n_lent (WeirExternalEdit *self);

G_END_DECLS
