/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Every key, from the table of commands, with a field to search in them. */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define WEIR_TYPE_SHORTCUTS_DIALOG (weir_shortcuts_dialog_get_type ())
G_DECLARE_FINAL_TYPE (WeirShortcutsDialog, weir_shortcuts_dialog, WEIR, SHORTCUTS_DIALOG, AdwWindow)

/* Present it. */
GtkWindow *weir_shortcuts_dialog_new (GtkWindow *parent);

G_END_DECLS
