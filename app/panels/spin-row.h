/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A row with a number. */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define WEIR_TYPE_SPIN_ROW (weir_spin_row_get_type ())
G_DECLARE_FINAL_TYPE (WeirSpinRow, weir_spin_row, WEIR, SPIN_ROW, AdwActionRow)

/* Properties: adjustment (GtkAdjustment), value (double), digits (uint, after the point). The title is
 * the number's accessible name. */
GtkWidget *weir_spin_row_new (void);

G_END_DECLS
