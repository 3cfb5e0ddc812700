/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The sheet that says which of a picture's settings can be used here, and uses those that are
 * chosen. */

#pragma once

#include <adwaita.h>

#include "restore-plan.h"

G_BEGIN_DECLS

#define WEIR_TYPE_RESTORE_DIALOG (weir_restore_dialog_get_type ())
G_DECLARE_FINAL_TYPE (WeirRestoreDialog, weir_restore_dialog, WEIR, RESTORE_DIALOG, AdwWindow)

/* Signal: used (WeirRestorePlan *), when the person took the chosen settings, after they were set;
 * pictures of the plan are for the one who hears it.
 * Takes plan. Present it. */
GtkWindow *weir_restore_dialog_new (GtkWindow       *parent,
                                    WeirRestorePlan *plan,
                                    WeirParams      *params);

G_END_DECLS
