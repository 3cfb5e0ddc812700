/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Binds its rows to the parameters, and offers proportions. */

#include "panels/image-panel.h"

#include <glib/gi18n.h>

#include "panels/aspect.h"
#include "panels/scale-row.h"
#include "panels/spin-row.h"

/* Across and down. */
static const guint proportions[][2] = { { 1, 1 }, { 4, 3 }, { 3, 2 }, { 16, 9 } };

struct _WeirImagePanel
{
  GtkWidget parent;

  WeirParams *params;
  GBindingGroup *bindings;
  GSignalGroup  *signals;
  gboolean    has_image;
  char       *warning;

  GtkWidget       *box;
  GtkLabel        *size_label;
  GtkBox          *chips;
  GtkToggleButton *proportion_buttons[G_N_ELEMENTS (proportions)];
  GtkRevealer     *warning_revealer;
  GtkLabel        *warning_label;
  GtkButton       *offer_button;
  WeirSize         offer;
  GtkWidget       *strength_row;
  GtkEditable     *seed_entry;
  GtkToggleButton *seed_toggle;
  GtkWidget       *width_row, *height_row, *count_row;
  GtkWidget       *steps_row, *cfg_row, *detail_steps_row, *detail_cfg_row;
};

G_DEFINE_FINAL_TYPE (WeirImagePanel, weir_image_panel, GTK_TYPE_WIDGET)

enum
{
  PROP_PARAMS = 1,
  PROP_HAS_IMAGE,
  PROP_WARNING,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

/* The size that the model was made for. */
static WeirSize
get_native (WeirImagePanel *self)
{
  const WeirDefaults *defaults = weir_params_get_defaults (self->params);

  return (WeirSize) { defaults->width, defaults->height };
}

static WeirSize
get_size (WeirImagePanel *self)
{
  WeirSize size;

  g_object_get (self->params, "width", &size.width, "height", &size.height, NULL);
  return size;
}

static void
set_size (WeirImagePanel *self,
          WeirSize        size)
{
  g_object_set (self->params, "width", size.width, "height", size.height, NULL);
}

/* The one of these proportions or its upright form that a size is; -1 for another. */
static int
find_proportion (WeirImagePanel *self,
                 WeirSize        size)
{
  for (guint i = 0; i < G_N_ELEMENTS (proportions); i++)
    {
      const WeirSize wanted =
        weir_aspect_get_size (get_native (self), proportions[i][0], proportions[i][1]);

      if ((size.width == wanted.width && size.height == wanted.height) ||
          (size.width == wanted.height && size.height == wanted.width))
        return (int) i;
    }
  return -1;
}

static void
size_changed (WeirImagePanel *self)
{
  const WeirSize size = get_size (self);
  const int chosen = find_proportion (self, size);
  /* Translators: width and height in pixels */
  g_autofree char *text = g_strdup_printf (_("%u × %u"), size.width, size.height);

  gtk_label_set_label (self->size_label, text);
  for (guint i = 0; i < G_N_ELEMENTS (proportions); i++)
    gtk_toggle_button_set_active (self->proportion_buttons[i], (int) i == chosen);
}

/* A click on the chosen one leaves it chosen. */
static void
proportion_clicked (GtkButton      *button,
                    WeirImagePanel *self)
{
  const WeirSize old = get_size (self);

  for (guint i = 0; i < G_N_ELEMENTS (proportions); i++)
    if (GTK_BUTTON (self->proportion_buttons[i]) == button)
      {
        WeirSize size = weir_aspect_get_size (get_native (self), proportions[i][0], proportions[i][1]);

        if (old.height > old.width)
          size = (WeirSize) { size.height, size.width };
        set_size (self, size);
      }
  size_changed (self);
}

static void
swap_clicked (WeirImagePanel *self)
{
  const WeirSize size = get_size (self);

  set_size (self, (WeirSize) { size.height, size.width });
}

static void
offer_clicked (WeirImagePanel *self)
{
  set_size (self, self->offer);
}

static void
seed_changed (WeirImagePanel *self)
{
  g_autofree char *text = NULL;
  guint64 seed;

  g_object_get (self->params, "seed", &seed, NULL);
  text = g_strdup_printf ("%" G_GUINT64_FORMAT, seed);
  if (g_strcmp0 (gtk_editable_get_text (self->seed_entry), text) != 0)
    gtk_editable_set_text (self->seed_entry, text);
}

static void
seed_entered (WeirImagePanel *self)
{
  guint64 seed;
  const gboolean is_right = g_ascii_string_to_unsigned (gtk_editable_get_text (self->seed_entry),
                                                        10, 0, G_MAXINT64, &seed, NULL);

  if (is_right)
    {
      gtk_widget_remove_css_class (GTK_WIDGET (self->seed_entry), "error");
      g_object_set (self->params, "seed", seed, NULL);
    }
  else
    gtk_widget_add_css_class (GTK_WIDGET (self->seed_entry), "error");
}

static void
bind_rows (WeirImagePanel *self)
{
  const struct { const char *property; GtkWidget *row; } rows[] = {
    { "width", self->width_row },
    { "height", self->height_row },
    { "count", self->count_row },
    { "steps", self->steps_row },
    { "cfg", self->cfg_row },
    { "detail-steps", self->detail_steps_row },
    { "detail-cfg", self->detail_cfg_row },
    { "strength", self->strength_row },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_binding_group_bind (self->bindings, rows[i].property, rows[i].row, "value",
                          G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
  g_binding_group_bind (self->bindings, "random-seed", self->seed_toggle, "active",
                        G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
  g_binding_group_bind (self->bindings, "random-seed", self->seed_entry, "sensitive",
                        G_BINDING_SYNC_CREATE | G_BINDING_INVERT_BOOLEAN);
  g_signal_group_connect_swapped (self->signals, "notify::width", G_CALLBACK (size_changed), self);
  g_signal_group_connect_swapped (self->signals, "notify::height", G_CALLBACK (size_changed), self);
  g_signal_group_connect_swapped (self->signals, "notify::seed", G_CALLBACK (seed_changed), self);
}

static void
set_params (WeirImagePanel *self,
            WeirParams     *params)
{
  if (!g_set_object (&self->params, params))
    return;
  g_signal_group_set_target (self->signals, params);
  g_binding_group_set_source (self->bindings, params);
  if (params)
    {
      size_changed (self);
      seed_changed (self);
    }
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PARAMS]);
}

static void
weir_image_panel_set_property (GObject      *object,
                               guint         id,
                               const GValue *value,
                               GParamSpec   *pspec)
{
  WeirImagePanel *self = WEIR_IMAGE_PANEL (object);

  switch (id)
    {
    case PROP_PARAMS:
      set_params (self, g_value_get_object (value));
      break;
    case PROP_HAS_IMAGE:
      self->has_image = g_value_get_boolean (value);
      gtk_widget_set_visible (self->strength_row, self->has_image);
      break;
    case PROP_WARNING:
      g_free (self->warning);
      self->warning = g_value_dup_string (value);
      if (self->warning) /* else it is still seen while it goes */
        gtk_label_set_label (self->warning_label, self->warning);
      gtk_revealer_set_reveal_child (self->warning_revealer, self->warning != NULL);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
weir_image_panel_get_property (GObject    *object,
                               guint       id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  WeirImagePanel *self = WEIR_IMAGE_PANEL (object);

  switch (id)
    {
    case PROP_PARAMS:
      g_value_set_object (value, self->params);
      break;
    case PROP_HAS_IMAGE:
      g_value_set_boolean (value, self->has_image);
      break;
    case PROP_WARNING:
      g_value_set_string (value, self->warning);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
weir_image_panel_dispose (GObject *object)
{
  WeirImagePanel *self = WEIR_IMAGE_PANEL (object);

  g_clear_object (&self->bindings);
  g_clear_object (&self->signals);
  g_clear_object (&self->params);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_pointer (&self->warning, g_free);
  G_OBJECT_CLASS (weir_image_panel_parent_class)->dispose (object);
}

static void
weir_image_panel_class_init (WeirImagePanelClass *class)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  object_class->set_property = weir_image_panel_set_property;
  object_class->get_property = weir_image_panel_get_property;
  object_class->dispose = weir_image_panel_dispose;

  properties[PROP_PARAMS] = g_param_spec_object ("params", NULL, NULL, WEIR_TYPE_PARAMS,
                                                 flags | G_PARAM_EXPLICIT_NOTIFY);
  properties[PROP_HAS_IMAGE] = g_param_spec_boolean ("has-image", NULL, NULL, FALSE, flags);
  properties[PROP_WARNING] = g_param_spec_string ("warning", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (WEIR_TYPE_SCALE_ROW);
  g_type_ensure (WEIR_TYPE_SPIN_ROW);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/weir/Weir/image-panel.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirImagePanel, box);
  gtk_widget_class_bind_template_child (widget_class, WeirImagePanel, size_label);
  gtk_widget_class_bind_template_child (widget_class, WeirImagePanel, chips);
  gtk_widget_class_bind_template_child (widget_class, WeirImagePanel, warning_revealer);
  gtk_widget_class_bind_template_child (widget_class, WeirImagePanel, warning_label);
  gtk_widget_class_bind_template_child (widget_class, WeirImagePanel, offer_button);
  gtk_widget_class_bind_template_child (widget_class, WeirImagePanel, strength_row);
  gtk_widget_class_bind_template_child (widget_class, WeirImagePanel, seed_entry);
  gtk_widget_class_bind_template_child (widget_class, WeirImagePanel, seed_toggle);
  gtk_widget_class_bind_template_child (widget_class, WeirImagePanel, width_row);
  gtk_widget_class_bind_template_child (widget_class, WeirImagePanel, height_row);
  gtk_widget_class_bind_template_child (widget_class, WeirImagePanel, count_row);
  gtk_widget_class_bind_template_child (widget_class, WeirImagePanel, steps_row);
  gtk_widget_class_bind_template_child (widget_class, WeirImagePanel, cfg_row);
  gtk_widget_class_bind_template_child (widget_class, WeirImagePanel, detail_steps_row);
  gtk_widget_class_bind_template_child (widget_class, WeirImagePanel, detail_cfg_row);
  gtk_widget_class_bind_template_callback (widget_class, swap_clicked);
  gtk_widget_class_bind_template_callback (widget_class, offer_clicked);
  gtk_widget_class_bind_template_callback (widget_class, seed_entered);
}

static void
add_proportions (WeirImagePanel *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (proportions); i++)
    {
      g_autofree char *text = g_strdup_printf ("%u:%u", proportions[i][0], proportions[i][1]);
      GtkWidget *button = gtk_toggle_button_new_with_label (text);
      g_autofree char *tooltip = g_strdup_printf (_("%u across to %u down"), proportions[i][0],
                                                  proportions[i][1]);

      gtk_widget_set_tooltip_text (button, tooltip);
      g_signal_connect (button, "clicked", G_CALLBACK (proportion_clicked), self);
      gtk_box_append (self->chips, button);
      self->proportion_buttons[i] = GTK_TOGGLE_BUTTON (button);
    }
}

static void
weir_image_panel_init (WeirImagePanel *self)
{
  self->bindings = g_binding_group_new ();
  self->signals = g_signal_group_new (WEIR_TYPE_PARAMS);
  gtk_widget_init_template (GTK_WIDGET (self));
  add_proportions (self);
  bind_rows (self);
  gtk_widget_set_visible (self->strength_row, FALSE);
}

GtkWidget *
weir_image_panel_new (void)
{
  return g_object_new (WEIR_TYPE_IMAGE_PANEL, NULL);
}

void
weir_image_panel_offer_size (WeirImagePanel *self,
                             guint           width,
                             guint           height)
{
  /* Translators: width and height in pixels of a size that works */
  g_autofree char *label = g_strdup_printf (_("Use %u × %u"), width, height);

  g_return_if_fail (WEIR_IS_IMAGE_PANEL (self));

  self->offer = (WeirSize) { width, height };
  gtk_widget_set_visible (GTK_WIDGET (self->offer_button), width > 0 && height > 0);
  if (width > 0 && height > 0)
    gtk_button_set_label (self->offer_button, label);
}
