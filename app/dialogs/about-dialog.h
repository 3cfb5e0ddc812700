/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the program is, and what those who look for a fault ask first. */

#pragma once

#include <gtk/gtk.h>

#include "troubleshooting.h"

G_BEGIN_DECLS

/* Present it. The facts are copied. */
GtkWindow *weir_about_dialog_new (GtkWindow                 *parent,
                                  const WeirTroubleshooting *facts);

G_END_DECLS
