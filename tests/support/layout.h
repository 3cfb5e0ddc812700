/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What must hold of a window however large its text is and whichever way it is read. */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Fails the test, naming the text, if one below root that is shown is cut off or shortened. */
void weir_test_assert_texts    (GtkWidget *root);

/* Fails the test if the window cannot be made as small as this. */
void weir_test_assert_fits     (GtkWindow *window,
                                int        width,
                                int        height);

G_END_DECLS
