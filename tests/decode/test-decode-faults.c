/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A decoder that crashes, hangs or lies costs a sentence, and is told no more than it must know. */

#include "cascade/error.h"
#include "io/picture-file.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

/* The file that tells the stand-in what to do. */
typedef struct
{
  char *folder;
  char *path;
} Fixture;

static void
set_up (Fixture      *f,
        gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  f->folder = g_dir_make_tmp ("weir-decode-XXXXXX", &error);
  g_assert_no_error (error);
  f->path = g_build_filename (f->folder, "picture", NULL);
}

static void
tear_down (Fixture      *f,
           gconstpointer data)
{
  g_unlink (f->path);
  g_rmdir (f->folder);
  g_free (f->path);
  g_free (f->folder);
}

static CasPictureFile *
read_as (const Fixture *f,
         const char    *behaviour,
         guint          timeout_ms,
         GCancellable  *cancellable,
         GError       **error)
{
  const CasPictureFileParams params = {
    .program = g_getenv ("WEIR_STAND_IN"), .timeout_ms = timeout_ms,
  };

  g_assert_true (g_file_set_contents (f->path, behaviour, -1, NULL));
  return cas_picture_file_read (f->path, &params, cancellable, error);
}

static void
check_refused (const Fixture *f,
               const char    *behaviour,
               guint          timeout_ms,
               int             code,
               const char    *words)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CasPictureFile) picture = read_as (f, behaviour, timeout_ms, NULL, &error);

  g_test_message ("%s: %s", behaviour, error ? error->message : "a picture");
  g_assert_null (picture);
  g_assert_error (error, CAS_ERROR, code);
  g_assert_nonnull (strstr (error->message, f->path));
  g_assert_nonnull (strstr (error->message, words));
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
}

static void
test_right (Fixture      *f,
            gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CasPictureFile) picture = read_as (f, "right", 0, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (cas_image_get_width (picture->image), ==, 4);
  g_assert_cmpuint (cas_image_get_height (picture->image), ==, 2);
  g_assert_cmpstr (cas_picture_file_lookup_text (picture, "key"), ==, "text");
}

static void
test_faults (Fixture      *f,
             gconstpointer data)
{
  static const struct
  {
    const char *behaviour;
    int         code;
    const char *words;
  } cases[] = {
    { "segfault", CAS_ERROR_WORKER_DIED, "weir-decode crashed" },
    { "abort", CAS_ERROR_WORKER_DIED, "weir-decode crashed" },
    { "fail", CAS_ERROR_WORKER_DIED, "without an answer" },
    { "nothing", CAS_ERROR_WORKER_DIED, "without an answer" },
    { "close-and-hang", CAS_ERROR_WORKER_DIED, "crashed" },
    { "garbage", CAS_ERROR_PROTOCOL, "not of this version" },
    { "short", CAS_ERROR_PROTOCOL, "not of this version" },
    { "long", CAS_ERROR_PROTOCOL, "not of this version" },
    { "unknown-result", CAS_ERROR_PROTOCOL, "nothing that can be understood" },
    { "no-memory-passed", CAS_ERROR_PROTOCOL, "nothing that can be understood" },
    { "many-descriptors", CAS_ERROR_PROTOCOL, "nothing that can be understood" },
    { "unsealed", CAS_ERROR_PROTOCOL, "is not sealed" },
    { "half-sealed", CAS_ERROR_PROTOCOL, "is not sealed" },
    { "file", CAS_ERROR_PROTOCOL, "is not sealed" },
    { "wide", CAS_ERROR_PROTOCOL, "sizes" },
    { "overflow", CAS_ERROR_PROTOCOL, "sizes" },
    { "no-width", CAS_ERROR_PROTOCOL, "sizes" },
    { "alpha", CAS_ERROR_PROTOCOL, "sizes" },
    { "many-texts", CAS_ERROR_PROTOCOL, "texts" },
    { "few-texts", CAS_ERROR_PROTOCOL, "texts" },
    { "open-text", CAS_ERROR_PROTOCOL, "texts" },
    { "latin-text", CAS_ERROR_PROTOCOL, "texts" },
    { "no-memory", CAS_ERROR_OUT_OF_HOST_MEMORY, "/picture." },
    { "no-memory-for-size", CAS_ERROR_OUT_OF_HOST_MEMORY, "640×480" },
    { "wild-words", CAS_ERROR_BAD_IMAGE, "damaged" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    check_refused (f, cases[i].behaviour, 0, cases[i].code, cases[i].words);
}

static void
test_hang (Fixture      *f,
           gconstpointer data)
{
  check_refused (f, "hang", 200, CAS_ERROR_WORKER_DIED, "stopped after");
}

/* What the decoder has started ends with it: the lock that it holds can be had. */
static void
test_leave_another (Fixture      *f,
                    gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CasPictureFile) picture = read_as (f, "leave-another", 0, NULL, &error);

  g_assert_no_error (error);

  const int fd = open (f->path, O_RDONLY);

  g_assert_cmpint (flock (fd, LOCK_EX), ==, 0); /* waits: a killed process needs a moment */
  close (fd);
}

static gpointer
cancel_soon (gpointer cancellable)
{
  g_usleep (100 * G_TIME_SPAN_MILLISECOND);
  g_cancellable_cancel (cancellable);
  return NULL;
}

static void
test_cancel (Fixture      *f,
             gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GThread *thread = g_thread_new ("cancel", cancel_soon, cancellable);
  g_autoptr (CasPictureFile) picture = read_as (f, "hang", 0, cancellable, &error);

  g_thread_join (thread);
  g_assert_null (picture);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* One without FD_CLOEXEC is not for the decoder either. */
static void
test_descriptors (Fixture      *f,
                  gconstpointer data)
{
  const int fds[] = { open ("/dev/null", O_RDONLY), dup2 (STDOUT_FILENO, 77) };

  check_refused (f, "descriptors", 0, CAS_ERROR_BAD_IMAGE, ": has 0 1 2 3.");
  for (guint i = 0; i < G_N_ELEMENTS (fds); i++)
    close (fds[i]);
}

/* A process may have been started without its first three. */
static void
test_few_descriptors (Fixture      *f,
                      gconstpointer data)
{
  if (!g_test_subprocess ())
    {
      g_test_trap_subprocess (NULL, 0, 0);
      g_test_trap_assert_passed ();
      return;
    }

  for (int fd = 0; fd < 3; fd++)
    close (fd);
  check_refused (f, "descriptors", 0, CAS_ERROR_BAD_IMAGE, ": has 0 1 2 3.");
}

static void
test_environment (Fixture      *f,
                  gconstpointer data)
{
  static const char *const kept[]
    = { "GDK_PIXBUF_MODULE_FILE", "GDK_PIXBUF_MODULEDIR", "LD_LIBRARY_PATH", "XDG_DATA_DIRS",
        "LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "LC_MESSAGES" };

  for (guint i = 0; i < G_N_ELEMENTS (kept); i++)
    g_unsetenv (kept[i]);
  g_setenv ("HF_TOKEN", "secret", TRUE);
  check_refused (f, "environment", 0, CAS_ERROR_BAD_IMAGE, ": knows HOME.");
}

static void
test_signals (Fixture      *f,
              gconstpointer data)
{
  sigset_t blocked;

  sigemptyset (&blocked);
  sigaddset (&blocked, SIGUSR1);
  sigprocmask (SIG_BLOCK, &blocked, NULL);
  signal (SIGUSR2, SIG_IGN);
  check_refused (f, "signals", 0, CAS_ERROR_BAD_IMAGE, "no signal is changed");
}

static void
test_no_program (Fixture      *f,
                 gconstpointer data)
{
  const CasPictureFileParams params = { .program = "/nonexistent/weir-decode" };
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (f->path, "right", -1, NULL));
  g_assert_null (cas_picture_file_read (f->path, &params, NULL, &error));
  g_assert_error (error, CAS_ERROR, CAS_ERROR_WORKER_DIED);
  g_assert_nonnull (strstr (error->message, "cannot be started"));
}

static void
test_variable (Fixture      *f,
               gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (f->path, "right", -1, NULL));
  g_setenv ("WEIR_DECODE", g_getenv ("WEIR_STAND_IN"), TRUE);
  g_autoptr (CasImage) image = cas_image_load (f->path, NULL, &error);
  g_unsetenv ("WEIR_DECODE");
  g_assert_no_error (error);
  g_assert_cmpuint (cas_image_get_width (image), ==, 4);
}

/* Nothing is left behind, neither a descriptor nor a process. */
static guint
count_descriptors (void)
{
  g_autoptr (GDir) folder = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  while (g_dir_read_name (folder))
    n++;
  return n;
}

static void
test_nothing_left (Fixture      *f,
                   gconstpointer data)
{
  static const char *const behaviours[] = { "right", "many-descriptors", "unsealed", "segfault" };
  const guint before = count_descriptors ();

  for (guint i = 0; i < G_N_ELEMENTS (behaviours); i++)
    {
      g_autoptr (CasPictureFile) picture = read_as (f, behaviours[i], 0, NULL, NULL);
    }
  g_assert_cmpuint (count_descriptors (), ==, before);
}

static gpointer
read_once (gpointer path)
{
  const CasPictureFileParams params = { .program = g_getenv ("WEIR_STAND_IN") };
  CasPictureFile *picture = cas_picture_file_read (path, &params, NULL, NULL);
  const gboolean is_read = picture != NULL;

  cas_picture_file_free (picture);
  return GINT_TO_POINTER (is_read);
}

static void
test_threads (Fixture      *f,
              gconstpointer data)
{
  GThread *threads[16];

  g_assert_true (g_file_set_contents (f->path, "right", -1, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("read", read_once, f->path);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_assert_true (GPOINTER_TO_INT (g_thread_join (threads[i])));
}

int
main (int    argc,
      char **argv)
{
  static const struct
  {
    const char *path;
    void      (*run) (Fixture *, gconstpointer);
  } tests[] = {
    { "/decode-faults/right", test_right },
    { "/decode-faults/faults", test_faults },
    { "/decode-faults/hang", test_hang },
    { "/decode-faults/leave-another", test_leave_another },
    { "/decode-faults/cancel", test_cancel },
    { "/decode-faults/descriptors", test_descriptors },
    { "/decode-faults/few-descriptors", test_few_descriptors },
    { "/decode-faults/environment", test_environment },
    { "/decode-faults/signals", test_signals },
    { "/decode-faults/no-program", test_no_program },
    { "/decode-faults/variable", test_variable },
    { "/decode-faults/nothing-left", test_nothing_left },
    { "/decode-faults/threads", test_threads },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].run, tear_down);
  return g_test_run ();
}
