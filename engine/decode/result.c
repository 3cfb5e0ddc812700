/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The finished picture, upright and in sRGB, in memory that is handed over. */

#define _GNU_SOURCE /* memfd_create() */

#include "decode/result.h"

#include "decode/colour.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* How the pixels lie, of EXIF's 1 … 8 or 0. WebP's loader and PNG's do not say. The others do, where
 * they have not turned the picture already, so that EXIF must not turn it again. */
static guint
find_orientation (const DecodePixels *pixels,
                  const DecodeTexts  *texts)
{
  static const char *const silent[] = { "webp", "png", NULL };

  return g_strv_contains (silent, pixels->subject.format) ? texts->orientation
                                                          : pixels->orientation;
}

/* Where the stored pixel (x, y) goes: start + x · step_x + y · step_y. */
typedef struct
{
  guint    width, height; /* upright */
  gssize   start, step_x, step_y;
} Placing;

static Placing
place (guint width,
       guint height,
       guint orientation)
{
  static const struct
  {
    gboolean mirrors_x, mirrors_y, swaps;
  } ways[9] = {
    { 0, 0, 0 }, { 0, 0, 0 }, { 1, 0, 0 }, { 1, 1, 0 }, { 0, 1, 0 },
    { 0, 0, 1 }, { 0, 1, 1 }, { 1, 1, 1 }, { 1, 0, 1 },
  };
  const typeof (ways[0]) way = ways[orientation];
  const gssize step_x = way.swaps ? height : 1, step_y = way.swaps ? 1 : width;
  const gssize last_x = step_x * (width - 1), last_y = step_y * (height - 1);

  return (Placing) {
    .width = way.swaps ? height : width,
    .height = way.swaps ? width : height,
    .start = (way.mirrors_x ? last_x : 0) + (way.mirrors_y ? last_y : 0),
    .step_x = way.mirrors_x ? -step_x : step_x,
    .step_y = way.mirrors_y ? -step_y : step_y,
  };
}

static gboolean
has_transparency (const DecodePixels *pixels)
{
  if (pixels->n_channels < 4)
    return FALSE;
  for (guint y = 0; y < pixels->subject.height; y++)
    for (guint x = 0; x < pixels->subject.width; x++)
      if (pixels->pixels[y * pixels->stride + 4 * (gsize) x + 3] != 255)
        return TRUE;
  return FALSE;
}

/* alpha is NULL where every pixel is opaque. */
static void
write_pixels (const DecodePixels *pixels,
              const DecodeColour *colour,
              const Placing      *placing,
              guint8             *rgb,
              guint8             *alpha)
{
  const guint width = pixels->subject.width;
  g_autofree guint8 *line = g_malloc (3 * (gsize) width);

  for (guint y = 0; y < pixels->subject.height; y++)
    {
      const guint8 *src = pixels->pixels + y * pixels->stride;
      gssize at = placing->start + y * placing->step_y;

      decode_colour_convert (colour, src, line, width);
      for (guint x = 0; x < width; x++, at += placing->step_x)
        {
          memcpy (rgb + 3 * at, line + 3 * (gsize) x, 3);
          if (alpha)
            alpha[at] = src[4 * (gsize) x + 3];
        }
    }
}

/* Memory of a size that can be sealed. */
static guint8 *
map_memory (const DecodeSubject *subject,
            gsize                size,
            int                 *memory)
{
  *memory = memfd_create ("weir-decode", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (*memory < 0)
    decode_refuse (CAS_DECODED_FAILED, subject, g_strerror (errno));

  void *mapped = MAP_FAILED;

  /* Allocated now, lest the lack of it is a signal later. */
  errno = posix_fallocate (*memory, 0, (off_t) size);
  if (errno == 0)
    mapped = mmap (NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, *memory, 0);
  if (mapped == MAP_FAILED)
    decode_refuse (CAS_DECODED_NO_MEMORY, subject, g_strerror (errno));
  return mapped;
}

void
decode_finish (const DecodePixels *pixels,
               const DecodeTexts  *texts)
{
  const DecodeSubject *subject = &pixels->subject;
  const gsize n_pixels = (gsize) subject->width * subject->height;
  const gboolean has_alpha = has_transparency (pixels);
  const Placing placing = place (subject->width, subject->height,
                                 find_orientation (pixels, texts));
  const gsize size = sizeof (CasDecodedHeader) + (has_alpha ? 4 : 3) * n_pixels + texts->texts->len;
  DecodeColour colour;
  int memory;

  decode_colour_init (&colour, pixels->profile, pixels->n_channels);

  guint8 *mapped = map_memory (subject, size, &memory);
  guint8 *rgb = mapped + sizeof (CasDecodedHeader);

  *(CasDecodedHeader *) mapped = (CasDecodedHeader) {
    .magic = CAS_DECODED_MAGIC,
    .version = CAS_DECODED_VERSION,
    .width = placing.width,
    .height = placing.height,
    .has_alpha = has_alpha,
    .profile = colour.profile,
    .n_texts = texts->n_texts,
    .text_bytes = texts->texts->len,
    .trouble = texts->trouble,
  };
  write_pixels (pixels, &colour, &placing, rgb, has_alpha ? rgb + 3 * n_pixels : NULL);
  if (texts->texts->len > 0)
    memcpy (mapped + size - texts->texts->len, texts->texts->data, texts->texts->len);
  munmap (mapped, size);
  decode_hand_over (subject, memory);
}
