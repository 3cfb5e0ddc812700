/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A line over the canvas with what the current tool can be told, and a menu of what is done with the
 * whole mask. */

#pragma once

#include "canvas/tools.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define WEIR_TYPE_TOOL_OPTIONS (weir_tool_options_get_type ())
G_DECLARE_FINAL_TYPE (WeirToolOptions, weir_tool_options, WEIR, TOOL_OPTIONS, GtkWidget)

/* Property: tools, WeirTools, nullable. */
GtkWidget *weir_tool_options_new (void);

G_END_DECLS
