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
  GHashTable *by_name; /* does not hold its items */

  GCancellable *cancellable;   /* of reading and of thumbnails */
  GFileMonitor *monitor;       /* NULL while there is no folder to watch */
  guint         refresh_id;
  GHashTable   *changed;       /* names that were seen to change */
  gboolean      is_reading;
  gboolean      reads_again;   /* when it has read */
  gboolean      is_seeing;     /* pixels */
  gboolean      sees_again;
  guint         n_saving;
  GThreadPool  *workers;       /* NULL until they are needed */

  GQueue      thumbnails;      /* in memory, the last used first */
  GHashTable *thumbnail_links; /* of the queue, by the picture's name */
  GThreadPool *makers;         /* of thumbnails; NULL until they are needed */
  guint        n_requests;     /* for them so far */
};

/* Puts items in their places. */
void     weir_library_take             (WeirLibrary     *self,
                                        GPtrArray       *items);
void     weir_library_take_one         (WeirLibrary     *self,
                                        WeirLibraryItem *item);
void     weir_library_drop             (WeirLibrary     *self,
                                        WeirLibraryItem *item);
void     weir_library_drop_missing     (WeirLibrary     *self,
                                        GHashTable      *names);

/* Whether the item itself is listed, and not another of its name. */
gboolean weir_library_has              (WeirLibrary     *self,
                                        WeirLibraryItem *item);

/* Shows the star that it has. */
void     weir_library_update_star      (WeirLibrary     *self,
                                        WeirLibraryItem *item);

void     weir_library_set_is_reading   (WeirLibrary     *self,
                                        gboolean         is_reading);
void     weir_library_set_n_saving     (WeirLibrary     *self,
                                        guint            n);

/* Listens to what happens in the folder, if it is there by now. */
void     weir_library_watch            (WeirLibrary     *self);
void     weir_library_unwatch          (WeirLibrary     *self);

/* Runs a task that holds the library in a thread, and lets go of it in the main one: whoever lets go
 * last ends the library. */
void     weir_library_run              (WeirLibrary     *self,
                                        GTask           *task,
                                        GTaskThreadFunc  run);
void     weir_library_let_go           (GTask           *task);

/* Thumbnails in memory. */
void     weir_library_init_thumbnails  (WeirLibrary     *self);
void     weir_library_clear_thumbnails (WeirLibrary     *self);
void     weir_library_forget_thumbnail (WeirLibrary     *self,
                                        WeirLibraryItem *item);

G_END_DECLS
