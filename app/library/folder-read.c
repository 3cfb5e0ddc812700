/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Finding out what is in the library's folder. */

#include "library/folder.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "library/packed-settings.h"
#include "library/thumbnail.h"

/* So many pictures are read before they are told of and go to the disk together. */
#define BATCH 16

typedef struct
{
  WeirFolder    *folder;
  GCancellable  *cancellable;
  WeirFolderSink sink;
  gpointer       user_data;
  GHashTable    *known;  /* WeirLibraryItem by its name: what the index has */
  GHashTable    *names;  /* of all files */
  GPtrArray     *unread; /* names, of files that the index does not have like this */
} Reading;

static gboolean
is_png_name (const char *name)
{
  const gsize length = strlen (name);

  return length > 4 && name[0] != '.' && g_ascii_strcasecmp (name + length - 4, ".png") == 0;
}

static void
fill_status (WeirLibraryFile   *file,
             const struct stat *status)
{
  file->size_bytes = (guint64) status->st_size;
  file->changed_us = status->st_mtim.tv_sec * G_USEC_PER_SEC + status->st_mtim.tv_nsec / 1000;
  file->date_us = file->changed_us;
}

gboolean
weir_folder_is_of (WeirLibraryItem   *item,
                   const struct stat *status)
{
  const WeirLibraryFile *file = weir_library_item_get_file (item);
  WeirLibraryFile now;

  fill_status (&now, status);
  return file->size_bytes == now.size_bytes && file->changed_us == now.changed_us;
}

static gboolean
is_known (Reading           *reading,
          const char        *name,
          const struct stat *status)
{
  WeirLibraryItem *item = g_hash_table_lookup (reading->known, name);

  return item && weir_folder_is_of (item, status);
}

/* FALSE if the folder cannot be read, or only in part: then nothing is said to be gone. */
static gboolean
list (Reading *reading)
{
  g_autoptr (GDir) dir = g_dir_open (reading->folder->path, 0, NULL);
  const char *name;

  while (dir && (name = g_dir_read_name (dir)))
    {
      g_autofree char *path = g_build_filename (reading->folder->path, name, NULL);
      struct stat status;

      if (!is_png_name (name) || !g_utf8_validate (path, -1, NULL) || stat (path, &status) < 0
          || !S_ISREG (status.st_mode))
        continue;
      g_hash_table_add (reading->names, g_strdup (name));
      if (!is_known (reading, name, &status))
        g_ptr_array_add (reading->unread, g_strdup (name));
    }
  return dir != NULL;
}

/* Of a file that begins as a PNG does. */
static gboolean
read_header (const char      *path,
             WeirLibraryFile *file)
{
  static const guint8 start[] = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
  const int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  struct stat status;
  guint8 header[24];
  guint32 sides[2];
  gboolean is_png = FALSE;

  if (fd < 0)
    return FALSE;
  if (fstat (fd, &status) == 0 && S_ISREG (status.st_mode)
      && read (fd, header, sizeof header) == sizeof header
      && memcmp (header, start, sizeof start - 1) == 0)
    {
      memcpy (sides, header + 16, sizeof sides);
      file->width = GUINT32_FROM_BE (sides[0]);
      file->height = GUINT32_FROM_BE (sides[1]);
      fill_status (file, &status);
      is_png = TRUE;
    }
  close (fd);
  return is_png;
}

/* NULL for a file that is no PNG, whatever it is called. */
static WeirLibraryItem *
read_item (Reading    *reading,
           const char *name)
{
  g_autofree char *path = g_build_filename (reading->folder->path, name, NULL);
  WeirLibraryItem *before = g_hash_table_lookup (reading->known, name);
  WeirLibraryFile file = { .name = name };
  g_autoptr (CasSettings) settings = NULL;
  g_autofree char *json = NULL;

  if (!read_header (path, &file))
    return NULL;
  if (before)
    file.date_us = weir_library_item_get_file (before)->date_us;
  settings = cas_settings_read (path, reading->cancellable, NULL);
  if (settings)
    {
      file.fields = settings->fields;
      json = weir_settings_pack (&settings->metadata, &file.fields);
      file.settings = json;
    }
  return weir_library_item_new (reading->folder->path, &file);
}

static void
tell (const Reading *reading,
      GPtrArray     *items)
{
  if (items->len == 0)
    return;
  weir_index_update (weir_folder_get_index (reading->folder), items, NULL);
  reading->sink (items, NULL, reading->user_data);
  g_ptr_array_set_size (items, 0);
}

static void
read_files (Reading *reading)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < reading->unread->len && !g_cancellable_is_cancelled (reading->cancellable);
       i++)
    {
      const char *name = g_ptr_array_index (reading->unread, i);
      WeirLibraryItem *item = read_item (reading, name);

      if (!item)
        {
          g_hash_table_remove (reading->names, name);
          continue;
        }
      g_ptr_array_add (items, item);
      if (items->len == BATCH)
        tell (reading, items);
    }
  tell (reading, items);
}

/* Names are looked at once more: what was saved after the folder was listed is not gone. */
static void
forget_gone (Reading *reading)
{
  g_autoptr (GPtrArray) gone = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer name, item;

  g_hash_table_iter_init (&iter, reading->known);
  while (g_hash_table_iter_next (&iter, &name, &item))
    if (!g_hash_table_contains (reading->names, name)
        && !g_file_test (weir_library_item_get_path (item), G_FILE_TEST_EXISTS))
      g_ptr_array_add (gone, name);
  if (gone->len > 0)
    weir_index_update (weir_folder_get_index (reading->folder), NULL, gone);
}

void
weir_folder_read (WeirFolder    *self,
                  GCancellable  *cancellable,
                  WeirFolderSink sink,
                  gpointer       user_data)
{
  g_autoptr (GPtrArray) items = NULL;
  g_autoptr (GHashTable) known = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) unread = g_ptr_array_new_with_free_func (g_free);
  Reading reading = {
    .folder = self, .cancellable = cancellable, .sink = sink, .user_data = user_data,
    .known = known, .names = names, .unread = unread,
  };
  gboolean is_listed;

  cas_image_remove_parts (self->path);
  weir_stars_read (self->stars);
  items = weir_index_load (weir_folder_get_index (self), self->path);
  for (guint i = 0; i < items->len; i++)
    {
      WeirLibraryItem *item = g_ptr_array_index (items, i);

      g_hash_table_insert (known, (char *) weir_library_item_get_file (item)->name, item);
    }
  sink (items, NULL, user_data);

  is_listed = list (&reading);
  sink (NULL, names, user_data);
  read_files (&reading);
  if (g_cancellable_is_cancelled (cancellable))
    return;
  if (is_listed)
    {
      forget_gone (&reading);
      weir_thumbnail_prune (self->thumbnails, names);
    }
}

/* --- pixels -------------------------------------------------------------------------------- */

/* What came out of the picture's pixels: whose they are, and what was known of them. NULL if the
 * file is another by now. */
static WeirLibraryItem *
see (const Reading   *reading,
     WeirLibraryItem *item)
{
  const char *path = weir_library_item_get_path (item);
  WeirLibraryFile file = *weir_library_item_get_file (item);
  g_autoptr (CasImage) image = cas_image_load (path, reading->cancellable, NULL);
  g_autofree char *hash = image ? cas_image_dup_hash (image) : NULL;
  g_autofree char *settings = NULL;
  struct stat status;

  if (g_cancellable_is_cancelled (reading->cancellable) || stat (path, &status) < 0
      || !weir_folder_is_of (item, &status))
    return NULL;
  file.hash = hash ? hash : ""; /* a damaged picture is not tried again */
  if (image)
    weir_thumbnail_keep (reading->folder->thumbnails, item, image);
  if (hash && !file.settings)
    {
      settings = weir_index_find (weir_folder_get_index (reading->folder), hash, &file.fields);
      file.settings = settings;
    }
  return weir_library_item_new (reading->folder->path, &file);
}

void
weir_folder_see (WeirFolder    *self,
                 GPtrArray     *items,
                 GCancellable  *cancellable,
                 WeirFolderSink sink,
                 gpointer       user_data)
{
  const Reading reading = {
    .folder = self, .cancellable = cancellable, .sink = sink, .user_data = user_data,
  };
  g_autoptr (GPtrArray) seen = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < items->len && !g_cancellable_is_cancelled (cancellable); i++)
    {
      WeirLibraryItem *item = see (&reading, g_ptr_array_index (items, i));

      if (item)
        g_ptr_array_add (seen, item);
      if (seen->len == BATCH)
        tell (&reading, seen);
    }
  tell (&reading, seen);
}
