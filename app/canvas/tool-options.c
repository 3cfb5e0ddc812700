/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Shows of its children those that the tool has, bound to the tools' properties. */

#include "canvas/tool-options.h"

#include <math.h>

#include <glib/gi18n.h>

struct _WeirToolOptions
{
  GtkWidget parent;

  WeirTools     *tools;
  GBindingGroup *bindings;

  GtkWidget *box;
  GtkWidget *brush_box;
  GtkWidget *sign_box;
  GtkWidget *frame_label;
  GtkLabel  *size_label;
  GtkRange  *size_scale;
  GtkAdjustment *softness;
  GtkWidget *add;
  GtkWidget *subtract;
};

G_DEFINE_FINAL_TYPE (WeirToolOptions, weir_tool_options, GTK_TYPE_WIDGET)

enum
{
  PROP_TOOLS = 1,
  PROP_TOOL,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

/* --- the size: small ones need as much of the scale as large ones ----------------------------- */

static gboolean
size_to_scale (GBinding     *binding,
               const GValue *size,
               GValue       *value,
               gpointer      user_data)
{
  g_value_set_double (value, log (g_value_get_double (size) / WEIR_TOOLS_MIN_SIZE) /
                             log (WEIR_TOOLS_MAX_SIZE / WEIR_TOOLS_MIN_SIZE));
  return TRUE;
}

static gboolean
scale_to_size (GBinding     *binding,
               const GValue *value,
               GValue       *size,
               gpointer      user_data)
{
  g_value_set_double (size, round (WEIR_TOOLS_MIN_SIZE *
                                   pow (WEIR_TOOLS_MAX_SIZE / WEIR_TOOLS_MIN_SIZE,
                                        g_value_get_double (value))));
  return TRUE;
}

static gboolean
size_to_label (GBinding     *binding,
               const GValue *size,
               GValue       *label,
               gpointer      user_data)
{
  /* Translators: the size of a brush, in pixels */
  g_value_take_string (label, g_strdup_printf (_("%d px"), (int) g_value_get_double (size)));
  return TRUE;
}

/* --- the object ------------------------------------------------------------------------------ */

static void
show_tool (WeirToolOptions *self,
           WeirTool         tool)
{
  const gboolean is_brush = tool == WEIR_TOOL_BRUSH || tool == WEIR_TOOL_ERASER;

  gtk_widget_set_visible (self->brush_box, is_brush);
  gtk_widget_set_visible (self->sign_box, tool == WEIR_TOOL_BRUSH || tool == WEIR_TOOL_LASSO ||
                                          tool == WEIR_TOOL_RECTANGLE);
  gtk_widget_set_visible (self->frame_label, tool == WEIR_TOOL_FRAME);
}

static void
weir_tool_options_set_property (GObject      *object,
                                guint         id,
                                const GValue *value,
                                GParamSpec   *pspec)
{
  WeirToolOptions *self = WEIR_TOOL_OPTIONS (object);

  switch (id)
    {
    case PROP_TOOLS:
      if (!g_set_object (&self->tools, g_value_get_object (value)))
        return;
      g_binding_group_set_source (self->bindings, self->tools);
      g_object_notify_by_pspec (object, pspec);
      break;
    case PROP_TOOL:
      show_tool (self, g_value_get_enum (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
weir_tool_options_get_property (GObject    *object,
                                guint       id,
                                GValue     *value,
                                GParamSpec *pspec)
{
  if (id == PROP_TOOLS)
    g_value_set_object (value, WEIR_TOOL_OPTIONS (object)->tools);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
weir_tool_options_dispose (GObject *object)
{
  WeirToolOptions *self = WEIR_TOOL_OPTIONS (object);

  g_clear_object (&self->bindings);
  g_clear_object (&self->tools);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (weir_tool_options_parent_class)->dispose (object);
}

static void
weir_tool_options_class_init (WeirToolOptionsClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  object_class->set_property = weir_tool_options_set_property;
  object_class->get_property = weir_tool_options_get_property;
  object_class->dispose = weir_tool_options_dispose;
  properties[PROP_TOOLS] =
    g_param_spec_object ("tools", NULL, NULL, WEIR_TYPE_TOOLS,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  /* what is bound to the tools' own */
  properties[PROP_TOOL] = g_param_spec_enum ("tool", NULL, NULL, WEIR_TYPE_TOOL, WEIR_TOOL_HAND,
                                             G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/weir/Weir/tool-options.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirToolOptions, box);
  gtk_widget_class_bind_template_child (widget_class, WeirToolOptions, brush_box);
  gtk_widget_class_bind_template_child (widget_class, WeirToolOptions, sign_box);
  gtk_widget_class_bind_template_child (widget_class, WeirToolOptions, frame_label);
  gtk_widget_class_bind_template_child (widget_class, WeirToolOptions, size_label);
  gtk_widget_class_bind_template_child (widget_class, WeirToolOptions, size_scale);
  gtk_widget_class_bind_template_child (widget_class, WeirToolOptions, softness);
  gtk_widget_class_bind_template_child (widget_class, WeirToolOptions, add);
  gtk_widget_class_bind_template_child (widget_class, WeirToolOptions, subtract);
}

static void
weir_tool_options_init (WeirToolOptions *self)
{
  const GBindingFlags both = G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL;

  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_range_set_range (self->size_scale, 0, 1);
  gtk_range_set_increments (self->size_scale, 0.02, 0.1);
  show_tool (self, WEIR_TOOL_HAND);

  self->bindings = g_binding_group_new ();
  g_binding_group_bind (self->bindings, "tool", self, "tool", G_BINDING_SYNC_CREATE);
  g_binding_group_bind_full (self->bindings, "size", gtk_range_get_adjustment (self->size_scale),
                             "value", both, size_to_scale, scale_to_size, NULL, NULL);
  g_binding_group_bind_full (self->bindings, "size", self->size_label, "label",
                             G_BINDING_SYNC_CREATE, size_to_label, NULL, NULL, NULL);
  g_binding_group_bind (self->bindings, "softness", self->softness, "value", both);
  g_binding_group_bind (self->bindings, "subtracts", self->add, "active",
                        both | G_BINDING_INVERT_BOOLEAN);
  g_binding_group_bind (self->bindings, "subtracts", self->subtract, "active", both);
}

GtkWidget *
weir_tool_options_new (void)
{
  return g_object_new (WEIR_TYPE_TOOL_OPTIONS, NULL);
}
