/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a person sets once: where pictures go, what they are called, and what makes them. */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define WEIR_TYPE_PREFERENCES_DIALOG (weir_preferences_dialog_get_type ())
G_DECLARE_FINAL_TYPE (WeirPreferencesDialog, weir_preferences_dialog, WEIR, PREFERENCES_DIALOG,
                      AdwPreferencesWindow)

/* What a picture made now would be called by this pattern, without an ending; free with g_free().
 * The error of a pattern that is none is a sentence. */
typedef char *(*WeirNameExample) (const char *pattern,
                                  GError    **error);

/* Bound to the settings at once. Present it. */
GtkWindow *weir_preferences_dialog_new         (GtkWindow             *parent,
                                                GSettings             *settings,
                                                WeirNameExample        example);

/* The devices to choose from, of CasDevice, once they are known; NULL if they cannot be listed,
 * for a reason. */
void       weir_preferences_dialog_set_devices (WeirPreferencesDialog *self,
                                                GPtrArray             *devices,
                                                const char            *reason);

G_END_DECLS
