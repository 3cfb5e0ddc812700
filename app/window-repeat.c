/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Keep Generating: what was asked for last is asked for again with another seed, until something
 * stands against it. */

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
  weir_window_update_verb (self);
}

static gboolean
is_paused (WeirQueue *queue)
{
  gboolean paused;

  g_object_get (queue, "is-paused", &paused, NULL);
  return paused;
}

static void
submit_again (WeirWindow *self,
              WeirJob    *job)
{
  CasJobParams params = *cas_job_get_params (weir_job_get_job (job));
  g_autoptr (CasJob) again = NULL;
  g_autoptr (WeirJob) item = NULL;

  params.has_seed = FALSE;
  params.seed = 0;
  again = cas_job_new (&params, NULL);
  if (!again)
    return;
  g_object_set (self->params, "seed", cas_job_get_params (again)->seed, NULL);
  item = weir_job_new_like (job, again);
  weir_queue_submit (weir_application_get_queue (self->app), item, FALSE);
}

void
weir_window_repeat (WeirWindow *self,
                    WeirJob    *job)
{
  WeirQueue *queue = weir_application_get_queue (self->app);

  if (!weir_window_keeps_generating (self))
    return;
  if (weir_job_get_state (job) != WEIR_JOB_DONE || is_paused (queue))
    weir_window_keep_generating (self, FALSE);
  else if (weir_queue_get_n_pending (queue) == 0)
    submit_again (self, job);
}
