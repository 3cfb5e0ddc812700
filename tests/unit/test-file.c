/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Files are written whole or not at all, whatever call fails on the way. */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* renameat2 */
#endif

#include "base/file.h"
#include "cascade/error.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* The engine is linked into this program, so that it calls the functions below. */
static struct
{
  guint write_fails_at; /* the n-th call from now, from 1; 0 is never */
  guint fsync_fails_at;
  guint rename_fails_at; /* of renameat2 and rename together */
  int   error_number;
  int   link_error; /* 0: links can be made */
  gboolean is_overtaken; /* somebody else writes there before it is replaced, and that fails */
  gsize max_per_write; /* 0 is any */
} fault;

static gboolean
fails_now (guint *countdown)
{
  if (*countdown == 0 || --*countdown > 0)
    return FALSE;

  errno = fault.error_number;
  return TRUE;
}

ssize_t
write (int         fd,
       const void *buf,
       size_t      count)
{
  if (fails_now (&fault.write_fails_at))
    return -1;
  return syscall (SYS_write, fd, buf,
                  fault.max_per_write > 0 ? MIN (count, fault.max_per_write) : count);
}

int
fsync (int fd)
{
  return fails_now (&fault.fsync_fails_at) ? -1 : (int) syscall (SYS_fsync, fd);
}

int
rename (const char *from,
        const char *to)
{
  if (fault.is_overtaken)
    {
      g_assert_true (g_file_set_contents_full (to, "theirs", -1, G_FILE_SET_CONTENTS_NONE, 0666,
                                               NULL));
      errno = EIO;
      return -1;
    }
  return fails_now (&fault.rename_fails_at) ? -1
                                            : (int) syscall (SYS_renameat2, AT_FDCWD, from,
                                                             AT_FDCWD, to, 0);
}

int
renameat2 (int          from_folder,
           const char  *from,
           int          to_folder,
           const char  *to,
           unsigned int flags)
{
  return fails_now (&fault.rename_fails_at) ? -1
                                            : (int) syscall (SYS_renameat2, from_folder, from,
                                                             to_folder, to, flags);
}

int
link (const char *from,
      const char *to)
{
  if (fault.link_error != 0)
    {
      errno = fault.link_error;
      return -1;
    }
  return (int) syscall (SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0);
}

typedef struct
{
  char *folder;
  char *path;
} Fixture;

static void
set_up (Fixture      *f,
        gconstpointer data)
{
  memset (&fault, 0, sizeof fault);
  f->folder = g_dir_make_tmp ("weir-file-XXXXXX", NULL);
  g_assert_nonnull (f->folder);
  f->path = g_build_filename (f->folder, "picture.png", NULL);
}

static void
tear_down (Fixture      *f,
           gconstpointer data)
{
  memset (&fault, 0, sizeof fault);
  g_remove (f->path);
  g_assert_cmpint (g_rmdir (f->folder), ==, 0); /* nothing else was left in it */
  g_free (f->path);
  g_free (f->folder);
}

static guint
count_files (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static void
check_contents (const char *path,
                const char *wanted)
{
  g_autoptr (GError) error = NULL;
  gsize size;
  g_autofree char *got = cas_file_read (path, 1000, &size, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (size, ==, strlen (wanted));
  g_assert_cmpstr (got, ==, wanted);
}

static void
test_write (Fixture      *f,
            gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  struct stat status;
  mode_t mask = umask (027);

  cas_file_write_new (f->path, "hello", 5, FALSE, &error);
  umask (mask);
  g_assert_no_error (error);
  check_contents (f->path, "hello");
  g_assert_cmpuint (count_files (f->folder), ==, 1);
  g_assert_cmpint (stat (f->path, &status), ==, 0);
  g_assert_cmpuint (status.st_mode & 0777, ==, 0640);
}

static void
test_empty (Fixture      *f,
            gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  cas_file_write_new (f->path, NULL, 0, FALSE, &error);
  g_assert_no_error (error);
  check_contents (f->path, "");
}

static void
test_relative (Fixture      *f,
               gconstpointer data)
{
  g_autofree char *before = g_get_current_dir ();
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_chdir (f->folder), ==, 0);
  cas_file_write_new ("picture.png", "hello", 5, FALSE, &error);
  g_assert_cmpint (g_chdir (before), ==, 0);
  g_assert_no_error (error);
  check_contents (f->path, "hello");
}

static void
test_refuses_existing (Fixture      *f,
                       gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (cas_file_write_new (f->path, "old", 3, FALSE, NULL));
  g_assert_false (cas_file_write_new (f->path, "new", 3, FALSE, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS);
  g_assert_nonnull (strstr (error->message, f->path));
  check_contents (f->path, "old");
  g_assert_cmpuint (count_files (f->folder), ==, 1);
}

static void
test_refuses_dangling_link (Fixture      *f,
                            gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (symlink ("nowhere", f->path), ==, 0);
  g_assert_false (cas_file_write_new (f->path, "new", 3, FALSE, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS);
}

/* Somebody else writes the file while we write ours. */
static void
refuse_late (Fixture *f)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CasFileWriter) writer = cas_file_writer_new (f->path, 3, FALSE, &error);

  g_assert_no_error (error);
  g_assert_true (cas_file_writer_append (writer, "new", 3, &error));
  g_assert_true (g_file_set_contents (f->path, "old", 3, NULL));
  g_assert_false (cas_file_writer_commit (writer, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS);
  check_contents (f->path, "old");
}

static void
test_refuses_late (Fixture      *f,
                   gconstpointer data)
{
  refuse_late (f);
  g_assert_cmpuint (count_files (f->folder), ==, 1);
}

/* A file system that cannot rename without replacing. */
static void
test_refuses_late_by_link (Fixture      *f,
                           gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CasFileWriter) writer = cas_file_writer_new (f->path, 3, FALSE, &error);

  g_assert_no_error (error);
  g_assert_true (g_file_set_contents (f->path, "old", 3, NULL));
  fault.error_number = EINVAL;
  fault.rename_fails_at = 1;
  g_assert_false (cas_file_writer_commit (writer, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS);
  check_contents (f->path, "old");
}

static void
test_write_by_link (Fixture      *f,
                    gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fault.error_number = EINVAL;
  fault.rename_fails_at = 1;
  cas_file_write_new (f->path, "hello", 5, FALSE, &error);
  g_assert_no_error (error);
  check_contents (f->path, "hello");
  g_assert_cmpuint (count_files (f->folder), ==, 1);
}

/* On a file system that has neither. */
static void
test_without_links (Fixture      *f,
                    gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CasFileWriter) late = cas_file_writer_new (f->path, 3, FALSE, &error);

  g_assert_no_error (error);
  fault.error_number = EINVAL;
  fault.link_error = EPERM;
  fault.rename_fails_at = 1;
  cas_file_write_new (f->path, "hello", 5, FALSE, &error);
  g_assert_no_error (error);
  check_contents (f->path, "hello");

  fault.rename_fails_at = 1;
  g_assert_false (cas_file_writer_commit (late, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS);
  check_contents (f->path, "hello");
}

/* What is there is not taken for the place that was kept. */
static void
test_overtaken (Fixture      *f,
                gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fault.error_number = EINVAL;
  fault.link_error = EPERM;
  fault.rename_fails_at = 1;
  fault.is_overtaken = TRUE;
  g_assert_false (cas_file_write_new (f->path, "hello", 5, FALSE, &error));
  g_assert_nonnull (error);
  check_contents (f->path, "theirs");
  g_assert_cmpuint (count_files (f->folder), ==, 1);
}

static void
test_overwrites (Fixture      *f,
                 gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (cas_file_write_new (f->path, "old", 3, TRUE, NULL));
  cas_file_write_new (f->path, "new one", 7, TRUE, &error);
  g_assert_no_error (error);
  check_contents (f->path, "new one");
  g_assert_cmpuint (count_files (f->folder), ==, 1);
}

static void
test_abandoned (Fixture      *f,
                gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  CasFileWriter *writer = cas_file_writer_new (f->path, 10, FALSE, &error);

  g_assert_no_error (error);
  g_assert_true (cas_file_writer_append (writer, "hello", 5, &error));
  g_assert_cmpuint (count_files (f->folder), ==, 1);
  g_assert_false (g_file_test (f->path, G_FILE_TEST_EXISTS));
  cas_file_writer_free (writer);
  g_assert_cmpuint (count_files (f->folder), ==, 0);
}

/* A file that nobody writes any more goes, one that is being written stays, as does everything
 * else. */
static void
test_remove_parts (Fixture      *f,
                   gconstpointer data)
{
  static const char *const left[] = { ".a.png.a1B2c3.part", ".a1B2c3.part" };
  static const char *const others[] = { "a.part", ".a.png.a1B2.part", ".a.png.a1-2c3.part",
                                        ".a.zip.a1B2c3.part", "a.png.a1B2c3.part", ".part" };
  g_autoptr (GError) error = NULL;
  g_autoptr (CasFileWriter) writer = cas_file_writer_new (f->path, 5, FALSE, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (left) + G_N_ELEMENTS (others); i++)
    {
      const char *name = i < G_N_ELEMENTS (left) ? left[i] : others[i - G_N_ELEMENTS (left)];
      g_autofree char *path = g_build_filename (f->folder, name, NULL);

      g_assert_true (g_file_set_contents (path, "a", 1, NULL));
    }

  cas_file_remove_parts (f->folder, ".png");
  g_assert_cmpuint (count_files (f->folder), ==, G_N_ELEMENTS (others) + 1);
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    {
      g_autofree char *path = g_build_filename (f->folder, others[i], NULL);

      g_assert_cmpint (g_remove (path), ==, 0);
    }
  g_assert_true (cas_file_writer_append (writer, "hello", 5, &error));
  g_assert_true (cas_file_writer_commit (writer, &error));
  check_contents (f->path, "hello");
}

static void
test_remove_killed_part (Fixture      *f,
                         gconstpointer data)
{
  const pid_t child = fork ();
  int status;

  if (child == 0)
    {
      CasFileWriter *writer = cas_file_writer_new (f->path, 5, FALSE, NULL);

      cas_file_writer_append (writer, "hel", 3, NULL);
      raise (SIGKILL);
    }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_cmpuint (count_files (f->folder), ==, 1);
  cas_file_remove_parts (f->folder, ".png");
  g_assert_cmpuint (count_files (f->folder), ==, 0);
}

static void
test_short_writes (Fixture      *f,
                   gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fault.max_per_write = 1;
  fault.write_fails_at = 3;
  fault.error_number = EINTR;
  cas_file_write_new (f->path, "hello", 5, FALSE, &error);
  g_assert_no_error (error);
  check_contents (f->path, "hello");
}

static void
test_long_name (Fixture      *f,
                gconstpointer data)
{
  g_autofree char *name = g_strnfill (255, 'n');
  g_autofree char *path = g_build_filename (f->folder, name, NULL);
  g_autoptr (GError) error = NULL;

  cas_file_write_new (path, "hello", 5, FALSE, &error);
  g_assert_no_error (error);
  check_contents (path, "hello");
  g_remove (path);
}

/* Each call fails once; the old file stays and no part is left. */
static void
test_failures (Fixture      *f,
               gconstpointer data)
{
  static const struct
  {
    guint    write_at, fsync_at, rename_at;
    int      error_number;
    GIOErrorEnum code;
  } cases[] = {
    { 1, 0, 0, ENOSPC, G_IO_ERROR_NO_SPACE },
    { 2, 0, 0, ENOSPC, G_IO_ERROR_NO_SPACE },
    { 5, 0, 0, EDQUOT, G_IO_ERROR_NO_SPACE },
    { 1, 0, 0, EIO, G_IO_ERROR_FAILED },
    { 0, 1, 0, ENOSPC, G_IO_ERROR_NO_SPACE },
    { 0, 1, 0, EIO, G_IO_ERROR_FAILED },
    { 0, 0, 1, EACCES, G_IO_ERROR_PERMISSION_DENIED },
    { 0, 0, 1, ENOSPC, G_IO_ERROR_NO_SPACE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      memset (&fault, 0, sizeof fault);
      g_assert_true (g_file_set_contents (f->path, "old", 3, NULL));
      fault.max_per_write = 1;
      fault.write_fails_at = cases[i].write_at;
      fault.fsync_fails_at = cases[i].fsync_at;
      fault.rename_fails_at = cases[i].rename_at;
      fault.error_number = cases[i].error_number;
      g_assert_false (cas_file_write_new (f->path, "hello", 5, TRUE, &error));
      g_assert_error (error, G_IO_ERROR, (gint) cases[i].code);
      g_assert_nonnull (strstr (error->message, f->folder));
      g_assert_nonnull (strstr (error->message, "5 bytes"));
      check_contents (f->path, "old");
      g_assert_cmpuint (count_files (f->folder), ==, 1);
    }
}

/* The real thing, by a limit on the size of files. */
static void
test_too_large (Fixture      *f,
                gconstpointer data)
{
  static const char bytes[100000];
  g_autoptr (GError) error = NULL;
  struct rlimit before;

  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &before), ==, 0);
  struct rlimit small = { .rlim_cur = 50000, .rlim_max = before.rlim_max };
  sighandler_t handler = signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &small), ==, 0);
  gboolean written = cas_file_write_new (f->path, bytes, sizeof bytes, FALSE, &error);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &before), ==, 0);
  signal (SIGXFSZ, handler);

  g_assert_false (written);
  g_assert_nonnull (error);
  g_assert_nonnull (strstr (error->message, "100000 bytes"));
  g_assert_cmpuint (count_files (f->folder), ==, 0);
}

static void
test_bad_folder (Fixture      *f,
                 gconstpointer data)
{
  g_autofree char *missing = g_build_filename (f->folder, "none", "picture.png", NULL);
  g_autofree char *under_file = g_build_filename (f->path, "picture.png", NULL);
  g_autoptr (GError) missing_error = NULL;
  g_autoptr (GError) under_file_error = NULL;
  g_autoptr (GError) proc_error = NULL;

  g_assert_false (cas_file_write_new (missing, "a", 1, FALSE, &missing_error));
  g_assert_error (missing_error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (missing_error->message, missing));

  g_assert_true (g_file_set_contents (f->path, "old", 3, NULL));
  g_assert_false (cas_file_write_new (under_file, "a", 1, FALSE, &under_file_error));
  g_assert_error (under_file_error, G_IO_ERROR, G_IO_ERROR_NOT_DIRECTORY);

  /* not even root may */
  g_assert_false (cas_file_write_new ("/proc/picture.png", "a", 1, FALSE, &proc_error));
  g_assert_nonnull (proc_error);
}

static void
test_read_only_folder (Fixture      *f,
                       gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  uid_t user = geteuid ();

  /* root may write anywhere */
  g_assert_cmpint (g_chmod (f->folder, 0555), ==, 0);
  if (user == 0)
    g_assert_cmpint (seteuid (65534), ==, 0);
  gboolean written = cas_file_write_new (f->path, "a", 1, FALSE, &error);
  if (user == 0)
    g_assert_cmpint (seteuid (0), ==, 0);
  g_assert_cmpint (g_chmod (f->folder, 0700), ==, 0);

  g_assert_false (written);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
  g_assert_nonnull (strstr (error->message, f->path));
}

static void
test_read (Fixture      *f,
           gconstpointer data)
{
  g_autoptr (GError) too_large = NULL;
  g_autoptr (GError) missing = NULL;
  g_autoptr (GError) folder = NULL;
  gsize size;

  g_assert_null (cas_file_read (f->path, 5, &size, &missing));
  g_assert_error (missing, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_null (cas_file_read (f->folder, 5, &size, &folder));
  g_assert_error (folder, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE);

  g_assert_true (g_file_set_contents (f->path, "hello", 5, NULL));
  g_autofree char *text = cas_file_read (f->path, 5, &size, NULL);
  g_assert_cmpstr (text, ==, "hello");
  g_assert_cmpuint (size, ==, 5);
  g_assert_null (cas_file_read (f->path, 4, &size, &too_large));
  g_assert_error (too_large, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  g_assert_nonnull (strstr (too_large->message, "5 bytes, wanted at most 4"));
}

static void
test_hash (Fixture      *f,
           gconstpointer data)
{
  g_autoptr (GError) missing = NULL, folder = NULL, pipe = NULL;

  g_assert_null (cas_file_dup_hash (f->path, &missing));
  g_assert_error (missing, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_null (cas_file_dup_hash (f->folder, &folder));
  g_assert_error (folder, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE);

  g_assert_cmpint (mkfifo (f->path, 0600), ==, 0);
  g_assert_null (cas_file_dup_hash (f->path, &pipe)); /* and is not waited for */
  g_assert_error (pipe, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE);
  g_assert_cmpint (g_unlink (f->path), ==, 0);

  g_assert_true (g_file_set_contents (f->path, "abc", 3, NULL));
  g_autofree char *hash = cas_file_dup_hash (f->path, NULL);
  g_assert_cmpstr (hash, ==, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

int
main (int    argc,
      char **argv)
{
  static const struct
  {
    const char *name;
    void      (*run) (Fixture *f, gconstpointer data);
  } tests[] = {
    { "/file/write", test_write },
    { "/file/empty", test_empty },
    { "/file/relative", test_relative },
    { "/file/refuses-existing", test_refuses_existing },
    { "/file/refuses-dangling-link", test_refuses_dangling_link },
    { "/file/refuses-late", test_refuses_late },
    { "/file/refuses-late-by-link", test_refuses_late_by_link },
    { "/file/write-by-link", test_write_by_link },
    { "/file/without-links", test_without_links },
    { "/file/overtaken", test_overtaken },
    { "/file/overwrites", test_overwrites },
    { "/file/abandoned", test_abandoned },
    { "/file/remove-parts", test_remove_parts },
    { "/file/remove-killed-part", test_remove_killed_part },
    { "/file/short-writes", test_short_writes },
    { "/file/long-name", test_long_name },
    { "/file/failures", test_failures },
    { "/file/too-large", test_too_large },
    { "/file/bad-folder", test_bad_folder },
    { "/file/read-only-folder", test_read_only_folder },
    { "/file/read", test_read },
    { "/file/hash", test_hash },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].name, Fixture, NULL, set_up, tests[i].run, tear_down);
  return g_test_run ();
}
