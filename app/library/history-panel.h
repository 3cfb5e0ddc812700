/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The history: the library's pictures by days, and a search in their prompts. */

#pragma once

#include <gtk/gtk.h>

#include "library/library.h"

G_BEGIN_DECLS

#define WEIR_TYPE_HISTORY_PANEL (weir_history_panel_get_type ())
G_DECLARE_FINAL_TYPE (WeirHistoryPanel, weir_history_panel, WEIR, HISTORY_PANEL, GtkWidget)

/* Properties: library (WeirLibrary, nullable); finding (boolean): the search is open.
 *
 * marks (GListStore, read-only): the pictures that are marked to be compared, as of history-marks.h.
 *
 * Signals: trashed (string): the path of a picture that was moved to the trash, from where
 * library.restore takes it; failed (string): a sentence about an action that could not be done.
 *
 * Actions within the panel, with the picture's path as their target: library.star (puts one on or
 * takes it off), library.mark (likewise), library.copy, library.show, library.trash, library.restore; see
 * history-cell.h for those that are wanted of the window. */
GtkWidget *weir_history_panel_new (void);

G_END_DECLS
