/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A strip above the canvas that says what went wrong and what can be done. */

#pragma once

#include <gtk/gtk.h>

#include "trouble.h"

G_BEGIN_DECLS

#define WEIR_TYPE_BANNER (weir_banner_get_type ())
G_DECLARE_FINAL_TYPE (WeirBanner, weir_banner, WEIR, BANNER, GtkWidget)

GtkWidget *weir_banner_new       (void);

/* Says this instead of what it said; takes trouble, whose place does not matter here.
 * It stays until it is closed, or one of its buttons is pressed; what stays can only be dismissed. */
void       weir_banner_tell      (WeirBanner  *self,
                                  WeirTrouble *trouble);

void       weir_banner_dismiss   (WeirBanner  *self);

gboolean   weir_banner_is_shown  (WeirBanner  *self);

G_END_DECLS
