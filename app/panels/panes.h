/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The window's three columns. The side ones stand beside the middle one where there is room; where
 * there is none they lie over it when they are asked for. */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define WEIR_TYPE_PANES (weir_panes_get_type ())
G_DECLARE_FINAL_TYPE (WeirPanes, weir_panes, WEIR, PANES, GtkWidget)

/* Properties:
 *   start, content, end   GtkWidget; columns in reading order
 *   show-start, show-end  boolean; whether the column is to be seen. Becomes FALSE when the room
 *                         for it is gone, and what is wanted when it is back
 *   want-start, want-end  boolean; whether a person wants the column to stand beside the middle one
 *                         where there is room, to be kept from one start to the next
 *   start-floats, end-floats  boolean, read-only: the column lies over the middle one */
GtkWidget *weir_panes_new (void);

G_END_DECLS
