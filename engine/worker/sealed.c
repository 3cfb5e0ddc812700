/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pixels and bytes in sealed memory, written and checked. */

#define _GNU_SOURCE /* memfd_create() */

#include "worker/sealed.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cascade/error.h"

#define SEALS (F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL)

/* --- writing ------------------------------------------------------------------------------- */

typedef struct
{
  const void *data;
  gsize       size;
} Piece;

static gboolean
write_all (int           memory,
           const Piece  *piece)
{
  for (gsize done = 0; done < piece->size;)
    {
      const ssize_t n = write (memory, (const char *) piece->data + done, piece->size - done);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return FALSE;
      done += (gsize) n;
    }
  return TRUE;
}

/* The index of the memory in fds; −1 with an error. */
static int
seal (const Piece *pieces,
      guint        n_pieces,
      GUnixFDList *fds,
      GError     **error)
{
  int memory = memfd_create ("weir", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  gboolean is_done = memory >= 0;
  int index = -1;

  for (guint i = 0; is_done && i < n_pieces; i++)
    is_done = write_all (memory, &pieces[i]);
  is_done = is_done && fcntl (memory, F_ADD_SEALS, SEALS) == 0;
  if (!is_done)
    g_set_error (error, CAS_ERROR, CAS_ERROR_OUT_OF_HOST_MEMORY,
                 _("There is no memory to share with the other process: %s."), g_strerror (errno));
  else
    index = g_unix_fd_list_append (fds, memory, error);
  if (memory >= 0)
    close (memory);
  return index;
}

GVariant *
cas_sealed_from_image (CasImage    *image,
                       GUnixFDList *fds,
                       GError     **error)
{
  const guint width = cas_image_get_width (image), height = cas_image_get_height (image);
  const guint64 n_pixels = (guint64) width * height;
  const guint8 *alpha = cas_image_get_alpha (image);
  const Piece pieces[] = {
    { cas_image_get_pixels (image), 3 * n_pixels },
    { alpha, alpha ? n_pixels : 0 },
  };

  if (n_pixels > CAS_SEALED_MAX_PIXELS)
    {
      g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_PARAMETER,
                   _("A picture has %u×%u pixels, and it may have %d in all."), width, height,
                   CAS_SEALED_MAX_PIXELS);
      return NULL;
    }

  const int index = seal (pieces, G_N_ELEMENTS (pieces), fds, error);

  return index < 0 ? NULL
                   : g_variant_new (CAS_SEALED_IMAGE_TYPE, index, width, height, alpha != NULL);
}

GVariant *
cas_sealed_from_size (CasImage *image)
{
  return g_variant_new (CAS_SEALED_IMAGE_TYPE, -1, cas_image_get_width (image),
                        cas_image_get_height (image), cas_image_get_alpha (image) != NULL);
}

GVariant *
cas_sealed_from_bytes (GBytes      *bytes,
                       GUnixFDList *fds,
                       GError     **error)
{
  Piece piece;

  piece.data = g_bytes_get_data (bytes, &piece.size);

  const int index = seal (&piece, 1, fds, error);

  return index < 0 ? NULL : g_variant_new (CAS_SEALED_BYTES_TYPE, index, (guint64) piece.size);
}

/* --- reading ------------------------------------------------------------------------------- */

/* The descriptor, which stays the list's; −1 with an error if it is none, can still be changed, or
 * is of another size. */
static int
peek_memory (gint32       index,
             guint64      size,
             GUnixFDList *fds,
             GError     **error)
{
  const int n_fds = fds ? g_unix_fd_list_get_length (fds) : 0;
  struct stat status;

  if (index < 0 || index >= n_fds)
    {
      g_set_error (error, CAS_ERROR, CAS_ERROR_PROTOCOL,
                   _("A message names shared memory number %d, and %d came with it."), index,
                   n_fds);
      return -1;
    }

  const int memory = g_unix_fd_list_peek_fds (fds, NULL)[index];
  const int seals = fcntl (memory, F_GET_SEALS);

  if (seals < 0 || (seals & SEALS) != SEALS || fstat (memory, &status) != 0)
    g_set_error_literal (error, CAS_ERROR, CAS_ERROR_PROTOCOL,
                         _("Shared memory came that is not sealed."));
  else if ((guint64) status.st_size != size)
    g_set_error (error, CAS_ERROR, CAS_ERROR_PROTOCOL,
                 _("Shared memory has %" PRIu64 " bytes, wanted %" PRIu64 "."),
                 (guint64) status.st_size, size);
  else
    return memory;
  return -1;
}

/* By pread and not through a mapping: memory that cannot be had is then an error, no signal. */
static gboolean
read_all (int     memory,
          gsize   at,
          void   *data,
          gsize   size,
          GError **error)
{
  for (gsize done = 0; done < size;)
    {
      const ssize_t n = pread (memory, (char *) data + done, size - done, (off_t) (at + done));

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        {
          g_set_error_literal (error, CAS_ERROR, CAS_ERROR_PROTOCOL,
                               _("Shared memory cannot be read."));
          return FALSE;
        }
      done += (gsize) n;
    }
  return TRUE;
}

static gboolean
check_size (guint    width,
            guint    height,
            GError **error)
{
  const guint64 n_pixels = (guint64) width * height;

  if (n_pixels > 0 && n_pixels <= CAS_SEALED_MAX_PIXELS)
    return TRUE;
  g_set_error (error, CAS_ERROR, CAS_ERROR_PROTOCOL,
               _("A picture of %u×%u pixels came, and it may have 1 to %d in all."), width, height,
               CAS_SEALED_MAX_PIXELS);
  return FALSE;
}

CasImage *
cas_sealed_to_blank (GVariant *variant,
                     GError  **error)
{
  g_autoptr (CasImage) image = NULL;
  gint32 index;
  guint32 width, height;
  gboolean has_alpha;

  g_variant_get (variant, CAS_SEALED_IMAGE_TYPE, &index, &width, &height, &has_alpha);
  if (index != -1)
    g_set_error_literal (error, CAS_ERROR, CAS_ERROR_PROTOCOL,
                         _("A picture came where its size was enough."));
  else if (check_size (width, height, error))
    image = cas_image_new (width, height, error);
  if (!image || (has_alpha && !cas_image_add_alpha (image, error)))
    return NULL;
  return g_steal_pointer (&image);
}

CasImage *
cas_sealed_to_image (GVariant    *variant,
                     GUnixFDList *fds,
                     GError     **error)
{
  gint32 index;
  guint32 width, height;
  gboolean has_alpha;

  g_variant_get (variant, CAS_SEALED_IMAGE_TYPE, &index, &width, &height, &has_alpha);
  if (!check_size (width, height, error))
    return NULL;

  const guint64 n_pixels = (guint64) width * height;
  const int memory = peek_memory (index, (has_alpha ? 4 : 3) * n_pixels, fds, error);
  g_autoptr (CasImage) image = memory < 0 ? NULL : cas_image_new (width, height, error);

  if (!image || !read_all (memory, 0, cas_image_get_pixels (image), 3 * n_pixels, error))
    return NULL;
  if (has_alpha
      && (!cas_image_add_alpha (image, error)
          || !read_all (memory, 3 * n_pixels, cas_image_get_alpha (image), n_pixels, error)))
    return NULL;
  return g_steal_pointer (&image);
}

GBytes *
cas_sealed_to_bytes (GVariant    *variant,
                     GUnixFDList *fds,
                     GError     **error)
{
  gint32 index;
  guint64 size;

  g_variant_get (variant, CAS_SEALED_BYTES_TYPE, &index, &size);
  if (size > CAS_SEALED_MAX_BYTES)
    {
      g_set_error (error, CAS_ERROR, CAS_ERROR_PROTOCOL,
                   _("Shared memory of %" PRIu64 " bytes came, and it may have %d."), size,
                   CAS_SEALED_MAX_BYTES);
      return NULL;
    }

  const int memory = peek_memory (index, size, fds, error);
  g_autofree guint8 *data = memory < 0 ? NULL : g_try_malloc (MAX (size, 1));

  if (memory >= 0 && !data)
    g_set_error (error, CAS_ERROR, CAS_ERROR_OUT_OF_HOST_MEMORY,
                 _("There is no memory for %" PRIu64 " bytes from the other process."), size);
  if (!data || !read_all (memory, 0, data, size, error))
    return NULL;
  return g_bytes_new_take (g_steal_pointer (&data), size);
}
