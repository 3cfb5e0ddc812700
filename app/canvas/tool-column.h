/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The tools, one below the other over the canvas; they are the states of win.tool. */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define WEIR_TYPE_TOOL_COLUMN (weir_tool_column_get_type ())
G_DECLARE_FINAL_TYPE (WeirToolColumn, weir_tool_column, WEIR, TOOL_COLUMN, GtkWidget)

GtkWidget *weir_tool_column_new (void);

G_END_DECLS
