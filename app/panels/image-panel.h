/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Size, strength, seed and how carefully to work. */

#pragma once

#include <gtk/gtk.h>

#include "params.h"

G_BEGIN_DECLS

#define WEIR_TYPE_IMAGE_PANEL (weir_image_panel_get_type ())
G_DECLARE_FINAL_TYPE (WeirImagePanel, weir_image_panel, WEIR, IMAGE_PANEL, GtkWidget)

/* Properties: params (WeirParams); has-image (boolean): there is a picture to begin from, so that
 * strength has a meaning; warning (string, NULL: none): what stands below the size. */
GtkWidget *weir_image_panel_new        (void);

/* A button below the warning that takes this size; 0: none. */
void       weir_image_panel_offer_size (WeirImagePanel *self,
                                        guint           width,
                                        guint           height);

G_END_DECLS
