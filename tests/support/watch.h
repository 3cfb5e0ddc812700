/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How long the main loop did not turn, and how much of that was drawing. Reported, never asserted. */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef struct _WeirTestWatch WeirTestWatch;

/* Watches the default main loop and the frames of the widget's window from now on. */
WeirTestWatch *weir_test_watch_new    (GtkWidget     *widget);

/* What the test itself did since the loop last turned does not count. */
void           weir_test_watch_skip   (WeirTestWatch *self);

/* The longest turn so far, in µs, and how long of that this thread was at work: the rest is others'. */
gint64         weir_test_watch_get_longest (WeirTestWatch *self,
                                            gint64        *work);

/* Prints what was seen as a line of the test's output, and frees the watch. */
void           weir_test_watch_report (WeirTestWatch *self);

G_END_DECLS
