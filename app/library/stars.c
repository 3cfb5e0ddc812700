/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The file of stars. */

#include "library/stars.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gio/gio.h>
#include <glib/gi18n.h>

#define FILE_NAME ".weir-stars"
#define MAX_BYTES (64 << 20)

struct _WeirStars
{
  char       *folder;
  char       *path;
  GMutex      writing; /* before lock */
  GMutex      lock;
  GHashTable *hashes;  /* of what has a star, by name */
  GHashTable *names;   /* the same, by hash */
  GString    *unwritten;
};

WeirStars *
weir_stars_new (const char *folder)
{
  WeirStars *self = g_new0 (WeirStars, 1);

  g_mutex_init (&self->writing);
  g_mutex_init (&self->lock);
  self->folder = g_strdup (folder);
  self->path = g_build_filename (folder, FILE_NAME, NULL);
  self->hashes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->unwritten = g_string_new (NULL);
  return self;
}

void
weir_stars_free (WeirStars *self)
{
  if (!self)
    return;

  g_string_free (self->unwritten, TRUE);
  g_hash_table_unref (self->names);
  g_hash_table_unref (self->hashes);
  g_free (self->path);
  g_free (self->folder);
  g_mutex_clear (&self->lock);
  g_mutex_clear (&self->writing);
  g_free (self);
}

/* What is known by its hash is known by its name, with that hash. */
static void
remove_name (WeirStars  *self,
             const char *name)
{
  const char *hash = g_hash_table_lookup (self->hashes, name);

  if (!hash)
    return;
  if (g_strcmp0 (g_hash_table_lookup (self->names, hash), name) == 0)
    g_hash_table_remove (self->names, hash);
  g_hash_table_remove (self->hashes, name);
}

static void
apply (WeirStars  *self,
       gboolean    starred,
       const char *hash,
       const char *name)
{
  remove_name (self, name);
  if (!starred)
    return;
  g_hash_table_insert (self->hashes, g_strdup (name), g_strdup (hash));
  if (!g_str_equal (hash, "?"))
    g_hash_table_replace (self->names, g_strdup (hash), g_strdup (name));
}

/* Lines that are none, as the last one of a write that was cut off, are left aside. */
static void
apply_line (WeirStars *self,
            char      *line)
{
  char *hash = line + 2, *gap = strlen (line) > 2 ? strchr (hash, ' ') : NULL;
  g_autofree char *name = gap ? g_uri_unescape_string (gap + 1, "/") : NULL;

  if (!name || !*name || !g_utf8_validate (name, -1, NULL) || line[1] != ' '
      || (line[0] != '+' && line[0] != '-'))
    return;
  *gap = '\0';
  apply (self, line[0] == '+', hash, name);
}

static void
apply_text (WeirStars  *self,
            const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  const guint n_lines = g_strv_length (lines);

  for (guint i = 0; i + 1 < n_lines; i++) /* what follows the last newline is no line */
    apply_line (self, lines[i]);
}

/* The caller holds the lock for writing: no line is then between the file and what is unwritten. */
static void
read_file (WeirStars *self)
{
  g_autofree char *text = NULL;
  struct stat status;

  if (stat (self->path, &status) == 0 && S_ISREG (status.st_mode) && status.st_size <= MAX_BYTES)
    g_file_get_contents (self->path, &text, NULL, NULL);

  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  g_hash_table_remove_all (self->hashes);
  g_hash_table_remove_all (self->names);
  if (text)
    apply_text (self, text);
  apply_text (self, self->unwritten->str);
}

void
weir_stars_read (WeirStars *self)
{
  g_autoptr (GMutexLocker) writing = g_mutex_locker_new (&self->writing);

  read_file (self);
}

/* The line that gives a picture its star; NULL if it has none. The caller holds the lock. */
static const char *
find (WeirStars  *self,
      const char *name,
      const char *hash)
{
  g_autofree char *path = NULL;
  const char *other;

  if (g_hash_table_contains (self->hashes, name))
    return name;
  other = hash ? g_hash_table_lookup (self->names, hash) : NULL;
  if (!other)
    return NULL;
  path = g_build_filename (self->folder, other, NULL);
  return g_file_test (path, G_FILE_TEST_EXISTS) ? NULL : other;
}

gboolean
weir_stars_has (WeirStars  *self,
                const char *name,
                const char *hash)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return find (self, name, hash) != NULL;
}

static void
set_line (WeirStars  *self,
          gboolean    starred,
          const char *hash,
          const char *name)
{
  g_autofree char *escaped = g_uri_escape_string (name, " ", TRUE);
  g_autofree char *own_name = g_strdup (name);

  g_string_append_printf (self->unwritten, "%c %s %s\n", starred ? '+' : '-', hash, escaped);
  apply (self, starred, hash, own_name);
}

void
weir_stars_set (WeirStars  *self,
                const char *name,
                const char *hash,
                gboolean    starred)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  const char *line;

  if (starred)
    set_line (self, TRUE, hash ? hash : "?", name);
  else
    while ((line = find (self, name, hash)))
      set_line (self, FALSE, hash ? hash : "?", line);
}

static gboolean
fail (WeirStars *self,
      GError   **error)
{
  const int error_number = errno;
  g_autofree char *folder = g_filename_display_name (self->folder);

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (error_number),
               _("The star cannot be kept in the folder “%s”: %s."), folder,
               g_strerror (error_number));
  return FALSE;
}

/* One write, so that lines of several processes do not mix; after a line that was cut off, a new
 * one is begun. */
static gboolean
append (WeirStars  *self,
        const char *lines,
        GError    **error)
{
  const int fd = open (self->path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
  g_autofree char *text = NULL;
  char last = '\n';
  off_t end;

  if (fd < 0)
    return fail (self, error);
  end = lseek (fd, 0, SEEK_END);
  if (end > 0 && pread (fd, &last, 1, end - 1) < 0)
    last = '\n';
  text = g_strconcat (last == '\n' ? "" : "\n", lines, NULL);

  errno = ENOSPC; /* of a write that is too short */
  const gboolean done = write (fd, text, strlen (text)) == (gssize) strlen (text)
                        && (fsync (fd) == 0 || errno == EINVAL);

  if (!done)
    fail (self, error);
  close (fd);
  return done;
}

gboolean
weir_stars_write (WeirStars *self,
                  GError   **error)
{
  g_autoptr (GMutexLocker) writing = g_mutex_locker_new (&self->writing);
  g_autofree char *lines = NULL;
  gboolean done;

  g_mutex_lock (&self->lock);
  lines = g_strdup (self->unwritten->str);
  g_mutex_unlock (&self->lock);
  if (!*lines)
    return TRUE;

  done = append (self, lines, error);
  g_mutex_lock (&self->lock);
  g_string_erase (self->unwritten, 0, (gssize) strlen (lines));
  g_mutex_unlock (&self->lock);
  if (!done)
    read_file (self);
  return done;
}
