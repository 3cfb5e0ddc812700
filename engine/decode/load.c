/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A file's pixels as gdk-pixbuf gives them. */

#include "decode/load.h"

#include "decode/whole.h"

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <glib/gi18n-lib.h>
#include <stdlib.h>
#include <string.h>

/* The loaders that are used, by their names: all of which it is known that a file that breaks off
 * is not taken for a picture. */
static const char *const loaders[] = {
  "png", "jpeg", "webp", "tiff", "avif", "heif", "heif/avif", "gif", "bmp", "pnm", "tga", NULL,
};

/* What a file is that no loader takes, or that has to be looked at before. */
static const struct
{
  const char *name;
  guint       offset;
  guint       size;
  const char *bytes;
} signatures[] = {
  { "avif", 4, 8, "ftypavif" },
  { "avif", 4, 8, "ftypavis" },
  { "heif", 4, 8, "ftypheic" },
  { "heif", 4, 8, "ftypheix" },
  { "heif", 4, 8, "ftypmif1" },
  { "jxl", 0, 2, "\xff\x0a" },
  { "jxl", 0, 12, "\0\0\0\x0cJXL \r\n\x87\n" },
  { "webp", 8, 4, "WEBP" },
  { "tiff", 0, 4, "II*\0" },
  { "tiff", 0, 4, "MM\0*" },
  { "jpeg", 0, 3, "\xff\xd8\xff" },
  { "png", 0, 8, "\x89PNG\r\n\x1a\n" },
  { "bmp", 0, 2, "BM" },
  { "gif", 0, 4, "GIF8" },
  { "openexr", 0, 4, "\x76\x2f\x31\x01" },
  { "psd", 0, 4, "8BPS" },
  { "svg", 0, 4, "<svg" },
  { "ico", 0, 4, "\0\0\1\0" },
  { "icns", 0, 4, "icns" },
  { "ani", 8, 4, "ACON" },
  { "xpm", 0, 9, "/* XPM */" },
};

static const char *
guess_format (const guint8 *data,
              gsize         size)
{
  for (guint i = 0; i < G_N_ELEMENTS (signatures); i++)
    if (size >= signatures[i].offset + signatures[i].size
        && memcmp (data + signatures[i].offset, signatures[i].bytes, signatures[i].size) == 0)
      return signatures[i].name;
  return NULL;
}

static void
check_size (const DecodeSubject *subject)
{
  if (subject->width > CAS_DECODED_MAX_SIDE || subject->height > CAS_DECODED_MAX_SIDE
      || (guint64) subject->width * subject->height > CAS_DECODED_MAX_PIXELS)
    decode_refuse (CAS_DECODED_TOO_LARGE, subject, NULL);
}

/* Most loaders tell the size before they allocate anything for it. */
static void
on_size_prepared (GdkPixbufLoader *loader,
                  int              width,
                  int              height,
                  DecodeSubject   *subject)
{
  subject->width = (guint) MAX (width, 0);
  subject->height = (guint) MAX (height, 0);
  check_size (subject);
}

/* How many rows from the top there are. */
static void
on_area_updated (GdkPixbufLoader *loader,
                 int              x,
                 int              y,
                 int              width,
                 int              height,
                 int             *n_rows)
{
  *n_rows = MAX (*n_rows, y + height);
}

static void G_GNUC_NORETURN
refuse (const DecodeSubject *subject,
        const GError        *error,
        const guint8        *data,
        gsize                size)
{
  DecodeSubject guessed = *subject;

  if (g_error_matches (error, GDK_PIXBUF_ERROR, GDK_PIXBUF_ERROR_UNKNOWN_TYPE))
    {
      guessed.format = guess_format (data, size);
      decode_refuse (guessed.format && g_strv_contains (loaders, guessed.format)
                     ? CAS_DECODED_NO_LOADER : CAS_DECODED_OTHER_FORMAT, &guessed, NULL);
    }
  if (g_error_matches (error, GDK_PIXBUF_ERROR, GDK_PIXBUF_ERROR_INSUFFICIENT_MEMORY))
    decode_refuse (CAS_DECODED_NO_MEMORY, subject, error->message);
  decode_refuse (CAS_DECODED_DAMAGED, subject, error->message);
}

/* What is disabled is not even asked whether a file is of its kind. */
static void
disable_other_loaders (void)
{
  g_autoptr (GSList) formats = gdk_pixbuf_get_formats ();

  for (GSList *l = formats; l; l = l->next)
    {
      g_autofree char *name = gdk_pixbuf_format_get_name (l->data);

      gdk_pixbuf_format_set_disabled (l->data, !g_strv_contains (loaders, name));
    }
}

static const char *
name_format (GdkPixbufLoader *loader)
{
  GdkPixbufFormat *format = gdk_pixbuf_loader_get_format (loader);

  return format ? gdk_pixbuf_format_get_name (format) : "";
}

static guint
parse_orientation (const char *text)
{
  const int orientation = text ? atoi (text) : 0;

  return orientation >= 1 && orientation <= 8 ? (guint) orientation : 0;
}

static GdkPixbuf *
read_pixbuf (GdkPixbufLoader *loader,
             const guint8    *data,
             gsize            size,
             DecodeSubject   *subject)
{
  g_autoptr (GError) error = NULL;
  int n_rows = 0;

  g_signal_connect (loader, "size-prepared", G_CALLBACK (on_size_prepared), subject);
  g_signal_connect (loader, "area-updated", G_CALLBACK (on_area_updated), &n_rows);

  const gboolean is_read = gdk_pixbuf_loader_write (loader, data, size, &error);
  const gboolean is_closed = gdk_pixbuf_loader_close (loader, is_read ? &error : NULL);
  GdkPixbuf *pixbuf = gdk_pixbuf_loader_get_pixbuf (loader);

  subject->format = name_format (loader);
  if (!is_read || !is_closed)
    refuse (subject, error, data, size);

  /* The one loader that is content with fewer rows than were promised. */
  const gboolean lacks_rows = g_str_equal (subject->format, "pnm")
                              && n_rows < (int) subject->height;

  if (!pixbuf || lacks_rows)
    decode_refuse (CAS_DECODED_DAMAGED, subject, _("it ends too early"));
  return pixbuf;
}

DecodePixels
decode_load (const guint8 *data,
             gsize         size)
{
  DecodePixels pixels = { 0 };
  const char *guessed = guess_format (data, size);

  if (guessed && !decode_is_whole (guessed, data, size))
    decode_refuse (CAS_DECODED_DAMAGED, &pixels.subject, _("it ends too early"));

  disable_other_loaders ();

  GdkPixbuf *pixbuf = read_pixbuf (gdk_pixbuf_loader_new (), data, size, &pixels.subject);

  pixels.subject.width = (guint) gdk_pixbuf_get_width (pixbuf);
  pixels.subject.height = (guint) gdk_pixbuf_get_height (pixbuf);
  check_size (&pixels.subject);
  pixels.pixels = gdk_pixbuf_read_pixels (pixbuf);
  pixels.stride = (gsize) gdk_pixbuf_get_rowstride (pixbuf);
  pixels.n_channels = (guint) gdk_pixbuf_get_n_channels (pixbuf);
  pixels.orientation = parse_orientation (gdk_pixbuf_get_option (pixbuf, "orientation"));
  pixels.profile = gdk_pixbuf_get_option (pixbuf, "icc-profile");
  return pixels;
}
