/* SPDX-License-Identifier: GPL-3.0-or-later */

/* In which format a picture is exported, and what is said with it. */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define WEIR_TYPE_EXPORT_DIALOG (weir_export_dialog_get_type ())
G_DECLARE_FINAL_TYPE (WeirExportDialog, weir_export_dialog, WEIR, EXPORT_DIALOG, AdwWindow)

/* Signal: accepted (), after the options were put into the settings: weir_export_get_options().
 * has_settings: whether it is known how the picture was made. Present it. */
GtkWindow *weir_export_dialog_new (GtkWindow *parent,
                                   GSettings *settings,
                                   gboolean   has_settings);

G_END_DECLS
