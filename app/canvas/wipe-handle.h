/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The line between before and after: a slider for keys and for those who cannot see it. The canvas
 * puts it where its position is and lets the pointer drag it. */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define WEIR_TYPE_WIPE_HANDLE (weir_wipe_handle_get_type ())
G_DECLARE_FINAL_TYPE (WeirWipeHandle, weir_wipe_handle, WEIR, WIPE_HANDLE, GtkWidget)

/* How wide it is, and so how near the pointer must come. */
#define WEIR_WIPE_HANDLE_WIDTH 28

/* Property: position, double: how much of the page's width is left of it, 0 to 1. */
GtkWidget *weir_wipe_handle_new          (void);

double     weir_wipe_handle_get_position (WeirWipeHandle *self);
void       weir_wipe_handle_set_position (WeirWipeHandle *self,
                                          double          position);

G_END_DECLS
