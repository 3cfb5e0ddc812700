/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What can become of a picture that is dragged onto the canvas, or pasted: big labelled zones over
 * it, to drop on or to press. */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define WEIR_TYPE_DROP_ZONES (weir_drop_zones_get_type ())
G_DECLARE_FINAL_TYPE (WeirDropZones, weir_drop_zones, WEIR, DROP_ZONES, GtkWidget)

/* Properties:
 *   child         GtkWidget: what lies below, with the canvas. The zones are shown over it while
 *                 something they take is dragged there, but for the canvas' own picture
 *   library       WeirLibrary, nullable: knows settings of files that say nothing of them
 *                 themselves
 *   has-document  boolean: there is something to mask
 *
 * A file (GDK_TYPE_FILE_LIST, of which the first is taken, or G_TYPE_FILE) activates the zone's
 * action with its path: win.open-path, win.vary-path, win.guide-path, win.mask-path,
 * win.use-settings. A project and a LoRA, by their names, have one zone, and their own action wherever
 * they are dropped: win.open-path, win.add-lora-path; so has a folder, once it is known to be one:
 * win.use-model.
 * Signals:
 *   texture (const char *action, GdkTexture *)  a picture without a file for that action
 *   refused (const char *sentence)              what is not done, and why, for a person */
GtkWidget *weir_drop_zones_new   (void);

/* Asks what should become of a file list, file or texture, with the zones as buttons: for pasting.
 * What can become one thing only does. FALSE if it is none of these. */
gboolean   weir_drop_zones_offer (WeirDropZones *self,
                                  const GValue  *value);

G_END_DECLS
