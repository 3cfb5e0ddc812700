/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A long text for those who look for a fault, to read and to copy. */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define WEIR_TYPE_DETAILS_DIALOG (weir_details_dialog_get_type ())
G_DECLARE_FINAL_TYPE (WeirDetailsDialog, weir_details_dialog, WEIR, DETAILS_DIALOG, AdwWindow)

/* Present it. */
GtkWindow *weir_details_dialog_new (GtkWindow  *parent,
                                    const char *text);

G_END_DECLS
