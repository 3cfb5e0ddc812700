/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the window's own files share. */

#pragma once

#include "window.h"

G_BEGIN_DECLS

/* Adds the actions of the prefix “win” (window-actions.c). */
void weir_window_add_actions (WeirWindow *self);

G_END_DECLS
