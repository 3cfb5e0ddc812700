/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Encodes PNG pictures with libpng's classic interface. */

#include "io/png.h"

#include "cascade/error.h"

#include <glib/gi18n-lib.h>
#include <png.h>
#include <string.h>

#define MAX_SIDE 1000000 /* libpng's own limit */

/* All that has to survive a longjmp lies in here and not on the stack. */
typedef struct
{
  png_structp       png;
  png_infop         info;
  const guint8     *pixels;
  guint             width;
  guint             height;
  gsize             stride;
  const CasPngText *texts;
  guint             n_texts;
  png_textp         png_texts;
  guint8           *out;
  gsize             n_out;
  gsize             n_allocated;
  gboolean          is_out_of_memory;
  char              message[128];
} Encoder;

static void G_GNUC_NORETURN
on_error (png_structp     png,
          png_const_charp message)
{
  Encoder *e = png_get_error_ptr (png);

  g_strlcpy (e->message, message, sizeof e->message);
  png_longjmp (png, 1);
}

/* Warnings are about odd input, which we do not give. */
static void
on_warning (png_structp     png,
            png_const_charp message)
{
}

static png_voidp
allocate (png_structp      png,
          png_alloc_size_t size)
{
  Encoder *e = png_get_mem_ptr (png);
  gpointer memory = g_try_malloc (size);

  if (memory == NULL)
    e->is_out_of_memory = TRUE;
  return memory;
}

static void
release (png_structp png,
         png_voidp   memory)
{
  g_free (memory);
}

static void
append (png_structp png,
        png_bytep   data,
        size_t      size)
{
  Encoder *e = png_get_io_ptr (png);

  if (size > e->n_allocated - e->n_out)
    {
      gsize n_wanted = MAX (e->n_allocated * 2, e->n_out + size);
      guint8 *grown = g_try_realloc (e->out, n_wanted);

      if (grown == NULL)
        {
          e->is_out_of_memory = TRUE;
          png_error (png, "out of memory");
        }
      e->out = grown;
      e->n_allocated = n_wanted;
    }
  memcpy (e->out + e->n_out, data, size);
  e->n_out += size;
}

static void
flush (png_structp png)
{
}

static gboolean
is_good_key (const char *key)
{
  gsize length = strlen (key);

  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isprint (key[i]))
      return FALSE;
  return length >= 1 && length <= 79 && key[0] != ' ' && key[length - 1] != ' ';
}

static gboolean
check_texts (const CasPngText *texts,
             guint             n_texts,
             GError          **error)
{
  for (guint i = 0; i < n_texts; i++)
    {
      if (!is_good_key (texts[i].key))
        {
          g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_PARAMETER,
                       _("“%s” cannot name a text in a PNG picture."), texts[i].key);
          return FALSE;
        }
      if (!g_utf8_validate (texts[i].text, -1, NULL))
        {
          g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_PARAMETER,
                       _("The text “%s” of a PNG picture is not UTF-8."), texts[i].key);
          return FALSE;
        }
    }
  return TRUE;
}

static void
fill_texts (Encoder *e)
{
  for (guint i = 0; i < e->n_texts; i++)
    {
      const CasPngText *text = &e->texts[i];
      gboolean is_utf8 = text->is_utf8 || !g_str_is_ascii (text->text);

      e->png_texts[i] = (png_text) {
        .compression = is_utf8 ? PNG_ITXT_COMPRESSION_NONE : PNG_TEXT_COMPRESSION_NONE,
        .key = text->key,
        .text = text->text,
        .text_length = is_utf8 ? 0 : strlen (text->text),
        .itxt_length = is_utf8 ? strlen (text->text) : 0,
      };
    }
}

/* FALSE with a message or is_out_of_memory. */
static gboolean
write_picture (Encoder *e)
{
  if (setjmp (png_jmpbuf (e->png)))
    return FALSE;

  png_set_write_fn (e->png, e, append, flush);
  png_set_IHDR (e->png, e->info, e->width, e->height, 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
                PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_set_sRGB (e->png, e->info, PNG_sRGB_INTENT_PERCEPTUAL);
  png_set_compression_level (e->png, 6);
  if (e->n_texts > 0)
    png_set_text (e->png, e->info, e->png_texts, (int) e->n_texts);

  png_write_info (e->png, e->info);
  for (guint y = 0; y < e->height; y++)
    png_write_row (e->png, e->pixels + y * e->stride);
  png_write_end (e->png, NULL);
  return TRUE;
}

static gboolean
encode (Encoder *e)
{
  e->png_texts = g_try_new (png_text, MAX (e->n_texts, 1));
  e->png = png_create_write_struct_2 (PNG_LIBPNG_VER_STRING, e, on_error, on_warning,
                                      e, allocate, release);
  e->info = e->png != NULL ? png_create_info_struct (e->png) : NULL;
  if (e->png_texts == NULL || e->info == NULL)
    {
      e->is_out_of_memory = TRUE;
      return FALSE;
    }
  fill_texts (e);
  return write_picture (e);
}

guint64
cas_png_max_bytes (guint   width,
                   guint   height,
                   guint64 text_bytes)
{
  const guint64 rows = height * (3 * (guint64) width + 1); /* with the filter's number */

  /* zlib's stored blocks and libpng's chunks of 8 KiB take less than a 256th */
  return rows + rows / 256 + text_bytes + 4096;
}

GBytes *
cas_png_encode (const guint8     *pixels,
                guint             width,
                guint             height,
                gsize             stride,
                const CasPngText *texts,
                guint             n_texts,
                GError          **error)
{
  Encoder e = {
    .pixels = pixels, .width = width, .height = height, .stride = stride,
    .texts = texts, .n_texts = n_texts,
  };

  if (width < 1 || height < 1 || width > MAX_SIDE || height > MAX_SIDE
      || stride < 3 * (gsize) width)
    {
      g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_IMAGE,
                   _("A picture of %u×%u cannot be written as PNG."), width, height);
      return NULL;
    }
  if (!check_texts (texts, n_texts, error))
    return NULL;

  gboolean done = encode (&e);
  png_destroy_write_struct (&e.png, &e.info);
  g_free (e.png_texts);
  if (done)
    return g_bytes_new_take (e.out, e.n_out);

  g_free (e.out);
  if (e.is_out_of_memory)
    g_set_error (error, CAS_ERROR, CAS_ERROR_OUT_OF_HOST_MEMORY,
                 _("There is no memory to write a PNG picture of %u×%u."), width, height);
  else
    g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_IMAGE,
                 _("A picture of %u×%u cannot be written as PNG: %s."), width, height, e.message);
  return NULL;
}
