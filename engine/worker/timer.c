/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A timer that there is or not. */

#include "worker/timer.h"

void
cas_timer_start (GSource   **timer,
                 guint       ms,
                 GSourceFunc func,
                 gpointer    data)
{
  cas_timer_clear (timer);
  *timer = g_timeout_source_new (ms);
  g_source_set_callback (*timer, func, data, NULL);
  g_source_attach (*timer, g_main_context_get_thread_default ());
}

void
cas_timer_clear (GSource **timer)
{
  if (*timer)
    g_source_destroy (*timer);
  g_clear_pointer (timer, g_source_unref);
}
