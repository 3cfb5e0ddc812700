/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The frame as it is seen: what is outside of it is dimmed, and where it reaches beyond the picture
 * there is a checkerboard. */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* All in pixels of the screen, whole ones.
 *   label  under the frame; NULL for none, and for no handles */
typedef struct
{
  graphene_rect_t picture;
  graphene_rect_t frame;
  const char     *label;
  int             scale; /* pixels of the screen in one of the widget */
} WeirFrameLook;

void weir_frame_layer_snapshot (const WeirFrameLook *look,
                                GtkWidget           *widget,
                                GtkSnapshot         *snapshot);

G_END_DECLS
