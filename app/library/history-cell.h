/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One picture of the history: its thumbnail, its star, and what can be done with it. It activates
 * actions with the picture's path (a string) as their target:
 *
 *   win.open-path (double click, Return), win.use-settings, win.use-prompt, win.use-seed,
 *   win.vary-path, win.upscale-path, win.compare-path (backslash), win.compare-paths (the same, while
 *   two are marked, and with both), library.star, library.mark (Space, Ctrl and a click),
 *   library.copy, library.show, library.trash */

#pragma once

#include <gtk/gtk.h>

#include "library/library.h"

G_BEGIN_DECLS

#define WEIR_TYPE_HISTORY_CELL (weir_history_cell_get_type ())
G_DECLARE_FINAL_TYPE (WeirHistoryCell, weir_history_cell, WEIR, HISTORY_CELL, GtkWidget)

/* marks: as of history-marks.h. */
GtkWidget       *weir_history_cell_new      (GListStore      *marks);

/* item: NULL for a place where there is none, and nothing to see. */
void             weir_history_cell_set_item (WeirHistoryCell *self,
                                             WeirLibrary     *library,
                                             WeirLibraryItem *item);

/* Nullable; the cell's. */
WeirLibraryItem *weir_history_cell_get_item (WeirHistoryCell *self);

G_END_DECLS
