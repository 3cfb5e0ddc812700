/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which devices there are, which one is chosen, and what is said when there is none. */

#include "gpu-fixture.h"

#include <glib/gstdio.h>
#include <string.h>

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
    { "CPU", 2 }, /* by its kind */
    { "geforce", 1 },
    { "card", 1 }, /* the first that can be used */
    { "0", -1, CAS_ERROR_UNSUPPORTED_DEVICE },
    { "old", -1, CAS_ERROR_UNSUPPORTED_DEVICE },
    { "3", -1, CAS_ERROR_NO_DEVICE },
    { "-1", -1, CAS_ERROR_NO_DEVICE },
    { "radeon", -1, CAS_ERROR_NO_DEVICE },
  };
  const CasDeviceEntry devices[] = {
    { .info = { .name = "Old CPU card", .missing = (char *) "It is too old." } },
    { .info = { .name = "GeForce card" } },
    { .info = { .name = "llvmpipe (LLVM 15)", .kind = CAS_GPU_CPU } },
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

static void
test_no_layer (void)
{
  g_autoptr (GError) error = NULL;

  if (g_test_subprocess ())
    {
      g_assert_null (cas_gpu_new (&(CasGpuParams) { 0 }, &error));
      g_assert_error (error, CAS_ERROR, CAS_ERROR_BAD_PARAMETER);
      g_assert_nonnull (strstr (error->message, "vulkan-validationlayers"));
      return;
    }

  g_setenv ("VK_LAYER_PATH", "/nonexistent", TRUE);
  g_setenv ("CAS_VALIDATE", "1", TRUE);
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_unsetenv ("VK_LAYER_PATH");
  g_unsetenv ("CAS_VALIDATE");
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

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/gpu/list", test_list);
  g_test_add_func ("/gpu/limits", test_limits);
  g_test_add_func ("/gpu/unknown-device", test_unknown_device);
  g_test_add_func ("/gpu/choose", test_choose);
  g_test_add_func ("/gpu/no-driver", test_no_driver);
  g_test_add_func ("/gpu/no-layer", test_no_layer);
  g_test_add_func ("/gpu/no-loader", test_no_loader);
  g_test_add_func ("/gpu/speed", test_speed);

  return g_test_run ();
}
