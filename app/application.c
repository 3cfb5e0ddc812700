/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Start-up, the window, and what lives as long as the program. */

#include "application-private.h"

#include <glib/gi18n.h>

#include "commands.h"
#include "panels/styles.h"
#include "state.h"

#define IDLE_SECONDS 300 /* without a job, after which the device's memory is freed */

G_DEFINE_FINAL_TYPE (WeirApplication, weir_application, ADW_TYPE_APPLICATION)

enum
{
  PROP_LIBRARY = 1,
  PROP_WORKER,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

enum
{
  TOLD,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void begin_anew (WeirApplication *self);

/* The jobs of the last run come into the first one. */
static GtkWindow *
open_window (WeirApplication *self)
{
  const gboolean has_previews = g_settings_get_boolean (self->settings, "live-preview");
  WeirWindow *window;

  if (self->is_stopped)
    begin_anew (self);
  window = weir_window_new (self);
  if (!self->is_restored)
    weir_queue_store_restore (self->queue_store,
                              has_previews ? CAS_PREVIEW_LIVE : CAS_PREVIEW_NONE);
  self->is_restored = TRUE;
  return GTK_WINDOW (window);
}

WeirWindow *
weir_application_show_window (WeirApplication *self)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (self));

  if (!window)
    window = open_window (self);
  gtk_window_present (window);
  /* by now, so that the device is ready when the first prompt is */
  cas_worker_start (self->worker);
  return WEIR_WINDOW (window);
}

static void
weir_application_activate (GApplication *app)
{
  weir_application_show_window (WEIR_APPLICATION (app));
}

static void
weir_application_open (GApplication  *app,
                       GFile        **files,
                       gint           n_files,
                       const char    *hint)
{
  WeirWindow *window = weir_application_show_window (WEIR_APPLICATION (app));

  weir_window_open (window, files[0]);
  if (n_files > 1)
    {
      g_autofree char *name = g_file_get_basename (files[0]);
      g_autofree char *shown = g_filename_display_name (name);
      g_autofree char *sentence =
        g_strdup_printf (_("One image is shown at a time. Of these, “%s” was opened."), shown);

      weir_window_tell (window, sentence);
    }
}

/* NULL for "", which stands for a default. */
static char *
dup_setting (WeirApplication *self,
             const char      *key)
{
  char *value = g_settings_get_string (self->settings, key);

  if (*value == '\0')
    g_clear_pointer (&value, g_free);
  return value;
}

static CasWorker *
new_worker (WeirApplication *self)
{
  g_autofree char *device = dup_setting (self, "device");
  g_autofree char *model = dup_setting (self, "model");

  return cas_worker_new (&(CasWorkerParams) {
    .device = device,
    .model = model,
    .idle_seconds = g_settings_get_boolean (self->settings, "free-when-idle") ? IDLE_SECONDS : 0,
  });
}

static void
tell_model (WeirApplication *self)
{
  g_autofree char *model = g_settings_get_string (self->settings, "model");

  weir_queue_set_model (self->queue, model);
}

/* The one before ends when its job does. */
static void
replace_worker (WeirApplication *self)
{
  g_clear_object (&self->worker);
  self->worker = new_worker (self);
  weir_queue_set_worker (self->queue, self->worker);
  tell_model (self);
  cas_worker_start (self->worker);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_WORKER]);
}

static void
saving_changed (WeirLibrary     *library,
                GParamSpec      *pspec,
                WeirApplication *self)
{
  if (weir_library_get_is_saving (library))
    weir_application_begin_writing (self);
  else
    weir_application_end_writing (self);
}

static WeirLibrary *
new_library (WeirApplication *self)
{
  g_autofree char *folder = dup_setting (self, "save-folder");
  WeirLibrary *library = weir_library_new (folder, NULL, NULL);

  g_settings_bind (self->settings, "file-name", library, "file-name", G_SETTINGS_BIND_GET);
  g_signal_connect_object (library, "notify::is-saving", G_CALLBACK (saving_changed), self, 0);
  return library;
}

/* What the one before is saving it still saves. */
static void
replace_library (WeirApplication *self)
{
  g_clear_object (&self->library);
  self->library = new_library (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LIBRARY]);
}

static void
told (WeirApplication *self,
      const char      *sentence)
{
  g_signal_emit (self, signals[TOLD], 0, sentence);
}

static void
make_queue (WeirApplication *self)
{
  self->worker = new_worker (self);
  self->queue = weir_queue_new (self->worker);
  tell_model (self);
  self->queue_store = weir_queue_store_new (NULL, self->queue);
  g_signal_connect_object (self->queue_store, "told", G_CALLBACK (told), self, G_CONNECT_SWAPPED);
  self->saver = weir_picture_saver_new (self->queue, self->queue_store);
  g_object_bind_property (self, "library", self->saver, "library", G_BINDING_SYNC_CREATE);
  g_signal_connect_object (self->saver, "told", G_CALLBACK (told), self, G_CONNECT_SWAPPED);
}

static void
make_parts (WeirApplication *self)
{
  const char *const keys[] = { "device", "model", "free-when-idle" };
  g_autofree char *styles = g_build_filename (g_get_user_data_dir (), "weir", "styles", NULL);

  self->models = weir_model_list_new (self->settings);
  self->library = new_library (self);
  make_queue (self);
  g_signal_connect_object (self->settings, "changed::save-folder", G_CALLBACK (replace_library),
                           self, G_CONNECT_SWAPPED);
  self->styles = weir_styles_load (styles);
  self->prompts = gtk_string_list_new (NULL);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autofree char *signal = g_strconcat ("changed::", keys[i], NULL);

      g_signal_connect_object (self->settings, signal, G_CALLBACK (replace_worker), self,
                               G_CONNECT_SWAPPED);
    }
}

/* No window shows what is made, and what waits waits for the next start, even if a file that is
 * being written keeps the program up. */
static void
stop_work (WeirApplication *self)
{
  if (self->is_stopped)
    return;
  self->is_stopped = TRUE;
  weir_queue_store_freeze (self->queue_store);
  g_object_set (self->queue, "is-paused", TRUE, NULL);
  cas_worker_stop (self->worker);
}

static void
drop_queue (WeirApplication *self)
{
  g_clear_object (&self->saver);
  g_clear_object (&self->queue_store);
  g_clear_object (&self->queue);
  g_clear_object (&self->worker);
}

/* A window is asked for before the program ended: the jobs come back as at its start. */
static void
begin_anew (WeirApplication *self)
{
  weir_queue_store_close (self->queue_store);
  drop_queue (self);
  make_queue (self);
  self->is_stopped = FALSE;
  self->is_restored = FALSE;
}

static void
weir_application_window_removed (GtkApplication *app,
                                 GtkWindow      *window)
{
  GTK_APPLICATION_CLASS (weir_application_parent_class)->window_removed (app, window);
  if (WEIR_IS_WINDOW (window))
    stop_work (WEIR_APPLICATION (app));
}

static void
weir_application_startup (GApplication *app)
{
  WeirApplication *self = WEIR_APPLICATION (app);

  G_APPLICATION_CLASS (weir_application_parent_class)->startup (app);

  self->settings = g_settings_new (WEIR_APP_ID);
  make_parts (self);
  weir_application_add_actions (self);
  weir_commands_install (GTK_APPLICATION (app));
  gtk_window_set_default_icon_name (WEIR_APP_ID);
}

/* What is said on the command line is done by the program that runs already, if one does. */
static int
weir_application_handle_local_options (GApplication *app,
                                       GVariantDict *options)
{
  g_autoptr (GError) error = NULL;
  const char *prompt;

  if (!g_variant_dict_lookup (options, "prompt", "&s", &prompt))
    return -1;
  if (!g_application_register (app, NULL, &error))
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }
  g_action_group_activate_action (G_ACTION_GROUP (app), "prompt", g_variant_new_string (prompt));
  return -1;
}

static void
weir_application_shutdown (GApplication *app)
{
  WeirApplication *self = WEIR_APPLICATION (app);

  stop_work (self);
  /* no picture is lost because the person was quick */
  while (self->n_writing > 0)
    g_main_context_iteration (NULL, TRUE);
  weir_queue_store_close (self->queue_store);
  G_APPLICATION_CLASS (weir_application_parent_class)->shutdown (app);
}

static void
weir_application_finalize (GObject *object)
{
  WeirApplication *self = WEIR_APPLICATION (object);

  drop_queue (self);
  g_clear_object (&self->models);
  g_clear_object (&self->library);
  g_clear_object (&self->styles);
  g_clear_object (&self->prompts);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (weir_application_parent_class)->finalize (object);
}

static void
weir_application_get_property (GObject    *object,
                               guint       id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  if (id == PROP_WORKER)
    g_value_set_object (value, WEIR_APPLICATION (object)->worker);
  else if (id == PROP_LIBRARY)
    g_value_set_object (value, WEIR_APPLICATION (object)->library);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
weir_application_class_init (WeirApplicationClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GApplicationClass *application_class = G_APPLICATION_CLASS (class);

  object_class->get_property = weir_application_get_property;
  object_class->finalize = weir_application_finalize;
  properties[PROP_LIBRARY] = g_param_spec_object ("library", NULL, NULL, WEIR_TYPE_LIBRARY,
                                                  G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_WORKER] = g_param_spec_object ("worker", NULL, NULL, CAS_TYPE_WORKER,
                                                 G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[TOLD] = g_signal_new ("told", WEIR_TYPE_APPLICATION, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  GTK_APPLICATION_CLASS (class)->window_removed = weir_application_window_removed;
  application_class->activate = weir_application_activate;
  application_class->handle_local_options = weir_application_handle_local_options;
  application_class->open = weir_application_open;
  application_class->startup = weir_application_startup;
  application_class->shutdown = weir_application_shutdown;
}

static void
weir_application_init (WeirApplication *self)
{
  static const GOptionEntry options[] = {
    { "prompt", 'p', 0, G_OPTION_ARG_STRING, NULL, N_("Put this into the prompt"), N_("TEXT") },
    { NULL },
  };

  g_application_add_main_option_entries (G_APPLICATION (self), options);
}

WeirApplication *
weir_application_new (GApplicationFlags flags,
                      WeirLog          *log)
{
  WeirApplication *self = g_object_new (WEIR_TYPE_APPLICATION,
                       "application-id", WEIR_APP_ID,
                       "flags", flags,
                       "resource-base-path", "/io/github/weir/Weir",
                       NULL);

  self->log = log;
  return self;
}

GSettings *
weir_application_get_settings (WeirApplication *self)
{
  g_return_val_if_fail (WEIR_IS_APPLICATION (self), NULL);

  return self->settings;
}

CasWorker *
weir_application_get_worker (WeirApplication *self)
{
  g_return_val_if_fail (WEIR_IS_APPLICATION (self), NULL);

  return self->worker;
}

WeirQueue *
weir_application_get_queue (WeirApplication *self)
{
  g_return_val_if_fail (WEIR_IS_APPLICATION (self), NULL);

  return self->queue;
}

WeirQueueStore *
weir_application_get_queue_store (WeirApplication *self)
{
  g_return_val_if_fail (WEIR_IS_APPLICATION (self), NULL);

  return self->queue_store;
}

WeirPictureSaver *
weir_application_get_saver (WeirApplication *self)
{
  g_return_val_if_fail (WEIR_IS_APPLICATION (self), NULL);

  return self->saver;
}

WeirLibrary *
weir_application_get_library (WeirApplication *self)
{
  g_return_val_if_fail (WEIR_IS_APPLICATION (self), NULL);

  return self->library;
}

WeirModelList *
weir_application_get_models (WeirApplication *self)
{
  g_return_val_if_fail (WEIR_IS_APPLICATION (self), NULL);

  return self->models;
}

GListModel *
weir_application_get_styles (WeirApplication *self)
{
  g_return_val_if_fail (WEIR_IS_APPLICATION (self), NULL);

  return self->styles;
}

GListModel *
weir_application_get_prompts (WeirApplication *self)
{
  g_return_val_if_fail (WEIR_IS_APPLICATION (self), NULL);

  return G_LIST_MODEL (self->prompts);
}

void
weir_application_remember (WeirApplication *self,
                           const char      *prompt)
{
  const char *const added[] = { prompt, NULL };
  guint n;

  g_return_if_fail (WEIR_IS_APPLICATION (self));

  if (*prompt == '\0')
    return;
  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (self->prompts)); i-- > 0;)
    if (g_strcmp0 (gtk_string_list_get_string (self->prompts, i), prompt) == 0)
      gtk_string_list_remove (self->prompts, i);
  gtk_string_list_splice (self->prompts, 0, 0, added);
  n = g_list_model_get_n_items (G_LIST_MODEL (self->prompts));
  if (n > WEIR_MAX_PROMPTS)
    gtk_string_list_remove (self->prompts, n - 1);
}

void
weir_application_begin_writing (WeirApplication *self)
{
  g_return_if_fail (WEIR_IS_APPLICATION (self));

  self->n_writing++;
  g_application_hold (G_APPLICATION (self));
}

void
weir_application_end_writing (WeirApplication *self)
{
  g_return_if_fail (WEIR_IS_APPLICATION (self));
  g_return_if_fail (self->n_writing > 0);

  self->n_writing--;
  g_application_release (G_APPLICATION (self));
}
