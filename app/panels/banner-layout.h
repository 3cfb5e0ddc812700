/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Puts a sentence and its buttons into as few rows as the width allows. */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define WEIR_TYPE_BANNER_LAYOUT (weir_banner_layout_get_type ())
G_DECLARE_FINAL_TYPE (WeirBannerLayout, weir_banner_layout, WEIR, BANNER_LAYOUT, GtkLayoutManager)

/* Of a widget with three children: the sentence, its buttons, and what stands at the end of the
 * sentence (nullable). They stand in one row, or the buttons below the others, whichever is lower. */

G_END_DECLS
