/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A row with a part of a whole, shown in percent. */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define WEIR_TYPE_SCALE_ROW (weir_scale_row_get_type ())
G_DECLARE_FINAL_TYPE (WeirScaleRow, weir_scale_row, WEIR, SCALE_ROW, AdwActionRow)

/* Property: value (double, 0 to 1, in steps of a hundredth). The title is its accessible name. */
GtkWidget *weir_scale_row_new (void);

G_END_DECLS
