/* SPDX-License-Identifier: GPL-3.0-or-later */

/* In the folder is state.json, which calls pictures and the mask in document/ by name. Such a file is
 * never written again: what changes has a new one, and counts as soon as state.json, put in place as
 * a whole, calls it. So a stroke costs the mask alone, and there is never half of a change. */

#include "state.h"

#include <string.h>

#include <cascade/file.h>
#include <glib/gstdio.h>
#include <gtk/gtk.h>

#include "state-files.h"

#define DELAY_MS  500  /* after a change */
#define SETTLE_MS 1000 /* after which what was taken is thought to do no harm */

/* What the file that lies there while the program runs says. */
#define IS_RESTORING "restoring\n"
#define IS_RUNNING   "running\n"

struct _WeirState
{
  GObject parent;

  char        *folder;
  WeirWork    *work;
  GListModel  *prompts;
  GThreadPool *writer;      /* one thread, so that what is written last is what lasts */
  GHashTable  *names;       /* WeirPicture → its file's name, of those that are written */
  char        *mask_name;   /* of the mask of mask_serial; nullable */
  guint        mask_serial;
  gboolean     has_mask_serial;
  int          has_failed;  /* atomic: what was thought to be written is not */
  guint        delay_id, settle_id;
  gboolean     is_watching, is_reading;
  gboolean     is_recovery; /* the run before broke off */
};

G_DEFINE_FINAL_TYPE (WeirState, weir_state, G_TYPE_OBJECT)

enum
{
  RECOVERED,
  PUT_ASIDE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* --- out ------------------------------------------------------------------------------------- */

static void
write_down (gpointer data,
            gpointer user_data)
{
  WeirState *self = user_data;
  g_autoptr (WeirStateFiles) files = data;
  g_autoptr (GError) error = NULL;

  if (weir_state_files_write (files, self->folder, &error))
    return;
  g_atomic_int_set (&self->has_failed, TRUE);
  g_warning ("%s", error->message);
}

static JsonArray *
describe_prompts (WeirState *self)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < g_list_model_get_n_items (self->prompts); i++)
    {
      g_autoptr (GtkStringObject) prompt = g_list_model_get_item (self->prompts, i);

      json_array_add_string_element (array, gtk_string_object_get_string (prompt));
    }
  return array;
}

static void
forget_names (WeirState *self)
{
  g_hash_table_remove_all (self->names);
  g_clear_pointer (&self->mask_name, g_free);
  self->has_mask_serial = FALSE;
}

/* Those that are on the disk already are there by name alone. */
static WeirStateFiles *
collect (WeirState *self)
{
  const guint serial = weir_work_get_mask_serial (self->work);
  const gboolean has_mask = self->has_mask_serial && serial == self->mask_serial;
  g_autoptr (WeirProject) project = weir_work_capture (self->work, !has_mask);
  JsonObject *object = json_node_get_object (project->params);
  const char *path = weir_work_get_path (self->work);
  g_autofree char *shown = path ? g_filename_to_utf8 (path, -1, NULL, NULL, NULL) : NULL;
  WeirStateFiles *files;

  json_object_set_array_member (object, "prompts", describe_prompts (self));
  if (shown)
    json_object_set_string_member (object, "project", shown);
  json_object_set_boolean_member (object, "is-unsaved", weir_work_get_is_unsaved (self->work));
  files = weir_state_files_new (project, self->names, has_mask ? self->mask_name : NULL);
  if (!has_mask)
    {
      g_free (self->mask_name);
      self->mask_name = g_strdup (files->mask_name);
      self->mask_serial = serial;
      self->has_mask_serial = TRUE;
    }
  return files;
}

/* Not before what is there is read, and not faster than the disk. */
static gboolean
write_soon (gpointer user_data)
{
  WeirState *self = user_data;

  if (self->is_reading || g_thread_pool_unprocessed (self->writer) > 0)
    return G_SOURCE_CONTINUE;
  self->delay_id = 0;
  if (g_atomic_int_compare_and_exchange (&self->has_failed, TRUE, FALSE))
    forget_names (self);
  g_thread_pool_push (self->writer, collect (self), NULL);
  return G_SOURCE_REMOVE;
}

static void
changed (WeirState *self)
{
  if (self->is_watching && !self->delay_id)
    self->delay_id = g_timeout_add (DELAY_MS, write_soon, self);
}

/* --- in -------------------------------------------------------------------------------------- */

static void
set_marker (WeirState  *self,
            const char *word)
{
  g_autofree char *path = g_build_filename (self->folder, "running", NULL);

  if (!word)
    g_unlink (path);
  else if (g_mkdir_with_parents (self->folder, 0700) == 0)
    g_file_set_contents (path, word, -1, NULL);
}

static gboolean
settled (gpointer user_data)
{
  WeirState *self = user_data;

  self->settle_id = 0;
  set_marker (self, IS_RUNNING);
  return G_SOURCE_REMOVE;
}

static void
take_prompts (WeirState  *self,
              JsonObject *object)
{
  JsonNode *node = json_object_get_member (object, "prompts");
  JsonArray *array = node && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

  for (guint i = 0; array && i < MIN (json_array_get_length (array), WEIR_MAX_PROMPTS); i++)
    {
      JsonNode *element = json_array_get_element (array, i);

      if (JSON_NODE_HOLDS_VALUE (element) && json_node_get_value_type (element) == G_TYPE_STRING)
        gtk_string_list_append (GTK_STRING_LIST (self->prompts), json_node_get_string (element));
    }
}

static void
take_path (WeirState  *self,
           JsonObject *object)
{
  JsonNode *node = json_object_get_member (object, "project");
  const gboolean has_path = node && JSON_NODE_HOLDS_VALUE (node) &&
                            json_node_get_value_type (node) == G_TYPE_STRING;
  g_autofree char *path =
    has_path ? g_filename_from_utf8 (json_node_get_string (node), -1, NULL, NULL, NULL) : NULL;

  if (path && g_path_is_absolute (path))
    weir_work_set_path (self->work, path,
                        json_object_get_boolean_member_with_default (object, "is-unsaved", TRUE));
}

/* What is shown now is what the files say. */
static void
remember_names (WeirState            *self,
                const WeirStateFiles *files,
                const WeirProject    *project)
{
  for (guint i = 0; i < WEIR_STATE_MAX_PICTURES; i++)
    {
      WeirPicture *picture = i == 0 ? project->picture : project->others[i - 1];

      if (picture)
        g_hash_table_insert (self->names, g_object_ref (picture), g_strdup (files->names[i]));
    }
  self->mask_name = project->mask ? g_strdup (files->mask_name) : NULL;
  self->mask_serial = weir_work_get_mask_serial (self->work);
  self->has_mask_serial = TRUE;
}

static void
load (GTask        *task,
      gpointer      source,
      gpointer      task_data,
      GCancellable *cancellable)
{
  g_task_return_pointer (task, weir_state_files_read (task_data, WEIR_STATE (source)->folder),
                         (GDestroyNotify) weir_project_free);
}

/* What cannot be read now may be another day: it is not written over. */
static void
keep_unread (WeirState  *self,
             const char *complaint)
{
  g_autofree char *aside = weir_state_files_put_aside (self->folder);

  g_message ("%s", complaint);
  if (aside)
    g_signal_emit (self, signals[PUT_ASIDE], 0, aside);
}

/* Unless a person was faster. */
static void
loaded (GObject      *source,
        GAsyncResult *result,
        gpointer      user_data)
{
  WeirState *self = WEIR_STATE (source);
  const WeirStateFiles *files = g_task_get_task_data (G_TASK (result));
  g_autoptr (WeirProject) project = g_task_propagate_pointer (G_TASK (result), NULL);
  const gboolean was_unsaved = weir_work_get_is_unsaved (self->work);

  self->is_reading = FALSE;
  self->settle_id = g_timeout_add (project->picture ? SETTLE_MS : 0, settled, self);
  if (project->complaint)
    keep_unread (self, project->complaint);
  if (!weir_work_is_empty (self->work))
    return;
  self->is_watching = FALSE;
  weir_work_take_pictures (self->work, project, TRUE);
  weir_work_set_path (self->work, weir_work_get_path (self->work), was_unsaved);
  self->is_watching = TRUE;
  if (project->complaint)
    changed (self);
  else
    remember_names (self, files, project);
  if (self->is_recovery && !weir_work_is_empty (self->work))
    g_signal_emit (self, signals[RECOVERED], 0);
}

/* Settings at once; TRUE if there are pictures to be read. */
static gboolean
take (WeirState *self)
{
  WeirStateFiles *files = weir_state_files_open (self->folder);
  g_autoptr (GTask) task = NULL;
  g_autofree char *complaint = NULL;

  if (!files)
    return FALSE;
  complaint = weir_work_take_settings (self->work, files->json, TRUE);
  if (complaint)
    g_message ("%s", complaint);
  take_prompts (self, json_node_get_object (files->json));
  take_path (self, json_node_get_object (files->json));
  self->is_reading = TRUE;
  task = g_task_new (self, NULL, loaded, NULL);
  g_task_set_source_tag (task, take);
  g_task_set_task_data (task, files, (GDestroyNotify) weir_state_files_free);
  g_task_run_in_thread (task, load);
  return TRUE;
}

void
weir_state_restore (WeirState *self)
{
  g_autofree char *path = NULL;
  g_autofree char *word = NULL;
  g_autofree char *aside = NULL;

  g_return_if_fail (WEIR_IS_STATE (self));

  path = g_build_filename (self->folder, "running", NULL);
  self->is_recovery = g_file_get_contents (path, &word, NULL, NULL);
  if (self->is_recovery && g_str_equal (word, IS_RESTORING))
    aside = weir_state_files_put_aside (self->folder);
  set_marker (self, IS_RESTORING);
  if (!take (self))
    settled (self);
  if (aside)
    g_signal_emit (self, signals[PUT_ASIDE], 0, aside);
  self->is_watching = TRUE;
}

void
weir_state_flush (WeirState *self)
{
  g_return_if_fail (WEIR_IS_STATE (self));

  if (self->delay_id && !self->is_reading)
    {
      g_clear_handle_id (&self->delay_id, g_source_remove);
      g_thread_pool_push (self->writer, collect (self), NULL);
    }
  g_thread_pool_free (self->writer, FALSE, TRUE);
  self->writer = g_thread_pool_new (write_down, self, 1, FALSE, NULL);
  g_clear_handle_id (&self->settle_id, g_source_remove);
  if (self->is_watching)
    set_marker (self, NULL);
}

/* --- the object ------------------------------------------------------------------------------ */

static void
weir_state_dispose (GObject *object)
{
  WeirState *self = WEIR_STATE (object);

  g_clear_handle_id (&self->delay_id, g_source_remove);
  g_clear_handle_id (&self->settle_id, g_source_remove);
  if (self->writer)
    g_thread_pool_free (g_steal_pointer (&self->writer), FALSE, TRUE);
  g_clear_object (&self->work);
  g_clear_object (&self->prompts);
  G_OBJECT_CLASS (weir_state_parent_class)->dispose (object);
}

static void
weir_state_finalize (GObject *object)
{
  WeirState *self = WEIR_STATE (object);

  g_hash_table_unref (self->names);
  g_free (self->mask_name);
  g_free (self->folder);
  G_OBJECT_CLASS (weir_state_parent_class)->finalize (object);
}

static void
weir_state_class_init (WeirStateClass *class)
{
  G_OBJECT_CLASS (class)->dispose = weir_state_dispose;
  G_OBJECT_CLASS (class)->finalize = weir_state_finalize;
  signals[RECOVERED] = g_signal_new ("recovered", WEIR_TYPE_STATE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                     NULL, G_TYPE_NONE, 0);
  signals[PUT_ASIDE] = g_signal_new ("put-aside", WEIR_TYPE_STATE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                     NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
weir_state_init (WeirState *self)
{
  self->names = g_hash_table_new_full (NULL, NULL, g_object_unref, g_free);
  self->writer = g_thread_pool_new (write_down, self, 1, FALSE, NULL);
}

WeirState *
weir_state_new (const char *folder,
                WeirWork   *work,
                GListModel *prompts)
{
  WeirState *self = g_object_new (WEIR_TYPE_STATE, NULL);

  self->folder = folder ? g_strdup (folder)
                        : g_build_filename (g_get_user_state_dir (), "weir", NULL);
  self->work = g_object_ref (work);
  self->prompts = g_object_ref (prompts);
  g_signal_connect_object (prompts, "items-changed", G_CALLBACK (changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (work, "changed", G_CALLBACK (changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (work, "notify", G_CALLBACK (changed), self, G_CONNECT_SWAPPED);
  return self;
}
