/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Buffers: running out of them, writing to them, what is counted. */

#include "gpu-fixture.h"

#include <string.h>

#include "gpu/commands.h"

static void
test_out_of_memory (void)
{
  CasGpu *gpu = open_gpu (NULL);
  g_autoptr (GPtrArray) buffers
      = g_ptr_array_new_with_free_func ((GDestroyNotify) cas_buffer_free);
  g_autoptr (GError) error = NULL;
  guint64 piece = cas_gpu_get_info (gpu)->max_allocation_bytes;
  guint64 available = cas_gpu_get_available_bytes (gpu);
  guint64 most = cas_gpu_get_info (gpu)->memory_bytes / piece + 1;

  while (error == NULL && buffers->len <= most)
    {
      CasBuffer *buffer = cas_buffer_new (gpu, piece, CAS_MEMORY_WEIGHTS, CAS_MEMORY_DEVICE,
                                          "ballast", &error);

      if (buffer != NULL)
        g_ptr_array_add (buffers, buffer);
    }
  g_assert_error (error, CAS_ERROR, CAS_ERROR_OUT_OF_DEVICE_MEMORY);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, "ballast"));
  g_assert_nonnull (strstr (error->message, cas_gpu_get_info (gpu)->name));
  g_assert_cmpuint (cas_gpu_get_bytes_held (gpu, CAS_MEMORY_WEIGHTS), >=, piece * buffers->len);
  g_assert_cmpuint (cas_gpu_get_bytes_peak (gpu), >=, piece * buffers->len);
  g_assert_cmpuint (cas_gpu_get_available_bytes (gpu), <, available);

  /* it was no more than that: there is room again */
  g_ptr_array_set_size (buffers, 0);
  cas_buffer_free (new_buffer (gpu, piece, CAS_MEMORY_DEVICE));

  close_gpu (gpu);
}

static void
test_too_large (void)
{
  CasGpu *gpu = open_gpu (NULL);
  const guint64 sizes[] = { cas_gpu_get_info (gpu)->max_allocation_bytes + 1, G_MAXUINT64 };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (cas_buffer_new (gpu, sizes[i], CAS_MEMORY_ACTIVATIONS, CAS_MEMORY_DEVICE,
                                     "arena", &error));
      g_assert_error (error, CAS_ERROR, CAS_ERROR_OUT_OF_DEVICE_MEMORY);
    }

  close_gpu (gpu);
}

static guint32
pattern (gsize i)
{
  return (guint32) i * 2654435761u ^ (guint32) (i >> 7);
}

/* Through staging in pieces of at most chunk bytes, from the host and back. */
static void
check_upload (CasGpu *gpu,
              gsize   n_words,
              gsize   chunk)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CasBuffer) middle = new_buffer (gpu, n_words * 4, CAS_MEMORY_DEVICE);
  g_autoptr (CasBuffer) back = new_buffer (gpu, n_words * 4, CAS_MEMORY_READBACK);
  g_autoptr (CasCommands) commands = cas_commands_new (gpu, 0, "copy back", &error);
  const guint32 *words = cas_buffer_get_host (back);

  for (gsize done = 0; done < n_words * 4;)
    {
      gsize size = MIN (chunk, n_words * 4 - done);
      guint32 *host = cas_gpu_peek_staging (gpu, &size, &error);

      g_assert_no_error (error);
      size &= ~(gsize) 3;
      for (gsize i = 0; i < size / 4; i++)
        host[i] = pattern (done / 4 + i);
      cas_gpu_commit_staging (gpu, middle, done, size, &error);
      g_assert_no_error (error);
      done += size;
    }
  cas_gpu_finish_uploads (gpu, &error);
  g_assert_no_error (error);

  cas_commands_copy (commands, middle, 0, back, 0, n_words * 4);
  cas_commands_end (commands, &error);
  cas_commands_run (commands, &error);
  g_assert_no_error (error);
  for (gsize i = 0; i < n_words; i++)
    if (words[i] != pattern (i))
      g_error ("%zu words in pieces of %zu bytes: word %zu is %x, wanted %x", n_words, chunk, i,
               words[i], pattern (i));
}

static void
test_upload (void)
{
  CasGpu *gpu = open_gpu (NULL);
  static const struct { gsize n_words, chunk; } cases[] = {
    { 1, 4 }, { 1000, 12 }, { 100003, 1 << 20 }, { 9u << 20, G_MAXSIZE }, { 5u << 20, 300000 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    check_upload (gpu, cases[i].n_words, cases[i].chunk);
  close_gpu (gpu);
}

/* The last of two writes to one place stays. */
static void
test_upload_order (void)
{
  CasGpu *gpu = open_gpu (NULL);
  g_autoptr (GError) error = NULL;
  CasBuffer *buffer = new_buffer (gpu, 64, CAS_MEMORY_READBACK);
  guint8 *bytes = cas_buffer_get_host (buffer);

  for (guint value = 1; value <= 9; value++)
    {
      gsize size = 64;

      memset (cas_gpu_peek_staging (gpu, &size, &error), value, 64);
      cas_gpu_commit_staging (gpu, buffer, 0, 64, &error);
      g_assert_no_error (error);
    }
  cas_gpu_finish_uploads (gpu, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < 64; i++)
    g_assert_cmpuint (bytes[i], ==, 9);

  cas_buffer_free (buffer);
  close_gpu (gpu);
}

/* A buffer may go while a write to it waits, as it does when loading fails half-way. */
static void
test_free_while_uploading (void)
{
  CasGpu *gpu = open_gpu (NULL);
  CasBuffer *buffer = new_buffer (gpu, 64, CAS_MEMORY_DEVICE);
  gsize size = 64;

  memset (cas_gpu_peek_staging (gpu, &size, NULL), 0, 64);
  g_assert_true (cas_gpu_commit_staging (gpu, buffer, 0, 64, NULL));
  cas_buffer_free (buffer);
  g_assert_true (cas_gpu_finish_uploads (gpu, NULL));

  close_gpu (gpu);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/gpu/out-of-memory", test_out_of_memory);
  g_test_add_func ("/gpu/too-large", test_too_large);
  g_test_add_func ("/gpu/upload", test_upload);
  g_test_add_func ("/gpu/upload-order", test_upload_order);
  g_test_add_func ("/gpu/free-while-uploading", test_free_while_uploading);

  return g_test_run ();
}
