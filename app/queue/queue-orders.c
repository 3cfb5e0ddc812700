/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What becomes of jobs by a person's orders: cancelled, made again, forgotten. */

#include "queue/queue-private.h"

void
weir_queue_cancel (WeirQueue *self,
                   WeirJob   *job)
{
  g_autoptr (WeirJob) kept = g_object_ref (job);
  guint place;

  g_return_if_fail (WEIR_IS_QUEUE (self));

  if (job == self->running)
    g_cancellable_cancel (self->cancellable);
  else if (weir_queue_find_pending (self, job, &place))
    {
      g_autoptr (GError) cancelled =
        g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "");

      self->n_pending--;
      weir_queue_put_away (self, job, cancelled);
    }
}

void
weir_queue_cancel_pending (WeirQueue *self)
{
  g_return_if_fail (WEIR_IS_QUEUE (self));

  while (self->n_pending > 0)
    {
      const guint position = weir_queue_get_first_pending (self) + self->n_pending - 1;
      g_autoptr (WeirJob) last = g_list_model_get_item (G_LIST_MODEL (self->jobs), position);

      weir_queue_cancel (self, last);
    }
}

void
weir_queue_cancel_all (WeirQueue *self)
{
  g_return_if_fail (WEIR_IS_QUEUE (self));

  weir_queue_cancel_pending (self);
  if (self->running)
    g_cancellable_cancel (self->cancellable);
}

void
weir_queue_redo (WeirQueue *self,
                 WeirJob   *job)
{
  g_autoptr (WeirJob) again = weir_job_new_like (job, weir_job_get_job (job));
  const gboolean has_failed = weir_job_get_state (job) == WEIR_JOB_FAILED;
  guint position;

  g_return_if_fail (WEIR_IS_QUEUE (self));

  weir_job_set_repeats (again, weir_job_get_repeats (job));
  /* it is not asked for twice */
  if (has_failed && g_list_store_find (self->jobs, job, &position))
    g_list_store_remove (self->jobs, position);
  weir_queue_submit (self, again, FALSE);
}

void
weir_queue_redo_failed (WeirQueue *self)
{
  g_autoptr (WeirJob) failed = NULL;

  g_return_if_fail (WEIR_IS_QUEUE (self));

  failed = g_steal_pointer (&self->failed);
  if (failed && g_list_store_find (self->jobs, failed, NULL))
    weir_queue_redo (self, failed);
}

void
weir_queue_forget (WeirQueue *self)
{
  const guint n = g_list_model_get_n_items (G_LIST_MODEL (self));
  const guint first = weir_queue_get_first_pending (self) + self->n_pending;

  g_return_if_fail (WEIR_IS_QUEUE (self));

  g_list_store_splice (self->jobs, first, n - first, NULL, 0);
}

void
weir_queue_resume (WeirQueue *self)
{
  g_return_if_fail (WEIR_IS_QUEUE (self));

  g_object_set (self, "is-paused", FALSE, NULL);
}
