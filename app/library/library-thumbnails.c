/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The library's thumbnails: two threads make them, those asked for last first, and the last used
 * are held. */

#include "library/library-private.h"

#include "library/thumbnail.h"

/* At most 192 KiB each. */
#define MAX_HELD  256
#define N_MAKERS  2

typedef struct
{
  char       *name;
  GdkTexture *texture;
} Held;

typedef struct
{
  char            *folder; /* of thumbnails */
  WeirLibraryItem *item;
  guint            number; /* of requests so far */
} Request;

static void
held_free (gpointer data)
{
  Held *held = data;

  g_free (held->name);
  g_object_unref (held->texture);
  g_free (held);
}

static void
request_free (gpointer data)
{
  Request *request = data;

  g_free (request->folder);
  g_object_unref (request->item);
  g_free (request);
}

void
weir_library_init_thumbnails (WeirLibrary *self)
{
  g_queue_init (&self->thumbnails);
  self->thumbnail_links = g_hash_table_new (g_str_hash, g_str_equal);
}

void
weir_library_clear_thumbnails (WeirLibrary *self)
{
  /* what waits holds the library, so nothing does */
  if (self->makers)
    g_thread_pool_free (self->makers, FALSE, FALSE);
  g_hash_table_unref (self->thumbnail_links);
  g_queue_clear_full (&self->thumbnails, held_free);
}

void
weir_library_forget_thumbnail (WeirLibrary     *self,
                               WeirLibraryItem *item)
{
  GList *link = g_hash_table_lookup (self->thumbnail_links, weir_library_item_get_file (item)->name);

  if (!link)
    return;
  g_hash_table_remove (self->thumbnail_links, ((Held *) link->data)->name);
  held_free (link->data);
  g_queue_delete_link (&self->thumbnails, link);
}

static void
hold (WeirLibrary     *self,
      WeirLibraryItem *item,
      GdkTexture      *texture)
{
  Held *held = g_new0 (Held, 1);

  weir_library_forget_thumbnail (self, item);
  held->name = g_strdup (weir_library_item_get_file (item)->name);
  held->texture = g_object_ref (texture);
  g_queue_push_head (&self->thumbnails, held);
  g_hash_table_insert (self->thumbnail_links, held->name, g_queue_peek_head_link (&self->thumbnails));
  if (self->thumbnails.length > MAX_HELD)
    {
      Held *last = g_queue_pop_tail (&self->thumbnails);

      g_hash_table_remove (self->thumbnail_links, last->name);
      held_free (last);
    }
}

GdkTexture *
weir_library_peek_thumbnail (WeirLibrary     *self,
                             WeirLibraryItem *item)
{
  GList *link;

  g_return_val_if_fail (WEIR_IS_LIBRARY (self), NULL);

  link = g_hash_table_lookup (self->thumbnail_links, weir_library_item_get_file (item)->name);
  if (!link)
    return NULL;
  g_queue_unlink (&self->thumbnails, link);
  g_queue_push_head_link (&self->thumbnails, link);
  return ((Held *) link->data)->texture;
}

static void
make (gpointer data,
      gpointer user_data)
{
  GTask *task = data;
  Request *request = g_task_get_task_data (task);
  GError *error = NULL;
  GdkTexture *texture;

  if (g_task_return_error_if_cancelled (task))
    {
      weir_library_let_go (task);
      return;
    }
  texture = weir_thumbnail_load (request->folder, request->item, g_task_get_cancellable (task),
                                 &error);
  if (texture)
    g_task_return_pointer (task, texture, g_object_unref);
  else
    g_task_return_error (task, error);
  weir_library_let_go (task);
}

static int
last_first (gconstpointer a,
            gconstpointer b,
            gpointer      user_data)
{
  const Request *x = g_task_get_task_data ((GTask *) a), *y = g_task_get_task_data ((GTask *) b);

  return x->number > y->number ? -1 : x->number < y->number;
}

void
weir_library_load_thumbnail_async (WeirLibrary         *self,
                                   WeirLibraryItem     *item,
                                   GCancellable        *cancellable,
                                   GAsyncReadyCallback  callback,
                                   gpointer             user_data)
{
  GTask *task;
  Request *request;

  g_return_if_fail (WEIR_IS_LIBRARY (self));

  if (!self->makers)
    {
      self->makers = g_thread_pool_new (make, NULL, N_MAKERS, FALSE, NULL);
      g_thread_pool_set_sort_function (self->makers, last_first, NULL);
    }
  task = g_task_new (self, cancellable, callback, user_data);
  request = g_new0 (Request, 1);
  request->folder = g_strdup (self->folder->thumbnails);
  request->item = g_object_ref (item);
  request->number = self->n_requests++;
  g_task_set_task_data (task, request, request_free);
  g_thread_pool_push (self->makers, task, NULL);
}

GdkTexture *
weir_library_load_thumbnail_finish (WeirLibrary   *self,
                                    GAsyncResult  *result,
                                    GError       **error)
{
  const Request *request;
  GdkTexture *texture;

  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  request = g_task_get_task_data (G_TASK (result));
  texture = g_task_propagate_pointer (G_TASK (result), error);
  /* not for another picture that has the name meanwhile */
  if (texture && weir_library_has (self, request->item))
    hold (self, request->item, texture);
  return texture;
}
