/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The mask's edge moved and softened: in a thread, on a copy, one after the other. */

#include "window-private.h"

#include <glib/gi18n.h>

#include <cascade/error.h>

typedef struct
{
  void      (*run) (WeirMask *mask,
                    guint     n_pixels);
  guint       most;
  const char *sentence; /* that it was not done */
} Filter;

static const Filter filters[WEIR_N_MASK_FILTERS] = {
  [WEIR_MASK_GROW] = { weir_mask_grow, WEIR_MASK_MAX_GROW,
                       N_("The mask was changed meanwhile, so it was not grown.") },
  [WEIR_MASK_SHRINK] = { weir_mask_shrink, WEIR_MASK_MAX_GROW,
                         N_("The mask was changed meanwhile, so it was not shrunk.") },
  [WEIR_MASK_SOFTEN] = { weir_mask_soften, WEIR_MASK_MAX_SOFTEN,
                         N_("The mask was changed meanwhile, so it was not softened.") },
};

/* One of them, from when it is asked for until it is done. */
typedef struct
{
  const Filter *filter;
  guint         n_pixels;
  WeirMask     *mask; /* the document's; from here on of the one that is being done */
  gulong        changed_id;
  gboolean      is_changed;
  WeirMask     *copy; /* the thread's own */
  guint8       *pixels;
} Filtering;

static void
filtering_free (gpointer data)
{
  Filtering *filtering = data;

  g_clear_signal_handler (&filtering->changed_id, filtering->mask);
  g_clear_object (&filtering->mask);
  g_clear_object (&filtering->copy);
  g_free (filtering->pixels);
  g_free (filtering);
}

static void
mask_changed (Filtering *filtering)
{
  filtering->is_changed = TRUE;
}

static void
run (GTask        *task,
     gpointer      source,
     gpointer      task_data,
     GCancellable *cancellable)
{
  Filtering *filtering = task_data;
  const guint width = weir_mask_get_width (filtering->copy);

  filtering->pixels = g_try_malloc_n (width, weir_mask_get_height (filtering->copy));
  if (!filtering->pixels)
    {
      g_task_return_new_error (task, CAS_ERROR, CAS_ERROR_OUT_OF_HOST_MEMORY,
                               _("There is not enough memory to change the mask."));
      return;
    }
  filtering->filter->run (filtering->copy, filtering->n_pixels);
  weir_mask_read (filtering->copy, filtering->pixels, width);
  g_task_return_boolean (task, TRUE);
}

static void start_next (WeirWindow *self);

/* What a person did to the mask meanwhile was done to what they saw, and stays. */
static void
filtered (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  WeirWindow *self = WEIR_WINDOW (source);
  Filtering *filtering = g_queue_pop_head (&self->mask_filters);
  g_autoptr (GError) error = NULL;
  const gboolean is_done = g_task_propagate_boolean (G_TASK (result), &error);

  g_clear_signal_handler (&filtering->changed_id, filtering->mask);
  /* a window that was closed meanwhile has no document any more */
  if (!self->document)
    {
      g_queue_clear_full (&self->mask_filters, filtering_free);
      filtering_free (filtering);
      return;
    }
  if (!is_done)
    weir_window_tell (self, error->message);
  else if (filtering->is_changed || weir_mask_has_stroke (filtering->mask)
           || filtering->mask != weir_document_get_mask (self->document))
    weir_window_tell (self, _(filtering->filter->sentence));
  else
    weir_mask_write (filtering->mask, filtering->pixels, weir_mask_get_width (filtering->mask));
  filtering_free (filtering);
  start_next (self);
}

static void
start_next (WeirWindow *self)
{
  Filtering *filtering = g_queue_peek_head (&self->mask_filters);
  WeirMask *mask = weir_document_get_mask (self->document);
  GdkRectangle all = { 0 };
  g_autoptr (GTask) task = NULL;

  if (!filtering)
    return;
  if (!mask)
    {
      g_queue_clear_full (&self->mask_filters, filtering_free);
      return;
    }
  weir_mask_end_stroke (mask);
  all.width = (int) weir_mask_get_width (mask);
  all.height = (int) weir_mask_get_height (mask);
  filtering->mask = g_object_ref (mask);
  filtering->copy = weir_mask_crop (mask, &all);
  filtering->changed_id = g_signal_connect_swapped (mask, "changed", G_CALLBACK (mask_changed),
                                                    filtering);
  task = g_task_new (self, self->cancellable, filtered, NULL);
  g_task_set_task_data (task, filtering, NULL);
  g_task_run_in_thread (task, run);
}

void
weir_window_filter_mask (WeirWindow     *self,
                         WeirMaskFilter  filter,
                         guint           n_pixels)
{
  Filtering *filtering = g_new0 (Filtering, 1);

  filtering->filter = &filters[filter];
  filtering->n_pixels = MIN (n_pixels, filtering->filter->most);
  g_queue_push_tail (&self->mask_filters, filtering);
  if (g_queue_get_length (&self->mask_filters) == 1)
    start_next (self);
}
