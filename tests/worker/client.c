/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "worker/client.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <signal.h>

#define LIMIT_SECONDS 120

const CasJobParams client_small = {
  .prompt = "a red house",
  .width = 64,
  .height = 64,
  .steps = 2,
  .decoder_steps = 2,
  .seed = 1,
};

/* --- waiting -------------------------------------------------------------------------------- */

static guint limit;

static gboolean
on_limit (gpointer what)
{
  g_error ("it did not happen: %s", (const char *) what);
  return G_SOURCE_REMOVE;
}

void
client_begin_wait (const char *what)
{
  limit = g_timeout_add_seconds (LIMIT_SECONDS, on_limit, (gpointer) what);
}

void
client_end_wait (void)
{
  g_source_remove (limit);
}

static gboolean
on_look_again (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

void
client_wait_for_end (GPid pid)
{
  const guint source = g_timeout_add (10, on_look_again, NULL);

  client_wait (kill (pid, 0) != 0 && errno == ESRCH);
  g_source_remove (source);
}

/* --- being told ----------------------------------------------------------------------------- */

GBytes *
client_make_png (CasImage          *image,
                 const CasMetadata *metadata)
{
  g_autofree char *folder = g_dir_make_tmp ("weir-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "picture.png", NULL);
  g_autoptr (GError) error = NULL;
  char *data;
  gsize size;

  cas_image_save_png (image, path, metadata, FALSE, &error);
  g_assert_no_error (error);
  g_file_get_contents (path, &data, &size, &error);
  g_assert_no_error (error);
  g_unlink (path);
  g_rmdir (folder);
  return g_bytes_new_take (data, size);
}

static void
on_progress (const CasProgress *progress,
             gpointer           data)
{
  Client *client = data;

  client->n_progress++;
  client->fraction = progress->fraction;
  if (progress->phase == CAS_PHASE_COMPOSING)
    client->least_step = MIN (client->least_step, progress->step);
  if (client->act && progress->phase >= client->act_at)
    g_steal_pointer (&client->act) (client);
}

static void
on_preview (const CasPicture *picture,
            gpointer          data)
{
  Client *client = data;

  g_assert_cmpuint (cas_image_get_width (picture->image), >=, 16);
  client->n_previews++;
}

static void
on_control (CasControlKind kind,
            CasImage      *image,
            guint          index,
            guint          n,
            gpointer       data)
{
  Client *client = data;

  g_assert_cmpuint (index, ==, client->n_controls);
  g_assert_cmpuint (index, <, n);
  client->n_controls++;
}

static gboolean
on_picture (const CasPicture *picture,
            gpointer          data,
            GError          **error)
{
  Client *client = data;

  g_assert_cmpuint (picture->index, ==, client->pngs->len);
  g_assert_cmpuint (picture->seed, ==, picture->metadata->seed);
  g_ptr_array_add (client->pngs, client_make_png (picture->image, picture->metadata));
  if (client->kills)
    kill (cas_worker_get_pid (client->worker), SIGKILL);
  if (client->refuses)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE, "The disk is full.");
  return !client->refuses;
}

static void
on_notice (const char *sentence,
           gpointer    data)
{
  Client *client = data;

  client->n_notices++;
}

static const CasJobCallbacks callbacks = {
  .progress = on_progress,
  .preview = on_preview,
  .control = on_control,
  .picture = on_picture,
  .notice = on_notice,
};

static void
on_state (CasWorker  *worker,
          GParamSpec *spec,
          Client     *client)
{
  g_string_append_printf (client->states, "%s ",
                          cas_worker_state_get_id (cas_worker_get_state (worker)));
}

static void
on_died (CasWorker  *worker,
         const char *sentence,
         Client     *client)
{
  g_assert_true (g_str_has_suffix (sentence, "."));
  client->n_deaths++;
  client->least_step = G_MAXUINT;
}

static void
on_ready (GObject      *worker,
          GAsyncResult *result,
          gpointer      data)
{
  Client *client = data;

  g_assert_false (client->is_done);
  client->is_done = TRUE;
  client->is_good = cas_worker_run_finish (CAS_WORKER (worker), result, &client->error);
  g_assert_true (client->is_good == (client->error == NULL));
}

/* --- the client ----------------------------------------------------------------------------- */

void
client_init (Client                *client,
             const CasWorkerParams *params)
{
  *client = (Client) {
    .worker = cas_worker_new (params),
    .pngs = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref),
    .states = g_string_new (NULL),
  };
  g_signal_connect (client->worker, "notify::state", G_CALLBACK (on_state), client);
  g_signal_connect (client->worker, "died", G_CALLBACK (on_died), client);
}

void
client_clear (Client *client)
{
  cas_worker_stop (client->worker);
  g_signal_handlers_disconnect_by_data (client->worker, client);
  g_clear_object (&client->worker);
  g_clear_object (&client->cancellable);
  g_clear_pointer (&client->pngs, g_ptr_array_unref);
  g_clear_error (&client->error);
  g_string_free (client->states, TRUE);
}

void
client_start (Client             *client,
              const CasJobParams *params)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CasJob) job = cas_job_new (params, &error);

  g_assert_no_error (error);
  client->is_done = FALSE;
  client->n_progress = client->n_previews = client->n_notices = client->n_controls = 0;
  g_clear_error (&client->error);
  g_clear_object (&client->cancellable);
  client->cancellable = g_cancellable_new ();
  g_ptr_array_set_size (client->pngs, 0);
  cas_worker_run_async (client->worker, job, &callbacks, client, client->cancellable, on_ready,
                        client);
}

void
client_run (Client             *client,
            const CasJobParams *params)
{
  client_start (client, params);
  client_wait (client->is_done);
}
