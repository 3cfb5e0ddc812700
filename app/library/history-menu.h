/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What can be done with a picture of the history, as a menu. */

#pragma once

#include "library/history-marks.h"

G_BEGIN_DECLS

/* What needs settings is left out where there are none, and what needs two pictures where there are not
 * two marks. */
GMenuModel *weir_history_menu_new (WeirLibraryItem *item,
                                   GListStore      *marks);

G_END_DECLS
