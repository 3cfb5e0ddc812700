/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The last files that were trashed are held open, by which they are found wherever the trash has
 * them. */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* renameat2 */
#endif

#include "library/trash.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <glib/gi18n.h>
#include <glib/gstdio.h>

#define MAX_HELD 16

typedef struct
{
  char *path; /* where it was */
  int   fd;
} Held;

struct _WeirTrash
{
  GMutex lock;
  GArray *held; /* the oldest first */
};

static void
clear_held (gpointer data)
{
  Held *held = data;

  g_free (held->path);
  if (held->fd >= 0)
    close (held->fd);
}

WeirTrash *
weir_trash_new (void)
{
  WeirTrash *self = g_new0 (WeirTrash, 1);

  g_mutex_init (&self->lock);
  self->held = g_array_new (FALSE, FALSE, sizeof (Held));
  g_array_set_clear_func (self->held, clear_held);
  return self;
}

void
weir_trash_free (WeirTrash *self)
{
  if (!self)
    return;

  g_array_unref (self->held);
  g_mutex_clear (&self->lock);
  g_free (self);
}

gboolean
weir_trash_put (WeirTrash  *self,
                const char *path,
                GError    **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  const Held held = { g_strdup (path), open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) };

  if (!g_file_trash (file, NULL, error))
    {
      clear_held ((gpointer) &held);
      return FALSE;
    }

  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  g_array_append_val (self->held, held);
  if (self->held->len > MAX_HELD)
    g_array_remove_index (self->held, 0);
  return TRUE;
}

/* Where the trash has it: “…/files/NAME”, with “…/info/NAME.trashinfo” beside it. */
static char *
dup_trashed_path (const Held *held)
{
  g_autofree char *link = g_strdup_printf ("/proc/self/fd/%d", held->fd);

  return held->fd >= 0 ? g_file_read_link (link, NULL) : NULL;
}

static void
remove_info (const char *trashed)
{
  g_autofree char *files = g_path_get_dirname (trashed);
  g_autofree char *trash = g_path_get_dirname (files);
  g_autofree char *name = g_path_get_basename (trashed);
  g_autofree char *info_name = g_strconcat (name, ".trashinfo", NULL);
  g_autofree char *info = g_build_filename (trash, "info", info_name, NULL);

  g_unlink (info);
}

static gboolean
restore (const Held *held,
         GError    **error)
{
  g_autofree char *trashed = dup_trashed_path (held);
  g_autofree char *shown = g_filename_display_basename (held->path);

  if (trashed && renameat2 (AT_FDCWD, trashed, AT_FDCWD, held->path, RENAME_NOREPLACE) == 0)
    {
      remove_info (trashed);
      return TRUE;
    }
  const int error_number = trashed ? errno : ENOENT;

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (error_number),
               _("“%s” cannot be taken out of the trash: %s."), shown,
               g_strerror (error_number));
  return FALSE;
}

gboolean
weir_trash_restore (WeirTrash  *self,
                    const char *path,
                    GError    **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  for (guint i = self->held->len; i-- > 0;)
    {
      const Held *held = &g_array_index (self->held, Held, i);

      if (!g_str_equal (held->path, path))
        continue;
      if (!restore (held, error))
        return FALSE;
      g_array_remove_index (self->held, i);
      return TRUE;
    }

  g_autofree char *shown = g_filename_display_basename (path);

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
               _("“%s” is not among the images that were trashed last."), shown);
  return FALSE;
}
