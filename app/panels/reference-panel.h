/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The pictures that the next one shall be like. */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define WEIR_TYPE_REFERENCE_PANEL (weir_reference_panel_get_type ())
G_DECLARE_FINAL_TYPE (WeirReferencePanel, weir_reference_panel, WEIR, REFERENCE_PANEL, GtkWidget)

/* Property: references (GListStore of WeirReference), from which its rows remove. Its button
 * activates win.add-reference. */
GtkWidget *weir_reference_panel_new (void);

G_END_DECLS
