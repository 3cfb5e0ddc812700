/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The choice of kernels for made-up graphics cards, by verdicts that are remembered, and for this
 * device taken for a card. */

#include "session/choice.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/time.h>
#include <unistd.h>

#include <glib/gstdio.h>

static const CasGpuInfo card = {
  .name = "Card",
  .kind = CAS_GPU_DISCRETE,
  .driver_version = 7,
  .max_workgroup_invocations = 1024,
  .matrix = { { 16, 16, 16 }, { 16, 16, 16 } },
};

/* One with the second generation of matrix units as well. */
static const CasGpuInfo newer_card = {
  .name = "Newer card",
  .kind = CAS_GPU_DISCRETE,
  .driver_version = 7,
  .max_workgroup_invocations = 1024,
  .matrix = { { 16, 16, 16 }, { 16, 16, 16 } },
  .matrix2 = { CAS_MATRIX2_WORKGROUP, CAS_MATRIX2_WORKGROUP },
};

static const CasGpuInfo processor = {
  .name = "Processor",
  .kind = CAS_GPU_CPU,
  .max_workgroup_invocations = 1024,
  .matrix = { { 8, 8, 8 } },
};

typedef struct
{
  const char    *name;
  CasVerdictKind kinds[CAS_N_PATHS];
  double         speeds[CAS_N_PATHS];
  double         errors[CAS_N_PATHS];
  CasPathSet     without;
  CasPath        wanted; /* CAS_N_PATHS: not known yet */
} Row;

#define TRIED { CAS_VERDICT_TRIED, CAS_VERDICT_TRIED, CAS_VERDICT_TRIED, CAS_VERDICT_TRIED }

static const Row all_right = { "all are right", TRIED, { 1, 10, 90, 80 }, { 0 }, 0,
                               CAS_PATH_MATRIX_BF16 };

static const Row rows[] = {
  { "nothing was tried", { 0 }, { 0 }, { 0 }, 0, CAS_N_PATHS },
  { "all are right", TRIED, { 1, 10, 90, 80 }, { 0 }, 0, CAS_PATH_MATRIX_BF16 },
  { "one was not tried",
    { CAS_VERDICT_TRIED, CAS_VERDICT_TRIED, CAS_VERDICT_NONE, CAS_VERDICT_TRIED },
    { 1, 10, 0, 80 }, { 0 }, 0, CAS_N_PATHS },
  { "bf16 is wrong", TRIED, { 1, 10, 90, 80 }, { 0, 0, 0, 28 }, 0, CAS_PATH_MATRIX_F16 },
  { "bf16 is slow", TRIED, { 1, 10, 90, 4.9 }, { 0 }, 0, CAS_PATH_MATRIX_F16 },
  { "bf16 is slower, not by half", TRIED, { 1, 10, 90, 5.1 }, { 0 }, 0, CAS_PATH_MATRIX_BF16 },
  { "both are slower than registers", TRIED, { 200, 10, 90, 80 }, { 0 }, 0, CAS_PATH_REGISTER },
  { "tiles are wrong, and no yardstick", TRIED, { 1, 900, 90, 80 }, { 0, 1 }, 0,
    CAS_PATH_MATRIX_BF16 },
  { "everything else is wrong", TRIED, { 1, 10, 90, 80 }, { 0, 1, 1, 1 }, 0, CAS_PATH_REGISTER },
  { "bf16 failed",
    { CAS_VERDICT_TRIED, CAS_VERDICT_TRIED, CAS_VERDICT_TRIED, CAS_VERDICT_FAILED },
    { 1, 10, 90, 0 }, { 0 }, 0, CAS_PATH_MATRIX_F16 },
  { "both crashed",
    { CAS_VERDICT_TRIED, CAS_VERDICT_TRIED, CAS_VERDICT_UNFINISHED, CAS_VERDICT_UNFINISHED },
    { 1, 10, 0, 0 }, { 0 }, 0, CAS_PATH_TILE },
  { "bf16 is off", TRIED, { 1, 10, 90, 80 }, { 0 }, 1u << CAS_PATH_MATRIX_BF16,
    CAS_PATH_MATRIX_F16 },
  { "what is off needs no trial",
    { CAS_VERDICT_TRIED, CAS_VERDICT_TRIED, CAS_VERDICT_NONE, CAS_VERDICT_NONE },
    { 1, 10, 0, 0 }, { 0 }, 1u << CAS_PATH_MATRIX_BF16 | 1u << CAS_PATH_MATRIX_F16, CAS_PATH_TILE },
};

#define ALL_TRIED                                                                                 \
  { CAS_VERDICT_TRIED, CAS_VERDICT_TRIED, CAS_VERDICT_TRIED, CAS_VERDICT_TRIED, CAS_VERDICT_TRIED, \
    CAS_VERDICT_TRIED }

static const Row newer_rows[] = {
  { "the second generation was not tried", TRIED, { 1, 10, 90, 80 }, { 0 }, 0, CAS_N_PATHS },
  { "it is faster", ALL_TRIED, { 1, 10, 90, 80, 99, 99 }, { 0 }, 0, CAS_PATH_MATRIX2_BF16 },
  { "it is slower", ALL_TRIED, { 1, 10, 90, 80, 79, 79 }, { 0 }, 0, CAS_PATH_MATRIX_BF16 },
  { "it is slower than what is wrong", ALL_TRIED, { 1, 10, 90, 80, 79, 79 }, { 0, 0, 0, 1 }, 0,
    CAS_PATH_MATRIX2_BF16 },
  { "it is slower than what is off", ALL_TRIED, { 1, 10, 90, 80, 79, 79 }, { 0 },
    1u << CAS_PATH_MATRIX_BF16, CAS_PATH_MATRIX2_BF16 },
  { "it is wrong", ALL_TRIED, { 1, 10, 90, 80, 99, 99 }, { 0, 0, 0, 0, 1, 1 }, 0,
    CAS_PATH_MATRIX_BF16 },
  { "bf16 is off", ALL_TRIED, { 1, 10, 90, 80, 99, 99 }, { 0 },
    1u << CAS_PATH_MATRIX_BF16 | 1u << CAS_PATH_MATRIX2_BF16, CAS_PATH_MATRIX2_F16 },
};

static void
fill (CasVerdicts *verdicts,
      const Row   *row)
{
  for (CasPath path = 0; path < CAS_N_PATHS; path++)
    if (row->kinds[path] != CAS_VERDICT_NONE)
      cas_verdicts_set (verdicts, path, &(CasVerdict) {
        .kind = row->kinds[path],
        .result = { row->errors[path], row->speeds[path] },
        .n_unfinished = row->kinds[path] == CAS_VERDICT_UNFINISHED ? 2 : 0,
        .message = row->kinds[path] == CAS_VERDICT_FAILED ? (char *) "It burnt." : NULL,
      });
}

static void
check_row (const Row        *row,
           const CasGpuInfo *info)
{
  g_autoptr (CasVerdicts) verdicts = cas_verdicts_load (info, NULL);
  CasPath path;

  fill (verdicts, row);
  path = cas_choice_foretell (verdicts, info, row->without);
  if (path != row->wanted)
    g_test_message ("%s: path %d, wanted %d", row->name, path, row->wanted);
  g_assert_cmpint (path, ==, row->wanted);
}

static void
test_card (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    check_row (&rows[i], &card);
  for (guint i = 0; i < G_N_ELEMENTS (newer_rows); i++)
    check_row (&newer_rows[i], &newer_card);
}

static void
test_processor (void)
{
  g_autoptr (CasVerdicts) verdicts = cas_verdicts_load (&processor, NULL);

  g_assert_cmpint (cas_choice_foretell (verdicts, &processor, 0), ==, CAS_PATH_REGISTER);
  g_assert_cmpint (cas_choice_foretell (verdicts, &processor, 1u << CAS_PATH_REGISTER), ==,
                   CAS_PATH_TILE);
  g_assert_cmpint (cas_choice_foretell (verdicts, &processor, ~0u), ==, CAS_N_PATHS);
}

static char *
new_folder (void)
{
  char *folder = g_dir_make_tmp ("weir-choice-XXXXXX", NULL);

  g_assert_nonnull (folder);
  return folder;
}

static void
remove_folder (char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir && (name = g_dir_read_name (dir)))
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_assert_cmpint (g_remove (path), ==, 0);
    }
  g_assert_cmpint (g_rmdir (folder), ==, 0);
  g_free (folder);
}

static void
check_same (const CasVerdict *a,
            const CasVerdict *b)
{
  g_assert_cmpint (a->kind, ==, b->kind);
  g_assert_cmpfloat (a->result.error, ==, b->result.error);
  g_assert_cmpfloat (a->result.speed, ==, b->result.speed);
  g_assert_cmpuint (a->n_unfinished, ==, b->n_unfinished);
  g_assert_cmpstr (a->message, ==, b->message);
}

static void
test_memory (void)
{
  char *folder = new_folder ();
  CasGpuInfo updated = card;

  updated.driver_version++;
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (CasVerdicts) verdicts = cas_verdicts_load (&processor, folder);
      g_autoptr (CasVerdicts) again = NULL;
      g_autoptr (CasVerdicts) newer = NULL;

      fill (verdicts, &rows[i]);
      again = cas_verdicts_load (&processor, folder);
      newer = cas_verdicts_load (&updated, folder);
      for (CasPath path = 0; path < CAS_N_PATHS; path++)
        {
          if (rows[i].kinds[path] != CAS_VERDICT_NONE)
            check_same (cas_verdicts_get (again, path), cas_verdicts_get (verdicts, path));
          g_assert_cmpint (cas_verdicts_get (newer, path)->kind, ==, CAS_VERDICT_NONE);
        }
    }
  remove_folder (folder);
}

/* Every beginning of the file, and every byte of it changed: as if there were none, or as it was. */
static void
test_damage (void)
{
  char *folder = new_folder ();
  g_autofree char *path = cas_gpu_info_dup_cache_path (&card, folder, "kernels", ".ini");
  g_autofree char *text = NULL;
  gsize size;

  {
    g_autoptr (CasVerdicts) verdicts = cas_verdicts_load (&card, folder);

    fill (verdicts, &rows[1]);
  }
  g_assert_true (g_file_get_contents (path, &text, &size, NULL));
  for (gsize i = 0; i < size; i++)
    {
      g_autofree char *damaged = g_memdup2 (text, size);

      g_assert_true (g_file_set_contents (path, text, i, NULL));
      cas_verdicts_free (cas_verdicts_load (&card, folder));
      damaged[i] ^= 0x20;
      g_assert_true (g_file_set_contents (path, damaged, size, NULL));
      cas_verdicts_free (cas_verdicts_load (&card, folder));
    }
  remove_folder (folder);
}

static void
test_environment (void)
{
  g_autoptr (GError) error = NULL;
  CasPathSet without;

  g_setenv ("CAS_WITHOUT_KERNELS", "tile, matrix-bf16,", TRUE);
  g_assert_true (cas_choice_read_without (&without, NULL));
  g_assert_cmpuint (without, ==, 1u << CAS_PATH_TILE | 1u << CAS_PATH_MATRIX_BF16);
  g_setenv ("CAS_WITHOUT_KERNELS", "tiles", TRUE);
  g_assert_false (cas_choice_read_without (&without, &error));
  g_assert_error (error, CAS_ERROR, CAS_ERROR_BAD_PARAMETER);
  g_assert_nonnull (strstr (error->message, "“tiles”"));
  g_unsetenv ("CAS_WITHOUT_KERNELS");
  g_assert_true (cas_choice_read_without (&without, NULL));
  g_assert_cmpuint (without, ==, 0);
}

/* A trial that was not finished is made once more; the second one shows the path to blame. */
static void
test_unfinished (void)
{
  static const struct
  {
    CasKernelsState state;
    CasPath         wanted;
  } times[] = {
    { CAS_KERNELS_UNTRIED, CAS_N_PATHS },
    { CAS_KERNELS_CRASHED, CAS_PATH_MATRIX_F16 },
    { CAS_KERNELS_CRASHED, CAS_PATH_MATRIX_F16 },
  };
  char *folder = new_folder ();
  g_autoptr (CasVerdicts) finished = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (times); i++)
    {
      g_autoptr (CasVerdicts) verdicts = cas_verdicts_load (&card, folder);

      if (i == 0)
        fill (verdicts, &all_right);
      cas_verdicts_begin (verdicts, CAS_PATH_MATRIX_BF16);
      g_clear_pointer (&verdicts, cas_verdicts_free);
      verdicts = cas_verdicts_load (&card, folder);
      g_assert_cmpint (cas_choice_get_state (verdicts, CAS_PATH_MATRIX_BF16), ==, times[i].state);
      g_assert_cmpint (cas_choice_foretell (verdicts, &card, 0), ==, times[i].wanted);
    }

  finished = cas_verdicts_load (&card, folder);
  fill (finished, &all_right);
  cas_verdicts_begin (finished, CAS_PATH_MATRIX_BF16);
  g_assert_cmpint (cas_choice_get_state (finished, CAS_PATH_MATRIX_BF16), ==, CAS_KERNELS_UNTRIED);
  remove_folder (folder);
}

/* --- another program that is in the middle of a second trial --- */

static struct
{
  char                 *finished, *place; /* what it will have found, and where that goes */
  int                   lock;
  volatile sig_atomic_t n_calls;
} other;

static void
finish_other (int number)
{
  const int kept = errno;

  if (++other.n_calls == 3) /* those before only interrupt who waits */
    {
      rename (other.finished, other.place);
      close (other.lock);
    }
  errno = kept;
}

static void
begin_other (const char *folder)
{
  g_autofree char *lock = g_build_filename (folder, "kernels.lock", NULL);
  g_autoptr (CasVerdicts) verdicts = cas_verdicts_load (&card, folder);

  other.place = cas_gpu_info_dup_cache_path (&card, folder, "kernels", ".ini");
  other.finished = g_strconcat (other.place, ".finished", NULL);
  other.n_calls = 0;
  other.lock = open (lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  g_assert_cmpint (flock (other.lock, LOCK_EX), ==, 0);
  fill (verdicts, &all_right);
  g_assert_cmpint (g_rename (other.place, other.finished), ==, 0);
  cas_verdicts_begin (verdicts, CAS_PATH_MATRIX_BF16);
  cas_verdicts_begin (verdicts, CAS_PATH_MATRIX_BF16);
}

/* It is waited for, signals or not, and what it finds is used. */
static void
test_wait (void)
{
  static const struct itimerval soon = { { 0, 10000 }, { 0, 10000 } }, never = { 0 };
  const struct sigaction finish = { .sa_handler = finish_other };
  char *folder = new_folder ();
  const CasGpuParams params = { .cache_folder = folder };
  struct sigaction old;
  gboolean has_tried;
  CasPath path;

  begin_other (folder);
  g_assert_cmpint (sigaction (SIGALRM, &finish, &old), ==, 0);
  setitimer (ITIMER_REAL, &soon, NULL);
  g_assert_true (cas_choice_make (&params, &card, 0, &path, &has_tried, NULL));
  setitimer (ITIMER_REAL, &never, NULL);
  sigaction (SIGALRM, &old, NULL);
  g_assert_cmpint (path, ==, CAS_PATH_MATRIX_BF16);
  g_assert_false (has_tried);
  g_free (other.finished);
  g_free (other.place);
  remove_folder (folder);
}

/* --- devices --- */

/* That a device cannot be opened is no fault of its kernels. */
static void
test_no_device (void)
{
  char *folder = new_folder ();
  const CasGpuParams params = { .device = "no such device", .cache_folder = folder };
  g_autoptr (CasVerdicts) verdicts = NULL;
  gboolean has_tried;
  CasPath path;

  g_assert_true (cas_choice_make (&params, &card, 0, &path, &has_tried, NULL));
  g_assert_true (has_tried);
  g_assert_cmpint (path, ==, CAS_PATH_REGISTER);
  verdicts = cas_verdicts_load (&card, folder);
  for (CasPath p = 0; p < CAS_N_PATHS; p++)
    g_assert_cmpint (cas_verdicts_get (verdicts, p)->kind, ==, CAS_VERDICT_NONE);
  remove_folder (folder);
}

/* What is tried is remembered, and the second choice tries nothing. */
static void
test_device (void)
{
  char *folder = new_folder ();
  const CasGpuParams params = { .cache_folder = folder };
  g_autoptr (CasGpu) gpu = cas_gpu_new (&params, NULL);
  CasGpuInfo info = *cas_gpu_get_info (gpu);
  g_autoptr (CasVerdicts) verdicts = NULL;
  g_autoptr (GError) error = NULL;
  const CasVerdict fast = { .kind = CAS_VERDICT_TRIED, .result = { .speed = 1e18 } };
  gboolean has_tried;
  CasPath path;

  info.kind = CAS_GPU_DISCRETE;
  info.matrix[CAS_MATRIX_F16].k = info.matrix[CAS_MATRIX_BF16].k = 0; /* which compile for long */
  g_assert_true (cas_choice_make (&params, &info, 0, &path, &has_tried, &error));
  g_assert_no_error (error);
  g_assert_true (has_tried);
  verdicts = cas_verdicts_load (&info, folder);
  g_assert_cmpint (cas_verdicts_get (verdicts, CAS_PATH_REGISTER)->kind, ==, CAS_VERDICT_TRIED);
  g_assert_cmpint (cas_verdicts_get (verdicts, CAS_PATH_TILE)->kind, ==, CAS_VERDICT_TRIED);
  g_assert_cmpint (path, ==, cas_choice_foretell (verdicts, &info, 0));

  cas_verdicts_set (verdicts, CAS_PATH_TILE, &fast);
  g_assert_true (cas_choice_make (&params, &info, 0, &path, &has_tried, &error));
  g_assert_false (has_tried);
  g_assert_cmpint (path, ==, CAS_PATH_TILE);
  g_assert_false (cas_choice_make (&params, &info, ~0u, &path, &has_tried, &error));
  g_assert_error (error, CAS_ERROR, CAS_ERROR_UNSUPPORTED_DEVICE);
  remove_folder (folder);
}

int
main (int   argc,
      char *argv[])
{
  setlocale (LC_CTYPE, "");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/choice/card", test_card);
  g_test_add_func ("/choice/processor", test_processor);
  g_test_add_func ("/choice/memory", test_memory);
  g_test_add_func ("/choice/damage", test_damage);
  g_test_add_func ("/choice/environment", test_environment);
  g_test_add_func ("/choice/unfinished", test_unfinished);
  g_test_add_func ("/choice/wait", test_wait);
  g_test_add_func ("/choice/no-device", test_no_device);
  g_test_add_func ("/choice/device", test_device);
  return g_test_run ();
}
