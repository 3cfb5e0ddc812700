/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Select Subject: the engine finds what the picture is of, and that becomes the mask, in one step to
 * undo. */

#include "window-private.h"

#include <glib/gi18n.h>

/* --- whether it can be had ------------------------------------------------------------------- */

/* Whether these are the words on a menu's item; label has a mnemonic. */
static gboolean
is_item (GtkWidget  *widget,
         const char *label)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) parts = g_strsplit (label, "_", -1);
  g_autofree char *plain = g_strjoinv (NULL, parts);

  if (!g_str_equal (G_OBJECT_TYPE_NAME (widget), "GtkModelButton"))
    return FALSE;
  g_object_get (widget, "text", &text, NULL);
  return g_strcmp0 (text, plain) == 0 || g_strcmp0 (text, label) == 0;
}

/* What a menu's item is made of has no name and no action, only the words that are on it. */
static GtkWidget *
find_item (GtkWidget  *root,
           const char *label)
{
  GtkWidget *found = is_item (root, label) ? root : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (root); child && !found;
       child = gtk_widget_get_next_sibling (child))
    found = find_item (child, label);
  return found;
}

/* Why the item is grey; NULL: it is not, or there is nothing to say yet. */
static void
explain (WeirWindow *self,
         const char *reason)
{
  GtkWidget *item = find_item (GTK_WIDGET (self->tool_options), _("Select S_ubject"));

  if (!item)
    return;
  gtk_widget_set_tooltip_text (item, reason);
  if (reason)
    gtk_accessible_update_property (GTK_ACCESSIBLE (item), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                    reason, -1);
  else
    gtk_accessible_reset_property (GTK_ACCESSIBLE (item), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION);
}

static void
update (WeirWindow *self)
{
  WeirModel *model = weir_model_list_get_selected (weir_application_get_models (self->app));
  const gboolean has_saliency = model && weir_model_has_saliency (model);
  gboolean can_edit;

  if (!self->document) /* it closes */
    return;
  g_signal_group_set_target (self->subject_signals, model);
  g_object_get (self->canvas, "can-edit", &can_edit, NULL);
  g_simple_action_set_enabled (
    G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self), "select-subject")),
    can_edit && has_saliency && !self->subject);
  explain (self, !has_saliency && model && weir_model_get_info (model)
                   ? _("The model has no file that finds subjects (saliency_model.safetensors)")
                   : NULL);
}

/* --- the answer ------------------------------------------------------------------------------ */

typedef struct
{
  GWeakRef     window;
  WeirPicture *picture; /* that was asked about */
} Question;

static void
question_free (Question *self)
{
  g_object_unref (self->picture);
  g_weak_ref_clear (&self->window);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Question, question_free)

static void
take_subject (WeirWindow  *self,
              WeirPicture *picture,
              GBytes      *subject)
{
  WeirMask *mask = weir_document_get_mask (self->document);

  if (weir_document_get_picture (self->document) != picture)
    {
      weir_window_tell (self, _("The image is another one now, so its subject was not selected."));
      return;
    }
  weir_mask_write (mask, g_bytes_get_data (subject, NULL), weir_mask_get_width (mask));
  g_object_set (self->tools, "shows-mask", TRUE, NULL);
}

static void
subject_found (GObject      *worker,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (Question) question = user_data;
  g_autoptr (WeirWindow) self = g_weak_ref_get (&question->window);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) subject =
    cas_worker_find_subject_finish (CAS_WORKER (worker), result, &error);

  /* a window that was closed meanwhile has no document any more */
  if (!self || !self->document)
    return;
  weir_window_drop_subject (self);
  update (self);
  if (subject)
    take_subject (self, question->picture, subject);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    weir_window_tell (self, error->message);
}

/* --- the question ---------------------------------------------------------------------------- */

/* As long as it takes, and before what else there is to say. */
static void
tell_finding (WeirWindow *self)
{
  AdwToast *toast = adw_toast_new (_("Finding the subject…"));

  adw_toast_set_button_label (toast, _("_Cancel"));
  adw_toast_set_action_name (toast, "win.cancel-subject");
  adw_toast_set_timeout (toast, 0);
  adw_toast_set_priority (toast, ADW_TOAST_PRIORITY_HIGH);
  g_set_weak_pointer (&self->subject_toast, toast);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

static void
select_subject_activated (GSimpleAction *action,
                          GVariant      *parameter,
                          gpointer       user_data)
{
  WeirWindow *self = user_data;
  Question *question = g_new0 (Question, 1);

  g_weak_ref_init (&question->window, self);
  question->picture = g_object_ref (weir_document_get_picture (self->document));
  self->subject = g_cancellable_new ();
  tell_finding (self);
  update (self);
  cas_worker_find_subject_async (weir_application_get_worker (self->app),
                                 weir_picture_get_image (question->picture), 0, self->subject,
                                 subject_found, question);
}

static void
cancel_subject_activated (GSimpleAction *action,
                          GVariant      *parameter,
                          gpointer       user_data)
{
  g_cancellable_cancel (((WeirWindow *) user_data)->subject);
}

void
weir_window_drop_subject (WeirWindow *self)
{
  if (self->subject_toast)
    adw_toast_dismiss (self->subject_toast);
  g_clear_weak_pointer (&self->subject_toast);
  g_cancellable_cancel (self->subject);
  g_clear_object (&self->subject);
}

void
weir_window_add_subject (WeirWindow *self)
{
  static const GActionEntry entries[] = {
    { "select-subject", select_subject_activated },
    { "cancel-subject", cancel_subject_activated },
  };

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  self->subject_signals = g_signal_group_new (WEIR_TYPE_MODEL);
  g_signal_group_connect_swapped (self->subject_signals, "changed", G_CALLBACK (update), self);
  g_signal_connect_object (weir_application_get_models (self->app), "notify::selected",
                           G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->canvas, "notify::can-edit", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  update (self);
}
