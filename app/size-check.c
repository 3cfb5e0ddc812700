/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One question at a time, a moment after the last change; the answer to an older one is left aside. */

#include "size-check.h"

#include <glib/gi18n.h>

#include <cascade/error.h>

#include "panels/aspect.h"

#define WAIT_MS 250 /* for the next click on a number's button */

struct _WeirSizeCheck
{
  GObject parent;

  WeirImagePanel   *panel;
  WeirSizeCheckFunc func;
  gpointer          data;
  CasWorker        *worker;      /* nullable */
  GSignalGroup     *signals;     /* of the worker */
  GCancellable     *cancellable; /* of the question; NULL: none is open */
  guint             width, height; /* that it is about */
  guint             timer_id;
  gboolean          is_due;      /* when the worker is ready */
  gboolean          is_warning;  /* which may have become untrue when it is ready again */
};

G_DEFINE_FINAL_TYPE (WeirSizeCheck, weir_size_check, G_TYPE_OBJECT)

static void
forget_question (WeirSizeCheck *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
}

static void
say_nothing (WeirSizeCheck *self)
{
  self->is_warning = FALSE;
  g_object_set (self->panel, "warning", NULL, NULL);
  weir_image_panel_offer_size (self->panel, 0, 0);
}

static char *
dup_sentence (WeirSizeCheck       *self,
              const CasSizeAdvice *advice)
{
  const CasWorkerInfo *info = cas_worker_peek_info (self->worker);
  const gboolean is_gpu = info && info->kind != CAS_DEVICE_CPU;
  g_autofree char *needed = g_format_size (advice->needed_bytes);
  g_autofree char *available = g_format_size (advice->available_bytes);
  g_autofree char *sentence =
    advice->needed_bytes == 0 ? g_strdup (_("This size needs more memory than there is."))
    /* Translators: amounts of memory, as “9.1 GB” */
    : is_gpu ? g_strdup_printf (_("Needs at least %s; this GPU has %s free."), needed, available)
             : g_strdup_printf (_("Needs at least %s; this device has %s free."), needed,
                                available);

  if (advice->n_sizes > 0)
    return g_steal_pointer (&sentence);
  return g_strjoin (" ", sentence, _("Closing other programs may help."), NULL);
}

/* One that works and is clearly smaller: what only just fits today may not tomorrow. What is within
 * a size that works does too. */
static WeirSize
choose_size (const CasSizeAdvice *advice,
             guint                width,
             guint                height)
{
  const guint64 enough = (guint64) width * height / 4 * 3;

  if (advice->n_sizes == 0)
    return (WeirSize) { 0 };
  for (guint i = 0; i < advice->n_sizes; i++)
    if ((guint64) advice->sizes[i][0] * advice->sizes[i][1] <= enough)
      return (WeirSize) { advice->sizes[i][0], advice->sizes[i][1] };
  return (WeirSize) {
    MIN (width / 4 * 3, advice->sizes[0][0]) / 8 * 8,
    MIN (height / 4 * 3, advice->sizes[0][1]) / 8 * 8,
  };
}

static gboolean
is_memory_short (const GError *error)
{
  return g_error_matches (error, CAS_ERROR, CAS_ERROR_OUT_OF_DEVICE_MEMORY) ||
         g_error_matches (error, CAS_ERROR, CAS_ERROR_OUT_OF_HOST_MEMORY);
}

/* Other errors are told when the job is asked for. */
static void
answered (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (WeirSizeCheck) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *sentence = NULL;
  CasJobParams params;
  CasSizeAdvice advice;
  WeirSize size;

  cas_worker_resolve_finish (CAS_WORKER (source), result, &params, &advice, &error);
  if (g_task_get_cancellable (G_TASK (result)) != self->cancellable)
    return;
  g_clear_object (&self->cancellable);
  if (!is_memory_short (error))
    {
      say_nothing (self);
      return;
    }
  sentence = dup_sentence (self, &advice);
  size = choose_size (&advice, self->width, self->height);
  self->is_warning = TRUE;
  g_object_set (self->panel, "warning", sentence, NULL);
  weir_image_panel_offer_size (self->panel, size.width, size.height);
}

static void
ask_now (WeirSizeCheck *self)
{
  g_autoptr (CasJob) job = NULL;

  forget_question (self);
  self->is_due = !self->worker || cas_worker_get_state (self->worker) != CAS_WORKER_READY;
  job = self->is_due ? NULL : self->func (self->data);
  if (!job)
    {
      say_nothing (self);
      return;
    }
  self->width = cas_job_get_params (job)->width;
  self->height = cas_job_get_params (job)->height;
  self->cancellable = g_cancellable_new ();
  cas_worker_resolve_async (self->worker, job, self->cancellable, answered, g_object_ref (self));
}

static gboolean
on_timer (gpointer data)
{
  WeirSizeCheck *self = data;

  self->timer_id = 0;
  ask_now (self);
  return G_SOURCE_REMOVE;
}

static void
state_changed (WeirSizeCheck *self)
{
  if ((self->is_due || self->is_warning) && cas_worker_get_state (self->worker) == CAS_WORKER_READY)
    weir_size_check_ask (self);
}

/* --- the object ------------------------------------------------------------------------------ */

static void
weir_size_check_dispose (GObject *object)
{
  WeirSizeCheck *self = WEIR_SIZE_CHECK (object);

  forget_question (self);
  g_clear_handle_id (&self->timer_id, g_source_remove);
  g_clear_object (&self->signals);
  g_clear_object (&self->worker);
  G_OBJECT_CLASS (weir_size_check_parent_class)->dispose (object);
}

static void
weir_size_check_class_init (WeirSizeCheckClass *class)
{
  G_OBJECT_CLASS (class)->dispose = weir_size_check_dispose;
}

static void
weir_size_check_init (WeirSizeCheck *self)
{
  self->signals = g_signal_group_new (CAS_TYPE_WORKER);
  g_signal_group_connect_swapped (self->signals, "notify::state", G_CALLBACK (state_changed), self);
}

WeirSizeCheck *
weir_size_check_new (WeirImagePanel    *panel,
                     WeirSizeCheckFunc  func,
                     gpointer           data)
{
  WeirSizeCheck *self = g_object_new (WEIR_TYPE_SIZE_CHECK, NULL);

  self->panel = panel;
  self->func = func;
  self->data = data;
  return self;
}

void
weir_size_check_set_worker (WeirSizeCheck *self,
                            CasWorker     *worker)
{
  g_return_if_fail (WEIR_IS_SIZE_CHECK (self));

  if (!g_set_object (&self->worker, worker))
    return;
  forget_question (self);
  g_signal_group_set_target (self->signals, worker);
  weir_size_check_ask (self);
}

void
weir_size_check_ask (WeirSizeCheck *self)
{
  g_return_if_fail (WEIR_IS_SIZE_CHECK (self));

  g_clear_handle_id (&self->timer_id, g_source_remove);
  self->timer_id = g_timeout_add (WAIT_MS, on_timer, self);
}
