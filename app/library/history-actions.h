/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the history does with its pictures itself. */

#pragma once

#include <gtk/gtk.h>

#include "library/library.h"

G_BEGIN_DECLS

/* The group “library” of a panel, whose property “library” and signals it uses; see
 * history-panel.h. */
void weir_history_actions_install (GtkWidget *panel);

G_END_DECLS
