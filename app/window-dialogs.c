/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the window asks for: files to open, and whether it may close. */

#include "window-private.h"

#include <glib/gi18n.h>

#include "dialogs/dialogs.h"

/* What is done with the file that was chosen. */
typedef struct
{
  GWeakRef window;
  void   (*use) (WeirWindow *self,
                 const char *path);
} Asking;

static void
chosen (GObject      *source,
        GAsyncResult *result,
        gpointer      user_data)
{
  g_autofree Asking *asking = user_data;
  g_autoptr (WeirWindow) self = g_weak_ref_get (&asking->window);
  g_autoptr (GFile) file = weir_dialogs_choose_finish (result, NULL);
  g_autofree char *path = file ? g_file_get_path (file) : NULL;

  g_weak_ref_clear (&asking->window);
  if (self && path)
    asking->use (self, path);
  else if (self && file)
    weir_window_tell (self, _("Only files on this computer can be opened."));
}

void
weir_window_ask_file (WeirWindow             *self,
                      const WeirFileQuestion *question,
                      void                  (*use) (WeirWindow *self,
                                                    const char *path))
{
  Asking *asking = g_new0 (Asking, 1);

  g_weak_ref_init (&asking->window, self);
  asking->use = use;
  weir_dialogs_choose_async (GTK_WINDOW (self), question, self->cancellable, chosen, asking);
}

WeirFileQuestion
weir_window_picture_question (const char *title)
{
  static const char *const patterns[] = {
    "*.png", "*.jpg", "*.jpeg", "*.webp", "*.tif", "*.tiff", "*.avif", "*.heif", "*.heic", "*.gif",
    "*.bmp", "*.ppm", "*.pgm", "*.pnm", "*.tga", NULL
  };

  return (WeirFileQuestion) {
    .choice = WEIR_CHOOSE_FILE,
    .title = title,
    .filter_name = _("Images"),
    .patterns = patterns,
  };
}

void
weir_window_ask_open (WeirWindow *self)
{
  WeirFileQuestion question = weir_window_picture_question (_("Open an Image or a Project"));
  g_autoptr (GStrvBuilder) patterns = g_strv_builder_new ();
  g_auto (GStrv) all = NULL;

  g_strv_builder_add (patterns, "*" WEIR_PROJECT_ENDING);
  g_strv_builder_addv (patterns, (const char **) question.patterns);
  all = g_strv_builder_end (patterns);
  question.filter_name = _("Images and projects");
  question.patterns = (const char *const *) all;
  weir_window_ask_file (self, &question, weir_window_open_path);
}

void
weir_window_ask_save (WeirWindow *self)
{
  static const char *const projects[] = { "*" WEIR_PROJECT_ENDING, NULL };
  g_autofree char *name = weir_work_dup_name (self->work);
  g_autofree char *file = g_strconcat (name ? name : _("Untitled"), WEIR_PROJECT_ENDING, NULL);

  weir_window_ask_file (self, &(WeirFileQuestion) {
    .choice = WEIR_CHOOSE_NEW_FILE,
    .title = _("Save the Project"),
    .accept_label = _("_Save"),
    .name = file,
    .filter_name = _("Projects"),
    .patterns = projects,
  }, weir_window_save_as);
}

void
weir_window_ask_reference (WeirWindow *self)
{
  const WeirFileQuestion question = weir_window_picture_question (_("Choose an Image to Be Like"));

  weir_window_ask_file (self, &question, weir_window_add_reference_path);
}

void
weir_window_ask_lora (WeirWindow *self)
{
  static const char *const files[] = { "*.safetensors", NULL };

  weir_window_ask_file (self, &(WeirFileQuestion) {
    .choice = WEIR_CHOOSE_FILE,
    .title = _("Choose a LoRA File"),
    .filter_name = _("LoRA files"),
    .patterns = files,
  }, weir_window_add_lora);
}

void
weir_window_ask_batch (WeirWindow *self)
{
  static const char *const lines[] = { "*.jsonl", "*.ndjson", NULL };

  weir_window_ask_file (self, &(WeirFileQuestion) {
    .choice = WEIR_CHOOSE_FILE,
    .title = _("Run a Batch File"),
    .filter_name = _("Batch files"),
    .patterns = lines,
  }, weir_window_run_batch);
}

/* --- closing --------------------------------------------------------------------------------- */

/* There may be more to lose by now than was asked about. */
static void
answered (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (WeirWindow) self = user_data;
  g_autofree char *answer = weir_dialogs_ask_finish (result, NULL);

  if (g_strcmp0 (answer, "close") != 0)
    return;
  self->may_close =
    weir_picture_saver_get_n_unsaved (weir_application_get_saver (self->app)) <= self->n_given_up;
  gtk_window_close (GTK_WINDOW (self));
}

/* What would be lost is said before what is only put off. */
static void
ask_about_unsaved (WeirWindow *self)
{
  WeirPictureSaver *saver = weir_application_get_saver (self->app);
  const guint n = weir_picture_saver_get_n_unsaved (saver);
  const WeirAnswer answers[] = {
    { "stay", _("_Stay"), WEIR_ANSWER_PLAIN },
    { "close", _("_Quit Anyway"), WEIR_ANSWER_DESTRUCTIVE },
  };
  g_autofree char *heading =
    g_strdup_printf (ngettext ("%u Image Is Not Saved", "%u Images Are Not Saved", n), n);
  g_autofree char *body =
    g_strjoin ("\n\n", weir_picture_saver_get_reason (saver),
               _("What is not saved is gone when you quit. The jobs wait for the next start, and can "
                 "make it again."), NULL);

  self->n_given_up = n;
  weir_dialogs_ask_async (GTK_WINDOW (self), &(WeirQuestion) {
    .heading = heading,
    .body = body,
    .answers = answers,
    .n_answers = G_N_ELEMENTS (answers),
  }, self->cancellable, answered, g_object_ref (self));
}

static void
ask_about_running (WeirWindow *self)
{
  const WeirAnswer answers[] = {
    { "stay", _("_Keep Working"), WEIR_ANSWER_PLAIN },
    { "close", _("_Stop and Close"), WEIR_ANSWER_DESTRUCTIVE },
  };

  self->n_given_up = 0;
  weir_dialogs_ask_async (GTK_WINDOW (self), &(WeirQuestion) {
    .heading = _("Stop What Is Being Made?"),
    .body = _("What is finished is kept. The jobs that are not done wait for the next start."),
    .answers = answers,
    .n_answers = G_N_ELEMENTS (answers),
  }, self->cancellable, answered, g_object_ref (self));
}

gboolean
weir_window_asks_to_stay (WeirWindow *self)
{
  if (self->may_close)
    return FALSE;
  if (weir_picture_saver_get_n_unsaved (weir_application_get_saver (self->app)) > 0)
    ask_about_unsaved (self);
  else if (weir_queue_get_running (weir_application_get_queue (self->app)))
    ask_about_running (self);
  else /* what only waits is kept as it is */
    return FALSE;
  return TRUE;
}
