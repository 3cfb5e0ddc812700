/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Run Batch File: the lines that weir-cli batch takes become jobs of the queue. All of them or none,
 * so that a file that was corrected can be run again without making half of it twice. */

#include "window-private.h"

#include <string.h>

#include <glib/gi18n.h>

#include <cascade/job-line.h>

#include "dialogs/dialogs.h"

#define MAX_SENTENCES 8 /* that are shown */

typedef struct
{
  char          *path;
  char          *model; /* that is open; "": the demo's */
  CasPreviewRate previews;
  GPtrArray     *sentences; /* what is wrong with the file */
} Batch;

static void
batch_free (gpointer data)
{
  Batch *batch = data;

  g_free (batch->path);
  g_free (batch->model);
  g_ptr_array_unref (batch->sentences);
  g_free (batch);
}

/* --- in a thread ----------------------------------------------------------------------------- */

/* The window has one model, and puts every picture into its library. */
static char *
dup_fault (const Batch      *batch,
           const CasJobLine *line,
           const char       *folder)
{
  g_autofree char *wanted = line->model ? g_canonicalize_filename (line->model, folder) : NULL;
  g_autofree char *open =
    *batch->model != '\0' ? g_canonicalize_filename (batch->model, NULL) : NULL;

  if (line->error)
    return g_strdup (line->error->message);
  if (wanted && g_strcmp0 (wanted, open) != 0)
    return g_strdup_printf (_("Line %u: “%s” is another model than the one that is open."),
                            line->number, "model");
  if (line->output || line->overwrite)
    return g_strdup_printf (_("Line %u: “%s” is of no use in the window, which keeps every image in "
                              "its own folder."),
                            line->number, line->output ? "output" : "overwrite");
  return NULL;
}

static CasJob *
make_job (const Batch       *batch,
          const CasJobLine  *line,
          const CasJobPlace *place,
          GCancellable      *cancellable)
{
  g_autofree char *fault = dup_fault (batch, line, place->folder);
  g_autoptr (GError) error = NULL;
  CasJob *job = fault ? NULL : cas_job_line_make_job (line, place, cancellable, &error);

  if (fault)
    g_ptr_array_add (batch->sentences, g_steal_pointer (&fault));
  else if (!job)
    g_ptr_array_add (batch->sentences,
                     g_strdup_printf (_("Line %u: %s"), line->number, error->message));
  return job;
}

static void
read_batch (GTask        *task,
            gpointer      source,
            gpointer      task_data,
            GCancellable *cancellable)
{
  Batch *batch = task_data;
  g_autofree char *folder = g_path_get_dirname (batch->path);
  g_autoptr (GHashTable) pictures =
    g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) cas_image_unref);
  const CasJobPlace place = {
    .folder = folder, .pictures = pictures, .previews = batch->previews,
  };
  g_autoptr (GPtrArray) jobs = g_ptr_array_new_with_free_func ((GDestroyNotify) cas_job_unref);
  GError *error = NULL;
  g_autoptr (GPtrArray) lines = cas_job_lines_read (batch->path, &error);

  if (!lines)
    {
      g_task_return_error (task, error);
      return;
    }
  for (guint i = 0; i < lines->len && !g_cancellable_is_cancelled (cancellable); i++)
    {
      CasJob *job = make_job (batch, lines->pdata[i], &place, cancellable);

      if (job)
        g_ptr_array_add (jobs, job);
    }
  g_task_return_pointer (task, g_steal_pointer (&jobs), (GDestroyNotify) g_ptr_array_unref);
}

/* --- in the window --------------------------------------------------------------------------- */

static void
explain (WeirWindow *self,
         GPtrArray  *sentences)
{
  static const WeirAnswer answers[] = { { "close", N_("_Close"), WEIR_ANSWER_PLAIN } };
  const WeirAnswer answer = { answers[0].id, _(answers[0].label), answers[0].look };
  g_autoptr (GString) body = g_string_new (NULL);
  const guint n_shown = MIN (sentences->len, MAX_SENTENCES);
  const guint n_more = sentences->len - n_shown;

  for (guint i = 0; i < n_shown; i++)
    g_string_append_printf (body, "%s%s", i > 0 ? "\n" : "", (char *) sentences->pdata[i]);
  if (n_more > 0)
    g_string_append_printf (body, g_dngettext (NULL, "\n%u more line is wrong.",
                                               "\n%u more lines are wrong.", n_more), n_more);
  weir_dialogs_ask_async (GTK_WINDOW (self), &(WeirQuestion) {
    .heading = _("No Job Was Added to the Queue"),
    .body = body->str,
    .answers = &answer,
    .n_answers = 1,
  }, self->cancellable, NULL, NULL);
}

static void
batch_read (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  WeirWindow *self = WEIR_WINDOW (source);
  const Batch *batch = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) jobs = g_task_propagate_pointer (G_TASK (result), &error);
  g_autofree char *sentence = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (jobs && batch->sentences->len > 0)
    {
      explain (self, batch->sentences);
      return;
    }
  if (jobs)
    {
      sentence = jobs->len > 0
                   ? g_strdup_printf (g_dngettext (NULL, "%u job was added to the queue",
                                                   "%u jobs were added to the queue", jobs->len),
                                      jobs->len)
                   : g_strdup (_("There are no jobs in this file."));
      weir_queue_append (weir_application_get_queue (self->app), jobs);
    }
  weir_window_tell (self, jobs ? sentence : error->message);
}

void
weir_window_run_batch (WeirWindow *self,
                       const char *path)
{
  g_autoptr (GTask) task = g_task_new (self, self->cancellable, batch_read, NULL);
  GSettings *settings = weir_application_get_settings (self->app);
  Batch *batch = g_new0 (Batch, 1);

  batch->path = g_strdup (path);
  batch->model = g_settings_get_string (settings, "model");
  batch->previews =
    g_settings_get_boolean (settings, "live-preview") ? CAS_PREVIEW_LIVE : CAS_PREVIEW_NONE;
  batch->sentences = g_ptr_array_new_with_free_func (g_free);
  g_task_set_task_data (task, batch, batch_free);
  g_task_run_in_thread (task, read_batch);
}
