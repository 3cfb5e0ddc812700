/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A list of pictures as rows: a row that names a day, and after it rows of that day's pictures. */

#pragma once

#include <gio/gio.h>

#include "library/library-item.h"

G_BEGIN_DECLS

#define WEIR_HISTORY_COLUMNS 2

#define WEIR_TYPE_HISTORY_ROW (weir_history_row_get_type ())
G_DECLARE_FINAL_TYPE (WeirHistoryRow, weir_history_row, WEIR, HISTORY_ROW, GObject)

/* NULL for a row of pictures. */
const char      *weir_history_row_get_day  (WeirHistoryRow *self);

/* NULL for a column that is empty; the row's. */
WeirLibraryItem *weir_history_row_get_item (WeirHistoryRow *self,
                                            guint           column);

/* Makes the rows of a model of WeirLibraryItem, newest first, what they were before becoming what
 * they are now: rows that stay the same stay in the store, a GListStore of WeirHistoryRow. */
void             weir_history_rows_update  (GListStore     *store,
                                            GListModel     *model,
                                            GDateTime      *now);

G_END_DECLS
