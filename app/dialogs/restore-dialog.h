/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The sheet that says which of a picture's settings can be used here, and uses those that are
 * chosen. */

#pragma once

#include <adwaita.h>

#include "restore-plan.h"

G_BEGIN_DECLS

#define WEIR_TYPE_RESTORE_DIALOG (weir_restore_dialog_get_type ())
G_DECLARE_FINAL_TYPE (WeirRestoreDialog, weir_restore_dialog, WEIR, RESTORE_DIALOG, AdwWindow)

/* Signal: used (WeirRestorePlan *), when the person took the chosen settings: to set them is for the
 * one who hears it. The plan lives as long as the dialog.
 * Takes plan. Present it. */
GtkWindow *weir_restore_dialog_new (GtkWindow       *parent,
                                    WeirRestorePlan *plan);

G_END_DECLS
