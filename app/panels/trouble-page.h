/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What stands in place of the canvas while nothing can be made. */

#pragma once

#include <gtk/gtk.h>

#include "trouble.h"

G_BEGIN_DECLS

#define WEIR_TYPE_TROUBLE_PAGE (weir_trouble_page_get_type ())
G_DECLARE_FINAL_TYPE (WeirTroublePage, weir_trouble_page, WEIR, TROUBLE_PAGE, GtkWidget)

GtkWidget *weir_trouble_page_new  (void);

/* Takes trouble, of the place WEIR_TROUBLE_IN_PAGE. */
void       weir_trouble_page_tell (WeirTroublePage *self,
                                   WeirTrouble     *trouble);

G_END_DECLS
