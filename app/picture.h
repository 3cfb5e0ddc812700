/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A whole picture, made or opened, and what is known of it. Nothing of it changes but where its file
 * is. */

#pragma once

#include <gdk/gdk.h>

#include <cascade/image.h>

G_BEGIN_DECLS

#define WEIR_TYPE_PICTURE (weir_picture_get_type ())
G_DECLARE_FINAL_TYPE (WeirPicture, weir_picture, WEIR, PICTURE, GObject)

/* metadata (NULL: none) is copied. */
WeirPicture       *weir_picture_new          (CasImage          *image,
                                              const CasMetadata *metadata);

/* From a file of any format, on white where it is transparent, with its metadata if Weir wrote them.
 * Any thread. Errors: those of cas_image_load(). */
WeirPicture       *weir_picture_load         (const char        *path,
                                              GCancellable      *cancellable,
                                              GError           **error);

/* What another program gave, on white where it is transparent. Any thread; it takes half a second for
 * a large one. Errors: those of cas_image_new() and CAS_ERROR_OUT_OF_HOST_MEMORY. */
WeirPicture       *weir_picture_new_for_texture (GdkTexture     *texture,
                                                 GError        **error);

/* The same in a thread. */
void               weir_picture_read_texture_async  (GdkTexture          *texture,
                                                     GCancellable        *cancellable,
                                                     GAsyncReadyCallback  callback,
                                                     gpointer             user_data);
WeirPicture       *weir_picture_read_texture_finish (GAsyncResult        *result,
                                                     GError             **error);

/* Owned by the picture. */
CasImage          *weir_picture_get_image    (WeirPicture       *self);

/* Shares the image's pixels; owned by the picture. */
GdkTexture        *weir_picture_get_texture  (WeirPicture       *self);

/* NULL if it is not known how the picture was made. */
const CasMetadata *weir_picture_get_metadata (WeirPicture       *self);

/* A PNG file in the library that holds the picture with what is known of it; NULL if there is none,
 * or not yet. Any thread; set at most once. */
void               weir_picture_set_path     (WeirPicture       *self,
                                              const char        *path);
const char        *weir_picture_get_path     (WeirPicture       *self);

/* As a PNG file, which says how the picture was made if that is known, and nothing if it is not. Any
 * thread. Errors: those of cas_image_save_png(). */
gboolean           weir_picture_save         (WeirPicture       *self,
                                              const char        *path,
                                              gboolean           overwrite,
                                              GError           **error);

/* Shares the image's pixels, which must not change any more. Main thread or any other. */
GdkTexture        *weir_texture_new          (CasImage          *image);

G_END_DECLS
