/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Settings of a picture that become the window's: what the parameters do not hold. */

#include "window-private.h"

#include <string.h>

#include "dialogs/restore-dialog.h"
#include "loras/lora-hash.h"
#include "reference.h"

/* Settings that are set at once, when the pictures among them are read. */
typedef struct
{
  GObject         *dialog; /* holds the plan */
  WeirRestorePlan *plan;
  GPtrArray       *pictures;  /* WeirPicture or NULL, for each entry */
  GPtrArray       *sentences; /* about those that could not be read */
} Using;

static void
clear_picture (gpointer picture)
{
  g_clear_object (&picture);
}

static void
using_free (gpointer data)
{
  Using *using = data;

  g_ptr_array_unref (using->pictures);
  g_ptr_array_unref (using->sentences);
  g_object_unref (using->dialog);
  g_free (using);
}

/* The dialog is closed: nobody changes the plan any more. */
static void
load (GTask        *task,
      gpointer      source,
      gpointer      data,
      GCancellable *cancellable)
{
  Using *using = data;

  for (guint i = 0; i < weir_restore_plan_get_n (using->plan); i++)
    {
      const WeirRestorePicture *use = weir_restore_plan_get_picture (using->plan, i);
      g_autoptr (GError) error = NULL;
      WeirPicture *picture = use ? weir_picture_load (use->path, cancellable, &error) : NULL;

      g_ptr_array_add (using->pictures, picture);
      if (error)
        g_ptr_array_add (using->sentences, g_strdup (error->message));
    }
  g_task_return_boolean (task, TRUE);
}

static void
steer (WeirWindow               *self,
       const WeirRestorePicture *use,
       WeirPicture              *picture,
       const char               *name)
{
  if (use->is_init)
    weir_document_set_picture (self->document, picture);
  else if (use->is_reference && weir_window_may_add_reference (self))
    {
      g_autoptr (WeirReference) reference = weir_reference_new (picture, name);

      g_object_set (reference, "weight", CLAMP (use->weight, 0, 2), NULL);
      g_list_store_append (self->references, reference);
    }
  else if (!use->is_reference && weir_window_may_add_guide (self))
    {
      g_autoptr (WeirGuide) guide = weir_work_new_guide (self->work, use->kind);

      g_object_set (guide, "strength", CLAMP (use->weight, 0, WEIR_GUIDE_MAX_STRENGTH), "start",
                    CLAMP (use->start, 0, 1), "end", use->end > 0 ? MIN (use->end, 1) : 1.0, NULL);
      if (use->high > 0)
        g_object_set (guide, "low", CLAMP (use->low, 1, WEIR_GUIDE_MAX_THRESHOLD), "high",
                      MIN (use->high, WEIR_GUIDE_MAX_THRESHOLD), NULL);
      weir_guide_set_picture (guide, picture, name);
      g_list_store_append (self->guides, guide);
    }
}

/* Around the picture that is on the canvas by now. */
static void
add_outside (WeirWindow            *self,
             const WeirRestorePlan *plan)
{
  WeirPicture *picture = weir_document_get_picture (self->document);
  CasImage *image = picture ? weir_picture_get_image (picture) : NULL;
  guint outside[4];

  if (image && weir_restore_plan_get_outside (plan, outside))
    weir_document_set_frame (self->document, &(GdkRectangle) {
      -(int) outside[0], -(int) outside[1],
      (int) (outside[0] + cas_image_get_width (image) + outside[2]),
      (int) (outside[1] + cas_image_get_height (image) + outside[3]) });
}

/* All of it is one step. */
static void
use_settings (WeirWindow  *self,
              const Using *using)
{
  weir_document_begin_change (self->document);
  weir_restore_plan_apply (using->plan, self->params);
  for (guint i = 0; i < using->pictures->len; i++)
    {
      const WeirRestorePicture *use = weir_restore_plan_get_picture (using->plan, i);
      g_autofree char *name = use ? g_filename_display_basename (use->path) : NULL;

      if (!using->pictures->pdata[i])
        continue;
      steer (self, use, using->pictures->pdata[i], name);
      if (use->is_init)
        add_outside (self, using->plan);
    }
  weir_document_end_change (self->document);
  for (guint i = 0; i < using->sentences->len; i++)
    weir_window_tell (self, using->sentences->pdata[i]);
}

static void
loaded (GObject      *source,
        GAsyncResult *result,
        gpointer      user_data)
{
  WeirWindow *self = WEIR_WINDOW (source);

  if (!g_task_had_error (G_TASK (result)) && self->document)
    use_settings (self, g_task_get_task_data (G_TASK (result)));
}

static gboolean
has_pictures (const WeirRestorePlan *plan)
{
  for (guint i = 0; i < weir_restore_plan_get_n (plan); i++)
    if (weir_restore_plan_get_picture (plan, i))
      return TRUE;
  return FALSE;
}

static void
used (WeirWindow      *self,
      WeirRestorePlan *plan,
      GObject         *dialog)
{
  g_autoptr (GTask) task = NULL;
  Using *using = g_new0 (Using, 1);

  using->dialog = g_object_ref (dialog);
  using->plan = plan;
  using->pictures = g_ptr_array_new_with_free_func (clear_picture);
  using->sentences = g_ptr_array_new_with_free_func (g_free);
  if (!has_pictures (plan))
    {
      use_settings (self, using);
      using_free (using);
      return;
    }
  task = g_task_new (self, self->cancellable, loaded, NULL);
  g_task_set_source_tag (task, used);
  g_task_set_task_data (task, using, using_free);
  g_task_run_in_thread (task, load);
}

static char *
dup_picture (gpointer    library,
             const char *sha256)
{
  WeirLibraryItem *item = weir_library_find_pixels (library, sha256);

  return item ? g_strdup (weir_library_item_get_path (item)) : NULL;
}

/* --- the sheet ------------------------------------------------------------------------------- */

/* Settings whose LoRAs are looked for. */
typedef struct
{
  CasSettings *settings;
  gboolean     is_recalled;
  GPtrArray   *paths;  /* of LoRA files here */
  GHashTable  *hashes; /* of these */
} Offer;

static CasSettings *
copy_settings (const CasSettings *settings)
{
  CasSettings *copy = g_new0 (CasSettings, 1);

  copy->form = settings->form;
  copy->program = g_strdup (settings->program);
  copy->fields = settings->fields;
  copy->lost = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < settings->lost->len; i++)
    g_ptr_array_add (copy->lost, g_strdup (settings->lost->pdata[i]));
  cas_metadata_copy (&settings->metadata, &copy->metadata);
  return copy;
}

static void
offer_free (gpointer data)
{
  Offer *offer = data;

  cas_settings_free (offer->settings);
  g_ptr_array_unref (offer->paths);
  g_hash_table_unref (offer->hashes);
  g_free (offer);
}

static void
show_offer (WeirWindow  *self,
            const Offer *offer)
{
  const CasWorkerInfo *info = cas_worker_peek_info (weir_application_get_worker (self->app));
  WeirModel *model = weir_model_list_get_selected (weir_application_get_models (self->app));
  WeirRestorePlan *plan =
    weir_restore_plan_new (offer->settings, self->params, &(WeirRestoreHere) {
      .model = info ? info->model : NULL,
      .shift = info ? info->shift : 0,
      .is_recalled = offer->is_recalled,
      .loras = self->loras,
      .hashes = offer->hashes,
      .control_kinds = model ? weir_model_get_control_kinds (model) : 0,
      .dup_picture = dup_picture,
      .data = weir_application_get_library (self->app),
    });
  GtkWindow *dialog = weir_restore_dialog_new (GTK_WINDOW (self), plan);

  g_signal_connect_object (dialog, "used", G_CALLBACK (used), self, G_CONNECT_SWAPPED);
  gtk_window_present (dialog);
}

static void
hash_file (Offer        *offer,
           const char   *path,
           GCancellable *cancellable)
{
  char *hash = g_hash_table_contains (offer->hashes, path) ? NULL
                                                           : weir_lora_dup_hash (path, cancellable);

  if (hash)
    g_hash_table_insert (offer->hashes, g_strdup (path), hash);
}

static gboolean
is_called (const char *path,
           const char *name)
{
  g_autofree char *base = g_filename_display_basename (path);
  const gsize length = name ? strlen (name) : 0;

  return length > 0 && g_str_has_prefix (base, name) &&
         (base[length] == '\0' || g_ascii_strcasecmp (base + length, ".safetensors") == 0);
}

/* What is called as it was is looked at first; where that is it, nothing else has to be. */
static void
find_file (Offer                 *offer,
           const CasMetadataLora *lora,
           GCancellable          *cancellable)
{
  for (guint is_any = 0; is_any < 2; is_any++)
    for (guint i = 0; i < offer->paths->len; i++)
      {
        const char *path = offer->paths->pdata[i];

        if (!is_any && !is_called (path, lora->name))
          continue;
        hash_file (offer, path, cancellable);
        if (g_strcmp0 (g_hash_table_lookup (offer->hashes, path), lora->sha256) == 0)
          return;
      }
}

static void
find_loras (GTask        *task,
            gpointer      source,
            gpointer      data,
            GCancellable *cancellable)
{
  Offer *offer = data;
  const CasMetadata *m = &offer->settings->metadata;

  for (guint i = 0; i < m->n_loras; i++)
    if (m->loras[i].sha256)
      find_file (offer, &m->loras[i], cancellable);
  g_task_return_boolean (task, TRUE);
}

static void
found_loras (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  WeirWindow *self = WEIR_WINDOW (source);

  if (self->document && !g_task_had_error (G_TASK (result)))
    show_offer (self, g_task_get_task_data (G_TASK (result)));
}

void
weir_window_offer_settings (WeirWindow        *self,
                            const CasSettings *settings,
                            gboolean           is_recalled)
{
  Offer *offer = g_new0 (Offer, 1);
  g_autoptr (GTask) task = NULL;

  offer->settings = copy_settings (settings);
  offer->is_recalled = is_recalled;
  offer->paths = g_ptr_array_new_with_free_func (g_free);
  offer->hashes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->loras)); i++)
    {
      g_autoptr (WeirLora) lora = g_list_model_get_item (G_LIST_MODEL (self->loras), i);

      g_ptr_array_add (offer->paths, g_strdup (weir_lora_get_path (lora)));
    }
  if (settings->metadata.n_loras == 0 || offer->paths->len == 0)
    {
      show_offer (self, offer);
      offer_free (offer);
      return;
    }
  task = g_task_new (self, self->cancellable, found_loras, NULL);
  g_task_set_source_tag (task, weir_window_offer_settings);
  g_task_set_task_data (task, offer, offer_free);
  g_task_run_in_thread (task, find_loras);
}
