/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Saving pictures in the library's folder. */

#include "library/folder.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include <cascade/file-name.h>

#include "library/packed-settings.h"
#include "library/thumbnail.h"

#define DEFAULT_PATTERN "{date}-{time}-{prompt}-{seed}"
#define MAX_NAME_BYTES  180

WeirFolder *
weir_folder_new (const char *path,
                 const char *index_path,
                 const char *thumbnails)
{
  WeirFolder *self = g_atomic_rc_box_new0 (WeirFolder);

  g_mutex_init (&self->lock);
  self->path = g_strdup (path);
  self->index_path = g_strdup (index_path);
  self->thumbnails = g_strdup (thumbnails);
  self->stars = weir_stars_new (path);
  return self;
}

WeirFolder *
weir_folder_ref (WeirFolder *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  WeirFolder *self = data;

  weir_index_free (self->index);
  weir_stars_free (self->stars);
  g_mutex_clear (&self->lock);
  g_free (self->index_path);
  g_free (self->thumbnails);
  g_free (self->path);
}

void
weir_folder_unref (WeirFolder *self)
{
  if (self)
    g_atomic_rc_box_release_full (self, clear);
}

WeirIndex *
weir_folder_get_index (WeirFolder *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  if (!self->index)
    self->index = weir_index_new (self->index_path);
  return self->index;
}

/* The name without its ending: visible, and in the folder itself. A pattern that is wrong is no
 * reason not to save. */
static char *
dup_stem (const char        *pattern,
          const CasMetadata *metadata)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  const CasFileNameValues values = {
    .prompt = metadata ? metadata->prompt : NULL,
    .seed = metadata ? metadata->seed : 0,
    .date = now,
  };
  char *stem = cas_file_name_expand (pattern, &values, NULL);

  if (!stem || !*stem || !g_utf8_validate (stem, -1, NULL))
    {
      g_free (stem);
      stem = cas_file_name_expand (DEFAULT_PATTERN, &values, NULL);
    }
  if (strlen (stem) > MAX_NAME_BYTES)
    *g_utf8_find_prev_char (stem, stem + MAX_NAME_BYTES + 1) = '\0';
  for (char *c = stem; *c; c++)
    if (*c == G_DIR_SEPARATOR || g_ascii_iscntrl (*c) || (*c == '.' && c == stem))
      *c = '-';
  return stem;
}

/* The n-th name is free if there is no file and no star of one that was there. */
static char *
dup_free_name (WeirFolder *self,
               const char *stem,
               guint      *n)
{
  for (;; ++*n)
    {
      g_autofree char *name = *n > 1 ? g_strdup_printf ("%s-%u.png", stem, *n)
                                     : g_strconcat (stem, ".png", NULL);
      g_autofree char *path = g_build_filename (self->path, name, NULL);
      GStatBuf status;

      if (g_lstat (path, &status) != 0 && !weir_stars_has (self->stars, name, NULL))
        return g_steal_pointer (&name);
    }
}

/* Says of the folder what went wrong in it. */
static void
name_folder (WeirFolder *self,
             GError    **error)
{
  g_autofree char *folder = g_filename_display_name (self->path);

  if (error && *error && !strstr ((*error)->message, folder))
    g_prefix_error (error, _("Nothing can be saved in the folder “%s”. "), folder);
}

static gboolean
make_folder (WeirFolder *self,
             GError    **error)
{
  g_autofree char *shown = g_filename_display_name (self->path);

  if (g_mkdir_with_parents (self->path, 0777) == 0)
    return TRUE;
  const int error_number = errno;

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (error_number),
               _("The folder “%s” cannot be made: %s."), shown, g_strerror (error_number));
  return FALSE;
}

static WeirLibraryItem *
make_item (WeirFolder        *self,
           const char        *name,
           CasImage          *image,
           const CasMetadata *metadata)
{
  g_autofree char *path = g_build_filename (self->path, name, NULL);
  CasSettingsFields fields = metadata ? (CAS_SETTING_MODEL << 1) - 1 : 0;
  g_autofree char *settings = metadata ? weir_settings_pack (metadata, &fields) : NULL;
  g_autofree char *hash = cas_image_dup_hash (image);
  struct stat status = { 0 };

  if (stat (path, &status) < 0)
    status.st_mtim.tv_sec = g_get_real_time () / G_USEC_PER_SEC;

  const gint64 changed_us = status.st_mtim.tv_sec * G_USEC_PER_SEC
                            + status.st_mtim.tv_nsec / 1000;
  return weir_library_item_new (self->path, &(WeirLibraryFile) {
    .name = name,
    .size_bytes = (guint64) status.st_size,
    .changed_us = changed_us,
    .date_us = changed_us,
    .width = cas_image_get_width (image),
    .height = cas_image_get_height (image),
    .settings = settings,
    .fields = fields,
    .hash = hash,
  });
}

WeirLibraryItem *
weir_folder_save (WeirFolder        *self,
                  CasImage          *image,
                  const CasMetadata *metadata,
                  const char        *pattern,
                  GError           **error)
{
  g_autofree char *stem = dup_stem (pattern, metadata);
  g_autofree char *name = NULL;

  if (!make_folder (self, error))
    return NULL;
  for (guint n = 1;; n++)
    {
      g_autoptr (GError) cause = NULL;
      g_autofree char *path = NULL;

      g_free (name);
      name = dup_free_name (self, stem, &n);
      path = g_build_filename (self->path, name, NULL);
      if (cas_image_save_png (image, path, metadata, FALSE, &cause))
        break;
      if (!g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_EXISTS))
        {
          g_propagate_error (error, g_steal_pointer (&cause));
          name_folder (self, error);
          return NULL;
        }
    }

  WeirLibraryItem *item = make_item (self, name, image, metadata);
  g_autoptr (GPtrArray) items = g_ptr_array_new ();

  g_ptr_array_add (items, item);
  weir_index_update (weir_folder_get_index (self), items, NULL);
  weir_thumbnail_keep (self->thumbnails, item, image);
  return item;
}
