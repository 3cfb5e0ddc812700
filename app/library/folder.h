/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The folder behind the library: pictures are saved in it and found in it. Nothing here knows of
 * the main loop; all functions may wait for the disk and are for threads, any number of them. */

#pragma once

#include <sys/stat.h>

#include <gio/gio.h>

#include <cascade/image.h>

#include "library/index.h"
#include "library/stars.h"

G_BEGIN_DECLS

/* Never changes but for what its parts do within. Counting references is thread-safe. */
typedef struct
{
  char      *path;
  char      *thumbnails; /* folder of thumbnail.h */
  char      *index_path;
  WeirStars *stars;

  GMutex     lock;
  WeirIndex *index; /* opened when it is first asked for, under the lock */
} WeirFolder;

WeirFolder *weir_folder_new   (const char *path,
                               const char *index_path,
                               const char *thumbnails);
WeirFolder *weir_folder_ref   (WeirFolder *self);
void        weir_folder_unref (WeirFolder *self);

/* Owned by the folder. */
WeirIndex  *weir_folder_get_index (WeirFolder *self);

/* Saves a picture under a new name, by pattern (as of cas_file_name_expand(), without an ending),
 * and takes it into the index when it is safe. metadata may be NULL. Errors name the folder:
 * G_IO_ERROR, CAS_ERROR_OUT_OF_HOST_MEMORY. */
WeirLibraryItem *weir_folder_save (WeirFolder        *self,
                                   CasImage          *image,
                                   const CasMetadata *metadata,
                                   const char        *pattern,
                                   GError           **error);

/* What reading the folder comes upon. items: WeirLibraryItem, new, changed, or as they are. names:
 * of all files there are, as keys, or NULL if that is not what is told. */
typedef void (*WeirFolderSink) (GPtrArray  *items,
                                GHashTable *names,
                                gpointer    user_data);

/* Compares the folder with the index and brings the index up to date: tells first what the index
 * has, then what is there, last what is new. No pixels are read. Removes what saves that were killed
 * left. Ends early when it is cancelled. */
void             weir_folder_read (WeirFolder    *self,
                                   GCancellable  *cancellable,
                                   WeirFolderSink sink,
                                   gpointer       user_data);

/* Reads the pixels of items, which takes long: for their hashes, for thumbnails, and for settings
 * of those that have none but are known by their pixels. Ends early when it is cancelled. */
void             weir_folder_see  (WeirFolder    *self,
                                   GPtrArray     *items,
                                   GCancellable  *cancellable,
                                   WeirFolderSink sink,
                                   gpointer       user_data);

/* Whether the item was made of a file that is like this one. */
gboolean         weir_folder_is_of (WeirLibraryItem   *item,
                                    const struct stat *status);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirFolder, weir_folder_unref)

G_END_DECLS
