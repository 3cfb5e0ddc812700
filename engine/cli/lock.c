/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A claim is written beside its place and linked into it, which one program alone can do. A dead
 * claim is taken over by renaming a new one onto it; who may do that is settled by a second file
 * that is named after the dead claim, and that again one program alone can make. */

#include "cli/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>
#include <utime.h>

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "base/file.h"
#include "cli/exit-code.h"

#define RENEW_SECONDS   60
#define MAX_CLAIM_BYTES 4096
#define MAX_NAME_BYTES  200 /* leaves room for what is added to it */
#define UNIQUE_LENGTH   8   /* of what a claim's file is called by until it is in its place */

struct _CliLock
{
  char    *path; /* of the claim in its place */
  char    *text; /* what it says: who made it */
  GThread *thread;
  GMutex   mutex;
  GCond    cond;
  gboolean is_over;
};

/* --- who made a claim ---------------------------------------------------------------------- */

/* Changes whenever the machine starts. */
static char *
dup_boot_id (void)
{
  char *id = NULL;

  if (!g_file_get_contents ("/proc/sys/kernel/random/boot_id", &id, NULL, NULL))
    return g_strdup ("unknown");
  return g_strstrip (id);
}

/* When a process started, so that another one that got its number is not taken for it; 0: there is
 * none. */
static guint64
get_start_time (int pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/stat", pid);
  g_autofree char *stat = NULL;
  const char *rest;

  if (!g_file_get_contents (path, &stat, NULL, NULL))
    return 0;

  /* the name, in parentheses, may hold anything; the start is the 20th field after it */
  rest = strrchr (stat, ')');
  for (guint i = 0; rest && i < 20; i++)
    rest = strchr (rest + 1, ' ');
  return rest ? g_ascii_strtoull (rest, NULL, 10) : 0;
}

/* Of the installed system, so that several containers may have one; empty if it has none. */
static char *
dup_machine_id (void)
{
  char *id = NULL;

  if (!g_file_get_contents ("/etc/machine-id", &id, NULL, NULL))
    return g_strdup ("");
  return g_strstrip (id);
}

/* In which a process has its number; a container has one of its own. */
static char *
dup_pid_namespace (void)
{
  char *name = g_file_read_link ("/proc/self/ns/pid", NULL);

  return name ? name : g_strdup ("");
}

static char *
dup_own_text (void)
{
  g_autofree char *boot = dup_boot_id ();
  g_autofree char *machine = dup_machine_id ();
  g_autofree char *numbers = dup_pid_namespace ();
  g_autofree char *unique = g_uuid_string_random ();

  return g_strdup_printf ("%s\n%s\n%s\n%d\n%" G_GUINT64_FORMAT "\n%s\n%s\n", unique,
                          g_get_host_name (), boot, (int) getpid (), get_start_time (getpid ()),
                          numbers, machine);
}

typedef enum
{
  UNIQUE,
  HOST,
  BOOT,
  PID,
  START,
  PID_NAMESPACE,
  MACHINE,
  N_FIELDS
} Field;

typedef struct
{
  char  *text;
  char **fields; /* by Field */
  time_t renewed;
} Claim;

static void
claim_clear (Claim *claim)
{
  g_free (claim->text);
  g_strfreev (claim->fields);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Claim, claim_clear)

/* FALSE if there is none. What is damaged has an empty text and only its age. */
static gboolean
claim_read (const char *path,
            Claim      *claim)
{
  GStatBuf info;
  gsize size;

  *claim = (Claim) { 0 };
  if (g_stat (path, &info) != 0)
    return FALSE;

  claim->renewed = info.st_mtime;
  claim->text = cas_file_read (path, MAX_CLAIM_BYTES, &size, NULL);
  if (!claim->text)
    claim->text = g_strdup ("");
  claim->fields = g_strsplit (claim->text, "\n", -1);
  return TRUE;
}

/* The time by the clock of the file system, which other machines go by too. */
static time_t
get_time (const char *own)
{
  GStatBuf info;

  return g_utime (own, NULL) == 0 && g_stat (own, &info) == 0 ? info.st_mtime : time (NULL);
}

static gboolean
is_own_machine (const Claim *claim)
{
  g_autofree char *machine = dup_machine_id ();

  return g_strv_length (claim->fields) >= N_FIELDS
         && strcmp (claim->fields[HOST], g_get_host_name ()) == 0
         && strcmp (claim->fields[MACHINE], machine) == 0;
}

/* Whether its process can be seen from here to be there or not. */
static gboolean
has_own_numbers (const Claim *claim)
{
  g_autofree char *numbers = dup_pid_namespace ();

  return *numbers != '\0' && strcmp (claim->fields[PID_NAMESPACE], numbers) == 0;
}

static gboolean
is_dead (const Claim *claim,
         const char  *own)
{
  if (is_own_machine (claim))
    {
      g_autofree char *boot = dup_boot_id ();

      if (strcmp (claim->fields[BOOT], boot) == 0)
        {
          if (has_own_numbers (claim))
            return get_start_time (atoi (claim->fields[PID]))
                   != g_ascii_strtoull (claim->fields[START], NULL, 10);
        }
      else if (*claim->fields[MACHINE] != '\0')
        return TRUE;
    }
  return get_time (own) - claim->renewed > CLI_LOCK_SECONDS;
}

/* Where a claim is written before it is put in its place. */
static char *
dup_own_path (const char *path,
              const char *text)
{
  return g_strdup_printf ("%s.%.*s", path, UNIQUE_LENGTH, text);
}

/* --- taking it ----------------------------------------------------------------------------- */

/* Puts a file there unless there is one; errno tells. */
static gboolean
put (const char *from,
     const char *to)
{
  if (link (from, to) == 0)
    return TRUE;
  if (errno != EPERM && errno != EOPNOTSUPP && errno != ENOSYS && errno != EMLINK)
    return FALSE;

  /* a file system without links */
  g_autofree char *text = NULL;
  gsize size;
  int fd = open (to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);

  if (fd < 0)
    return FALSE;
  if (g_file_get_contents (from, &text, &size, NULL) && write (fd, text, size) != (gssize) size)
    g_debug ("%s: %s", to, g_strerror (errno)); /* then its age tells */
  close (fd);
  return TRUE;
}

/* Puts own in a dead claim's place. FALSE if another run was quicker. Who was about to take it over
 * may have died too: then its right to do so is a dead claim that is taken over first. */
static gboolean
take_over (const char  *path,
           const Claim *dead,
           const char  *own)
{
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, dead->text, -1);
  g_autofree char *right = g_strdup_printf ("%s-%.16s", path, digest);
  g_auto (Claim) now = { 0 };
  g_auto (Claim) taker = { 0 };

  if (!put (own, right)
      && (errno != EEXIST || !claim_read (right, &taker) || !is_dead (&taker, own)
          || !take_over (right, &taker, own)))
    return FALSE;
  if (claim_read (path, &now) && strcmp (now.text, dead->text) == 0 && g_rename (right, path) == 0)
    return TRUE;
  g_unlink (right);
  return FALSE;
}

/* What a run that was killed between its claim and its next line left beside it. */
static void
remove_left_over (const char  *path,
                  const Claim *dead)
{
  g_autofree char *own = dup_own_path (path, dead->text);

  if (strspn (dead->text, "0123456789abcdef") >= UNIQUE_LENGTH)
    g_unlink (own);
}

/* TRUE if own is in its place now. */
static gboolean
claim (const char *path,
       const char *own,
       GError    **error)
{
  for (guint i = 0; i < 2; i++) /* twice, for one that is given back in between */
    {
      g_auto (Claim) other = { 0 };

      if (put (own, path))
        return TRUE;
      if (errno != EEXIST)
        {
          g_autofree char *shown = g_filename_display_name (path);

          g_set_error (error, CLI_ERROR, CLI_ERROR_OUTPUT, _("“%s” cannot be made: %s."), shown,
                       g_strerror (errno));
          return FALSE;
        }
      if (claim_read (path, &other))
        {
          if (!is_dead (&other, own) || !take_over (path, &other, own))
            return FALSE;
          remove_left_over (path, &other);
          return TRUE;
        }
    }
  return FALSE;
}

static gpointer
renew (gpointer data)
{
  CliLock *self = data;

  g_mutex_lock (&self->mutex);
  while (!self->is_over)
    {
      const gint64 end = g_get_monotonic_time () + RENEW_SECONDS * G_TIME_SPAN_SECOND;

      while (!self->is_over && g_cond_wait_until (&self->cond, &self->mutex, end))
        ;
      if (!self->is_over)
        g_utime (self->path, NULL);
    }
  g_mutex_unlock (&self->mutex);
  return NULL;
}

static CliLock *
lock_new (const char *path,
          const char *text)
{
  CliLock *self = g_new0 (CliLock, 1);

  self->path = g_strdup (path);
  self->text = g_strdup (text);
  g_mutex_init (&self->mutex);
  g_cond_init (&self->cond);
  self->thread = g_thread_new ("lock", renew, self);
  return self;
}

CliLock *
cli_lock_take (const char *path,
               GError    **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *name = g_path_get_basename (path);
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, name, -1);
  g_autofree char *hidden
    = g_strdup_printf (".%s.lock", strlen (name) <= MAX_NAME_BYTES ? name : digest);
  g_autofree char *place = g_build_filename (folder, hidden, NULL);
  g_autofree char *text = dup_own_text ();
  g_autofree char *own = dup_own_path (place, text);
  g_autoptr (GError) cause = NULL;
  CliLock *lock = NULL;

  if (!cas_file_write_new (own, text, strlen (text), FALSE, &cause))
    {
      g_set_error_literal (error, CLI_ERROR, CLI_ERROR_OUTPUT, cause->message);
      return NULL;
    }
  if (claim (place, own, error))
    lock = lock_new (place, text);
  g_unlink (own);
  return lock;
}

void
cli_lock_release (CliLock *self)
{
  g_auto (Claim) now = { 0 };

  if (!self)
    return;

  g_mutex_lock (&self->mutex);
  self->is_over = TRUE;
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->mutex);
  g_thread_join (self->thread);

  /* a machine that slept for long may have lost it */
  if (claim_read (self->path, &now) && strcmp (now.text, self->text) == 0)
    g_unlink (self->path);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->cond);
  g_free (self->path);
  g_free (self->text);
  g_free (self);
}
