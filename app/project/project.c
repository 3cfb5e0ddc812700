/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is in a project's parts, and how they are read in a thread. */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* memfd_create */
#endif

#include "project/project.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cascade/error.h>
#include <cascade/file.h>
#include <cascade/json-check.h>
#include <glib/gi18n.h>

#include "project/archive.h"

/* Goes up when a program that knows only the one before would read something wrongly. */
#define VERSION   1
#define MIME_TYPE "application/x-weir"

#define MAX_JSON_DEPTH  16
#define MAX_JSON_VALUES 100000
#define MAX_FRAME       (1 << 20) /* pixels, in any direction */
#define MAX_OTHERS      (1 << 28) /* pixels of the other pictures together */
#define MAX_NAME        32

/* Small ones first: that is what a file that breaks off still has. */
enum
{
  PART_TYPE,
  PART_PROJECT,
  PART_PARAMS,
  PART_MASK,
  PART_PICTURE,
  PART_OTHERS,
  N_PARTS = PART_OTHERS + WEIR_PROJECT_MAX_OTHERS
};

static const WeirArchivePart first_parts[PART_OTHERS] = {
  [PART_TYPE]    = { .name = "mimetype", .max_size = 256 },
  [PART_PROJECT] = { .name = "project.json", .max_size = 1 << 16, .is_text = TRUE },
  [PART_PARAMS]  = { .name = "parameters.json", .max_size = 1 << 24, .is_text = TRUE },
  [PART_MASK]    = { .name = "mask.png", .max_size = 1 << 29 },
  [PART_PICTURE] = { .name = "picture.png", .max_size = 1 << 30 },
};

/* Of a file: none of them filled in yet. */
typedef struct
{
  WeirArchivePart parts[N_PARTS];
  char            names[WEIR_PROJECT_MAX_OTHERS][MAX_NAME];
} Parts;

static Parts *
parts_new (void)
{
  Parts *self = g_new0 (Parts, 1);

  memcpy (self->parts, first_parts, sizeof first_parts);
  for (guint i = 0; i < WEIR_PROJECT_MAX_OTHERS; i++)
    {
      g_snprintf (self->names[i], MAX_NAME, "pictures/%u.png", i + 1);
      self->parts[PART_OTHERS + i] = (WeirArchivePart) {
        .name = self->names[i], .max_size = 1 << 28,
      };
    }
  return self;
}

static void
parts_free (Parts *self)
{
  weir_archive_clear (self->parts, N_PARTS);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Parts, parts_free)

void
weir_project_free (WeirProject *self)
{
  if (!self)
    return;
  g_clear_object (&self->picture);
  g_clear_object (&self->mask);
  for (guint i = 0; i < WEIR_PROJECT_MAX_OTHERS; i++)
    g_clear_object (&self->others[i]);
  g_clear_pointer (&self->params, json_node_unref);
  g_free (self->complaint);
  g_free (self);
}

/* --- in -------------------------------------------------------------------------------------- */

/* NULL if it is no JSON object, or one that a parser would choke on. */
static JsonNode *
read_json (GBytes *bytes)
{
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);
  g_autofree char *text = g_strndup (size > 0 ? data : "", size);
  g_autofree char *fault = cas_json_dup_fault (text, MAX_JSON_DEPTH, MAX_JSON_VALUES);
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  JsonNode *root;

  if (fault || strlen (text) != size || !g_utf8_validate_len (text, size, NULL) ||
      !json_parser_load_from_data (parser, text, (gssize) size, NULL))
    return NULL;
  root = json_parser_get_root (parser);
  return root && JSON_NODE_HOLDS_OBJECT (root) ? json_node_ref (root) : NULL;
}

static gboolean
read_int (JsonNode *node,
          int       least,
          int       most,
          int      *value)
{
  gint64 found;

  if (!node || !JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_INT64)
    return FALSE;
  found = json_node_get_int (node);
  *value = (int) CLAMP (found, least, most);
  return found >= least && found <= most;
}

gboolean
weir_project_read_frame (JsonNode     *node,
                         GdkRectangle *frame)
{
  JsonArray *array = JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

  return array && json_array_get_length (array) == 4 &&
         read_int (json_array_get_element (array, 0), -MAX_FRAME, MAX_FRAME, &frame->x) &&
         read_int (json_array_get_element (array, 1), -MAX_FRAME, MAX_FRAME, &frame->y) &&
         read_int (json_array_get_element (array, 2), 1, MAX_FRAME, &frame->width) &&
         read_int (json_array_get_element (array, 3), 1, MAX_FRAME, &frame->height);
}

/* version: 0 if the part does not say. FALSE: it is damaged. */
static gboolean
read_project (WeirProject *self,
              GBytes      *bytes,
              int         *version)
{
  g_autoptr (JsonNode) root = bytes ? read_json (bytes) : NULL;
  JsonObject *object = root ? json_node_get_object (root) : NULL;
  JsonNode *frame = object ? json_object_get_member (object, "frame") : NULL;

  *version = 0;
  if (!object || !read_int (json_object_get_member (object, "version"), 1, G_MAXINT, version))
    return FALSE;
  self->has_frame = frame && weir_project_read_frame (frame, &self->frame);
  return !frame || self->has_frame;
}

/* A file in memory, for what reads files alone; −1: there is an error. */
static int
make_file (GBytes  *bytes,
           GError **error)
{
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);
  const int fd = memfd_create ("weir-project", MFD_CLOEXEC);

  while (fd >= 0 && size > 0)
    {
      const gssize n = write (fd, data, MIN (size, 1 << 30));

      if (n <= 0)
        break;
      data += n;
      size -= (gsize) n;
    }
  if (fd >= 0 && size == 0)
    return fd;
  if (fd >= 0)
    close (fd);
  g_set_error_literal (error, CAS_ERROR, CAS_ERROR_OUT_OF_HOST_MEMORY,
                       _("There is not enough memory for the project."));
  return -1;
}

/* NULL without an error if the part is damaged; what else keeps it from being read, as want of
 * memory, is no reason to go on without it. */
static WeirPicture *
read_picture (GBytes        *bytes,
              GCancellable  *cancellable,
              GError       **error)
{
  g_autoptr (GError) trouble = NULL;
  WeirPicture *picture;
  g_autofree char *path = NULL;
  const int fd = make_file (bytes, error);

  if (fd < 0)
    return NULL;
  path = g_strdup_printf ("/proc/self/fd/%d", fd);
  picture = weir_picture_load (path, cancellable, &trouble);
  close (fd);
  if (!picture && !g_error_matches (trouble, CAS_ERROR, CAS_ERROR_BAD_IMAGE))
    g_propagate_error (error, g_steal_pointer (&trouble));
  return picture;
}

/* The same; a mask that does not fit the picture, if there is one, is damaged too. */
static WeirMask *
read_mask (GBytes        *bytes,
           WeirPicture   *picture,
           GCancellable  *cancellable,
           GError       **error)
{
  g_autoptr (WeirPicture) grey = read_picture (bytes, cancellable, error);
  CasImage *image = grey ? weir_picture_get_image (grey) : NULL;
  CasImage *other = picture ? weir_picture_get_image (picture) : image;
  g_autoptr (WeirMask) mask = NULL;

  if (!image || cas_image_get_width (image) != cas_image_get_width (other) ||
      cas_image_get_height (image) != cas_image_get_height (other))
    return NULL;
  mask = weir_mask_new (cas_image_get_width (image), cas_image_get_height (image));
  return weir_mask_take_image (mask, image, error) ? g_steal_pointer (&mask) : NULL;
}

static char *
complain (const char *path,
          GPtrArray  *lost,
          int         version)
{
  g_autofree char *shown = g_filename_display_basename (path);
  g_autofree char *list = NULL;

  if (lost->len == 0)
    return version <= VERSION ? NULL
                              : g_strdup_printf (_("“%s” is of a newer Weir. What this one does not "
                                                   "know was left out."), shown);
  g_ptr_array_add (lost, NULL);
  list = g_strjoinv (_(", "), (char **) lost->pdata);
  /* Translators: the second one is a list: the picture, the mask */
  return g_strdup_printf (_("“%s” is damaged. This could not be read: %s."), shown, list);
}

static void
note_lost (const WeirArchivePart *part,
           gconstpointer          found,
           const char            *name,
           GPtrArray             *lost)
{
  if (!found && (part->bytes || part->is_damaged))
    g_ptr_array_add (lost, (char *) name);
}

/* What is larger than all of them may be together is lost. FALSE: an error is set. */
static gboolean
read_others (WeirProject            *self,
             const WeirArchivePart  *parts,
             GPtrArray              *lost,
             GCancellable           *cancellable,
             GError                **error)
{
  g_autoptr (GError) trouble = NULL;
  guint64 n_pixels = 0;
  gboolean is_whole = TRUE;

  for (guint i = 0; i < WEIR_PROJECT_MAX_OTHERS && !trouble; i++)
    {
      const WeirArchivePart *part = &parts[PART_OTHERS + i];
      CasImage *image;

      if (part->bytes && n_pixels <= MAX_OTHERS)
        self->others[i] = read_picture (part->bytes, cancellable, &trouble);
      image = self->others[i] ? weir_picture_get_image (self->others[i]) : NULL;
      if (image)
        n_pixels += (guint64) cas_image_get_width (image) * cas_image_get_height (image);
      if (image && n_pixels > MAX_OTHERS)
        g_clear_object (&self->others[i]);
      is_whole &= self->others[i] || (!part->bytes && !part->is_damaged);
    }
  if (!is_whole)
    g_ptr_array_add (lost, (char *) _("an image of the guidance or of the references"));
  if (trouble)
    g_propagate_error (error, g_steal_pointer (&trouble));
  return !trouble;
}

static WeirProject *
read_parts (const char            *path,
            const WeirArchivePart *parts,
            GCancellable          *cancellable,
            GError               **error)
{
  g_autoptr (GPtrArray) lost = g_ptr_array_new ();
  g_autoptr (WeirProject) self = g_new0 (WeirProject, 1);
  g_autoptr (GError) trouble = NULL;
  int version;

  if (parts[PART_PICTURE].bytes)
    self->picture = read_picture (parts[PART_PICTURE].bytes, cancellable, &trouble);
  if (parts[PART_MASK].bytes && !trouble)
    self->mask = read_mask (parts[PART_MASK].bytes, self->picture, cancellable, &trouble);
  if (trouble)
    {
      g_propagate_error (error, g_steal_pointer (&trouble));
      return NULL;
    }
  if (parts[PART_PARAMS].bytes)
    self->params = read_json (parts[PART_PARAMS].bytes);
  note_lost (&parts[PART_PICTURE], self->picture, _("the image"), lost);
  note_lost (&parts[PART_MASK], self->mask, _("the mask"), lost);
  note_lost (&parts[PART_PARAMS], self->params, _("the settings"), lost);
  if (!read_others (self, parts, lost, cancellable, error))
    return NULL;
  if (!read_project (self, parts[PART_PROJECT].bytes, &version))
    g_ptr_array_add (lost, (char *) _("the frame"));
  self->complaint = complain (path, lost, version);
  return g_steal_pointer (&self);
}

WeirProject *
weir_project_load (const char    *path,
                   GCancellable  *cancellable,
                   GError       **error)
{
  g_autoptr (Parts) parts = parts_new ();

  if (!weir_archive_read (path, parts->parts + PART_PROJECT, N_PARTS - PART_PROJECT, cancellable,
                          error))
    return NULL;
  return read_parts (path, parts->parts, cancellable, error);
}

/* --- out ------------------------------------------------------------------------------------- */

static GBytes *
describe (const WeirProject *self)
{
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();
  char *text;

  json_node_take_object (root, object);
  json_object_set_int_member (object, "version", VERSION);
  if (self->has_frame)
    {
      const int numbers[] = { self->frame.x, self->frame.y, self->frame.width, self->frame.height };
      JsonArray *frame = json_array_new ();

      for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
        json_array_add_int_element (frame, numbers[i]);
      json_object_set_array_member (object, "frame", frame);
    }
  text = json_to_string (root, TRUE);
  return g_bytes_new_take (text, strlen (text));
}

static cairo_status_t
append (void                *user_data,
        const unsigned char *bytes,
        unsigned int         size)
{
  g_byte_array_append (user_data, bytes, size);
  return CAIRO_STATUS_SUCCESS;
}

GBytes *
weir_project_pack_mask (WeirMask  *mask,
                        GError   **error)
{
  const guint width = weir_mask_get_width (mask), height = weir_mask_get_height (mask);
  GByteArray *png = g_byte_array_new ();
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_A8, (int) width,
                                                         (int) height);
  cairo_status_t status = cairo_surface_status (surface);

  if (status == CAIRO_STATUS_SUCCESS)
    {
      weir_mask_read (mask, cairo_image_surface_get_data (surface),
                      cairo_image_surface_get_stride (surface));
      cairo_surface_mark_dirty (surface);
      status = cairo_surface_write_to_png_stream (surface, append, png);
    }
  cairo_surface_destroy (surface);
  if (status == CAIRO_STATUS_SUCCESS)
    return g_byte_array_free_to_bytes (png);
  g_byte_array_unref (png);
  g_set_error (error, CAS_ERROR, CAS_ERROR_OUT_OF_HOST_MEMORY,
               _("A mask of %u×%u pixels cannot be written: %s."), width, height,
               cairo_status_to_string (status));
  return NULL;
}

/* FALSE: an error is set. */
static gboolean
write_picture (WeirPicture      *picture,
               WeirArchivePart  *part,
               GError          **error)
{
  if (picture)
    part->bytes = cas_image_to_png (weir_picture_get_image (picture),
                                    weir_picture_get_metadata (picture), error);
  return !picture || part->bytes;
}

/* FALSE: an error is set. */
static gboolean
write_parts (const WeirProject  *self,
             WeirArchivePart    *parts,
             GError            **error)
{
  char *params = self->params ? json_to_string (self->params, TRUE) : NULL;

  parts[PART_TYPE].bytes = g_bytes_new_static (MIME_TYPE, strlen (MIME_TYPE));
  parts[PART_PROJECT].bytes = describe (self);
  if (params)
    parts[PART_PARAMS].bytes = g_bytes_new_take (params, strlen (params));
  if (self->mask)
    parts[PART_MASK].bytes = weir_project_pack_mask (self->mask, error);
  if (self->mask && !parts[PART_MASK].bytes)
    return FALSE;
  if (!write_picture (self->picture, &parts[PART_PICTURE], error))
    return FALSE;
  for (guint i = 0; i < WEIR_PROJECT_MAX_OTHERS; i++)
    if (!write_picture (self->others[i], &parts[PART_OTHERS + i], error))
      return FALSE;
  return TRUE;
}

gboolean
weir_project_save (const WeirProject  *self,
                   const char         *path,
                   GCancellable       *cancellable,
                   GError            **error)
{
  g_autoptr (Parts) parts = parts_new ();
  g_autoptr (GBytes) zip = NULL;

  if (write_parts (self, parts->parts, error) &&
      !g_cancellable_set_error_if_cancelled (cancellable, error))
    zip = weir_archive_pack (parts->parts, N_PARTS, error);
  return zip && !g_cancellable_set_error_if_cancelled (cancellable, error) &&
         cas_file_write_new (path, g_bytes_get_data (zip, NULL), g_bytes_get_size (zip), TRUE,
                             error);
}

/* --- in a thread ----------------------------------------------------------------------------- */

static void
load (GTask        *task,
      gpointer      source,
      gpointer      task_data,
      GCancellable *cancellable)
{
  GError *error = NULL;
  WeirProject *project = weir_project_load (task_data, cancellable, &error);

  if (project)
    g_task_return_pointer (task, project, (GDestroyNotify) weir_project_free);
  else
    g_task_return_error (task, error);
}

void
weir_project_load_async (const char          *path,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, weir_project_load_async);
  g_task_set_task_data (task, g_strdup (path), g_free);
  g_task_run_in_thread (task, load);
}

WeirProject *
weir_project_load_finish (GAsyncResult  *result,
                          GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

typedef struct
{
  WeirProject *project;
  char        *path;
} Saving;

static void
saving_free (gpointer data)
{
  Saving *saving = data;

  weir_project_free (saving->project);
  g_free (saving->path);
  g_free (saving);
}

static void
save (GTask        *task,
      gpointer      source,
      gpointer      task_data,
      GCancellable *cancellable)
{
  const Saving *saving = task_data;
  GError *error = NULL;

  if (weir_project_save (saving->project, saving->path, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/* What belongs to a thread from now on. */
static WeirProject *
project_copy (const WeirProject *self)
{
  WeirProject *copy = g_new0 (WeirProject, 1);

  if (self->picture)
    copy->picture = g_object_ref (self->picture);
  if (self->mask)
    copy->mask = weir_mask_crop (self->mask, &(GdkRectangle) {
      0, 0, (int) weir_mask_get_width (self->mask), (int) weir_mask_get_height (self->mask) });
  if (self->params)
    {
      g_autofree char *text = json_to_string (self->params, FALSE);

      copy->params = json_from_string (text, NULL);
    }
  for (guint i = 0; i < WEIR_PROJECT_MAX_OTHERS; i++)
    g_set_object (&copy->others[i], self->others[i]);
  copy->has_frame = self->has_frame;
  copy->frame = self->frame;
  return copy;
}

void
weir_project_save_async (const WeirProject   *self,
                         const char          *path,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Saving *saving = g_new0 (Saving, 1);

  saving->project = project_copy (self);
  saving->path = g_strdup (path);
  g_task_set_source_tag (task, weir_project_save_async);
  g_task_set_task_data (task, saving, saving_free);
  g_task_run_in_thread (task, save);
}

gboolean
weir_project_save_finish (GAsyncResult  *result,
                          GError       **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
