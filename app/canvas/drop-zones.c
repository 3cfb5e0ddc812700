/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The table of zones, and when they are shown. */

#include "canvas/drop-zones.h"

#include <glib/gi18n.h>

#include <cascade/error.h>
#include <cascade/metadata.h>

#include "library/library.h"
#include "picture-content.h"

typedef struct
{
  const char *id;
  const char *title;       /* in English, to translate */
  const char *description; /* likewise */
  const char *icon;
  const char *action;      /* takes a path */
  gboolean    needs_settings; /* stands in a strip of its own, only for a file that carries them */
} Zone;

static const Zone zones[] = {
  { "open", N_("Open on Canvas"), N_("It becomes the document"),
    "document-open-symbolic", "win.open-path", FALSE },
  { "vary", N_("Vary This Image"), N_("Make others that are like it"),
    "view-refresh-symbolic", "win.vary-path", FALSE },
  { "settings", N_("Use Its Settings"), N_("Prompt, seed and size that it was made with"),
    "document-properties-symbolic", "win.use-settings", TRUE },
};

struct _WeirDropZones
{
  GtkWidget parent;

  WeirLibrary  *library;
  GtkWidget    *overlay;
  GtkWidget    *child;
  GtkWidget    *veil;
  GtkBox       *large;
  GtkBox       *strips;
  GtkWidget    *buttons[G_N_ELEMENTS (zones)];
  GCancellable *reading; /* of what is dragged or offered; nullable */
  GValue        offered; /* unset while something is dragged */
  GtkWidget    *focus;   /* weak: where the focus was before an offer */
};

G_DEFINE_FINAL_TYPE (WeirDropZones, weir_drop_zones, GTK_TYPE_WIDGET)

enum
{
  PROP_CHILD = 1,
  PROP_LIBRARY,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

enum
{
  TEXTURE,
  REFUSED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* --- what is dragged ------------------------------------------------------------------------ */

/* Owned by the value; NULL if it holds no file. */
static GFile *
file_of (const GValue *value)
{
  if (G_VALUE_HOLDS (value, GDK_TYPE_FILE_LIST))
    {
      GSList *files = g_value_get_boxed (value);

      return files ? files->data : NULL;
    }
  return G_VALUE_HOLDS (value, G_TYPE_FILE) ? g_value_get_object (value) : NULL;
}

static void
hide (WeirDropZones *self)
{
  if (self->reading)
    g_cancellable_cancel (self->reading);
  g_clear_object (&self->reading);
  if (G_IS_VALUE (&self->offered))
    g_value_unset (&self->offered);
  gtk_widget_set_visible (self->veil, FALSE);
  if (self->focus)
    gtk_widget_grab_focus (self->focus);
  g_clear_weak_pointer (&self->focus);
}

static void
act (WeirDropZones *self,
     const Zone    *zone,
     const GValue  *value)
{
  GFile *file = file_of (value);
  g_autofree char *path = file ? g_file_get_path (file) : NULL;

  if (path)
    gtk_widget_activate_action (GTK_WIDGET (self), zone->action, "s", path);
  else if (file)
    {
      g_autofree char *name = g_file_get_parse_name (file);
      g_autofree char *sentence =
        g_strdup_printf (_("“%s” is not a file on this computer."), name);

      g_signal_emit (self, signals[REFUSED], 0, sentence);
    }
  else if (G_VALUE_HOLDS (value, GDK_TYPE_TEXTURE))
    g_signal_emit (self, signals[TEXTURE], 0, zone->action, g_value_get_object (value));
  else
    g_signal_emit (self, signals[REFUSED], 0, _("There is no file in what was dropped."));
}

/* --- settings in a file --------------------------------------------------------------------- */

static void
read_settings (GTask        *task,
               gpointer      source,
               gpointer      path,
               GCancellable *cancellable)
{
  GError *error = NULL;
  g_autoptr (CasSettings) settings = cas_settings_read (path, cancellable, &error);

  if (settings)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
show_strips (WeirDropZones *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (zones); i++)
    if (zones[i].needs_settings)
      gtk_widget_set_visible (self->buttons[i], TRUE);
}

static void
settings_recalled (GObject      *source,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  g_autoptr (WeirDropZones) self = user_data;
  g_autoptr (CasSettings) settings =
    weir_library_recall_finish (WEIR_LIBRARY (source), result, NULL);

  if (settings && g_task_get_cancellable (G_TASK (result)) == self->reading)
    show_strips (self);
}

static void
settings_read (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  WeirDropZones *self = WEIR_DROP_ZONES (source);
  g_autoptr (GError) error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    show_strips (self);
  else if (self->library && g_error_matches (error, CAS_ERROR, CAS_ERROR_NO_SETTINGS))
    weir_library_recall_async (self->library, g_task_get_task_data (G_TASK (result)), NULL,
                               g_task_get_cancellable (G_TASK (result)), settings_recalled,
                               g_object_ref (self));
}

static void
look_for_settings (WeirDropZones *self,
                   GFile         *file)
{
  g_autofree char *path = file ? g_file_get_path (file) : NULL;
  g_autoptr (GTask) task = NULL;

  if (!path)
    return;
  task = g_task_new (self, self->reading, settings_read, NULL);
  g_task_set_task_data (task, g_steal_pointer (&path), g_free);
  g_task_run_in_thread (task, read_settings);
}

/* What has no file is looked up by its pixels. */
static void
look_for_pixels (WeirDropZones *self,
                 GdkTexture    *texture)
{
  g_autoptr (WeirPicture) picture =
    self->library ? weir_picture_new_for_texture (texture, NULL) : NULL;

  if (picture)
    weir_library_recall_async (self->library, NULL, weir_picture_get_image (picture),
                               self->reading, settings_recalled, g_object_ref (self));
}

static void
show (WeirDropZones *self)
{
  hide (self);
  self->reading = g_cancellable_new ();
  for (guint i = 0; i < G_N_ELEMENTS (zones); i++)
    gtk_widget_set_visible (self->buttons[i], !zones[i].needs_settings);
  gtk_widget_set_visible (self->veil, TRUE);
}

/* --- dragging ------------------------------------------------------------------------------- */

static void
dragged_read (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (WeirDropZones) self = user_data;
  const GValue *value = gdk_drop_read_value_finish (GDK_DROP (source), result, NULL);

  /* NULL too if it left before */
  if (value && self->reading)
    look_for_settings (self, file_of (value));
}

/* What comes from the canvas is on it already. */
static gboolean
is_from_canvas (GdkDrop *drop)
{
  GdkDrag *drag = gdk_drop_get_drag (drop);

  return drag && WEIR_IS_PICTURE_CONTENT (gdk_drag_get_content (drag));
}

static void
drag_entered (GtkDropControllerMotion *motion,
              double                   x,
              double                   y,
              WeirDropZones           *self)
{
  GdkDrop *drop = gtk_drop_controller_motion_get_drop (motion);
  GdkContentFormats *offered = gdk_content_formats_ref (gdk_drop_get_formats (drop));
  g_autoptr (GdkContentFormats) formats = gdk_content_formats_union_deserialize_gtypes (offered);
  const gboolean has_file = gdk_content_formats_contain_gtype (formats, GDK_TYPE_FILE_LIST) ||
                            gdk_content_formats_contain_gtype (formats, G_TYPE_FILE);

  if (is_from_canvas (drop) ||
      (!has_file && !gdk_content_formats_contain_gtype (formats, GDK_TYPE_TEXTURE)))
    return;
  show (self);
  if (has_file)
    gdk_drop_read_value_async (drop,
                               gdk_content_formats_contain_gtype (formats, GDK_TYPE_FILE_LIST)
                                 ? GDK_TYPE_FILE_LIST : G_TYPE_FILE,
                               G_PRIORITY_DEFAULT, self->reading, dragged_read,
                               g_object_ref (self));
}

static gboolean
dropped (GtkDropTarget *target,
         const GValue  *value,
         double         x,
         double         y,
         WeirDropZones *self)
{
  GtkWidget *button = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (target));

  for (guint i = 0; i < G_N_ELEMENTS (zones); i++)
    if (self->buttons[i] == button)
      act (self, &zones[i], value);
  hide (self);
  return TRUE;
}

/* --- pressing ------------------------------------------------------------------------------- */

static void
zone_clicked (WeirDropZones *self,
              GtkWidget     *button)
{
  GValue value = G_VALUE_INIT;

  if (!G_IS_VALUE (&self->offered))
    return;
  g_value_init (&value, G_VALUE_TYPE (&self->offered));
  g_value_copy (&self->offered, &value);
  hide (self);
  for (guint i = 0; i < G_N_ELEMENTS (zones); i++)
    if (self->buttons[i] == button)
      act (self, &zones[i], &value);
  g_value_unset (&value);
}

static gboolean
escape_pressed (GtkWidget *veil,
                GVariant  *args,
                gpointer   self)
{
  hide (self);
  return TRUE;
}

gboolean
weir_drop_zones_offer (WeirDropZones *self,
                       const GValue  *value)
{
  GtkWidget *focus;

  g_return_val_if_fail (WEIR_IS_DROP_ZONES (self), FALSE);

  if (!file_of (value) && !G_VALUE_HOLDS (value, GDK_TYPE_TEXTURE))
    return FALSE;
  focus = gtk_root_get_focus (gtk_widget_get_root (GTK_WIDGET (self)));
  show (self);
  g_value_init (&self->offered, G_VALUE_TYPE (value));
  g_value_copy (value, &self->offered);
  if (G_VALUE_HOLDS (value, GDK_TYPE_TEXTURE))
    look_for_pixels (self, g_value_get_object (value));
  else
    look_for_settings (self, file_of (value));
  g_set_weak_pointer (&self->focus, focus);
  gtk_widget_grab_focus (self->buttons[0]);
  return TRUE;
}

/* --- the object ----------------------------------------------------------------------------- */

static GtkWidget *
zone_content (const Zone *zone)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *icon = gtk_image_new_from_icon_name (zone->icon);
  GtkWidget *title = gtk_label_new (_(zone->title));
  GtkWidget *description = gtk_label_new (_(zone->description));

  gtk_image_set_pixel_size (GTK_IMAGE (icon), 32);
  gtk_label_set_wrap (GTK_LABEL (title), TRUE);
  gtk_label_set_justify (GTK_LABEL (title), GTK_JUSTIFY_CENTER);
  gtk_widget_add_css_class (title, "title-3");
  gtk_label_set_wrap (GTK_LABEL (description), TRUE);
  gtk_label_set_justify (GTK_LABEL (description), GTK_JUSTIFY_CENTER);
  gtk_widget_add_css_class (description, "description");
  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (box), icon);
  gtk_box_append (GTK_BOX (box), title);
  gtk_box_append (GTK_BOX (box), description);
  return box;
}

static GtkWidget *
zone_button (WeirDropZones *self,
             const Zone    *zone)
{
  const GType types[] = { GDK_TYPE_FILE_LIST, G_TYPE_FILE, GDK_TYPE_TEXTURE };
  GtkWidget *button = gtk_button_new ();
  GtkDropTarget *target = gtk_drop_target_new (G_TYPE_INVALID, GDK_ACTION_COPY);

  gtk_widget_set_name (button, zone->id);
  gtk_widget_add_css_class (button, "drop-zone");
  gtk_button_set_child (GTK_BUTTON (button), zone_content (zone));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _(zone->title),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, _(zone->description),
                                  -1);
  g_signal_connect_swapped (button, "clicked", G_CALLBACK (zone_clicked), self);

  gtk_drop_target_set_gtypes (target, (GType *) types,
                              zone->needs_settings ? 2 : G_N_ELEMENTS (types));
  g_signal_connect (target, "drop", G_CALLBACK (dropped), self);
  gtk_widget_add_controller (button, GTK_EVENT_CONTROLLER (target));
  return button;
}

static void
set_child (WeirDropZones *self,
           GtkWidget     *child)
{
  if (child == self->child)
    return;
  self->child = child;
  gtk_overlay_set_child (GTK_OVERLAY (self->overlay), child);
}

static void
weir_drop_zones_set_property (GObject      *object,
                              guint         id,
                              const GValue *value,
                              GParamSpec   *pspec)
{
  if (id == PROP_CHILD)
    set_child (WEIR_DROP_ZONES (object), g_value_get_object (value));
  else if (id == PROP_LIBRARY)
    g_set_object (&WEIR_DROP_ZONES (object)->library, g_value_get_object (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
weir_drop_zones_get_property (GObject    *object,
                              guint       id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  if (id == PROP_CHILD)
    g_value_set_object (value, WEIR_DROP_ZONES (object)->child);
  else if (id == PROP_LIBRARY)
    g_value_set_object (value, WEIR_DROP_ZONES (object)->library);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
weir_drop_zones_dispose (GObject *object)
{
  WeirDropZones *self = WEIR_DROP_ZONES (object);

  if (self->reading)
    g_cancellable_cancel (self->reading);
  g_clear_object (&self->reading);
  if (G_IS_VALUE (&self->offered))
    g_value_unset (&self->offered);
  g_clear_weak_pointer (&self->focus);
  g_clear_object (&self->library);
  self->child = NULL;
  g_clear_pointer (&self->overlay, gtk_widget_unparent);
  G_OBJECT_CLASS (weir_drop_zones_parent_class)->dispose (object);
}

static void
weir_drop_zones_class_init (WeirDropZonesClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  object_class->set_property = weir_drop_zones_set_property;
  object_class->get_property = weir_drop_zones_get_property;
  object_class->dispose = weir_drop_zones_dispose;
  properties[PROP_CHILD] = g_param_spec_object ("child", NULL, NULL, GTK_TYPE_WIDGET,
                                                G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_LIBRARY] = g_param_spec_object ("library", NULL, NULL, WEIR_TYPE_LIBRARY,
                                                  G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[TEXTURE] = g_signal_new ("texture", WEIR_TYPE_DROP_ZONES, G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING, GDK_TYPE_TEXTURE);
  signals[REFUSED] = g_signal_new ("refused", WEIR_TYPE_DROP_ZONES, G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/weir/Weir/drop-zones.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirDropZones, overlay);
  gtk_widget_class_bind_template_child (widget_class, WeirDropZones, veil);
  gtk_widget_class_bind_template_child (widget_class, WeirDropZones, large);
  gtk_widget_class_bind_template_child (widget_class, WeirDropZones, strips);
}

static void
weir_drop_zones_init (WeirDropZones *self)
{
  GtkEventController *motion = gtk_drop_controller_motion_new ();
  GtkEventController *keys = gtk_shortcut_controller_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  for (guint i = 0; i < G_N_ELEMENTS (zones); i++)
    {
      self->buttons[i] = zone_button (self, &zones[i]);
      gtk_box_append (zones[i].needs_settings ? self->strips : self->large, self->buttons[i]);
    }

  g_signal_connect (motion, "enter", G_CALLBACK (drag_entered), self);
  g_signal_connect_swapped (motion, "leave", G_CALLBACK (hide), self);
  gtk_widget_add_controller (GTK_WIDGET (self), motion);

  gtk_shortcut_controller_add_shortcut (
    GTK_SHORTCUT_CONTROLLER (keys),
    gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_Escape, 0),
                      gtk_callback_action_new (escape_pressed, self, NULL)));
  gtk_widget_add_controller (self->veil, keys);
}

GtkWidget *
weir_drop_zones_new (void)
{
  return g_object_new (WEIR_TYPE_DROP_ZONES, NULL);
}
