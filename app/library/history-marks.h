/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The pictures of the history that are marked to be compared, of WeirLibraryItem in a list: two at
 * most, in the order in which they were marked. */

#pragma once

#include <gio/gio.h>

#include "library/library.h"

G_BEGIN_DECLS

#define WEIR_HISTORY_MAX_MARKS 2

GListStore *weir_history_marks_new    (void);

gboolean    weir_history_marks_has    (GListStore      *marks,
                                       WeirLibraryItem *item);

/* Whether there are as many as are compared. */
gboolean    weir_history_marks_is_full (GListStore     *marks);

/* Takes the mark off, or puts one on; where there are enough the oldest goes. */
void        weir_history_marks_toggle (GListStore      *marks,
                                       WeirLibraryItem *item);

/* Takes the marks off those that the library does not have any more. */
void        weir_history_marks_tidy   (GListStore      *marks,
                                       WeirLibrary     *library);

/* The paths of both as of win.compare-paths; floating. Only while they are full. */
GVariant   *weir_history_marks_to_variant (GListStore  *marks);

G_END_DECLS
