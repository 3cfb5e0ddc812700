/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Small pictures in a folder of their own, which is a cache. A file is called after the picture's
 * name, and is as old as the picture that it was made of. All functions may wait for the disk and
 * are for threads. */

#pragma once

#include <gdk/gdk.h>

#include <cascade/image.h>

#include "library/library-item.h"

G_BEGIN_DECLS

/* Pixels of the longer side. */
#define WEIR_THUMBNAIL_SIZE 256

/* The picture within a square of size pixels, never larger than it is, without transparency.
 * Errors: CAS_ERROR_OUT_OF_HOST_MEMORY. */
CasImage   *weir_thumbnail_shrink (CasImage         *image,
                                   guint             size,
                                   GError          **error);

/* Makes and keeps it. What fails is made when it is loaded. */
void        weir_thumbnail_keep   (const char       *folder,
                                   WeirLibraryItem  *item,
                                   CasImage         *image);

/* From the cache, else from the picture. Errors: as of cas_image_load(). */
GdkTexture *weir_thumbnail_load   (const char       *folder,
                                   WeirLibraryItem  *item,
                                   GCancellable     *cancellable,
                                   GError          **error);

/* Removes those of pictures whose names are not among the keys. */
void        weir_thumbnail_prune  (const char       *folder,
                                   GHashTable       *names);

G_END_DECLS
