/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A file is read once, a piece at a time. */

#include "loras/lora-hash.h"

#define PIECE_BYTES (1 << 20)

char *
weir_lora_dup_hash (const char   *path,
                    GCancellable *cancellable)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInputStream) stream = g_file_read (file, cancellable, NULL);
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree guint8 *piece = g_malloc (PIECE_BYTES);
  gssize n = stream ? 1 : -1;

  while (n > 0)
    {
      n = g_input_stream_read (G_INPUT_STREAM (stream), piece, PIECE_BYTES, cancellable, NULL);
      if (n > 0)
        g_checksum_update (sum, piece, n);
    }
  return n == 0 ? g_strdup (g_checksum_get_string (sum)) : NULL;
}
