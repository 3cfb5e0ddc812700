/* SPDX-License-Identifier: GPL-3.0-or-later */

/* state.json, and document/ with what it calls. */

#include "state-files.h"

#include <string.h>

#include <cascade/error.h>
#include <cascade/file.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>

#define JSON_NAME  "state.json"
#define FILES_NAME "document"
#define ASIDE_NAME "aside"

static char *
new_name (void)
{
  g_autofree char *uuid = g_uuid_string_random ();

  return g_strconcat (uuid, ".png", NULL);
}

/* --- what is written ------------------------------------------------------------------------- */

static void
describe (WeirStateFiles    *self,
          const WeirProject *project)
{
  JsonObject *object = json_node_get_object (self->json);
  JsonArray *names = json_array_new ();

  for (guint i = 0; i < WEIR_STATE_MAX_PICTURES; i++)
    json_array_add_string_element (names, self->names[i] ? self->names[i] : "");
  json_object_set_array_member (object, "pictures", names);
  if (self->mask_name)
    json_object_set_string_member (object, "mask", self->mask_name);
  if (project->has_frame)
    {
      const int numbers[] = { project->frame.x, project->frame.y, project->frame.width,
                              project->frame.height };
      JsonArray *frame = json_array_new ();

      for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
        json_array_add_int_element (frame, numbers[i]);
      json_object_set_array_member (object, "frame", frame);
    }
}

WeirStateFiles *
weir_state_files_new (WeirProject *project,
                      GHashTable  *names,
                      const char  *mask_name)
{
  WeirStateFiles *self = g_new0 (WeirStateFiles, 1);
  g_autoptr (GHashTable) before = g_hash_table_new_full (NULL, NULL, g_object_unref, g_free);
  GHashTableIter iter;
  gpointer picture, name;

  g_hash_table_iter_init (&iter, names);
  while (g_hash_table_iter_next (&iter, &picture, &name))
    {
      g_hash_table_iter_steal (&iter);
      g_hash_table_insert (before, picture, name);
    }
  for (guint i = 0; i < WEIR_STATE_MAX_PICTURES; i++)
    {
      picture = i == 0 ? project->picture : project->others[i - 1];
      if (!picture)
        continue;
      self->names[i] = g_strdup (g_hash_table_lookup (before, picture));
      if (!self->names[i])
        {
          self->names[i] = new_name ();
          self->pictures[i] = g_object_ref (picture);
        }
      g_hash_table_insert (names, g_object_ref (picture), g_strdup (self->names[i]));
    }
  self->mask_name = g_strdup (mask_name);
  if (project->mask)
    {
      self->mask = g_object_ref (project->mask);
      self->mask_name = new_name ();
    }
  self->json = json_node_ref (project->params);
  describe (self, project);
  return self;
}

void
weir_state_files_free (WeirStateFiles *self)
{
  if (!self)
    return;
  g_clear_pointer (&self->json, json_node_unref);
  for (guint i = 0; i < WEIR_STATE_MAX_PICTURES; i++)
    {
      g_free (self->names[i]);
      g_clear_object (&self->pictures[i]);
    }
  g_free (self->mask_name);
  g_clear_object (&self->mask);
  g_free (self);
}

static gboolean
write_mask (const WeirStateFiles  *self,
            const char            *folder,
            GError               **error)
{
  g_autofree char *path = g_build_filename (folder, self->mask_name, NULL);
  g_autoptr (GBytes) png = weir_project_pack_mask (self->mask, error);

  return png && cas_file_write_new (path, g_bytes_get_data (png, NULL), g_bytes_get_size (png), TRUE,
                                    error);
}

static gboolean
write_parts (const WeirStateFiles  *self,
             const char            *folder,
             GError               **error)
{
  for (guint i = 0; i < WEIR_STATE_MAX_PICTURES; i++)
    {
      g_autofree char *path =
        self->pictures[i] ? g_build_filename (folder, self->names[i], NULL) : NULL;

      if (path && !weir_picture_save (self->pictures[i], path, TRUE, error))
        return FALSE;
    }
  return !self->mask || write_mask (self, folder, error);
}

static gboolean
is_called (const WeirStateFiles *self,
           const char           *name)
{
  for (guint i = 0; i < WEIR_STATE_MAX_PICTURES; i++)
    if (g_strcmp0 (self->names[i], name) == 0)
      return TRUE;
  return g_strcmp0 (self->mask_name, name) == 0;
}

/* self: NULL if nothing is called. */
static void
remove_files (const WeirStateFiles *self,
              const char           *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir && (name = g_dir_read_name (dir)))
    if (!self || !is_called (self, name))
      {
        g_autofree char *path = g_build_filename (folder, name, NULL);

        g_unlink (path);
      }
}

gboolean
weir_state_files_write (const WeirStateFiles  *self,
                        const char            *folder,
                        GError               **error)
{
  g_autofree char *json_path = g_build_filename (folder, JSON_NAME, NULL);
  g_autofree char *files = g_build_filename (folder, FILES_NAME, NULL);
  g_autofree char *json = json_to_string (self->json, TRUE);

  if (g_mkdir_with_parents (files, 0700) != 0)
    {
      g_autofree char *shown = g_filename_display_name (files);

      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _("The folder %s cannot be made."), shown);
      return FALSE;
    }
  if (!write_parts (self, files, error) ||
      !cas_file_write_new (json_path, json, strlen (json), TRUE, error))
    return FALSE;
  remove_files (self, files);
  return TRUE;
}

/* --- what is read ---------------------------------------------------------------------------- */

/* NULL for what is no name of a file. */
static char *
read_name (JsonNode *node)
{
  const char *name = node && JSON_NODE_HOLDS_VALUE (node) &&
                     json_node_get_value_type (node) == G_TYPE_STRING
                       ? json_node_get_string (node) : "";

  return *name && !strchr (name, '/') && !g_str_equal (name, "..") && !g_str_equal (name, ".")
           ? g_strdup (name) : NULL;
}

WeirStateFiles *
weir_state_files_open (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, JSON_NAME, NULL);
  g_autoptr (JsonParser) parser = json_parser_new ();
  WeirStateFiles *self;
  JsonNode *root, *pictures;
  JsonArray *array;

  root = json_parser_load_from_file (parser, path, NULL) ? json_parser_get_root (parser) : NULL;
  if (!root || !JSON_NODE_HOLDS_OBJECT (root))
    return NULL;
  self = g_new0 (WeirStateFiles, 1);
  self->json = json_node_ref (root);
  pictures = json_object_get_member (json_node_get_object (root), "pictures");
  array = pictures && JSON_NODE_HOLDS_ARRAY (pictures) ? json_node_get_array (pictures) : NULL;
  for (guint i = 0; array && i < MIN (json_array_get_length (array), WEIR_STATE_MAX_PICTURES); i++)
    self->names[i] = read_name (json_array_get_element (array, i));
  self->mask_name = read_name (json_object_get_member (json_node_get_object (root), "mask"));
  return self;
}

static WeirPicture *
read_picture (const char  *folder,
              const char  *name,
              char       **complaint)
{
  g_autofree char *path = name ? g_build_filename (folder, FILES_NAME, name, NULL) : NULL;
  g_autoptr (GError) error = NULL;
  WeirPicture *picture = path ? weir_picture_load (path, NULL, &error) : NULL;

  if (error && !*complaint)
    *complaint = g_strdup (error->message);
  return picture;
}

static WeirMask *
read_mask (const char   *folder,
           const char   *name,
           WeirPicture  *picture,
           char        **complaint)
{
  g_autoptr (WeirPicture) grey = read_picture (folder, name, complaint);
  CasImage *image = grey ? weir_picture_get_image (grey) : NULL;
  CasImage *other = picture ? weir_picture_get_image (picture) : NULL;
  g_autoptr (WeirMask) mask = NULL;

  if (!image || !other || cas_image_get_width (image) != cas_image_get_width (other) ||
      cas_image_get_height (image) != cas_image_get_height (other))
    return NULL;
  mask = weir_mask_new (cas_image_get_width (image), cas_image_get_height (image));
  return weir_mask_take_image (mask, image, NULL) ? g_steal_pointer (&mask) : NULL;
}

WeirProject *
weir_state_files_read (const WeirStateFiles *self,
                       const char           *folder)
{
  WeirProject *project = g_new0 (WeirProject, 1);
  JsonNode *frame = json_object_get_member (json_node_get_object (self->json), "frame");

  project->params = json_node_ref (self->json);
  project->picture = read_picture (folder, self->names[0], &project->complaint);
  for (guint i = 0; i < WEIR_PROJECT_MAX_OTHERS; i++)
    project->others[i] = read_picture (folder, self->names[i + 1], &project->complaint);
  project->mask = read_mask (folder, self->mask_name, project->picture, &project->complaint);
  project->has_frame = frame && weir_project_read_frame (frame, &project->frame);
  return project;
}

char *
weir_state_files_put_aside (const char *folder)
{
  g_autofree char *json = g_build_filename (folder, JSON_NAME, NULL);
  g_autofree char *files = g_build_filename (folder, FILES_NAME, NULL);
  g_autofree char *aside = g_build_filename (folder, ASIDE_NAME, NULL);
  g_autofree char *aside_json = g_build_filename (aside, JSON_NAME, NULL);
  g_autofree char *aside_files = g_build_filename (aside, FILES_NAME, NULL);

  if (!g_file_test (json, G_FILE_TEST_EXISTS) || g_mkdir_with_parents (aside, 0700) != 0)
    return NULL;
  remove_files (NULL, aside_files);
  g_rmdir (aside_files);
  g_rename (json, aside_json);
  g_rename (files, aside_files);
  return g_steal_pointer (&aside);
}
