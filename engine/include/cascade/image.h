/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A picture in memory: 8-bit RGB, sRGB by convention, rows from the top, and perhaps its alpha in
 * rows of their own. */

#pragma once

#include <gio/gio.h>

#include <cascade/export.h>
#include <cascade/metadata.h>

G_BEGIN_DECLS

typedef struct _CasImage CasImage;

/* width and height: 1 … 65536 pixels. The pixels are black.
 * Errors: CAS_ERROR_BAD_PARAMETER, CAS_ERROR_OUT_OF_HOST_MEMORY. */
CAS_EXPORT
CasImage     *cas_image_new        (guint         width,
                                    guint         height,
                                    GError      **error);

/* Reads PNG, JPEG, WebP, TIFF, AVIF, HEIF, GIF, BMP, PNM and TGA, as far as gdk-pixbuf has loaders
 * for them, of the file's first picture: upright, as EXIF says; in sRGB, by the colour profile in
 * the file, and taken as sRGB where there is none; grey, palette, CMYK and 16 bits as 8-bit RGB. At
 * most 2²⁸ pixels, 65535 a side, from a file of 1 GiB. Where a pixel is transparent the image has
 * alpha, and the colours are not mixed with anything.
 *
 * The decoding is done by a process of its own, weir-decode ($WEIR_DECODE, else the one that was
 * installed or built with the library), that has 20 seconds: a file that makes it crash or hang
 * costs no more than an error. Any thread; no main loop is needed.
 * Errors: CAS_ERROR_BAD_IMAGE, CAS_ERROR_OUT_OF_HOST_MEMORY, CAS_ERROR_WORKER_DIED,
 * CAS_ERROR_PROTOCOL, G_IO_ERROR (CANCELLED too). */
CAS_EXPORT
CasImage     *cas_image_load       (const char    *path,
                                    GCancellable  *cancellable,
                                    GError       **error);

/* Counting references is thread-safe. */
CAS_EXPORT
CasImage     *cas_image_ref        (CasImage     *image);

CAS_EXPORT
void          cas_image_unref      (CasImage     *image);

CAS_EXPORT
guint         cas_image_get_width  (CasImage     *image);

CAS_EXPORT
guint         cas_image_get_height (CasImage     *image);

/* Bytes from one row to the next: 3 · width. */
CAS_EXPORT
gsize         cas_image_get_stride (CasImage     *image);

/* The rows, owned by the image. Write to them only while no one else holds the image. */
CAS_EXPORT
guint8       *cas_image_get_pixels (CasImage     *image);

/* How opaque each pixel is, 0 to 255, width bytes a row, or NULL if all of them are. Owned and
 * written to as the rows. The colours of transparent pixels are what the file has there. */
CAS_EXPORT
guint8       *cas_image_get_alpha  (CasImage      *image);

/* Gives an image alpha, 255 everywhere, if it has none. Errors: CAS_ERROR_OUT_OF_HOST_MEMORY. */
CAS_EXPORT
gboolean      cas_image_add_alpha  (CasImage      *image,
                                    GError       **error);

/* SHA-256 in hexadecimal digits, of the size and the pixels with their alpha: the same for the same
 * picture in any file. Free with g_free(). */
CAS_EXPORT
char         *cas_image_dup_hash   (CasImage      *image);

/* Lays an image that has alpha over a colour, after which it has none. */
CAS_EXPORT
void          cas_image_flatten    (CasImage      *image,
                                    guint8         red,
                                    guint8         green,
                                    guint8         blue);

/* Writes a PNG: not interlaced, without a date, so that the same picture with the same metadata
 * is the same bytes, and with XMP that says that a trained model made it. Alpha is not written. The
 * file appears whole or not at all. metadata may be NULL. A file that is there already is replaced only
 * if overwrite is set. Any thread.
 * Errors: G_IO_ERROR (EXISTS, NO_SPACE, PERMISSION_DENIED, …), CAS_ERROR_OUT_OF_HOST_MEMORY. */
CAS_EXPORT
gboolean      cas_image_save_png   (CasImage           *image,
                                    const char         *path,
                                    const CasMetadata  *metadata,
                                    gboolean            overwrite,
                                    GError            **error);

/* The same of a picture that no model made, or of which that is not known: it says nothing of itself. */
CAS_EXPORT
gboolean      cas_image_save_plain_png (CasImage       *image,
                                        const char     *path,
                                        gboolean        overwrite,
                                        GError        **error);

/* The bytes of either file: a plain one without metadata. Any thread.
 * Errors: CAS_ERROR_OUT_OF_HOST_MEMORY. */
CAS_EXPORT
GBytes       *cas_image_to_png     (CasImage           *image,
                                    const CasMetadata  *metadata,
                                    GError            **error);

typedef enum
{
  CAS_IMAGE_PNG,
  CAS_IMAGE_JPEG,
  CAS_IMAGE_WEBP,
  CAS_N_IMAGE_FORMATS
} CasImageFormat;

/* FALSE if the name does not end as files of one of the formats do, in letters of either case. */
CAS_EXPORT
gboolean      cas_image_format_from_name (const char      *name,
                                          CasImageFormat  *format);

/* What new names end in: ".png", ".jpg", ".webp". */
CAS_EXPORT
const char   *cas_image_format_get_ending (CasImageFormat  format);

/* How a file is written; zeros are the defaults. */
typedef struct
{
  CasImageFormat     format;
  guint              quality;  /* of JPEG and WebP, 1 … 100; 0: 90 */
  const CasMetadata *metadata; /* as of cas_image_save_png() */
  gboolean           is_plain; /* nothing is said, as of cas_image_save_plain_png() */
  gboolean           overwrite;
} CasImageSaveParams;

/* As cas_image_save_png(), and so is a PNG. JPEG and WebP are encoded by weir-decode, as far as
 * gdk-pixbuf has savers for them: in sRGB with its profile, WebP at most 16383 pixels a side. The
 * settings are EXIF's user comment, in the form of A1111, and our JSON in XMP. The same picture is
 * the same bytes with the same savers. params may be NULL. Any thread; no main loop is needed.
 * Errors: those of cas_image_save_png(), CAS_ERROR_BAD_PARAMETER for a picture that is too large or
 * settings that are too long for the format, CAS_ERROR_BAD_IMAGE if there is no saver,
 * CAS_ERROR_WORKER_DIED, CAS_ERROR_PROTOCOL, G_IO_ERROR_CANCELLED. */
CAS_EXPORT
gboolean      cas_image_save       (CasImage                  *image,
                                    const char                *path,
                                    const CasImageSaveParams  *params,
                                    GCancellable              *cancellable,
                                    GError                   **error);

/* Removes what a cas_image_save() or cas_image_save_png() that was killed left in a folder: hidden
 * files. What others are writing there now stays. Any thread. */
CAS_EXPORT
void          cas_image_remove_parts (const char        *folder);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CasImage, cas_image_unref)

G_END_DECLS
