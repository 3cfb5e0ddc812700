/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Keep Generating: when nothing is left to do, what the window shows is asked for again with another
 * seed, until something stands against it. */

#include "window-private.h"

#include <glib/gi18n.h>

static GSimpleAction *
get_action (WeirWindow *self)
{
  return G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self), "keep-generating"));
}

gboolean
weir_window_keeps_generating (WeirWindow *self)
{
  g_autoptr (GVariant) state = g_action_get_state (G_ACTION (get_action (self)));

  return g_variant_get_boolean (state);
}

void
weir_window_keep_generating (WeirWindow *self,
                             gboolean    is_on)
{
  g_simple_action_set_state (get_action (self), g_variant_new_boolean (is_on));
  self->repeat_is_due = FALSE;
  weir_window_update_verb (self);
}

static gboolean
is_paused (WeirQueue *queue)
{
  gboolean paused;

  g_object_get (queue, "is-paused", &paused, NULL);
  return paused;
}

void
weir_window_repeat (WeirWindow *self,
                    WeirJob    *job)
{
  WeirQueue *queue = weir_application_get_queue (self->app);

  if (!weir_window_keeps_generating (self))
    return;
  if (weir_job_get_state (job) != WEIR_JOB_DONE || is_paused (queue))
    {
      weir_window_keep_generating (self, FALSE);
      return;
    }
  /* an enlargement, say, is not what is gone on from, but it may come between */
  self->repeat_is_due |= weir_job_get_repeats (job);
  if (!self->repeat_is_due || weir_queue_has_next (queue))
    return;
  self->repeat_is_due = FALSE;
  if (!weir_window_submit_again (self))
    weir_window_keep_generating (self, FALSE);
}
