/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Every picture ever made: those in one folder, newest first, as a list model of
 * WeirLibraryItem. Main thread; what waits for the disk is done in threads. */

#pragma once

#include <gdk/gdk.h>

#include <cascade/image.h>

#include "library/library-item.h"

G_BEGIN_DECLS

#define WEIR_TYPE_LIBRARY (weir_library_get_type ())
G_DECLARE_FINAL_TYPE (WeirLibrary, weir_library, WEIR, LIBRARY, GObject)

/* Weir in the pictures folder; free with g_free(). */
char            *weir_library_dup_default_folder (void);

/* Begins to read the folder, which need not be there: saving makes it. NULL or "" stand for Weir in
 * the pictures folder, for an index in the user's data folder, and for thumbnails in the user's
 * cache folder.
 *
 * Properties:
 *   file-name   string; how new pictures are named, as of cas_file_name_expand()
 *   is-reading  boolean, read-only: what is listed is not yet all there is
 *   is-saving   boolean, read-only: pictures are on their way to the disk */
WeirLibrary     *weir_library_new            (const char           *folder,
                                              const char           *index_path,
                                              const char           *thumbnails);

gboolean         weir_library_get_is_reading (WeirLibrary          *self);
gboolean         weir_library_get_is_saving  (WeirLibrary          *self);

/* Looks for what changed in the folder. It is done by itself when the folder is seen to change. */
void             weir_library_refresh        (WeirLibrary          *self);

/* NULL if it is not there. Owned by the library. */
WeirLibraryItem *weir_library_find           (WeirLibrary          *self,
                                              const char           *path);

/* The first one in the list with these pixels, as of cas_image_dup_hash(); of those whose pixels were
 * read by now. Owned by the library; nullable. */
WeirLibraryItem *weir_library_find_pixels    (WeirLibrary          *self,
                                              const char           *hash);

/* Saves a picture under a name of its own; nothing is ever replaced. The picture is held until
 * then, and if it fails the caller still has it. metadata (NULL: none) is copied.
 * Errors: G_IO_ERROR, CAS_ERROR_OUT_OF_HOST_MEMORY; they name the folder. */
void             weir_library_save_async     (WeirLibrary          *self,
                                              CasImage             *image,
                                              const CasMetadata    *metadata,
                                              GAsyncReadyCallback   callback,
                                              gpointer              user_data);
WeirLibraryItem *weir_library_save_finish    (WeirLibrary          *self,
                                              GAsyncResult         *result,
                                              GError              **error);

/* What a picture with these pixels was once made with, even if its file is gone or says nothing; in
 * whose form it was is not known any more. image: NULL for the one in the file at path.
 * NULL without an error if the library does not know. Errors: as of cas_image_load(). */
void             weir_library_recall_async   (WeirLibrary          *self,
                                              const char           *path,
                                              CasImage             *image,
                                              GCancellable         *cancellable,
                                              GAsyncReadyCallback   callback,
                                              gpointer              user_data);
CasSettings     *weir_library_recall_finish  (WeirLibrary          *self,
                                              GAsyncResult         *result,
                                              GError              **error);

/* The star shows at once and goes again if it cannot be kept. Errors: G_IO_ERROR. */
void             weir_library_star_async     (WeirLibrary          *self,
                                              WeirLibraryItem      *item,
                                              gboolean              starred,
                                              GAsyncReadyCallback   callback,
                                              gpointer              user_data);
gboolean         weir_library_star_finish    (WeirLibrary          *self,
                                              GAsyncResult         *result,
                                              GError              **error);

/* Moves a picture to the trash, from where weir_library_restore_async() takes the last few back
 * while the library lives. Errors: G_IO_ERROR. */
void             weir_library_trash_async    (WeirLibrary          *self,
                                              WeirLibraryItem      *item,
                                              GAsyncReadyCallback   callback,
                                              gpointer              user_data);
gboolean         weir_library_trash_finish   (WeirLibrary          *self,
                                              GAsyncResult         *result,
                                              GError              **error);
void             weir_library_restore_async  (WeirLibrary          *self,
                                              const char           *path,
                                              GAsyncReadyCallback   callback,
                                              gpointer              user_data);
gboolean         weir_library_restore_finish (WeirLibrary          *self,
                                              GAsyncResult         *result,
                                              GError              **error);

/* The picture in small, of which some are held in memory and all are on disk.
 * Errors: as of cas_image_load(). */
GdkTexture      *weir_library_peek_thumbnail        (WeirLibrary          *self,
                                                     WeirLibraryItem      *item);
void             weir_library_load_thumbnail_async  (WeirLibrary          *self,
                                                     WeirLibraryItem      *item,
                                                     GCancellable         *cancellable,
                                                     GAsyncReadyCallback   callback,
                                                     gpointer              user_data);
GdkTexture      *weir_library_load_thumbnail_finish (WeirLibrary          *self,
                                                     GAsyncResult         *result,
                                                     GError              **error);

G_END_DECLS
