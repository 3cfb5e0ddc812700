/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the window is told, and how often. */

#include "worker/server/server.h"

#include "worker/bus-error.h"
#include "worker/sealed.h"

#define INTERVAL_US  250000
#define HAND_OVER_US 3000000 /* a window that is slower than that loses a step */

/* A message that waits, and whether one like it is on its way. */
typedef struct
{
  const char  *method;
  gint64       interval_us;
  GVariant    *params;
  GUnixFDList *fds;
  gboolean     is_under_way;
  gint64       sent_us;
} Slot;

struct _ServerOutbox
{
  CasBusWindow *window;
  GMainContext *context;
  GCancellable *cancellable; /* the job's */
  guint         job;

  GMutex        mutex; /* what follows; sending is under it too, so that order is kept */
  GCond         answered;
  Slot          progress, preview, checkpoint;
  gboolean      has_timer;
};

ServerOutbox *
server_outbox_new (CasBusWindow *window,
                   GMainContext *context)
{
  ServerOutbox *self = g_new0 (ServerOutbox, 1);

  self->window = window;
  self->context = context;
  g_mutex_init (&self->mutex);
  g_cond_init (&self->answered);
  self->progress = (Slot) { .method = "Progress", .interval_us = INTERVAL_US };
  self->preview = (Slot) { .method = "Preview", .interval_us = INTERVAL_US };
  self->checkpoint = (Slot) { .method = "Checkpoint" };
  return self;
}

/* --- the newest of a kind ------------------------------------------------------------------- */

static void
slot_clear (Slot *slot)
{
  g_clear_pointer (&slot->params, g_variant_unref);
  g_clear_object (&slot->fds);
}

typedef struct
{
  ServerOutbox *outbox;
  Slot         *slot;
} Sending;

static void pump (ServerOutbox *self);

static void
on_answer (GObject      *window,
           GAsyncResult *result,
           gpointer      data)
{
  g_autofree Sending *sending = data;
  g_autoptr (GVariant) answer
    = g_dbus_proxy_call_with_unix_fd_list_finish (G_DBUS_PROXY (window), NULL, result, NULL);

  g_mutex_lock (&sending->outbox->mutex);
  sending->slot->is_under_way = FALSE;
  g_cond_signal (&sending->outbox->answered);
  g_mutex_unlock (&sending->outbox->mutex);
  pump (sending->outbox);
}

static void
send (ServerOutbox *self,
      Slot         *slot)
{
  Sending *sending = g_new (Sending, 1);

  *sending = (Sending) { self, slot };
  slot->is_under_way = TRUE;
  slot->sent_us = g_get_monotonic_time ();
  g_dbus_proxy_call_with_unix_fd_list (G_DBUS_PROXY (self->window), slot->method, slot->params,
                                       G_DBUS_CALL_FLAGS_NONE, -1, slot->fds, NULL, on_answer,
                                       sending);
  slot_clear (slot);
}

static gboolean
on_timer (gpointer data)
{
  ServerOutbox *self = data;

  g_mutex_lock (&self->mutex);
  self->has_timer = FALSE;
  g_mutex_unlock (&self->mutex);
  pump (self);
  return G_SOURCE_REMOVE;
}

static void
start_timer (ServerOutbox *self,
             gint64        wait_us)
{
  g_autoptr (GSource) timer = NULL;

  if (self->has_timer)
    return;
  self->has_timer = TRUE;
  timer = g_timeout_source_new ((guint) (wait_us / 1000 + 1));
  g_source_set_callback (timer, on_timer, self, NULL);
  g_source_attach (timer, self->context);
}

/* On the connection's thread. */
static void
pump (ServerOutbox *self)
{
  Slot *slots[] = { &self->progress, &self->preview, &self->checkpoint };

  g_mutex_lock (&self->mutex);
  for (guint i = 0; i < G_N_ELEMENTS (slots); i++)
    {
      const gint64 wait_us = slots[i]->sent_us + slots[i]->interval_us - g_get_monotonic_time ();

      if (!slots[i]->params || slots[i]->is_under_way)
        continue;
      if (wait_us <= 0)
        send (self, slots[i]);
      else
        start_timer (self, wait_us);
    }
  g_mutex_unlock (&self->mutex);
}

static gboolean
on_put (gpointer data)
{
  pump (data);
  return G_SOURCE_REMOVE;
}

/* Takes a floating params, and fds. */
static void
put (ServerOutbox *self,
     Slot         *slot,
     GVariant     *params,
     GUnixFDList  *fds)
{
  g_mutex_lock (&self->mutex);
  slot_clear (slot);
  slot->params = g_variant_ref_sink (params);
  slot->fds = fds;
  g_mutex_unlock (&self->mutex);
  g_main_context_invoke (self->context, on_put, self);
}

void
server_outbox_progress (ServerOutbox      *self,
                        const CasProgress *progress)
{
  put (self, &self->progress,
       g_variant_new ("(u(uuuuudd))", self->job, progress->phase, progress->step,
                      progress->n_steps, progress->picture, progress->n_pictures,
                      progress->fraction, progress->seconds_left), NULL);
}

void
server_outbox_preview (ServerOutbox     *self,
                       const CasPicture *picture)
{
  g_autoptr (GUnixFDList) fds = g_unix_fd_list_new ();
  g_autoptr (GError) error = NULL;
  GVariant *image = cas_sealed_from_image (picture->image, fds, &error);

  if (!image)
    {
      g_info ("No preview: %s", error->message);
      return;
    }
  put (self, &self->preview,
       g_variant_new ("(u@(huub)utuu)", self->job, image, picture->index, picture->seed,
                      picture->phase, picture->step), g_steal_pointer (&fds));
}

void
server_outbox_checkpoint (ServerOutbox  *self,
                          CasCheckpoint *checkpoint)
{
  g_autoptr (GUnixFDList) fds = g_unix_fd_list_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = cas_checkpoint_to_bytes (checkpoint, &error);
  GVariant *sealed = bytes ? cas_sealed_from_bytes (bytes, fds, &error) : NULL;

  if (sealed)
    put (self, &self->checkpoint, g_variant_new ("(u@(ht))", self->job, sealed),
         g_steal_pointer (&fds));
  else
    g_info ("No checkpoint: %s", error->message);
}

/* --- what has to arrive --------------------------------------------------------------------- */

/* What comes now is newer than any preview, and not before the last progress. */
static void
flush (ServerOutbox *self)
{
  g_mutex_lock (&self->mutex);
  if (self->progress.params)
    {
      g_dbus_proxy_call (G_DBUS_PROXY (self->window), self->progress.method, self->progress.params,
                         G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL, NULL);
      self->progress.sent_us = g_get_monotonic_time ();
    }
  slot_clear (&self->progress);
  slot_clear (&self->preview); /* a checkpoint may be late */
  g_mutex_unlock (&self->mutex);
}

void
server_outbox_begin (ServerOutbox *self,
                     guint         job,
                     GCancellable *cancellable)
{
  self->job = job;
  self->cancellable = cancellable;
}

void
server_outbox_control (ServerOutbox  *self,
                       CasControlKind kind,
                       CasImage      *image,
                       guint          index,
                       guint          n)
{
  g_autoptr (GUnixFDList) fds = g_unix_fd_list_new ();
  g_autoptr (GError) error = NULL;
  GVariant *sealed = cas_sealed_from_image (image, fds, &error);

  flush (self);
  if (sealed)
    cas_bus_window_call_control (self->window, self->job, cas_control_kind_get_name (kind), sealed,
                                 index, n, fds, NULL, NULL, NULL);
  else
    g_info ("What a ControlNet sees is not shown: %s", error->message);
}

void
server_outbox_mask (ServerOutbox *self,
                    CasImage     *mask)
{
  g_autoptr (GUnixFDList) fds = g_unix_fd_list_new ();
  g_autoptr (GError) error = NULL;
  GVariant *sealed = cas_sealed_from_image (mask, fds, &error);

  flush (self);
  if (sealed)
    cas_bus_window_call_mask (self->window, self->job, sealed, fds, NULL, NULL, NULL);
  else
    g_info ("The mask that was found is not shown: %s", error->message);
}

void
server_outbox_notice (ServerOutbox *self,
                      const char   *sentence)
{
  g_autofree char *valid = g_utf8_make_valid (sentence, -1);

  flush (self);
  cas_bus_window_call_notice (self->window, self->job, valid, NULL, NULL, NULL);
}

gboolean
server_outbox_picture (ServerOutbox     *self,
                       const CasPicture *picture,
                       GError          **error)
{
  g_autoptr (GUnixFDList) fds = g_unix_fd_list_new ();
  g_autofree char *metadata = cas_metadata_to_json (picture->metadata);
  GError *trouble = NULL;
  GVariant *image = cas_sealed_from_image (picture->image, fds, error);

  if (!image)
    return FALSE;
  flush (self);
  if (cas_bus_window_call_picture_sync (self->window, self->job, image, picture->index,
                                        picture->seed, picture->seconds, metadata, fds, NULL,
                                        self->cancellable, &trouble))
    return TRUE;
  if (!g_cancellable_set_error_if_cancelled (self->cancellable, error))
    g_propagate_error (error, cas_bus_read_error (g_steal_pointer (&trouble)));
  g_clear_error (&trouble);
  return FALSE;
}

void
server_outbox_hand_over (ServerOutbox *self)
{
  const gint64 end_us = g_get_monotonic_time () + HAND_OVER_US;

  g_mutex_lock (&self->mutex);
  while ((self->checkpoint.params || self->checkpoint.is_under_way)
         && g_cond_wait_until (&self->answered, &self->mutex, end_us))
    ;
  g_mutex_unlock (&self->mutex);
}

void
server_outbox_end (ServerOutbox *self)
{
  flush (self);
  g_mutex_lock (&self->mutex);
  slot_clear (&self->checkpoint);
  g_mutex_unlock (&self->mutex);
}
