/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the canvas shows, in small, to drag to another program. */

#pragma once

#include <gtk/gtk.h>

#include "picture.h"

G_BEGIN_DECLS

#define WEIR_TYPE_DRAG_HANDLE (weir_drag_handle_get_type ())
G_DECLARE_FINAL_TYPE (WeirDragHandle, weir_drag_handle, WEIR, DRAG_HANDLE, GtkWidget)

/* Property: picture (WeirPicture, nullable); without one there is nothing to see. The keyboard's way
 * is win.copy, which gives the same. */
GtkWidget *weir_drag_handle_new (void);

G_END_DECLS
