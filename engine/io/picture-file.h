/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pictures of any format from anyone, decoded by weir-decode. */

#pragma once

#include "base/decoded.h"
#include "cascade/image.h"

G_BEGIN_DECLS

typedef struct
{
  char *key;  /* "Exif.Photo.UserComment", "Xmp" and the like, as exiv2 names them */
  char *text; /* UTF-8 */
} CasPictureFileText;

typedef struct
{
  CasImage           *image;
  char               *format; /* "jpeg" */
  CasPictureFileText *texts;  /* what JPEG, WebP, TIFF and AVIF say; io/png.h reads those of PNG */
  guint               n_texts;
  CasDecodedTrouble   trouble; /* with a text that is not among them */
  gboolean            lacks_profile; /* one that came with it cannot be used: sRGB is assumed */
} CasPictureFile;

typedef struct
{
  const char *program;    /* NULL: $WEIR_DECODE, or the one built or installed with us */
  guint       timeout_ms; /* 0: 20 seconds */
} CasPictureFileParams;

/* params may be NULL. Everything else is as for cas_image_load(). */
CasPictureFile *cas_picture_file_read        (const char                  *path,
                                              const CasPictureFileParams  *params,
                                              GCancellable                *cancellable,
                                              GError                     **error);

void            cas_picture_file_free        (CasPictureFile              *picture);

/* NULL if the picture has no text of this key. */
const char     *cas_picture_file_lookup_text (const CasPictureFile        *picture,
                                              const char                  *key);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CasPictureFile, cas_picture_file_free)

G_END_DECLS
