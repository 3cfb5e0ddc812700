/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the library's own files share. */

#pragma once

#include "library/folder.h"
#include "library/library.h"
#include "library/trash.h"

G_BEGIN_DECLS

/* How a thread finds back to a library that may be gone: it holds the link and not the library,
 * whose end is for the main thread. */
typedef struct
{
  WeirLibrary *library; /* for the main thread alone; NULL once it is gone */
} WeirLibraryLink;

struct _WeirLibrary
{
  GObject parent;

  WeirFolder      *folder;
  WeirTrash       *trash;
  char            *file_name;
  WeirLibraryLink *link;

  GPtrArray  *items;
  GHashTable *by_name; /* neither holds its items */
  GHashTable *by_hash;

  GCancellable *cancellable;   /* of reading and of thumbnails */
  GFileMonitor *monitor;       /* NULL while there is no folder to watch */
  guint         refresh_id;
  GHashTable   *changed;       /* names that were seen to change */
  gboolean      is_reading;
  gboolean      reads_again;   /* when it has read */
  guint         n_saving;
  GThreadPool  *workers;       /* NULL until they are needed */

  GQueue      thumbnails;      /* in memory, the last used first */
  GHashTable *thumbnail_links; /* of the queue, by the picture's name */
  GThreadPool *makers;         /* of thumbnails; NULL until they are needed */
  guint        n_requests;     /* for them so far */
};

/* Puts items in their places. */
void weir_library_take             (WeirLibrary     *self,
                                    GPtrArray       *items);
void weir_library_take_one         (WeirLibrary     *self,
                                    WeirLibraryItem *item);
void weir_library_drop             (WeirLibrary     *self,
                                    WeirLibraryItem *item);
void weir_library_set_n_saving     (WeirLibrary     *self,
                                    guint            n);

/* Runs a task that holds the library in a thread, and lets go of it in the main one: whoever lets go
 * last ends the library. */
void weir_library_run              (WeirLibrary     *self,
                                    GTask           *task,
                                    GTaskThreadFunc  run);
void weir_library_let_go           (GTask           *task);

/* Thumbnails in memory. */
void weir_library_init_thumbnails  (WeirLibrary     *self);
void weir_library_clear_thumbnails (WeirLibrary     *self);
void weir_library_forget_thumbnail (WeirLibrary     *self,
                                    WeirLibraryItem *item);

G_END_DECLS
