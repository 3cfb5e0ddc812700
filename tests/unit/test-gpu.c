/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The device on whatever driver there is, with the validation layer listening. */

#include "gpu/commands.h"
#include "gpu/gpu-private.h"

#include <glib/gstdio.h>
#include <string.h>

#include "scale-spirv.h"

#define WORKGROUP 64u

typedef struct
{
  guint64 x, y;
  guint32 n;
  guint32 padding;
} ScalePush;

static const CasShader scale = {
  .name = "scale",
  .spirv = scale_spirv,
  .spirv_bytes = sizeof scale_spirv,
  .push_bytes = sizeof (ScalePush),
};

static CasGpu *
open_gpu (const char *cache_folder)
{
  g_autoptr (GError) error = NULL;
  CasGpu *gpu = cas_gpu_new (&(CasGpuParams) {
    .validate = TRUE,
    .cache_folder = cache_folder,
  }, &error);

  g_assert_no_error (error);
  return gpu;
}

static void
close_gpu (CasGpu *gpu)
{
  g_assert_cmpuint (cas_gpu_get_n_validation_messages (gpu), ==, 0);
  for (guint i = 0; i < CAS_N_MEMORY_PURPOSES; i++)
    if (i != CAS_MEMORY_TRANSFER) /* staging lives as long as the device */
      g_assert_cmpuint (cas_gpu_get_bytes_held (gpu, i), ==, 0);
  cas_gpu_free (gpu);
}

static CasBuffer *
new_buffer (CasGpu         *gpu,
            gsize           size,
            CasMemoryPlace  place)
{
  g_autoptr (GError) error = NULL;
  CasBuffer *buffer = cas_buffer_new (gpu, size, CAS_MEMORY_STATE, place, "test", &error);

  g_assert_no_error (error);
  return buffer;
}

static CasPipeline *
get_scale (CasGpu  *gpu,
           guint32  factor,
           gboolean pin)
{
  g_autoptr (GError) error = NULL;
  CasPipeline *pipeline = cas_gpu_get_pipeline (gpu, &(CasPipelineParams) {
    .shader = &scale,
    .spec = { WORKGROUP * 2, factor },
    .n_spec = 2,
    .pin_subgroup = pin,
  }, &error);

  g_assert_no_error (error);
  return pipeline;
}

/* --- the devices there are ------------------------------------------------------------------- */

static void
test_list (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) infos = cas_gpu_list (&error);

  g_assert_no_error (error);
  g_assert_cmpuint (infos->len, >, 0);

  for (guint i = 0; i < infos->len; i++)
    {
      const CasGpuInfo *info = &g_array_index (infos, CasGpuInfo, i);

      g_test_message ("%u: %s (%s, %s), %s", i, info->name, info->driver, info->driver_info,
                      info->missing ? info->missing : "usable");
      g_assert_cmpstr (info->name, !=, "");
      if (i > 0)
        g_assert_cmpint (info->kind, >=, g_array_index (infos, CasGpuInfo, i - 1).kind);
    }
}

static void
test_limits (void)
{
  CasGpu *gpu = open_gpu (NULL);
  const CasGpuInfo *info = cas_gpu_get_info (gpu);

  g_assert_null (info->missing);
  g_assert_cmpuint (info->subgroup_size, >=, info->min_subgroup_size);
  g_assert_cmpuint (info->subgroup_size, <=, info->max_subgroup_size);
  g_assert_cmpuint (info->max_push_bytes, >=, 128);
  g_assert_cmpuint (info->max_allocation_bytes, >, 0);
  g_assert_cmpuint (info->max_allocation_bytes, <=, 1u << 30);
  g_assert_cmpuint (cas_gpu_get_available_bytes (gpu), >, 0);
  g_assert_cmpuint (cas_gpu_get_available_bytes (gpu), <, info->memory_bytes);

  close_gpu (gpu);
}

static void
expect_error (const char *device,
              CasError    code,
              const char *part)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CasGpu) gpu = cas_gpu_new (&(CasGpuParams) { .device = device }, &error);

  g_assert_null (gpu);
  g_assert_error (error, CAS_ERROR, (int) code);
  g_test_message ("%s", error->message);
  if (strstr (error->message, part) == NULL)
    g_error ("“%s” does not say “%s”", error->message, part);
}

static void
test_unknown_device (void)
{
  g_autoptr (GArray) infos = cas_gpu_list (NULL);
  const char *first = g_array_index (infos, CasGpuInfo, 0).name;

  expect_error ("no such card", CAS_ERROR_NO_DEVICE, "no such card");
  expect_error ("no such card", CAS_ERROR_NO_DEVICE, first);
  expect_error ("1000", CAS_ERROR_NO_DEVICE, first);
  expect_error ("\xff", CAS_ERROR_NO_DEVICE, first);

  g_setenv ("CAS_DEVICE", "nor this one", TRUE);
  expect_error (NULL, CAS_ERROR_NO_DEVICE, "nor this one");
  g_unsetenv ("CAS_DEVICE");
}

static void
test_choose (void)
{
  g_autoptr (GArray) entries = g_array_new (FALSE, TRUE, sizeof (CasDeviceEntry));
  static const struct { const char *wanted; int index; CasError code; } cases[] = {
    { NULL, 1 },
    { "1", 1 },
    { "2", 2 },
    { "LLVM", 2 },
    { "geforce", 1 },
    { "card", 1 }, /* the first that can be used */
    { "0", -1, CAS_ERROR_UNSUPPORTED_DEVICE },
    { "old", -1, CAS_ERROR_UNSUPPORTED_DEVICE },
    { "3", -1, CAS_ERROR_NO_DEVICE },
    { "-1", -1, CAS_ERROR_NO_DEVICE },
    { "radeon", -1, CAS_ERROR_NO_DEVICE },
  };
  const CasDeviceEntry devices[] = {
    { .info = { .name = "Old card", .missing = (char *) "It is too old." } },
    { .info = { .name = "GeForce card" } },
    { .info = { .name = "llvmpipe (LLVM 15)" } },
  };

  g_array_append_vals (entries, devices, G_N_ELEMENTS (devices));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      const CasDeviceEntry *entry = cas_choose_device (entries, cases[i].wanted, &error);

      g_test_message ("%s", cases[i].wanted ? cases[i].wanted : "none");
      if (cases[i].index >= 0)
        g_assert_true (entry == &g_array_index (entries, CasDeviceEntry, cases[i].index));
      else
        g_assert_error (error, CAS_ERROR, (int) cases[i].code);
    }
}

static void
expect_no_vulkan (const char *part)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (cas_gpu_list (&error));
  g_assert_error (error, CAS_ERROR, CAS_ERROR_NO_DEVICE);
  expect_error (NULL, CAS_ERROR_NO_DEVICE, part);
}

static void
test_no_driver (void)
{
  if (g_test_subprocess ())
    {
      expect_no_vulkan ("driver");
      return;
    }

  g_setenv ("VK_ICD_FILENAMES", "/nonexistent.json", TRUE);
  g_setenv ("VK_DRIVER_FILES", "/nonexistent.json", TRUE);
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_unsetenv ("VK_ICD_FILENAMES");
  g_unsetenv ("VK_DRIVER_FILES");
  g_test_trap_assert_passed ();
}

/* A file that is no library stands before the real loader. */
static void
test_no_loader (void)
{
  g_autofree char *folder = NULL;
  g_autofree char *file = NULL;
  g_autofree char *path = NULL;

  if (g_test_subprocess ())
    {
      expect_no_vulkan ("libvulkan");
      return;
    }

  folder = g_dir_make_tmp ("weir-XXXXXX", NULL);
  file = g_build_filename (folder, "libvulkan.so.1", NULL);
  path = g_strdup (g_getenv ("LD_LIBRARY_PATH"));
  g_assert_true (g_file_set_contents (file, "", 0, NULL));

  g_setenv ("LD_LIBRARY_PATH", folder, TRUE);
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  if (path != NULL)
    g_setenv ("LD_LIBRARY_PATH", path, TRUE);
  else
    g_unsetenv ("LD_LIBRARY_PATH");
  g_test_trap_assert_passed ();

  g_remove (file);
  g_rmdir (folder);
}

/* --- memory ---------------------------------------------------------------------------------- */

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

/* --- pipelines and commands ------------------------------------------------------------------ */

static void
test_pipelines_are_kept (void)
{
  CasGpu *gpu = open_gpu (NULL);
  CasPipeline *first = get_scale (gpu, 3, FALSE);

  g_assert_cmpuint (cas_gpu_get_n_pipelines (gpu), ==, 1);
  g_assert_true (get_scale (gpu, 3, FALSE) == first);
  g_assert_cmpuint (cas_gpu_get_n_pipelines (gpu), ==, 1);
  g_assert_true (get_scale (gpu, 4, FALSE) != first);
  g_assert_true (get_scale (gpu, 3, TRUE) != first);
  g_assert_cmpuint (cas_gpu_get_n_pipelines (gpu), ==, 3);

  close_gpu (gpu);
}

static void
record_scale (CasCommands *commands,
              CasPipeline *pipeline,
              CasBuffer   *x,
              CasBuffer   *y,
              guint        n)
{
  const ScalePush push
      = { .x = cas_buffer_get_address (x), .y = cas_buffer_get_address (y), .n = n };

  cas_commands_dispatch (commands, pipeline, &push, (n + 2 * WORKGROUP - 1) / (2 * WORKGROUP), 1, 1);
}

/* z = 5 · (3 · x), recorded once and run with two sets of numbers. */
static void
test_compute (void)
{
  CasGpu *gpu = open_gpu (NULL);
  g_autoptr (GError) error = NULL;
  const guint n = 100003;
  CasBuffer *x = new_buffer (gpu, n * sizeof (float), CAS_MEMORY_UPLOAD);
  CasBuffer *y = new_buffer (gpu, n * sizeof (float), CAS_MEMORY_DEVICE);
  CasBuffer *z = new_buffer (gpu, n * sizeof (float), CAS_MEMORY_READBACK);
  CasCommands *commands = cas_commands_new (gpu, 3, "scale twice", &error);
  float *in = cas_buffer_get_host (x);
  const float *out = cas_buffer_get_host (z);

  cas_commands_timestamp (commands, 0);
  record_scale (commands, get_scale (gpu, 3, FALSE), x, y, n);
  cas_commands_timestamp (commands, 1);
  cas_commands_barrier (commands);
  record_scale (commands, get_scale (gpu, 5, TRUE), y, z, n);
  cas_commands_timestamp (commands, 2);
  g_assert_true (cas_commands_end (commands, &error));

  for (guint run = 0; run < 2; run++)
    {
      for (guint i = 0; i < n; i++)
        in[i] = i * (run + 1);
      cas_commands_run (commands, &error);
      g_assert_no_error (error);
      for (guint i = 0; i < n; i++)
        if (out[i] != 15.0f * in[i])
          g_error ("run %u: element %u is %g, wanted %g", run, i, out[i], 15.0f * in[i]);
    }

  g_test_message ("%g s, %g s", cas_commands_get_time (commands, 1),
                  cas_commands_get_time (commands, 2));
  g_assert_cmpfloat (cas_commands_get_time (commands, 0), ==, 0);
  g_assert_cmpfloat (cas_commands_get_time (commands, 1), >=, 0);
  g_assert_cmpfloat (cas_commands_get_time (commands, 2), >=, cas_commands_get_time (commands, 1));

  cas_commands_free (commands);
  cas_buffer_free (x);
  cas_buffer_free (y);
  cas_buffer_free (z);
  close_gpu (gpu);
}

static void
test_device_lost (void)
{
  CasGpu *gpu = open_gpu (NULL);
  g_autoptr (GError) error = NULL;
  CasBuffer *buffer = new_buffer (gpu, 64, CAS_MEMORY_DEVICE);
  CasCommands *commands = cas_commands_new (gpu, 0, "never run", NULL);
  gsize size = 64;

  g_assert_nonnull (cas_gpu_peek_staging (gpu, &size, NULL));
  g_assert_true (cas_gpu_commit_staging (gpu, buffer, 0, 64, NULL));
  g_assert_true (cas_commands_end (commands, NULL));

  g_assert_false (cas_gpu_check (gpu, VK_ERROR_DEVICE_LOST, "vkQueueSubmit2", &error));
  g_assert_error (error, CAS_ERROR, CAS_ERROR_DEVICE_LOST);
  g_assert_true (cas_gpu_is_lost (gpu));

#define ASSERT_LOST(call)                                    \
  g_clear_error (&error);                                    \
  g_assert_false (call);                                     \
  g_assert_error (error, CAS_ERROR, CAS_ERROR_DEVICE_LOST)

  ASSERT_LOST (cas_buffer_new (gpu, 64, 0, 0, "late", &error) != NULL);
  ASSERT_LOST (cas_gpu_peek_staging (gpu, &size, &error) != NULL);
  ASSERT_LOST (cas_gpu_commit_staging (gpu, buffer, 0, 64, &error));
  ASSERT_LOST (cas_gpu_finish_uploads (gpu, &error));
  ASSERT_LOST (cas_commands_new (gpu, 0, "late", &error) != NULL);
  ASSERT_LOST (cas_commands_run (commands, &error));
  ASSERT_LOST (cas_gpu_get_pipeline (gpu, &(CasPipelineParams) { .shader = &scale }, &error)
               != NULL);

  cas_commands_free (commands);
  cas_buffer_free (buffer);
  close_gpu (gpu);
}

static void
test_speed (void)
{
  CasGpu *gpu = open_gpu (NULL);
  double speed = cas_gpu_get_speed (gpu);

  g_assert_cmpfloat (speed, >, 0);
  cas_gpu_learn_speed (gpu, 1e15, 0);
  cas_gpu_learn_speed (gpu, 1e15, 1e-6);
  cas_gpu_learn_speed (gpu, 0, 1);
  g_assert_cmpfloat (cas_gpu_get_speed (gpu), ==, speed);

  for (guint i = 0; i < 40; i++)
    cas_gpu_learn_speed (gpu, 5e9, 1);
  g_assert_cmpfloat_with_epsilon (cas_gpu_get_speed (gpu), 5e9, 5e8);

  close_gpu (gpu);
}

/* --- the pipeline cache ---------------------------------------------------------------------- */

static char *
find_cache_file (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name = dir ? g_dir_read_name (dir) : NULL;

  g_assert_nonnull (name);
  g_assert_true (g_str_has_prefix (name, "pipelines-"));
  g_assert_true (g_str_has_suffix (name, ".bin"));
  return g_build_filename (folder, name, NULL);
}

static void
compile_and_save (const char *folder)
{
  CasGpu *gpu = open_gpu (folder);

  get_scale (gpu, 3, FALSE);
  cas_gpu_save_cache (gpu);
  close_gpu (gpu);
}

static void
remove_cache (const char *folder,
              const char *file)
{
  g_remove (file);
  g_rmdir (folder);
}

static void
test_cache_kept (void)
{
  g_autofree char *base = g_dir_make_tmp ("weir-XXXXXX", NULL);
  g_autofree char *folder = g_build_filename (base, "made", "on demand", NULL);
  g_autofree char *parent = g_path_get_dirname (folder);
  g_autofree char *file = NULL;
  GStatBuf before, after;

  compile_and_save (folder);
  file = find_cache_file (folder);
  g_assert_cmpint (g_stat (file, &before), ==, 0);

  /* the second time nothing new is learnt, so the file is left alone: it was loaded */
  compile_and_save (folder);
  g_assert_cmpint (g_stat (file, &after), ==, 0);
  g_assert_cmpuint (before.st_ino, ==, after.st_ino);

  remove_cache (folder, file);
  g_rmdir (parent);
  g_rmdir (base);
}

static void
check_ignored (const char   *folder,
               const char   *file,
               const guint8 *bytes,
               gsize         length,
               const char   *what)
{
  g_autofree char *now = NULL;
  gsize length_now;

  g_test_message ("%s", what);
  g_assert_true (g_file_set_contents (file, (const char *) bytes, length, NULL));
  compile_and_save (folder);
  g_assert_true (g_file_get_contents (file, &now, &length_now, NULL));
  if (length_now == length && memcmp (now, bytes, length) == 0)
    g_error ("a cache file that is %s was taken", what);
}

static void
test_cache_ignored (void)
{
  g_autofree char *folder = g_dir_make_tmp ("weir-XXXXXX", NULL);
  g_autofree guint8 *bytes = NULL;
  g_autofree char *file = NULL;
  gsize length;
  static const struct { int offset; const char *what; } flips[] = {
    { 0, "of another format" }, { 8, "of another version" }, { 12, "of another driver version" },
    { 16, "of another driver" }, { 32, "of another length" }, { 40, "of another checksum" },
    { -1, "damaged at the end" },
  };

  compile_and_save (folder);
  file = find_cache_file (folder);
  g_assert_true (g_file_get_contents (file, (char **) &bytes, &length, NULL));

  for (guint i = 0; i < G_N_ELEMENTS (flips); i++)
    {
      guint8 *byte = &bytes[flips[i].offset >= 0 ? (gsize) flips[i].offset : length - 1];

      *byte ^= 1;
      check_ignored (folder, file, bytes, length, flips[i].what);
      *byte ^= 1;
    }
  check_ignored (folder, file, bytes, 0, "empty");
  check_ignored (folder, file, bytes, 40, "cut in the header");
  check_ignored (folder, file, bytes, 72, "cut after the header");
  check_ignored (folder, file, bytes, length - 1, "cut at the end");

  remove_cache (folder, file);
}

/* A place that cannot be written is no error. */
static void
test_cache_unwritable (void)
{
  compile_and_save ("/proc/no such folder");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/gpu/list", test_list);
  g_test_add_func ("/gpu/limits", test_limits);
  g_test_add_func ("/gpu/choose", test_choose);
  g_test_add_func ("/gpu/unknown-device", test_unknown_device);
  g_test_add_func ("/gpu/no-driver", test_no_driver);
  g_test_add_func ("/gpu/no-loader", test_no_loader);
  g_test_add_func ("/gpu/out-of-memory", test_out_of_memory);
  g_test_add_func ("/gpu/too-large", test_too_large);
  g_test_add_func ("/gpu/upload", test_upload);
  g_test_add_func ("/gpu/upload-order", test_upload_order);
  g_test_add_func ("/gpu/free-while-uploading", test_free_while_uploading);
  g_test_add_func ("/gpu/pipelines-are-kept", test_pipelines_are_kept);
  g_test_add_func ("/gpu/compute", test_compute);
  g_test_add_func ("/gpu/device-lost", test_device_lost);
  g_test_add_func ("/gpu/speed", test_speed);
  g_test_add_func ("/gpu/cache-kept", test_cache_kept);
  g_test_add_func ("/gpu/cache-ignored", test_cache_ignored);
  g_test_add_func ("/gpu/cache-unwritable", test_cache_unwritable);

  return g_test_run ();
}
