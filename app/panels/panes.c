/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The layout of the window's columns. */

#include "panels/panes.h"

typedef enum
{
  START,
  END,
  N_SIDES
} Side;

/* Below these widths of the window, in pixels, a column no longer stands beside the canvas. */
static const int enough[N_SIDES] = { [START] = 720, [END] = 1100 };

typedef struct
{
  GtkWidget *widget;
  gboolean   is_shown;  /* what is asked for now */
  gboolean   is_wanted; /* beside the middle one, where there is room */
  gboolean   floats;
} Column;

struct _WeirPanes
{
  GtkWidget parent;

  GtkWidget *content;
  Column     columns[N_SIDES];
  guint      idle_id; /* tells of floats that changed in an allocation */
};

G_DEFINE_FINAL_TYPE (WeirPanes, weir_panes, GTK_TYPE_WIDGET)

enum
{
  PROP_START = 1,
  PROP_CONTENT,
  PROP_END,
  PROP_SHOW_START,
  PROP_SHOW_END,
  PROP_START_FLOATS,
  PROP_END_FLOATS,
  PROP_WANT_START,
  PROP_WANT_END,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static int
natural_width (GtkWidget *widget)
{
  int natural;

  gtk_widget_measure (widget, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &natural, NULL, NULL);
  return natural;
}

static gboolean
is_seen (const Column *column)
{
  return column->widget && column->is_shown && gtk_widget_get_visible (column->widget);
}

static void
weir_panes_measure (GtkWidget      *widget,
                    GtkOrientation  orientation,
                    int             for_size,
                    int            *minimum,
                    int            *natural,
                    int            *minimum_baseline,
                    int            *natural_baseline)
{
  WeirPanes *self = WEIR_PANES (widget);

  *minimum = *natural = 0;
  if (self->content)
    gtk_widget_measure (self->content, orientation, -1, minimum, natural, NULL, NULL);
  for (guint i = 0; i < N_SIDES; i++)
    {
      int least, wanted;

      if (!self->columns[i].widget)
        continue;
      gtk_widget_measure (self->columns[i].widget, orientation, -1, &least, &wanted, NULL, NULL);
      if (orientation == GTK_ORIENTATION_HORIZONTAL)
        {
          *minimum = MAX (*minimum, least);
          *natural += wanted;
        }
      else
        {
          *minimum = MAX (*minimum, least);
          *natural = MAX (*natural, wanted);
        }
    }
}

static gboolean
tell (gpointer user_data)
{
  WeirPanes *self = WEIR_PANES (user_data);

  self->idle_id = 0;
  for (guint i = PROP_SHOW_START; i <= PROP_END_FLOATS; i++)
    g_object_notify_by_pspec (G_OBJECT (self), properties[i]);
  return G_SOURCE_REMOVE;
}

/* Whether each column floats at this width, and so whether it is still shown. */
static void
decide (WeirPanes *self,
        int        width)
{
  for (guint i = 0; i < N_SIDES; i++)
    {
      Column *column = &self->columns[i];
      const gboolean floats = width < enough[i];

      if (floats == column->floats)
        continue;
      column->floats = floats;
      column->is_shown = !floats && column->is_wanted;
      if (column->widget)
        {
          gtk_widget_set_child_visible (column->widget, column->is_shown);
          if (floats)
            gtk_widget_add_css_class (column->widget, "floating");
          else
            gtk_widget_remove_css_class (column->widget, "floating");
        }
      if (!self->idle_id)
        self->idle_id = g_idle_add (tell, self);
    }
}

static void
weir_panes_size_allocate (GtkWidget *widget,
                          int        width,
                          int        height,
                          int        baseline)
{
  WeirPanes *self = WEIR_PANES (widget);
  const gboolean is_rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  int taken[N_SIDES] = { 0 };

  decide (self, width);
  for (guint i = 0; i < N_SIDES; i++)
    {
      Column *column = &self->columns[i];
      const gboolean is_left = (i == START) != is_rtl;
      int size;

      if (!is_seen (column))
        continue;
      size = MIN (natural_width (column->widget), width);
      if (!column->floats)
        taken[i] = size;
      gtk_widget_size_allocate (column->widget,
                                &(GtkAllocation) { is_left ? 0 : width - size, 0, size, height },
                                -1);
    }
  if (self->content)
    gtk_widget_size_allocate (self->content,
                              &(GtkAllocation) { taken[is_rtl ? END : START], 0,
                                                 width - taken[START] - taken[END], height },
                              -1);
}

static void set_wanted (WeirPanes *self,
                        Side       side,
                        gboolean   is_wanted);

static void
set_shown (WeirPanes *self,
           Side       side,
           gboolean   is_shown)
{
  Column *column = &self->columns[side];

  if (column->is_shown == is_shown)
    return;
  column->is_shown = is_shown;
  if (column->widget)
    gtk_widget_set_child_visible (column->widget, is_shown);
  gtk_widget_queue_resize (GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self),
                            properties[side == START ? PROP_SHOW_START : PROP_SHOW_END]);
  if (!column->floats)
    set_wanted (self, side, is_shown);
}

/* What floats is not shown by it. */
static void
set_wanted (WeirPanes *self,
            Side       side,
            gboolean   is_wanted)
{
  Column *column = &self->columns[side];

  if (column->is_wanted == is_wanted)
    return;
  column->is_wanted = is_wanted;
  g_object_notify_by_pspec (G_OBJECT (self),
                            properties[side == START ? PROP_WANT_START : PROP_WANT_END]);
  if (!column->floats)
    set_shown (self, side, is_wanted);
}

/* What lies over the canvas goes when the canvas is clicked, and the click with it. */
static void
content_pressed (GtkGestureClick *gesture,
                 int              n_press,
                 double           x,
                 double           y,
                 gpointer         user_data)
{
  WeirPanes *self = WEIR_PANES (user_data);

  for (guint i = 0; i < N_SIDES; i++)
    if (self->columns[i].floats && self->columns[i].is_shown)
      {
        set_shown (self, i, FALSE);
        gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
      }
}

/* The middle column lies lowest. */
static void
replace_child (WeirPanes  *self,
               GtkWidget **field,
               GtkWidget  *child)
{
  g_clear_pointer (field, gtk_widget_unparent);
  *field = child;
  if (!child)
    return;
  if (field == &self->content)
    {
      GtkGesture *click = gtk_gesture_click_new ();

      gtk_widget_insert_after (child, GTK_WIDGET (self), NULL);
      gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (click), GTK_PHASE_CAPTURE);
      g_signal_connect (click, "pressed", G_CALLBACK (content_pressed), self);
      gtk_widget_add_controller (child, GTK_EVENT_CONTROLLER (click));
    }
  else
    gtk_widget_insert_before (child, GTK_WIDGET (self), NULL);
}

static void
set_column (WeirPanes *self,
            Side       side,
            GtkWidget *child)
{
  replace_child (self, &self->columns[side].widget, child);
  if (child)
    gtk_widget_set_child_visible (child, self->columns[side].is_shown);
}

static void
weir_panes_set_property (GObject      *object,
                         guint         id,
                         const GValue *value,
                         GParamSpec   *pspec)
{
  WeirPanes *self = WEIR_PANES (object);

  switch (id)
    {
    case PROP_START:
      set_column (self, START, g_value_get_object (value));
      break;
    case PROP_CONTENT:
      replace_child (self, &self->content, g_value_get_object (value));
      break;
    case PROP_END:
      set_column (self, END, g_value_get_object (value));
      break;
    case PROP_SHOW_START:
      set_shown (self, START, g_value_get_boolean (value));
      break;
    case PROP_SHOW_END:
      set_shown (self, END, g_value_get_boolean (value));
      break;
    case PROP_WANT_START:
      set_wanted (self, START, g_value_get_boolean (value));
      break;
    case PROP_WANT_END:
      set_wanted (self, END, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
weir_panes_get_property (GObject    *object,
                         guint       id,
                         GValue     *value,
                         GParamSpec *pspec)
{
  WeirPanes *self = WEIR_PANES (object);

  switch (id)
    {
    case PROP_START:
      g_value_set_object (value, self->columns[START].widget);
      break;
    case PROP_CONTENT:
      g_value_set_object (value, self->content);
      break;
    case PROP_END:
      g_value_set_object (value, self->columns[END].widget);
      break;
    case PROP_SHOW_START:
      g_value_set_boolean (value, self->columns[START].is_shown);
      break;
    case PROP_SHOW_END:
      g_value_set_boolean (value, self->columns[END].is_shown);
      break;
    case PROP_START_FLOATS:
      g_value_set_boolean (value, self->columns[START].floats);
      break;
    case PROP_END_FLOATS:
      g_value_set_boolean (value, self->columns[END].floats);
      break;
    case PROP_WANT_START:
      g_value_set_boolean (value, self->columns[START].is_wanted);
      break;
    case PROP_WANT_END:
      g_value_set_boolean (value, self->columns[END].is_wanted);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
weir_panes_dispose (GObject *object)
{
  WeirPanes *self = WEIR_PANES (object);

  g_clear_handle_id (&self->idle_id, g_source_remove);
  g_clear_pointer (&self->content, gtk_widget_unparent);
  for (guint i = 0; i < N_SIDES; i++)
    g_clear_pointer (&self->columns[i].widget, gtk_widget_unparent);
  G_OBJECT_CLASS (weir_panes_parent_class)->dispose (object);
}

static void
weir_panes_class_init (WeirPanesClass *class)
{
  const GParamFlags readable = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  object_class->set_property = weir_panes_set_property;
  object_class->get_property = weir_panes_get_property;
  object_class->dispose = weir_panes_dispose;
  widget_class->measure = weir_panes_measure;
  widget_class->size_allocate = weir_panes_size_allocate;
  gtk_widget_class_set_css_name (widget_class, "weirpanes");

  properties[PROP_START] = g_param_spec_object ("start", NULL, NULL, GTK_TYPE_WIDGET, flags);
  properties[PROP_CONTENT] = g_param_spec_object ("content", NULL, NULL, GTK_TYPE_WIDGET, flags);
  properties[PROP_END] = g_param_spec_object ("end", NULL, NULL, GTK_TYPE_WIDGET, flags);
  properties[PROP_SHOW_START] = g_param_spec_boolean ("show-start", NULL, NULL, TRUE, flags);
  properties[PROP_SHOW_END] = g_param_spec_boolean ("show-end", NULL, NULL, TRUE, flags);
  properties[PROP_START_FLOATS] =
    g_param_spec_boolean ("start-floats", NULL, NULL, FALSE, readable);
  properties[PROP_END_FLOATS] = g_param_spec_boolean ("end-floats", NULL, NULL, FALSE, readable);
  properties[PROP_WANT_START] = g_param_spec_boolean ("want-start", NULL, NULL, TRUE, flags);
  properties[PROP_WANT_END] = g_param_spec_boolean ("want-end", NULL, NULL, TRUE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
weir_panes_init (WeirPanes *self)
{
  for (guint i = 0; i < N_SIDES; i++)
    self->columns[i].is_shown = self->columns[i].is_wanted = TRUE;
}

GtkWidget *
weir_panes_new (void)
{
  return g_object_new (WEIR_TYPE_PANES, NULL);
}
