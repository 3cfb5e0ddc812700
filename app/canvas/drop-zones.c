/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The table of zones, and when they are shown. */

#include "canvas/drop-zones.h"

#include <glib/gi18n.h>

#include "canvas/dropped.h"
#include "picture-content.h"

typedef enum
{
  ALWAYS,
  WITH_DOCUMENT,
  WITH_SETTINGS /* in a strip of its own */
} Condition;

typedef struct
{
  WeirDroppedKind kind;
  Condition       when;
  const char     *id;
  const char     *title;       /* in English, to translate */
  const char     *description; /* likewise */
  const char     *icon;
  const char     *action;      /* takes a path */
} Zone;

static const Zone zones[] = {
  { WEIR_DROPPED_PICTURE, ALWAYS, "open", N_("Open on Canvas"), N_("It becomes the document"),
    "document-open-symbolic", "win.open-path" },
  { WEIR_DROPPED_PICTURE, ALWAYS, "vary", N_("Vary This Image"), N_("Make others that are like it"),
    "view-refresh-symbolic", "win.vary-path" },
  { WEIR_DROPPED_PICTURE, ALWAYS, "guide", N_("Use as Guidance"),
    N_("Its edges are followed"), "weir-guide-symbolic", "win.guide-path" },
  { WEIR_DROPPED_PICTURE, WITH_DOCUMENT, "mask", N_("Use as Mask"),
    N_("White is made anew"), "weir-mask-symbolic", "win.mask-path" },
  { WEIR_DROPPED_PICTURE, WITH_SETTINGS, "settings", N_("Use Its Settings"),
    N_("Prompt, seed and size that it was made with"), "document-properties-symbolic",
    "win.use-settings" },
  { WEIR_DROPPED_PROJECT, ALWAYS, "project", N_("Open the Project"),
    N_("Its image and settings take the place of these"), "document-open-symbolic",
    "win.open-path" },
  { WEIR_DROPPED_LORA, ALWAYS, "lora", N_("Add the LoRA"),
    N_("The next images have its style or subject"), "list-add-symbolic", "win.add-lora-path" },
  { WEIR_DROPPED_FOLDER, ALWAYS, "model", N_("Use This Model"),
    N_("Images are made with what is in the folder"), "folder-symbolic", "win.use-model" },
};

struct _WeirDropZones
{
  GtkWidget parent;

  WeirLibrary  *library;
  gboolean      has_document;
  GtkWidget    *overlay;
  GtkWidget    *child;
  GtkWidget    *veil;
  GtkGrid      *large;
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
  PROP_HAS_DOCUMENT,
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

/* That of a zone, unless such a thing can become something else only. */
static const char *
action_for (const Zone   *zone,
            const GValue *value)
{
  const WeirDroppedKind kind = weir_dropped_get_kind (value);

  for (guint i = 0; kind != WEIR_DROPPED_PICTURE && i < G_N_ELEMENTS (zones); i++)
    if (zones[i].kind == kind)
      return zones[i].action;
  return zone->action;
}

static void
say (WeirDropZones *self,
     const char    *format,
     GFile         *file)
{
  g_autofree char *name = g_file_is_native (file) ? g_file_get_basename (file)
                                                  : g_file_get_parse_name (file);
  g_autofree char *shown = g_filename_display_name (name);
  g_autofree char *sentence = g_strdup_printf (format, shown);

  g_signal_emit (self, signals[REFUSED], 0, sentence);
}

static void
act (WeirDropZones *self,
     const Zone    *zone,
     const GValue  *value)
{
  GFile *file = weir_dropped_get_file (value);
  g_autofree char *path = file ? g_file_get_path (file) : NULL;

  if (path)
    {
      gtk_widget_activate_action (GTK_WIDGET (self), action_for (zone, value), "s", path);
      if (weir_dropped_get_n (value) > 1)
        say (self, _("One file is taken at a time. Of these, it was “%s”."), file);
    }
  else if (file)
    say (self, _("“%s” is not a file on this computer."), file);
  else if (G_VALUE_HOLDS (value, GDK_TYPE_TEXTURE))
    g_signal_emit (self, signals[TEXTURE], 0, zone->action, g_value_get_object (value));
  else
    g_signal_emit (self, signals[REFUSED], 0, _("There is no file in what was dropped."));
}

/* --- which zones there are ------------------------------------------------------------------ */

static gboolean
is_offered (WeirDropZones  *self,
            const Zone     *zone,
            WeirDroppedKind kind,
            gboolean        has_settings)
{
  switch (zone->when)
    {
    case WITH_DOCUMENT:
      return zone->kind == kind && self->has_document;
    case WITH_SETTINGS:
      return zone->kind == kind && has_settings;
    case ALWAYS:
    default:
      return zone->kind == kind;
    }
}

/* Where in two columns; a last one without a neighbour is as wide as both. */
static void
put_large (WeirDropZones *self,
           GtkWidget     *button,
           guint          position,
           gboolean       is_wide)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self->large));

  g_object_set (gtk_layout_manager_get_layout_child (layout, button),
                "column", (int) position % 2, "row", (int) position / 2,
                "column-span", is_wide ? 2 : 1, NULL);
}

static void
arrange (WeirDropZones  *self,
         WeirDroppedKind kind,
         gboolean        has_settings)
{
  GtkWidget *last = NULL;
  guint n_large = 0;

  for (guint i = 0; i < G_N_ELEMENTS (zones); i++)
    {
      const gboolean is_there = is_offered (self, &zones[i], kind, has_settings);

      gtk_widget_set_visible (self->buttons[i], is_there);
      if (zones[i].when == WITH_SETTINGS)
        continue;
      /* what is hidden makes no row */
      put_large (self, self->buttons[i], is_there ? n_large : 0, FALSE);
      if (is_there)
        {
          last = self->buttons[i];
          n_large++;
        }
    }
  if (n_large % 2 == 1)
    put_large (self, last, n_large - 1, TRUE);
}

static void
focus_first (WeirDropZones *self)
{
  guint i = 0;

  while (i + 1 < G_N_ELEMENTS (zones) && !gtk_widget_get_visible (self->buttons[i]))
    i++;
  gtk_widget_grab_focus (self->buttons[i]);
}

static void
looked (GObject      *source,
        GAsyncResult *result,
        gpointer      user_data)
{
  g_autoptr (WeirDropZones) self = user_data;
  WeirDroppedKind kind;
  gboolean has_settings;

  if (!weir_dropped_look_finish (result, &kind, &has_settings) ||
      g_task_get_cancellable (G_TASK (result)) != self->reading)
    return;
  arrange (self, kind, has_settings);
  if (G_IS_VALUE (&self->offered) && kind != WEIR_DROPPED_PICTURE)
    focus_first (self);
}

static void
look (WeirDropZones *self,
      const GValue  *value)
{
  arrange (self, weir_dropped_get_kind (value), FALSE);
  weir_dropped_look_async (value, self->library, self->reading, looked, g_object_ref (self));
}

static void
show (WeirDropZones *self)
{
  hide (self);
  self->reading = g_cancellable_new ();
  arrange (self, WEIR_DROPPED_PICTURE, FALSE);
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
    look (self, value);
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

  if (!weir_dropped_get_file (value) && !G_VALUE_HOLDS (value, GDK_TYPE_TEXTURE))
    return FALSE;
  if (weir_dropped_get_kind (value) != WEIR_DROPPED_PICTURE)
    {
      act (self, &zones[0], value);
      return TRUE;
    }
  focus = gtk_root_get_focus (gtk_widget_get_root (GTK_WIDGET (self)));
  show (self);
  g_value_init (&self->offered, G_VALUE_TYPE (value));
  g_value_copy (value, &self->offered);
  look (self, value);
  g_set_weak_pointer (&self->focus, focus);
  focus_first (self);
  return TRUE;
}

/* --- the object ----------------------------------------------------------------------------- */

/* What the zones lie over is not reached through them. */
static gboolean
weir_drop_zones_focus (GtkWidget        *widget,
                       GtkDirectionType  direction)
{
  WeirDropZones *self = WEIR_DROP_ZONES (widget);

  if (gtk_widget_get_visible (self->veil))
    return gtk_widget_child_focus (self->veil, direction);
  return GTK_WIDGET_CLASS (weir_drop_zones_parent_class)->focus (widget, direction);
}

/* On one line: all of it is to be seen in the smallest window. */
static GtkWidget *
zone_label (const char *words,
            const char *css_class)
{
  GtkWidget *label = gtk_label_new (words);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (label, css_class);
  return label;
}

/* A strip is low: its icon stands before the words. */
static GtkWidget *
zone_content (const Zone *zone)
{
  const gboolean is_strip = zone->when == WITH_SETTINGS;
  GtkWidget *box = gtk_box_new (is_strip ? GTK_ORIENTATION_HORIZONTAL : GTK_ORIENTATION_VERTICAL,
                                is_strip ? 12 : 6);
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *icon = gtk_image_new_from_icon_name (zone->icon);

  gtk_image_set_pixel_size (GTK_IMAGE (icon), 32);
  gtk_widget_set_halign (box, is_strip ? GTK_ALIGN_CENTER : GTK_ALIGN_FILL);
  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (words), zone_label (_(zone->title), "title-4"));
  gtk_box_append (GTK_BOX (words), zone_label (_(zone->description), "description"));
  gtk_box_append (GTK_BOX (box), icon);
  gtk_box_append (GTK_BOX (box), words);
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
                              zone->kind == WEIR_DROPPED_PICTURE && zone->when != WITH_SETTINGS
                                ? G_N_ELEMENTS (types) : 2);
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
  WeirDropZones *self = WEIR_DROP_ZONES (object);

  switch (id)
    {
    case PROP_CHILD:
      set_child (self, g_value_get_object (value));
      break;
    case PROP_LIBRARY:
      g_set_object (&self->library, g_value_get_object (value));
      break;
    case PROP_HAS_DOCUMENT:
      self->has_document = g_value_get_boolean (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
weir_drop_zones_get_property (GObject    *object,
                              guint       id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  WeirDropZones *self = WEIR_DROP_ZONES (object);

  switch (id)
    {
    case PROP_CHILD:
      g_value_set_object (value, self->child);
      break;
    case PROP_LIBRARY:
      g_value_set_object (value, self->library);
      break;
    case PROP_HAS_DOCUMENT:
      g_value_set_boolean (value, self->has_document);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
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
  widget_class->focus = weir_drop_zones_focus;
  properties[PROP_CHILD] = g_param_spec_object ("child", NULL, NULL, GTK_TYPE_WIDGET,
                                                G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_LIBRARY] = g_param_spec_object ("library", NULL, NULL, WEIR_TYPE_LIBRARY,
                                                  G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_HAS_DOCUMENT] = g_param_spec_boolean ("has-document", NULL, NULL, FALSE,
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
      if (zones[i].when == WITH_SETTINGS)
        gtk_box_append (self->strips, self->buttons[i]);
      else
        gtk_grid_attach (self->large, self->buttons[i], 0, 0, 1, 1);
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
