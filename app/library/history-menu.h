/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What can be done with a picture of the history, as a menu. */

#pragma once

#include <gio/gio.h>

#include "library/library-item.h"

G_BEGIN_DECLS

/* What needs settings is left out where there are none. */
GMenuModel *weir_history_menu_new (WeirLibraryItem *item);

G_END_DECLS
