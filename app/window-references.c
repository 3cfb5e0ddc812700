/* SPDX-License-Identifier: GPL-3.0-or-later */

/* References in the window: pictures that the next ones are to be like. */

#include "window-private.h"

#include <glib/gi18n.h>

#include "reference.h"
#include "request.h"

gboolean
weir_window_may_add_reference (WeirWindow *self)
{
  g_autofree char *sentence = NULL;

  if (g_list_model_get_n_items (G_LIST_MODEL (self->references)) < CAS_JOB_MAX_IMAGE_PROMPTS)
    return TRUE;
  sentence = g_strdup_printf (g_dngettext (NULL, "There can be %d reference at most.",
                                           "There can be %d references at most.",
                                           CAS_JOB_MAX_IMAGE_PROMPTS),
                              CAS_JOB_MAX_IMAGE_PROMPTS);
  weir_window_tell (self, sentence);
  return FALSE;
}

void
weir_window_add_reference (WeirWindow  *self,
                           WeirPicture *picture,
                           const char  *name)
{
  g_autoptr (WeirReference) reference = weir_reference_new (picture, name);

  if (weir_window_may_add_reference (self))
    g_list_store_append (self->references, reference);
}

/* --- varying one ----------------------------------------------------------------------------- */

/* What the references were, and the window that has others now, which may be gone meanwhile. */
typedef struct
{
  GWeakRef   window;
  GPtrArray *references;
} Former;

static void
toast_gone (gpointer  data,
            GClosure *closure)
{
  Former *former = data;

  g_weak_ref_clear (&former->window);
  g_ptr_array_unref (former->references);
  g_free (former);
}

static void
undo_clicked (AdwToast *toast,
              Former   *former)
{
  g_autoptr (WeirWindow) self = g_weak_ref_get (&former->window);

  if (self && self->references)
    g_list_store_splice (self->references, 0,
                         g_list_model_get_n_items (G_LIST_MODEL (self->references)),
                         former->references->pdata, former->references->len);
}

static GPtrArray *
list_references (WeirWindow *self)
{
  GPtrArray *list = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->references)); i++)
    g_ptr_array_add (list, g_list_model_get_item (G_LIST_MODEL (self->references), i));
  return list;
}

/* The button says it in a word; a document with a mask, say, is filled then. */
static char *
dup_sentence (WeirWindow *self,
              const char *name)
{
  g_auto (GStrv) parts = g_strsplit (adw_split_button_get_label (self->generate_button), "_", 2);
  g_autofree char *verb = g_strjoinv ("", parts);

  /* Translators: the name of an image, and the word on the button: “Vary” */
  return g_strdup_printf (_("The next images will be like “%s”. Press %s to make them."), name,
                          verb);
}

void
weir_window_vary (WeirWindow  *self,
                  WeirPicture *picture,
                  const char  *name)
{
  g_autoptr (WeirReference) reference = weir_reference_new (picture, name);
  Former *former = g_new0 (Former, 1);
  g_autofree char *sentence = NULL;
  g_autofree char *markup = NULL;
  AdwToast *toast;

  g_weak_ref_init (&former->window, self);
  former->references = list_references (self);
  g_list_store_splice (self->references, 0, former->references->len, (gpointer *) &reference, 1);

  sentence = dup_sentence (self, name);
  markup = g_markup_escape_text (sentence, -1);
  toast = adw_toast_new (markup);
  adw_toast_set_button_label (toast, _("_Undo"));
  g_signal_connect_data (toast, "button-clicked", G_CALLBACK (undo_clicked), former, toast_gone, 0);
  adw_toast_overlay_add_toast (self->toasts, toast);
}
