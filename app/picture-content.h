/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A picture for clipboards and drags: as a file, as the bytes of a PNG that says how it was made, and
 * as pixels. */

#pragma once

#include "picture.h"

G_BEGIN_DECLS

#define WEIR_TYPE_PICTURE_CONTENT (weir_picture_content_get_type ())
G_DECLARE_FINAL_TYPE (WeirPictureContent, weir_picture_content, WEIR, PICTURE_CONTENT,
                      GdkContentProvider)

/* The file is the one that the picture has (weir_picture_get_path()), else one that is made in the
 * user's cache when somebody asks for it. Nothing is encoded before that, and that in a thread. */
GdkContentProvider *weir_picture_content_new (WeirPicture *picture);

G_END_DECLS
