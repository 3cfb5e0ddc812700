/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A row for each reference: what it is, how much it counts, and a way to be rid of it. */

#include "panels/reference-panel.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "reference.h"

#define THUMBNAIL 40 /* pixels */

struct _WeirReferencePanel
{
  GtkWidget parent;

  GListStore *references;
  GPtrArray  *rows; /* in their order; the group's */

  AdwPreferencesGroup *group;
};

G_DEFINE_FINAL_TYPE (WeirReferencePanel, weir_reference_panel, GTK_TYPE_WIDGET)

enum
{
  PROP_REFERENCES = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
remove_clicked (GtkButton          *button,
                WeirReferencePanel *self)
{
  WeirReference *reference = g_object_get_data (G_OBJECT (button), "reference");
  guint position;

  if (g_list_store_find (self->references, reference, &position))
    g_list_store_remove (self->references, position);
}

static GtkWidget *
make_remove_button (WeirReferencePanel *self,
                    WeirReference      *reference)
{
  GtkWidget *button = gtk_button_new_from_icon_name ("window-close-symbolic");
  g_autofree char *label =
    /* Translators: a picture's file name */
    g_strdup_printf (_("Remove %s"), weir_reference_get_name (reference));

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, _("Remove"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  g_object_set_data_full (G_OBJECT (button), "reference", g_object_ref (reference), g_object_unref);
  g_signal_connect (button, "clicked", G_CALLBACK (remove_clicked), self);
  return button;
}

static GtkWidget *
make_scale (WeirReference *reference)
{
  GtkWidget *scale = gtk_scale_new_with_range (GTK_ORIENTATION_HORIZONTAL, 0, 2, 0.05);
  g_autofree char *label =
    g_strdup_printf (_("Weight of %s"), weir_reference_get_name (reference));

  gtk_widget_set_size_request (scale, 90, -1);
  gtk_scale_add_mark (GTK_SCALE (scale), 1, GTK_POS_BOTTOM, NULL);
  gtk_widget_set_tooltip_text (scale, _("How much the image is like it"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (scale), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  g_object_bind_property (reference, "weight", gtk_range_get_adjustment (GTK_RANGE (scale)), "value",
                          G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
  return scale;
}

static GtkWidget *
make_row (WeirReferencePanel *self,
          WeirReference      *reference)
{
  GtkWidget *row = adw_action_row_new ();
  GdkTexture *texture = weir_picture_get_texture (weir_reference_get_picture (reference));
  GtkWidget *thumbnail = gtk_image_new_from_paintable (GDK_PAINTABLE (texture));

  gtk_image_set_pixel_size (GTK_IMAGE (thumbnail), THUMBNAIL);
  gtk_widget_set_tooltip_text (thumbnail, weir_reference_get_name (reference));
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), thumbnail);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), make_scale (reference));
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), make_remove_button (self, reference));
  return row;
}

static void
items_changed (WeirReferencePanel *self,
               guint               position,
               guint               removed,
               guint               added,
               GListModel         *references)
{
  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (self->group, g_ptr_array_index (self->rows, i));
  g_ptr_array_set_size (self->rows, 0);
  for (guint i = 0; i < g_list_model_get_n_items (references); i++)
    {
      g_autoptr (WeirReference) reference = g_list_model_get_item (references, i);
      GtkWidget *row = make_row (self, reference);

      adw_preferences_group_add (self->group, row);
      g_ptr_array_add (self->rows, row);
    }
}

static void
weir_reference_panel_set_property (GObject      *object,
                                   guint         id,
                                   const GValue *value,
                                   GParamSpec   *pspec)
{
  WeirReferencePanel *self = WEIR_REFERENCE_PANEL (object);

  if (id != PROP_REFERENCES)
    {
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      return;
    }
  if (self->references)
    g_signal_handlers_disconnect_by_func (self->references, items_changed, self);
  g_set_object (&self->references, g_value_get_object (value));
  if (!self->references)
    return;
  g_signal_connect_object (self->references, "items-changed", G_CALLBACK (items_changed), self,
                           G_CONNECT_SWAPPED);
  items_changed (self, 0, 0, 0, G_LIST_MODEL (self->references));
}

static void
weir_reference_panel_dispose (GObject *object)
{
  WeirReferencePanel *self = WEIR_REFERENCE_PANEL (object);
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self));

  if (self->references)
    g_signal_handlers_disconnect_by_func (self->references, items_changed, self);
  g_clear_object (&self->references);
  g_clear_pointer (&child, gtk_widget_unparent);
  G_OBJECT_CLASS (weir_reference_panel_parent_class)->dispose (object);
}

static void
weir_reference_panel_finalize (GObject *object)
{
  g_clear_pointer (&WEIR_REFERENCE_PANEL (object)->rows, g_ptr_array_unref);
  G_OBJECT_CLASS (weir_reference_panel_parent_class)->finalize (object);
}

static void
weir_reference_panel_class_init (WeirReferencePanelClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  object_class->set_property = weir_reference_panel_set_property;
  object_class->dispose = weir_reference_panel_dispose;
  object_class->finalize = weir_reference_panel_finalize;
  properties[PROP_REFERENCES] =
    g_param_spec_object ("references", NULL, NULL, G_TYPE_LIST_STORE,
                         G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/weir/Weir/reference-panel.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirReferencePanel, group);
}

static void
weir_reference_panel_init (WeirReferencePanel *self)
{
  self->rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
weir_reference_panel_new (void)
{
  return g_object_new (WEIR_TYPE_REFERENCE_PANEL, NULL);
}
