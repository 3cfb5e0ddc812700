/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A small picture with a drag source. */

#include "canvas/drag-handle.h"

#include <glib/gi18n.h>

#include "picture-content.h"

#define SIDE      28
#define ICON_SIDE 128 /* under the pointer */

struct _WeirDragHandle
{
  GtkWidget parent;

  WeirPicture *picture;
};

G_DEFINE_FINAL_TYPE (WeirDragHandle, weir_drag_handle, GTK_TYPE_WIDGET)

enum
{
  PROP_PICTURE = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

/* --- looks ----------------------------------------------------------------------------------- */

static void
weir_drag_handle_measure (GtkWidget      *widget,
                          GtkOrientation  orientation,
                          int             for_size,
                          int            *minimum,
                          int            *natural,
                          int            *minimum_baseline,
                          int            *natural_baseline)
{
  *minimum = *natural = SIDE;
}

/* All of it, in the middle of a square. */
static void
append_picture (WeirPicture *picture,
                GtkSnapshot *snapshot,
                float        side)
{
  GdkTexture *texture = weir_picture_get_texture (picture);
  const float across = (float) gdk_texture_get_width (texture);
  const float down = (float) gdk_texture_get_height (texture);
  const float scale = side / MAX (across, down);
  const float width = MAX (across * scale, 1), height = MAX (down * scale, 1);

  gtk_snapshot_append_texture (snapshot, texture,
                               &GRAPHENE_RECT_INIT ((side - width) / 2, (side - height) / 2,
                                                    width, height));
}

static void
weir_drag_handle_snapshot (GtkWidget   *widget,
                           GtkSnapshot *snapshot)
{
  WeirDragHandle *self = WEIR_DRAG_HANDLE (widget);

  if (self->picture)
    append_picture (self->picture, snapshot, SIDE);
}

/* --- dragging -------------------------------------------------------------------------------- */

static GdkContentProvider *
drag_prepared (GtkDragSource  *source,
               double          x,
               double          y,
               WeirDragHandle *self)
{
  GtkSnapshot *snapshot;
  g_autoptr (GdkPaintable) icon = NULL;

  if (!self->picture)
    return NULL;
  snapshot = gtk_snapshot_new ();
  append_picture (self->picture, snapshot, ICON_SIDE);
  icon = gtk_snapshot_free_to_paintable (snapshot,
                                         &GRAPHENE_SIZE_INIT (ICON_SIDE, ICON_SIDE));
  gtk_drag_source_set_icon (source, icon, ICON_SIDE / 2, ICON_SIDE / 2);
  return weir_picture_content_new (self->picture);
}

/* --- the object ------------------------------------------------------------------------------ */

static void
weir_drag_handle_set_property (GObject      *object,
                               guint         id,
                               const GValue *value,
                               GParamSpec   *pspec)
{
  WeirDragHandle *self = WEIR_DRAG_HANDLE (object);

  if (id != PROP_PICTURE)
    {
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      return;
    }
  if (!g_set_object (&self->picture, g_value_get_object (value)))
    return;
  gtk_widget_set_visible (GTK_WIDGET (self), self->picture != NULL);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_object_notify_by_pspec (object, pspec);
}

static void
weir_drag_handle_get_property (GObject    *object,
                               guint       id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  if (id == PROP_PICTURE)
    g_value_set_object (value, WEIR_DRAG_HANDLE (object)->picture);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
weir_drag_handle_dispose (GObject *object)
{
  g_clear_object (&WEIR_DRAG_HANDLE (object)->picture);
  G_OBJECT_CLASS (weir_drag_handle_parent_class)->dispose (object);
}

static void
weir_drag_handle_class_init (WeirDragHandleClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  object_class->set_property = weir_drag_handle_set_property;
  object_class->get_property = weir_drag_handle_get_property;
  object_class->dispose = weir_drag_handle_dispose;
  widget_class->measure = weir_drag_handle_measure;
  widget_class->snapshot = weir_drag_handle_snapshot;

  properties[PROP_PICTURE] =
    g_param_spec_object ("picture", NULL, NULL, WEIR_TYPE_PICTURE,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_css_name (widget_class, "weirdraghandle");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
weir_drag_handle_init (WeirDragHandle *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  GtkDragSource *drag = gtk_drag_source_new ();

  g_signal_connect (drag, "prepare", G_CALLBACK (drag_prepared), self);
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (drag));
  gtk_widget_set_visible (widget, FALSE);
  gtk_widget_set_cursor_from_name (widget, "grab");
  gtk_widget_set_tooltip_text (widget, _("Drag This Image to Another Program"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Image to Drag"), -1);
}

GtkWidget *
weir_drag_handle_new (void)
{
  return g_object_new (WEIR_TYPE_DRAG_HANDLE, NULL);
}
