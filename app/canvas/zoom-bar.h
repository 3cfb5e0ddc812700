/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Says how large the picture is shown, and has buttons for the window's actions that change it. */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define WEIR_TYPE_ZOOM_BAR (weir_zoom_bar_get_type ())
G_DECLARE_FINAL_TYPE (WeirZoomBar, weir_zoom_bar, WEIR, ZOOM_BAR, GtkWidget)

/* Property: zoom, double; to be bound to the canvas'. The buttons activate win.zoom-in,
 * win.zoom-out, win.zoom-fit and win.zoom(1.0). */
GtkWidget *weir_zoom_bar_new (void);

G_END_DECLS
