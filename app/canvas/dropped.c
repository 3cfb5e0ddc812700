/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Names first, then the disk, then the library. */

#include "canvas/dropped.h"

#include <string.h>

#include <cascade/error.h>
#include <cascade/metadata.h>

#include "project/project.h"

GFile *
weir_dropped_get_file (const GValue *value)
{
  if (G_VALUE_HOLDS (value, GDK_TYPE_FILE_LIST))
    {
      GSList *files = g_value_get_boxed (value);

      return files ? files->data : NULL;
    }
  return G_VALUE_HOLDS (value, G_TYPE_FILE) ? g_value_get_object (value) : NULL;
}

guint
weir_dropped_get_n (const GValue *value)
{
  if (G_VALUE_HOLDS (value, GDK_TYPE_FILE_LIST))
    return g_slist_length (g_value_get_boxed (value));
  return G_VALUE_HOLDS (value, G_TYPE_FILE) || G_VALUE_HOLDS (value, GDK_TYPE_TEXTURE);
}

static gboolean
ends_in (const char *name,
         const char *ending)
{
  const gsize length = strlen (name), n = strlen (ending);

  return length > n && g_ascii_strcasecmp (name + length - n, ending) == 0;
}

WeirDroppedKind
weir_dropped_get_kind (const GValue *value)
{
  GFile *file = weir_dropped_get_file (value);
  g_autofree char *name = file ? g_file_get_basename (file) : NULL;

  if (name && ends_in (name, WEIR_PROJECT_ENDING))
    return WEIR_DROPPED_PROJECT;
  if (name && ends_in (name, ".safetensors"))
    return WEIR_DROPPED_LORA;
  return WEIR_DROPPED_PICTURE;
}

/* --- looking --------------------------------------------------------------------------------- */

typedef struct
{
  char           *path;    /* NULL: there is no file on this computer */
  WeirLibrary    *library; /* nullable */
  WeirDroppedKind kind;
  gboolean        has_settings;
} Look;

static void
look_free (gpointer data)
{
  Look *look = data;

  g_free (look->path);
  g_clear_object (&look->library);
  g_free (look);
}

static void
recalled (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Look *look = g_task_get_task_data (task);
  g_autoptr (CasSettings) settings =
    weir_library_recall_finish (WEIR_LIBRARY (source), result, NULL);

  look->has_settings = settings != NULL;
  g_task_return_boolean (task, TRUE);
}

static void
read_file (GTask        *task,
           gpointer      source,
           gpointer      task_data,
           GCancellable *cancellable)
{
  Look *look = task_data;
  GError *error = NULL;
  g_autoptr (CasSettings) settings = NULL;

  if (g_file_test (look->path, G_FILE_TEST_IS_DIR))
    {
      look->kind = WEIR_DROPPED_FOLDER;
      g_task_return_boolean (task, TRUE);
      return;
    }
  settings = cas_settings_read (look->path, cancellable, &error);
  look->has_settings = settings != NULL;
  if (settings)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/* What says nothing of itself may be known to the library. */
static void
file_read (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  const Look *look = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  g_autoptr (GError) error = NULL;

  g_task_propagate_boolean (G_TASK (result), &error);
  if (look->library && g_error_matches (error, CAS_ERROR, CAS_ERROR_NO_SETTINGS))
    weir_library_recall_async (look->library, look->path, NULL, cancellable, recalled,
                               g_steal_pointer (&task));
  else
    g_task_return_boolean (task, TRUE);
}

static void
texture_read (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  const Look *look = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  g_autoptr (WeirPicture) picture = weir_picture_read_texture_finish (result, NULL);

  if (picture)
    weir_library_recall_async (look->library, NULL, weir_picture_get_image (picture),
                               cancellable, recalled, g_steal_pointer (&task));
  else
    g_task_return_boolean (task, TRUE);
}

void
weir_dropped_look_async (const GValue        *value,
                         WeirLibrary         *library,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  GFile *file = weir_dropped_get_file (value);
  Look *look = g_new0 (Look, 1);

  look->path = file ? g_file_get_path (file) : NULL;
  look->kind = weir_dropped_get_kind (value);
  g_set_object (&look->library, library);
  g_task_set_source_tag (task, weir_dropped_look_async);
  g_task_set_task_data (task, look, look_free);
  if (look->path && look->kind == WEIR_DROPPED_PICTURE)
    {
      g_autoptr (GTask) reading = g_task_new (NULL, cancellable, file_read, g_object_ref (task));

      /* which the outer task keeps */
      g_task_set_task_data (reading, look, NULL);
      g_task_run_in_thread (reading, read_file);
    }
  else if (library && G_VALUE_HOLDS (value, GDK_TYPE_TEXTURE))
    weir_picture_read_texture_async (g_value_get_object (value), cancellable, texture_read,
                                     g_object_ref (task));
  else
    g_task_return_boolean (task, TRUE);
}

gboolean
weir_dropped_look_finish (GAsyncResult    *result,
                          WeirDroppedKind *kind,
                          gboolean        *has_settings)
{
  const Look *look = g_task_get_task_data (G_TASK (result));

  if (!g_task_propagate_boolean (G_TASK (result), NULL))
    return FALSE;
  *kind = look->kind;
  *has_settings = look->has_settings;
  return TRUE;
}
