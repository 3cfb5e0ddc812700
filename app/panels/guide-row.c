/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Widgets bound to a guide's properties. */

#include "panels/guide-row.h"

#include <glib/gi18n.h>

struct _WeirGuideRow
{
  AdwActionRow parent;

  WeirGuide *guide;

  GtkWidget     *check;
  GtkImage      *thumbnail;
  GtkMenuButton *menu_button;
  GtkWidget     *remove_button;
  GtkImage      *source_picture;
  GtkImage      *shown_picture;
  GtkWidget     *shown_box;
  GtkRange      *strength_scale;
  GtkRange      *start_scale;
  GtkRange      *end_scale;
  GtkWidget     *edges_box;
  GtkRange      *low_scale;
  GtkRange      *high_scale;
};

G_DEFINE_FINAL_TYPE (WeirGuideRow, weir_guide_row, ADW_TYPE_ACTION_ROW)

enum
{
  WANTED,
  DROPPED,
  REMOVED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* --- the picture ---------------------------------------------------------------------------- */

/* One that the model cannot use is dim and says why; it can still be removed. */
static void
show_state (WeirGuideRow *self)
{
  const char *name = weir_guide_get_name (self->guide);
  gboolean can_be_used;

  g_object_get (self->guide, "can-be-used", &can_be_used, NULL);
  gtk_widget_set_sensitive (self->check, can_be_used);
  gtk_widget_set_sensitive (GTK_WIDGET (self->thumbnail), can_be_used);
  gtk_widget_set_sensitive (GTK_WIDGET (self->menu_button), can_be_used);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (self), can_be_used ? 1 : 3);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self),
                               !can_be_used ? _("The model has no ControlNet for this")
                               : name       ? name
                                            : _("Choose an image"));
}

static void
picture_changed (WeirGuideRow *self)
{
  WeirPicture *picture = weir_guide_get_picture (self->guide);
  GdkPaintable *paintable = picture ? GDK_PAINTABLE (weir_picture_get_texture (picture)) : NULL;

  if (paintable)
    gtk_image_set_from_paintable (self->thumbnail, paintable);
  else
    gtk_image_set_from_icon_name (self->thumbnail, "image-x-generic-symbolic");
  gtk_image_set_from_paintable (self->source_picture, paintable);
  show_state (self);
}

static void
shown_changed (WeirGuideRow *self)
{
  WeirPicture *shown = weir_guide_get_shown (self->guide);

  gtk_image_set_from_paintable (self->shown_picture,
                                shown ? GDK_PAINTABLE (weir_picture_get_texture (shown)) : NULL);
}

static void
file_clicked (WeirGuideRow *self)
{
  gtk_menu_button_popdown (self->menu_button);
  g_signal_emit (self, signals[WANTED], 0, WEIR_GUIDE_FROM_FILE);
}

static void
canvas_clicked (WeirGuideRow *self)
{
  g_signal_emit (self, signals[WANTED], 0, WEIR_GUIDE_FROM_CANVAS);
}

static void
paste_clicked (WeirGuideRow *self)
{
  g_signal_emit (self, signals[WANTED], 0, WEIR_GUIDE_FROM_CLIPBOARD);
}

static void
remove_clicked (WeirGuideRow *self)
{
  g_signal_emit (self, signals[REMOVED], 0);
}

static void
texture_read (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (WeirGuideRow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (WeirPicture) picture = weir_picture_read_texture_finish (result, &error);

  if (!self->guide) /* it was removed meanwhile */
    return;
  if (picture)
    weir_guide_set_picture (self->guide, picture, _("An image that was dropped"));
  else
    adw_action_row_set_subtitle (ADW_ACTION_ROW (self), error->message);
}

static gboolean
dropped (GtkDropTarget *target,
         const GValue  *value,
         double         x,
         double         y,
         gpointer       user_data)
{
  WeirGuideRow *self = user_data;

  if (G_VALUE_HOLDS (value, GDK_TYPE_TEXTURE))
    weir_picture_read_texture_async (g_value_get_object (value), NULL, texture_read,
                                     g_object_ref (self));
  else if (G_VALUE_HOLDS (value, G_TYPE_FILE))
    g_signal_emit (self, signals[DROPPED], 0, g_value_get_object (value));
  else if (G_VALUE_HOLDS (value, GDK_TYPE_FILE_LIST) && g_value_get_boxed (value))
    g_signal_emit (self, signals[DROPPED], 0, ((GSList *) g_value_get_boxed (value))->data);
  else
    return FALSE;
  return TRUE;
}

static void
add_drop_target (WeirGuideRow *self)
{
  GType types[] = { GDK_TYPE_FILE_LIST, G_TYPE_FILE, GDK_TYPE_TEXTURE };
  GtkDropTarget *target = gtk_drop_target_new (G_TYPE_INVALID, GDK_ACTION_COPY);

  gtk_drop_target_set_gtypes (target, types, G_N_ELEMENTS (types));
  g_signal_connect (target, "drop", G_CALLBACK (dropped), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}

/* --- the row -------------------------------------------------------------------------------- */

static void
weir_guide_row_dispose (GObject *object)
{
  WeirGuideRow *self = WEIR_GUIDE_ROW (object);

  g_clear_object (&self->guide);
  G_OBJECT_CLASS (weir_guide_row_parent_class)->dispose (object);
}

static void
weir_guide_row_class_init (WeirGuideRowClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = weir_guide_row_dispose;

  signals[WANTED] = g_signal_new ("wanted", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT);
  signals[DROPPED] = g_signal_new ("dropped", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 1, G_TYPE_FILE);
  signals[REMOVED] = g_signal_new ("removed", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/weir/Weir/guide-row.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirGuideRow, check);
  gtk_widget_class_bind_template_child (widget_class, WeirGuideRow, thumbnail);
  gtk_widget_class_bind_template_child (widget_class, WeirGuideRow, menu_button);
  gtk_widget_class_bind_template_child (widget_class, WeirGuideRow, remove_button);
  gtk_widget_class_bind_template_child (widget_class, WeirGuideRow, source_picture);
  gtk_widget_class_bind_template_child (widget_class, WeirGuideRow, shown_picture);
  gtk_widget_class_bind_template_child (widget_class, WeirGuideRow, shown_box);
  gtk_widget_class_bind_template_child (widget_class, WeirGuideRow, strength_scale);
  gtk_widget_class_bind_template_child (widget_class, WeirGuideRow, start_scale);
  gtk_widget_class_bind_template_child (widget_class, WeirGuideRow, end_scale);
  gtk_widget_class_bind_template_child (widget_class, WeirGuideRow, edges_box);
  gtk_widget_class_bind_template_child (widget_class, WeirGuideRow, low_scale);
  gtk_widget_class_bind_template_child (widget_class, WeirGuideRow, high_scale);
  gtk_widget_class_bind_template_callback (widget_class, file_clicked);
  gtk_widget_class_bind_template_callback (widget_class, canvas_clicked);
  gtk_widget_class_bind_template_callback (widget_class, paste_clicked);
  gtk_widget_class_bind_template_callback (widget_class, remove_clicked);
}

static void
weir_guide_row_init (WeirGuideRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  add_drop_target (self);
}

static void
bind (WeirGuideRow *self,
      const char   *property,
      GtkRange     *range)
{
  g_object_bind_property (self->guide, property, gtk_range_get_adjustment (range), "value",
                          G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
}

GtkWidget *
weir_guide_row_new (WeirGuide *guide)
{
  WeirGuideRow *self = g_object_new (WEIR_TYPE_GUIDE_ROW, NULL);
  const gboolean has_edges = weir_guide_get_kind (guide) == CAS_CONTROL_CANNY;
  const char *title = weir_guide_kind_get_title (weir_guide_get_kind (guide));

  self->guide = g_object_ref (guide);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->check), GTK_ACCESSIBLE_PROPERTY_LABEL, title,
                                  -1);
  gtk_widget_set_visible (self->edges_box, has_edges);
  gtk_widget_set_visible (self->shown_box, has_edges);
  g_object_bind_property (guide, "is-on", self->check, "active",
                          G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
  bind (self, "strength", self->strength_scale);
  bind (self, "start", self->start_scale);
  bind (self, "end", self->end_scale);
  bind (self, "low", self->low_scale);
  bind (self, "high", self->high_scale);
  g_signal_connect_object (guide, "notify::picture", G_CALLBACK (picture_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (guide, "notify::can-be-used", G_CALLBACK (show_state), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (guide, "notify::shown", G_CALLBACK (shown_changed), self,
                           G_CONNECT_SWAPPED);
  picture_changed (self);
  shown_changed (self);
  return GTK_WIDGET (self);
}

WeirGuide *
weir_guide_row_get_guide (WeirGuideRow *self)
{
  g_return_val_if_fail (WEIR_IS_GUIDE_ROW (self), NULL);

  return self->guide;
}
