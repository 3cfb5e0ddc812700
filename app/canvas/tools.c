/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The tools' properties, and where they are remembered. */

#include "canvas/tools.h"

#include <math.h>

#define DEFAULT_SIZE     64.0
#define DEFAULT_SOFTNESS 0.3

/* By what a step makes a brush larger. */
#define STEP_SIZE     1.12
#define STEP_SOFTNESS 0.1

struct _WeirTools
{
  GObject parent;

  WeirTool tool;
  double   brush_size, eraser_size, softness;
  gboolean subtracts, uses_pressure, shows_mask;

  WeirMaskColour mask_colour;
  double         mask_opacity;
  gboolean       mask_stripes;
  guint          frame_snap;
};

G_DEFINE_FINAL_TYPE (WeirTools, weir_tools, G_TYPE_OBJECT)

enum
{
  PROP_TOOL = 1,
  PROP_BRUSH_SIZE,
  PROP_ERASER_SIZE,
  PROP_SIZE,
  PROP_SOFTNESS,
  PROP_SUBTRACTS,
  PROP_USES_PRESSURE,
  PROP_SHOWS_MASK,
  PROP_MASK_COLOUR,
  PROP_MASK_OPACITY,
  PROP_MASK_STRIPES,
  PROP_FRAME_SNAP,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

GType
weir_tool_get_type (void)
{
  static const GEnumValue values[] = {
    { WEIR_TOOL_BRUSH, "WEIR_TOOL_BRUSH", "brush" },
    { WEIR_TOOL_ERASER, "WEIR_TOOL_ERASER", "eraser" },
    { WEIR_TOOL_LASSO, "WEIR_TOOL_LASSO", "lasso" },
    { WEIR_TOOL_RECTANGLE, "WEIR_TOOL_RECTANGLE", "rectangle" },
    { WEIR_TOOL_FRAME, "WEIR_TOOL_FRAME", "frame" },
    { WEIR_TOOL_HAND, "WEIR_TOOL_HAND", "hand" },
    { 0, NULL, NULL },
  };
  static gsize type;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("WeirTool", values));
  return type;
}

GType
weir_mask_colour_get_type (void)
{
  static const GEnumValue values[] = {
    { WEIR_MASK_MAGENTA, "WEIR_MASK_MAGENTA", "magenta" },
    { WEIR_MASK_RED, "WEIR_MASK_RED", "red" },
    { WEIR_MASK_ORANGE, "WEIR_MASK_ORANGE", "orange" },
    { WEIR_MASK_GREEN, "WEIR_MASK_GREEN", "green" },
    { WEIR_MASK_CYAN, "WEIR_MASK_CYAN", "cyan" },
    { WEIR_MASK_BLUE, "WEIR_MASK_BLUE", "blue" },
    { 0, NULL, NULL },
  };
  static gsize type;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("WeirMaskColour", values));
  return type;
}

/* --- properties ------------------------------------------------------------------------------ */

static void
set_size (WeirTools *self,
          double    *size,
          double     value,
          guint      id)
{
  value = CLAMP (value, WEIR_TOOLS_MIN_SIZE, WEIR_TOOLS_MAX_SIZE);
  if (*size == value)
    return;
  *size = value;
  g_object_notify_by_pspec (G_OBJECT (self), properties[id]);
  if ((id == PROP_ERASER_SIZE) == (self->tool == WEIR_TOOL_ERASER))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SIZE]);
}

static void
set_tool_size (WeirTools *self,
               double     size)
{
  if (self->tool == WEIR_TOOL_ERASER)
    set_size (self, &self->eraser_size, size, PROP_ERASER_SIZE);
  else
    set_size (self, &self->brush_size, size, PROP_BRUSH_SIZE);
}

static void
set_softness (WeirTools *self,
              double     softness)
{
  softness = CLAMP (softness, 0, 1);
  if (self->softness == softness)
    return;
  self->softness = softness;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SOFTNESS]);
}

static void
set_flag (WeirTools *self,
          gboolean  *flag,
          gboolean   value,
          guint      id)
{
  if (*flag == value)
    return;
  *flag = value;
  g_object_notify_by_pspec (G_OBJECT (self), properties[id]);
}

/* What needs no bounds but those of its property. */
static void
set_look (WeirTools    *self,
          guint         id,
          const GValue *value)
{
  if (id == PROP_MASK_COLOUR)
    self->mask_colour = g_value_get_enum (value);
  else if (id == PROP_MASK_OPACITY)
    self->mask_opacity = g_value_get_double (value);
  else
    self->frame_snap = g_value_get_uint (value);
  g_object_notify_by_pspec (G_OBJECT (self), properties[id]);
}

static void
weir_tools_set_property (GObject      *object,
                         guint         id,
                         const GValue *value,
                         GParamSpec   *pspec)
{
  WeirTools *self = WEIR_TOOLS (object);

  switch (id)
    {
    case PROP_TOOL:
      weir_tools_set_tool (self, g_value_get_enum (value));
      break;
    case PROP_BRUSH_SIZE:
      set_size (self, &self->brush_size, g_value_get_double (value), id);
      break;
    case PROP_ERASER_SIZE:
      set_size (self, &self->eraser_size, g_value_get_double (value), id);
      break;
    case PROP_SIZE:
      set_tool_size (self, g_value_get_double (value));
      break;
    case PROP_SOFTNESS:
      set_softness (self, g_value_get_double (value));
      break;
    case PROP_SUBTRACTS:
      set_flag (self, &self->subtracts, g_value_get_boolean (value), id);
      break;
    case PROP_USES_PRESSURE:
      set_flag (self, &self->uses_pressure, g_value_get_boolean (value), id);
      break;
    case PROP_SHOWS_MASK:
      set_flag (self, &self->shows_mask, g_value_get_boolean (value), id);
      break;
    case PROP_MASK_STRIPES:
      set_flag (self, &self->mask_stripes, g_value_get_boolean (value), id);
      break;
    case PROP_MASK_COLOUR:
    case PROP_MASK_OPACITY:
    case PROP_FRAME_SNAP:
      set_look (self, id, value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
weir_tools_get_property (GObject    *object,
                         guint       id,
                         GValue     *value,
                         GParamSpec *pspec)
{
  WeirTools *self = WEIR_TOOLS (object);

  switch (id)
    {
    case PROP_TOOL:
      g_value_set_enum (value, self->tool);
      break;
    case PROP_BRUSH_SIZE:
      g_value_set_double (value, self->brush_size);
      break;
    case PROP_ERASER_SIZE:
      g_value_set_double (value, self->eraser_size);
      break;
    case PROP_SIZE:
      g_value_set_double (value, weir_tools_get_size (self));
      break;
    case PROP_SOFTNESS:
      g_value_set_double (value, self->softness);
      break;
    case PROP_SUBTRACTS:
      g_value_set_boolean (value, self->subtracts);
      break;
    case PROP_USES_PRESSURE:
      g_value_set_boolean (value, self->uses_pressure);
      break;
    case PROP_SHOWS_MASK:
      g_value_set_boolean (value, self->shows_mask);
      break;
    case PROP_MASK_COLOUR:
      g_value_set_enum (value, self->mask_colour);
      break;
    case PROP_MASK_OPACITY:
      g_value_set_double (value, self->mask_opacity);
      break;
    case PROP_MASK_STRIPES:
      g_value_set_boolean (value, self->mask_stripes);
      break;
    case PROP_FRAME_SNAP:
      g_value_set_uint (value, self->frame_snap);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
weir_tools_class_init (WeirToolsClass *class)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  static const struct { guint id; const char *name; } sizes[] = {
    { PROP_BRUSH_SIZE, "brush-size" },
    { PROP_ERASER_SIZE, "eraser-size" },
    { PROP_SIZE, "size" },
  };

  object_class->set_property = weir_tools_set_property;
  object_class->get_property = weir_tools_get_property;

  properties[PROP_TOOL] =
    g_param_spec_enum ("tool", NULL, NULL, WEIR_TYPE_TOOL, WEIR_TOOL_HAND, flags);
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    properties[sizes[i].id] =
      g_param_spec_double (sizes[i].name, NULL, NULL, WEIR_TOOLS_MIN_SIZE, WEIR_TOOLS_MAX_SIZE,
                           DEFAULT_SIZE, flags);
  properties[PROP_SOFTNESS] =
    g_param_spec_double ("softness", NULL, NULL, 0, 1, DEFAULT_SOFTNESS, flags);
  properties[PROP_SUBTRACTS] = g_param_spec_boolean ("subtracts", NULL, NULL, FALSE, flags);
  properties[PROP_USES_PRESSURE] =
    g_param_spec_boolean ("uses-pressure", NULL, NULL, TRUE, flags);
  properties[PROP_SHOWS_MASK] = g_param_spec_boolean ("shows-mask", NULL, NULL, TRUE, flags);
  properties[PROP_MASK_COLOUR] =
    g_param_spec_enum ("mask-colour", NULL, NULL, WEIR_TYPE_MASK_COLOUR, WEIR_MASK_MAGENTA, flags);
  properties[PROP_MASK_OPACITY] =
    g_param_spec_double ("mask-opacity", NULL, NULL, WEIR_TOOLS_MIN_OPACITY, WEIR_TOOLS_MAX_OPACITY,
                         WEIR_TOOLS_DEFAULT_OPACITY, flags);
  properties[PROP_MASK_STRIPES] =
    g_param_spec_boolean ("mask-stripes", NULL, NULL, TRUE, flags);
  properties[PROP_FRAME_SNAP] =
    g_param_spec_uint ("frame-snap", NULL, NULL, WEIR_FRAME_FINE_SNAP, WEIR_FRAME_SNAP,
                       WEIR_FRAME_SNAP, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
weir_tools_init (WeirTools *self)
{
  self->tool = WEIR_TOOL_HAND;
  self->brush_size = self->eraser_size = DEFAULT_SIZE;
  self->softness = DEFAULT_SOFTNESS;
  self->uses_pressure = TRUE;
  self->shows_mask = TRUE;
  self->mask_opacity = WEIR_TOOLS_DEFAULT_OPACITY;
  self->mask_stripes = TRUE;
  self->frame_snap = WEIR_FRAME_SNAP;
}

WeirTools *
weir_tools_new (void)
{
  return g_object_new (WEIR_TYPE_TOOLS, NULL);
}

static const char *const remembered[] = { "tool", "brush-size", "eraser-size", "softness",
                                          "uses-pressure", "mask-colour", "mask-opacity",
                                          "mask-stripes", "frame-snap" };

void
weir_tools_bind (WeirTools *self,
                 GSettings *settings)
{
  g_return_if_fail (WEIR_IS_TOOLS (self));

  for (guint i = 0; i < G_N_ELEMENTS (remembered); i++)
    g_settings_bind (settings, remembered[i], self, remembered[i], G_SETTINGS_BIND_DEFAULT);
}

void
weir_tools_unbind (WeirTools *self)
{
  g_return_if_fail (WEIR_IS_TOOLS (self));

  for (guint i = 0; i < G_N_ELEMENTS (remembered); i++)
    g_settings_unbind (self, remembered[i]);
}

/* --- what they are --------------------------------------------------------------------------- */

WeirTool
weir_tools_get_tool (WeirTools *self)
{
  g_return_val_if_fail (WEIR_IS_TOOLS (self), WEIR_TOOL_HAND);

  return self->tool;
}

void
weir_tools_set_tool (WeirTools *self,
                     WeirTool   tool)
{
  g_return_if_fail (WEIR_IS_TOOLS (self));

  if (self->tool == tool)
    return;
  self->tool = tool;
  g_object_freeze_notify (G_OBJECT (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TOOL]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SIZE]);
  g_object_thaw_notify (G_OBJECT (self));
}

double
weir_tools_get_size (WeirTools *self)
{
  g_return_val_if_fail (WEIR_IS_TOOLS (self), DEFAULT_SIZE);

  return self->tool == WEIR_TOOL_ERASER ? self->eraser_size : self->brush_size;
}

double
weir_tools_get_softness (WeirTools *self)
{
  g_return_val_if_fail (WEIR_IS_TOOLS (self), DEFAULT_SOFTNESS);

  return self->softness;
}

gboolean
weir_tools_get_shows_mask (WeirTools *self)
{
  g_return_val_if_fail (WEIR_IS_TOOLS (self), FALSE);

  return self->shows_mask;
}

gboolean
weir_tools_uses_pressure (WeirTools *self)
{
  g_return_val_if_fail (WEIR_IS_TOOLS (self), FALSE);

  return self->uses_pressure;
}

WeirMaskColour
weir_tools_get_mask_colour (WeirTools *self)
{
  g_return_val_if_fail (WEIR_IS_TOOLS (self), WEIR_MASK_MAGENTA);

  return self->mask_colour;
}

double
weir_tools_get_mask_opacity (WeirTools *self)
{
  g_return_val_if_fail (WEIR_IS_TOOLS (self), WEIR_TOOLS_DEFAULT_OPACITY);

  return self->mask_opacity;
}

gboolean
weir_tools_has_mask_stripes (WeirTools *self)
{
  g_return_val_if_fail (WEIR_IS_TOOLS (self), TRUE);

  return self->mask_stripes;
}

/* Multiples of what the finest one is. */
guint
weir_tools_get_frame_snap (WeirTools *self)
{
  g_return_val_if_fail (WEIR_IS_TOOLS (self), WEIR_FRAME_SNAP);

  return self->frame_snap / WEIR_FRAME_FINE_SNAP * WEIR_FRAME_FINE_SNAP;
}

gboolean
weir_tools_subtracts (WeirTools *self)
{
  g_return_val_if_fail (WEIR_IS_TOOLS (self), FALSE);

  return self->subtracts || self->tool == WEIR_TOOL_ERASER;
}

/* Whole pixels, and another one for each whole step however small the brush is. */
void
weir_tools_resize (WeirTools *self,
                   double     n_steps)
{
  const double size = weir_tools_get_size (self);
  double other = round (size * pow (STEP_SIZE, n_steps));

  g_return_if_fail (WEIR_IS_TOOLS (self));

  if (fabs (n_steps) >= 1 && other == round (size))
    other += n_steps > 0 ? 1 : -1;
  set_tool_size (self, other);
}

void
weir_tools_soften (WeirTools *self,
                   double     n_steps)
{
  g_return_if_fail (WEIR_IS_TOOLS (self));

  set_softness (self, round ((self->softness + n_steps * STEP_SOFTNESS) * 100) / 100);
}
