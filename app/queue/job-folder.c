/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pictures are written before the lines that name them, and removed after. */

#include "queue/job-folder.h"

#include <errno.h>
#include <string.h>

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>

#include <cascade/image.h>
#include <cascade/job-line.h>

#define LINES   "jobs.jsonl"
#define PICTURE ".png"

#define N_NUMBERS 6 /* of a place, before its mask */
#define MAX_SIDE  (1 << 20)

/* What is known of a job: it never changes, so this is found once. */
typedef struct
{
  char      *line;
  GPtrArray *names; /* of its pictures */
} Written;

struct _WeirJobFolder
{
  char       *path;
  GHashTable *jobs;     /* CasJob to Written */
  GHashTable *pictures; /* CasImage to its file's name */
};

static void
written_free (gpointer data)
{
  Written *written = data;

  g_free (written->line);
  g_ptr_array_unref (written->names);
  g_free (written);
}

WeirJobFolder *
weir_job_folder_new (const char *path)
{
  WeirJobFolder *self = g_new0 (WeirJobFolder, 1);

  self->path = g_strdup (path);
  self->jobs = g_hash_table_new_full (NULL, NULL, (GDestroyNotify) cas_job_unref, written_free);
  self->pictures =
    g_hash_table_new_full (NULL, NULL, (GDestroyNotify) cas_image_unref, g_free);
  return self;
}

void
weir_job_folder_free (WeirJobFolder *self)
{
  if (!self)
    return;
  g_hash_table_unref (self->jobs);
  g_hash_table_unref (self->pictures);
  g_free (self->path);
  g_free (self);
}

/* --- out ------------------------------------------------------------------------------------- */

typedef struct
{
  WeirJobFolder *folder;
  GPtrArray     *names;
} Keeping;

/* Pictures of one content have one file. */
static char *
keep_picture (CasImage *image,
              gpointer  user_data,
              GError  **error)
{
  const Keeping *keeping = user_data;
  WeirJobFolder *self = keeping->folder;
  const char *name = g_hash_table_lookup (self->pictures, image);
  g_autofree char *path = NULL;

  if (!name)
    {
      g_autofree char *hash = cas_image_dup_hash (image);

      name = g_strconcat (hash, PICTURE, NULL);
      g_hash_table_insert (self->pictures, cas_image_ref (image), (gpointer) name);
    }
  path = g_build_filename (self->path, name, NULL);
  if (!g_file_test (path, G_FILE_TEST_EXISTS) &&
      !cas_image_save_plain_png (image, path, FALSE, error))
    return NULL;
  g_ptr_array_add (keeping->names, g_strdup (name));
  return g_strdup (name);
}

/* In front of what the line says. */
static char *
add_member (char       *line,
            const char *name,
            JsonNode   *value)
{
  g_autofree char *rest = line;
  g_autoptr (JsonNode) node = value;
  g_autofree char *text = json_to_string (node, FALSE);

  return g_strdup_printf ("{\"%s\":%s,%s", name, text, rest + 1);
}

/* If it can be said. */
static char *
add_model (char       *line,
           const char *model)
{
  if (!model || !g_utf8_validate (model, -1, NULL))
    return line;
  return add_member (line, "model", json_node_init_string (json_node_alloc (), model));
}

/* The mask as a file, whose pixels the job has as well where it fills. */
static gboolean
keep_mask (WeirMask  *mask,
           Keeping   *keeping,
           JsonArray *array,
           GError   **error)
{
  g_autoptr (CasImage) image = weir_mask_to_image (mask, error);
  g_autofree char *name = image ? keep_picture (image, keeping, error) : NULL;

  if (name)
    json_array_add_string_element (array, name);
  return name != NULL;
}

/* x, y, width, height of the frame; width and height of the picture; the mask, if there is one. */
static char *
add_place (char     *line,
           WeirJob  *item,
           Keeping  *keeping,
           GError  **error)
{
  const WeirPlace *place = weir_job_get_place (item);
  WeirMask *mask = weir_job_get_mask (item);
  g_autofree char *kept = line;
  g_autoptr (JsonArray) array = NULL;
  GdkRectangle frame;

  if (!place)
    return g_steal_pointer (&kept);
  weir_place_get_frame (place, &frame);
  array = json_array_new ();
  json_array_add_int_element (array, frame.x);
  json_array_add_int_element (array, frame.y);
  json_array_add_int_element (array, frame.width);
  json_array_add_int_element (array, frame.height);
  json_array_add_int_element (array, place->width);
  json_array_add_int_element (array, place->height);
  if (mask && !keep_mask (mask, keeping, array, error))
    return NULL;
  return add_member (g_steal_pointer (&kept), "place",
                     json_node_init_array (json_node_alloc (), array));
}

static const Written *
write_job (WeirJobFolder *self,
           WeirJob       *item,
           GError       **error)
{
  CasJob *job = weir_job_get_job (item);
  Written *written = g_hash_table_lookup (self->jobs, job);
  g_autoptr (GPtrArray) names = NULL;
  Keeping keeping;
  char *line;

  if (written)
    return written;
  names = g_ptr_array_new_with_free_func (g_free);
  keeping = (Keeping) { self, names };
  line = cas_job_line_write (job, keep_picture, &keeping, error);
  if (line)
    line = add_place (line, item, &keeping, error);
  if (!line)
    return NULL;
  written = g_new0 (Written, 1);
  written->line = add_model (line, weir_job_get_model (item));
  written->names = g_steal_pointer (&names);
  g_hash_table_insert (self->jobs, cas_job_ref (job), written);
  return written;
}

static gboolean
is_unneeded_picture (gpointer image,
                     gpointer name,
                     gpointer needed)
{
  return !g_hash_table_contains (needed, name);
}

static gboolean
is_gone (gpointer job,
         gpointer written,
         gpointer present)
{
  return !g_hash_table_contains (present, job);
}

/* A picture that no job names, or what a program that was killed left of the lines. */
static gboolean
is_litter (const char *name,
           GHashTable *needed)
{
  return (g_str_has_suffix (name, PICTURE) && !g_hash_table_contains (needed, name)) ||
         g_str_has_prefix (name, LINES ".");
}

/* What no job needs any more, on the disk and in memory. */
static void
tidy (WeirJobFolder *self,
      GPtrArray     *jobs)
{
  g_autoptr (GHashTable) needed = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) present = g_hash_table_new (NULL, NULL);
  g_autoptr (GDir) dir = g_dir_open (self->path, 0, NULL);
  GHashTableIter iter;
  gpointer written;

  for (guint i = 0; i < jobs->len; i++)
    g_hash_table_add (present, weir_job_get_job (jobs->pdata[i]));
  g_hash_table_foreach_remove (self->jobs, is_gone, present);
  g_hash_table_iter_init (&iter, self->jobs);
  while (g_hash_table_iter_next (&iter, NULL, &written))
    for (guint i = 0; i < ((Written *) written)->names->len; i++)
      g_hash_table_add (needed, ((Written *) written)->names->pdata[i]);
  g_hash_table_foreach_remove (self->pictures, is_unneeded_picture, needed);
  for (const char *name = dir ? g_dir_read_name (dir) : NULL; name; name = g_dir_read_name (dir))
    if (is_litter (name, needed))
      {
        g_autofree char *path = g_build_filename (self->path, name, NULL);

        g_unlink (path);
      }
}

static gboolean
write_lines (WeirJobFolder *self,
             const char    *lines,
             GError       **error)
{
  g_autofree char *path = g_build_filename (self->path, LINES, NULL);

  if (*lines == '\0')
    {
      g_unlink (path);
      return TRUE;
    }
  return g_file_set_contents_full (path, lines, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, error);
}

gboolean
weir_job_folder_write (WeirJobFolder *self,
                       GPtrArray     *jobs,
                       GError       **error)
{
  g_autoptr (GString) lines = g_string_new (NULL);
  g_autoptr (GError) cause = NULL;

  if (g_mkdir_with_parents (self->path, 0700) != 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _("The folder “%s” could not be made: %s."),
                   self->path, g_strerror (errno));
      return FALSE;
    }
  /* what cannot be written costs no other job its line */
  for (guint i = 0; i < jobs->len; i++)
    {
      const Written *written = write_job (self, jobs->pdata[i], cause ? NULL : &cause);

      if (written)
        g_string_append_printf (lines, "%s\n", written->line);
    }
  if (!write_lines (self, lines->str, cause ? NULL : &cause) || cause)
    {
      g_propagate_error (error, g_steal_pointer (&cause));
      return FALSE;
    }
  tidy (self, jobs);
  return TRUE;
}

/* --- in -------------------------------------------------------------------------------------- */

/* Beside its place, under a name that is free. */
static char *
put_aside (const char *path)
{
  g_autofree char *aside = NULL;
  g_autofree char *shown = NULL;
  guint n = 0;

  do
    {
      g_free (aside);
      aside = g_strdup_printf ("%s-damaged-%u", path, ++n);
    }
  while (g_file_test (aside, G_FILE_TEST_EXISTS));
  if (g_rename (path, aside) != 0)
    return g_strdup (_("Some of the jobs that were waiting could not be read."));
  g_info ("what could not be read is in %s", aside);
  shown = g_filename_display_basename (aside);
  return g_strdup_printf (_("Some of the jobs that were waiting could not be read. They are kept as "
                            "“%s”."), shown);
}

/* FALSE: it is none that was written here. */
static gboolean
read_numbers (const char *const *texts,
              GdkRectangle      *frame,
              int                size[2])
{
  int *const numbers[] = { &frame->x, &frame->y, &frame->width, &frame->height, &size[0],
                           &size[1] };

  G_STATIC_ASSERT (G_N_ELEMENTS (numbers) == N_NUMBERS);
  if (g_strv_length ((char **) texts) < N_NUMBERS)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      gint64 number;

      if (!g_ascii_string_to_signed (texts[i], 10, i < 2 ? -MAX_SIDE : 1, MAX_SIDE, &number, NULL))
        return FALSE;
      *numbers[i] = (int) number;
    }
  return TRUE;
}

/* Of the frame's size; NULL if it cannot be had. */
static WeirMask *
read_mask (const char         *name,
           const char         *folder,
           const GdkRectangle *frame)
{
  g_autofree char *base = g_path_get_basename (name);
  g_autofree char *path = g_build_filename (folder, base, NULL);
  g_autoptr (CasImage) image = cas_image_load (path, NULL, NULL);
  g_autoptr (WeirMask) mask = NULL;

  if (!image || cas_image_get_width (image) != (guint) frame->width ||
      cas_image_get_height (image) != (guint) frame->height)
    return NULL;
  mask = weir_mask_new ((guint) frame->width, (guint) frame->height);
  return weir_mask_take_image (mask, image, NULL) ? g_steal_pointer (&mask) : NULL;
}

/* Where the place cannot be read the job makes a picture of its own: that is better than none. */
static WeirJob *
make_item (CasJob           *job,
           const CasJobLine *line,
           const char       *folder)
{
  const char *const *texts = (const char *const *) line->place;
  g_autoptr (WeirMask) mask = NULL;
  GdkRectangle frame;
  WeirPlace place;
  int size[2];

  if (!texts || !read_numbers (texts, &frame, size))
    return weir_job_new (job);
  if (texts[N_NUMBERS] && !(mask = read_mask (texts[N_NUMBERS], folder, &frame)))
    return weir_job_new (job);
  place = weir_place_new_for_size (&frame, (guint) size[0], (guint) size[1]);
  return weir_job_new_for_place (job, &place, mask);
}

GPtrArray *
weir_job_folder_read (const char     *path,
                      CasPreviewRate  previews,
                      char          **sentence)
{
  g_autofree char *file = g_build_filename (path, LINES, NULL);
  g_autoptr (GHashTable) pictures =
    g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) cas_image_unref);
  const CasJobPlace place = { .folder = path, .pictures = pictures, .previews = previews };
  GPtrArray *jobs = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) lines = cas_job_lines_read (file, &error);
  gboolean is_whole =
    lines || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);

  cas_image_remove_parts (path);
  for (guint i = 0; lines && i < lines->len; i++)
    {
      const CasJobLine *line = lines->pdata[i];
      g_autoptr (GError) cause = NULL;
      g_autoptr (CasJob) job =
        line->error ? NULL : cas_job_line_make_job (line, &place, NULL, &cause);

      if (job)
        {
          WeirJob *item = make_item (job, line, path);

          weir_job_set_model (item, line->model);
          g_ptr_array_add (jobs, item);
        }
      else
        g_info ("%s: %s", file, line->error ? line->error->message : cause->message);
      is_whole &= job != NULL;
    }
  *sentence = is_whole ? NULL : put_aside (path);
  return jobs;
}
