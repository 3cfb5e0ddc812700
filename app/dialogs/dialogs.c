/* SPDX-License-Identifier: GPL-3.0-or-later */

/* GtkFileChooserNative and AdwMessageDialog as asynchronous functions. */

#include "dialogs/dialogs.h"

#include <adwaita.h>
#include <glib/gi18n.h>

/* --- files ---------------------------------------------------------------------------------- */

/* The task owns the dialog, and what ends first, an answer or a cancel, lets go of the task. */
static void
end_choice (GTask  *task,
            GFile  *file,
            GError *error)
{
  GtkNativeDialog *native = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);

  g_signal_handlers_disconnect_by_data (native, task);
  if (cancellable)
    g_signal_handlers_disconnect_by_data (cancellable, task);
  gtk_native_dialog_hide (native);
  if (error)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, file, g_object_unref);
  g_object_unref (task);
}

static void
choice_made (GtkNativeDialog *native,
             int              response,
             GTask           *task)
{
  if (response == GTK_RESPONSE_ACCEPT)
    end_choice (task, gtk_file_chooser_get_file (GTK_FILE_CHOOSER (native)), NULL);
  else
    end_choice (task, NULL,
                g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, _("Nothing was chosen.")));
}

static void
choice_cancelled (GCancellable *cancellable,
                  GTask        *task)
{
  end_choice (task, NULL,
              g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, _("Nothing was chosen.")));
}

static void
add_filter (GtkFileChooser         *chooser,
            const WeirFileQuestion *question)
{
  g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();

  gtk_file_filter_set_name (filter, question->filter_name);
  for (guint i = 0; question->patterns && question->patterns[i]; i++)
    gtk_file_filter_add_pattern (filter, question->patterns[i]);
  gtk_file_chooser_add_filter (chooser, filter);
  gtk_file_chooser_set_filter (chooser, filter);
}

void
weir_dialogs_choose_async (GtkWindow              *parent,
                           const WeirFileQuestion *question,
                           GCancellable           *cancellable,
                           GAsyncReadyCallback     ready,
                           gpointer                user_data)
{
  static const GtkFileChooserAction actions[] = {
    [WEIR_CHOOSE_FILE] = GTK_FILE_CHOOSER_ACTION_OPEN,
    [WEIR_CHOOSE_FOLDER] = GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER,
    [WEIR_CHOOSE_NEW_FILE] = GTK_FILE_CHOOSER_ACTION_SAVE,
  };
  GTask *task = g_task_new (parent, cancellable, ready, user_data);
  GtkFileChooserNative *native =
    gtk_file_chooser_native_new (question->title, parent, actions[question->choice],
                                 question->accept_label, NULL);
  GtkFileChooser *chooser = GTK_FILE_CHOOSER (native);

  g_task_set_source_tag (task, weir_dialogs_choose_async);
  g_task_set_task_data (task, native, g_object_unref);
  /* an answer that came first stays */
  g_task_set_check_cancellable (task, FALSE);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (native), TRUE);
  if (question->filter_name)
    add_filter (chooser, question);
  if (question->folder)
    {
      g_autoptr (GFile) folder = g_file_new_for_path (question->folder);

      gtk_file_chooser_set_current_folder (chooser, folder, NULL);
    }
  if (question->name)
    gtk_file_chooser_set_current_name (chooser, question->name);

  g_signal_connect (native, "response", G_CALLBACK (choice_made), task);
  if (cancellable)
    g_signal_connect_object (cancellable, "cancelled", G_CALLBACK (choice_cancelled), task, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (native));
}

GFile *
weir_dialogs_choose_finish (GAsyncResult  *result,
                            GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- questions ------------------------------------------------------------------------------ */

static void
answered (AdwMessageDialog *dialog,
          const char       *id,
          GTask            *task)
{
  /* the answer may be the end of the parent, of which GTK 4.8 is told when this window is freed */
  gtk_window_set_transient_for (GTK_WINDOW (dialog), NULL);
  g_task_return_pointer (task, g_strdup (id), g_free);
  g_object_unref (task);
}

static void
ask_cancelled (GCancellable *cancellable,
               GtkWindow    *dialog)
{
  gtk_window_close (dialog);
}

void
weir_dialogs_ask_async (GtkWindow           *parent,
                        const WeirQuestion  *question,
                        GCancellable        *cancellable,
                        GAsyncReadyCallback  ready,
                        gpointer             user_data)
{
  static const AdwResponseAppearance looks[] = {
    [WEIR_ANSWER_PLAIN] = ADW_RESPONSE_DEFAULT,
    [WEIR_ANSWER_SUGGESTED] = ADW_RESPONSE_SUGGESTED,
    [WEIR_ANSWER_DESTRUCTIVE] = ADW_RESPONSE_DESTRUCTIVE,
  };
  GTask *task = g_task_new (parent, cancellable, ready, user_data);
  GtkWidget *widget = adw_message_dialog_new (parent, question->heading, question->body);
  AdwMessageDialog *dialog = ADW_MESSAGE_DIALOG (widget);

  g_task_set_source_tag (task, weir_dialogs_ask_async);
  for (guint i = 0; i < question->n_answers; i++)
    {
      const WeirAnswer *answer = &question->answers[i];

      adw_message_dialog_add_response (dialog, answer->id, answer->label);
      adw_message_dialog_set_response_appearance (dialog, answer->id, looks[answer->look]);
      if (answer->look == WEIR_ANSWER_SUGGESTED)
        adw_message_dialog_set_default_response (dialog, answer->id);
    }
  if (question->extra)
    adw_message_dialog_set_extra_child (dialog, question->extra);
  if (question->n_answers > 0)
    adw_message_dialog_set_close_response (dialog, question->answers[0].id);

  g_signal_connect (dialog, "response", G_CALLBACK (answered), task);
  if (cancellable)
    g_signal_connect_object (cancellable, "cancelled", G_CALLBACK (ask_cancelled), dialog, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

char *
weir_dialogs_ask_finish (GAsyncResult  *result,
                         GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
