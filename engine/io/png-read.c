/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Decodes PNG pictures with libpng's classic interface and hard limits; its simplified interface
 * has had one memory error after the other. */

#include "io/png-private.h"

#include "base/file.h"
#include "cascade/error.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <png.h>
#include <string.h>

#define MAX_FILE_BYTES (1 << 30)

/* All that has to survive a longjmp lies in here and not on the stack. */
typedef struct
{
  png_structp   png;
  png_infop     info;
  const guint8 *data;
  gsize         n_left;
  CasPngLimits  limits;
  gboolean      wants_texts_alone;
  CasPng       *picture;
  png_bytep    *rows;
  gboolean      is_out_of_memory;
  char          message[128];
} Decoder;

static void G_GNUC_NORETURN
on_error (png_structp     png,
          png_const_charp message)
{
  Decoder *d = png_get_error_ptr (png);

  g_strlcpy (d->message, message, sizeof d->message);
  png_longjmp (png, 1);
}

/* What libpng can do without is no matter. */
static void
on_warning (png_structp     png,
            png_const_charp message)
{
}

static png_voidp
allocate (png_structp      png,
          png_alloc_size_t size)
{
  Decoder *d = png_get_mem_ptr (png);
  gpointer memory = g_try_malloc (size);

  if (memory == NULL)
    d->is_out_of_memory = TRUE;
  return memory;
}

static void
release (png_structp png,
         png_voidp   memory)
{
  g_free (memory);
}

static void
take_data (png_structp png,
           png_bytep   dst,
           size_t      size)
{
  Decoder *d = png_get_io_ptr (png);

  if (size > d->n_left)
    png_error (png, _("it ends too early"));
  memcpy (dst, d->data, size);
  d->data += size;
  d->n_left -= size;
}

/* Texts of the older kinds are Latin-1, and so is taken what only claims to be UTF-8. */
static char *
dup_text (const char *text,
          gsize       length,
          gboolean    is_utf8)
{
  char *utf8 = g_try_malloc (2 * length + 1);

  if (utf8 == NULL)
    return NULL;
  if (is_utf8 && g_utf8_validate (text, (gssize) length, NULL))
    {
      memcpy (utf8, text, length);
      utf8[length] = '\0';
      return utf8;
    }

  char *out = utf8;
  for (gsize i = 0; i < length && text[i] != '\0'; i++)
    out += g_unichar_to_utf8 ((guchar) text[i], out);
  *out = '\0';
  return utf8;
}

static gboolean
take_texts (Decoder *d)
{
  png_textp texts;
  int n_texts = 0;

  png_get_text (d->png, d->info, &texts, &n_texts);
  if (n_texts <= 0)
    return TRUE;

  d->picture->texts = g_try_new0 (CasPngText, (guint) n_texts);
  for (int i = 0; d->picture->texts != NULL && i < n_texts; i++)
    {
      gboolean is_utf8 = texts[i].compression >= PNG_ITXT_COMPRESSION_NONE;
      gsize length = is_utf8 ? texts[i].itxt_length : texts[i].text_length;
      CasPngText *text = &d->picture->texts[d->picture->n_texts++];

      text->is_utf8 = is_utf8;
      text->key = dup_text (texts[i].key, strlen (texts[i].key), FALSE);
      text->text = dup_text (texts[i].text, length, is_utf8);
      if (text->key == NULL || text->text == NULL)
        return FALSE;
    }
  return d->picture->texts != NULL;
}

static void
set_limits (Decoder *d)
{
  png_set_user_limits (d->png, d->limits.max_width, d->limits.max_height);
  png_set_chunk_cache_max (d->png, CAS_PNG_MAX_CHUNKS);
  png_set_chunk_malloc_max (d->png, CAS_PNG_MAX_TEXT_BYTES);
  png_set_crc_action (d->png, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
}

/* Everything becomes 8-bit RGB. */
static void
set_transformations (Decoder *d)
{
  png_set_expand (d->png);
  png_set_scale_16 (d->png);
  png_set_gray_to_rgb (d->png);
  png_set_strip_alpha (d->png);
  png_set_interlace_handling (d->png);
  png_read_update_info (d->png, d->info);
}

static gboolean
allocate_pixels (Decoder *d)
{
  CasPng *picture = d->picture;
  gsize stride = 3 * (gsize) picture->width;

  picture->pixels = g_try_malloc_n (picture->height, stride);
  d->rows = g_try_new (png_bytep, picture->height);
  if (picture->pixels == NULL || d->rows == NULL)
    return FALSE;
  for (guint y = 0; y < picture->height; y++)
    d->rows[y] = picture->pixels + y * stride;
  return TRUE;
}

/* FALSE if there is no memory for them. */
static gboolean
read_pixels (Decoder *d)
{
  set_transformations (d);
  if (png_get_rowbytes (d->png, d->info) != 3 * (gsize) d->picture->width)
    png_error (d->png, _("its kind of pixels is not known"));
  if (!allocate_pixels (d))
    return FALSE;
  png_read_image (d->png, d->rows);
  png_read_end (d->png, d->info);
  return TRUE;
}

/* FALSE with a message or is_out_of_memory. */
static gboolean
read_picture (Decoder *d)
{
  if (setjmp (png_jmpbuf (d->png)))
    return FALSE;

  png_set_read_fn (d->png, d, take_data);
  set_limits (d);
  png_read_info (d->png, d->info);
  d->picture->width = png_get_image_width (d->png, d->info);
  d->picture->height = png_get_image_height (d->png, d->info);

  d->is_out_of_memory = (!d->wants_texts_alone && !read_pixels (d)) || !take_texts (d);
  return !d->is_out_of_memory;
}

/* Before libpng sees it, for a sentence with numbers. */
static gboolean
check_size (const Decoder *d,
            const char    *name,
            GError       **error)
{
  guint32 width, height;

  if (d->n_left < 8 || png_sig_cmp (d->data, 0, 8) != 0)
    {
      g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_IMAGE, _("%s is no PNG picture."), name);
      return FALSE;
    }
  if (d->n_left < 24 || memcmp (d->data + 12, "IHDR", 4) != 0)
    return TRUE; /* libpng says what is wrong */

  width = png_get_uint_32 (d->data + 16);
  height = png_get_uint_32 (d->data + 20);
  if (width <= d->limits.max_width && height <= d->limits.max_height
      && (guint64) width * height <= d->limits.max_pixels)
    return TRUE;

  g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_IMAGE,
               _("%s is a picture of %u×%u, wanted at most %u×%u and %" PRIu64 " pixels."),
               name, width, height, d->limits.max_width, d->limits.max_height,
               d->limits.max_pixels);
  return FALSE;
}

/* libpng only warns of a text beyond the limit that it was given, and keeps it. */
gboolean
cas_png_check_text (const guint8 *head,
                    const char   *name,
                    GError      **error)
{
  static const char *const types[] = { "tEXt", "zTXt", "iTXt" };
  const guint32 length = png_get_uint_32 (head);

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    if (length > CAS_PNG_MAX_TEXT_BYTES && memcmp (head + 4, types[i], 4) == 0)
      {
        g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_IMAGE,
                     _("%s is a picture with a text of %u bytes, wanted at most %d."),
                     name, length, CAS_PNG_MAX_TEXT_BYTES);
        return FALSE;
      }
  return TRUE;
}

static gboolean
check_texts (const Decoder *d,
             const char    *name,
             GError       **error)
{
  for (gsize at = CAS_PNG_SIGNATURE_BYTES; d->n_left >= 12 && at <= d->n_left - 12;)
    {
      if (!cas_png_check_text (d->data + at, name, error))
        return FALSE;
      at += (gsize) png_get_uint_32 (d->data + at) + 12;
    }
  return TRUE;
}

static gboolean
decode (Decoder *d)
{
  d->png = png_create_read_struct_2 (PNG_LIBPNG_VER_STRING, d, on_error, on_warning,
                                     d, allocate, release);
  d->info = d->png != NULL ? png_create_info_struct (d->png) : NULL;
  if (d->info == NULL)
    {
      d->is_out_of_memory = TRUE;
      return FALSE;
    }
  return read_picture (d);
}

static CasPng *
decode_with (const guint8       *data,
             gsize               size,
             const char         *name,
             const CasPngLimits *limits,
             gboolean            wants_texts_alone,
             GError            **error)
{
  g_autoptr (CasPng) picture = g_new0 (CasPng, 1);
  Decoder d = {
    .data = data, .n_left = size, .picture = picture, .wants_texts_alone = wants_texts_alone,
  };

  if (limits != NULL)
    d.limits = *limits;
  if (d.limits.max_width == 0)
    d.limits.max_width = 16384;
  if (d.limits.max_height == 0)
    d.limits.max_height = 16384;
  if (d.limits.max_pixels == 0)
    d.limits.max_pixels = 1 << 28;

  if (!check_size (&d, name, error) || !check_texts (&d, name, error))
    return NULL;

  gboolean done = decode (&d);
  png_destroy_read_struct (&d.png, &d.info, NULL);
  g_free (d.rows);
  if (done)
    return g_steal_pointer (&picture);

  if (d.is_out_of_memory)
    g_set_error (error, CAS_ERROR, CAS_ERROR_OUT_OF_HOST_MEMORY,
                 _("There is no memory to read %s, a picture of %u×%u."),
                 name, picture->width, picture->height);
  else
    g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_IMAGE,
                 _("%s is a damaged PNG picture: %s."), name, d.message);
  return NULL;
}

CasPng *
cas_png_decode (const guint8       *data,
                gsize               size,
                const char         *name,
                const CasPngLimits *limits,
                GError            **error)
{
  return decode_with (data, size, name, limits, FALSE, error);
}

CasPng *
cas_png_decode_texts (const guint8 *data,
                      gsize         size,
                      const char   *name,
                      GError      **error)
{
  return decode_with (data, size, name, NULL, TRUE, error);
}

CasPng *
cas_png_read (const char         *path,
              const CasPngLimits *limits,
              GError            **error)
{
  gsize size;
  g_autofree char *data = cas_file_read (path, MAX_FILE_BYTES, &size, error);

  if (data == NULL)
    return NULL;
  g_autofree char *name = g_filename_display_name (path);
  return cas_png_decode ((const guint8 *) data, size, name, limits, error);
}

void
cas_png_free (CasPng *png)
{
  if (png == NULL)
    return;

  for (guint i = 0; i < png->n_texts; i++)
    {
      g_free (png->texts[i].key);
      g_free (png->texts[i].text);
    }
  g_free (png->texts);
  g_free (png->pixels);
  g_free (png);
}

const char *
cas_png_lookup_text (const CasPng *png,
                     const char   *key)
{
  for (guint i = 0; i < png->n_texts; i++)
    if (strcmp (png->texts[i].key, key) == 0)
      return png->texts[i].text;
  return NULL;
}
