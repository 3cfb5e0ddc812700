/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A timer that there is or not, in the thread's main context. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* In place of the one that was there. */
void cas_timer_start (GSource   **timer,
                      guint       ms,
                      GSourceFunc func,
                      gpointer    data);

/* Of any source; *timer may be NULL. */
void cas_timer_clear (GSource   **timer);

G_END_DECLS
