/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the canvas shows and where. */

#include "canvas/canvas-private.h"

#include <math.h>

#include <glib/gi18n.h>

G_DEFINE_FINAL_TYPE (WeirCanvas, weir_canvas, GTK_TYPE_WIDGET)

enum
{
  PROP_DOCUMENT = 1,
  PROP_STAGING,
  PROP_ZOOM,
  PROP_COMPARE,
  PROP_BEFORE,
  PROP_TOOLS,
  PROP_CAN_EDIT,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

/* --- what is shown -------------------------------------------------------------------------- */

static WeirPicture *
document_picture (WeirCanvas *self)
{
  if (self->before)
    return self->before;
  return self->document ? weir_document_get_picture (self->document) : NULL;
}

static WeirPicture *
candidate (WeirCanvas *self)
{
  return self->staging ? weir_staging_get_picture (self->staging) : NULL;
}

/* Of a picture that may be NULL; made when it is first shown. */
static WeirPyramid *
pyramid_of (WeirCanvas  *self,
            WeirPicture *picture)
{
  WeirPyramid *pyramid;

  if (!picture)
    return NULL;
  pyramid = g_hash_table_lookup (self->pyramids, picture);
  if (!pyramid)
    {
      pyramid = weir_pyramid_new (weir_picture_get_image (picture));
      g_hash_table_insert (self->pyramids, g_object_ref (picture), pyramid);
      if (!weir_pyramid_is_ready (pyramid))
        g_signal_connect_object (pyramid, "notify::ready", G_CALLBACK (gtk_widget_queue_draw),
                                 self, G_CONNECT_SWAPPED);
    }
  return pyramid;
}

/* Over the document. */
static WeirPyramid *
upper (WeirCanvas *self)
{
  WeirPicture *picture = candidate (self);

  return picture ? pyramid_of (self, picture) : self->preview;
}

/* Whether what is over the document is a part of it, and where. */
static gboolean
upper_frame (WeirCanvas   *self,
             GdkRectangle *frame)
{
  if (!document_picture (self))
    return FALSE;
  if (candidate (self))
    return weir_staging_get_frame (self->staging, frame);
  *frame = self->preview_frame;
  return self->preview && frame->width > 0;
}

static gboolean
is_gone (gpointer picture,
         gpointer pyramid,
         gpointer user_data)
{
  WeirCanvas *self = user_data;
  GListModel *waiting = (GListModel *) self->staging;

  if (picture == document_picture (self))
    return FALSE;
  for (guint i = 0; waiting && i < g_list_model_get_n_items (waiting); i++)
    {
      g_autoptr (WeirPicture) item = g_list_model_get_item (waiting, i);

      if (picture == item)
        return FALSE;
    }
  return TRUE;
}

static char *
describe_document (WeirPicture *picture,
                   WeirMask    *mask)
{
  const guint width = cas_image_get_width (weir_picture_get_image (picture));
  const guint height = cas_image_get_height (weir_picture_get_image (picture));
  const guint percent = mask && !weir_mask_is_empty (mask)
                          ? MAX ((guint) round (weir_mask_get_percent (mask)), 1) : 0;

  if (percent == 0)
    return g_strdup_printf (_("Image %u by %u"), width, height);
  /* Translators: width and height of an image, and how much of it is marked to be made anew */
  return g_strdup_printf (g_dngettext (NULL, "Image %u by %u, mask covers %u percent",
                                    "Image %u by %u, mask covers %u percent", percent),
                          width, height, percent);
}

/* In the person's language. */
static char *
describe (WeirCanvas *self)
{
  const guint width = self->view.page_width, height = self->view.page_height;

  if (candidate (self))
    /* Translators: width and height of an image, and which of how many results it is */
    return g_strdup_printf (_("Image %u by %u, %u of %u results"), width, height,
                            weir_staging_get_selected (self->staging) + 1,
                            g_list_model_get_n_items (G_LIST_MODEL (self->staging)));
  if (self->preview)
    return g_strdup_printf (_("Unfinished image %u by %u"), width, height);
  if (document_picture (self))
    return describe_document (document_picture (self), self->editing->mask);
  return g_strdup (_("No image"));
}

void
weir_canvas_describe (WeirCanvas *self)
{
  g_autofree char *words = describe (self);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, words, -1);
}

/* After any change of what is shown. */
static void
update (WeirCanvas *self)
{
  WeirPicture *picture = candidate (self);
  GdkRectangle frame;

  if (upper_frame (self, &frame) || (!picture && !self->preview && document_picture (self)))
    weir_canvas_set_document_page (self, document_picture (self));
  else if (picture)
    weir_canvas_set_plain_page (self, (int) cas_image_get_width (weir_picture_get_image (picture)),
                                (int) cas_image_get_height (weir_picture_get_image (picture)));
  else if (self->preview)
    weir_canvas_set_plain_page (self, (int) self->preview_width, (int) self->preview_height);
  else
    weir_canvas_set_plain_page (self, 0, 0);

  g_hash_table_foreach_remove (self->pyramids, is_gone, self);
  weir_editing_update (self->editing, document_picture (self) && !self->before &&
                                        !candidate (self));
  weir_canvas_describe (self);
  if (self->is_comparing &&
      !(self->staging && g_list_model_get_n_items (G_LIST_MODEL (self->staging)) > 0))
    weir_canvas_set_compare (self, FALSE);
  gtk_widget_set_child_visible (self->handle, weir_canvas_has_wipe (self));
  gtk_widget_queue_allocate (GTK_WIDGET (self));
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* What is drawn is finished before anything takes its place. */
static gboolean
is_busy (WeirCanvas *self)
{
  return self->editing->active != NULL;
}

gboolean
weir_canvas_has_wipe (WeirCanvas *self)
{
  return self->is_comparing && document_picture (self) && upper (self);
}

void
weir_canvas_set_compare (WeirCanvas *self,
                         gboolean    is_comparing)
{
  if (self->is_comparing == is_comparing)
    return;
  self->is_comparing = is_comparing;
  if (is_comparing)
    weir_wipe_handle_set_position (WEIR_WIPE_HANDLE (self->handle), 0.5);
  else if (gtk_widget_is_focus (self->handle))
    gtk_widget_grab_focus (GTK_WIDGET (self));
  update (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_COMPARE]);
}

/* --- where it is shown ---------------------------------------------------------------------- */

static void
draw_over (WeirCanvas            *self,
           WeirPyramid           *pyramid,
           GtkSnapshot           *snapshot,
           const graphene_rect_t *seen)
{
  const graphene_rect_t place = weir_canvas_get_fitting_place (self, pyramid);

  weir_pyramid_snapshot (pyramid, snapshot, &place, seen, pyramid == self->preview);
}

/* What is over the document; a part has the document around it. */
static void
draw_upper (WeirCanvas            *self,
            GtkSnapshot           *snapshot,
            const graphene_rect_t *seen)
{
  WeirPyramid *over = upper (self);
  graphene_rect_t place;
  GdkRectangle frame;

  if (!upper_frame (self, &frame))
    {
      draw_over (self, over, snapshot, seen);
      return;
    }
  draw_over (self, pyramid_of (self, document_picture (self)), snapshot, seen);
  place = weir_canvas_get_place (self, &frame);
  if (over == self->preview && self->masked_preview)
    {
      gtk_snapshot_push_clip (snapshot, seen);
      gtk_snapshot_append_texture (snapshot, self->masked_preview, &place);
      gtk_snapshot_pop (snapshot);
    }
  else
    weir_pyramid_snapshot (over, snapshot, &place, seen, over == self->preview);
}

static void
draw_page (WeirCanvas  *self,
           GtkSnapshot *snapshot)
{
  WeirPyramid *lower = pyramid_of (self, document_picture (self)), *over = upper (self);
  graphene_rect_t seen = GRAPHENE_RECT_INIT (0, 0, self->view.width, self->view.height);

  if (weir_canvas_has_wipe (self) && !self->is_peeking)
    {
      const double x = CLAMP (weir_canvas_get_wipe_x (self), 0, self->view.width);

      seen.size.width = x;
      draw_over (self, lower, snapshot, &seen);
      seen.origin.x = x;
      seen.size.width = self->view.width - x;
      draw_upper (self, snapshot, &seen);
    }
  else if (over && !self->is_peeking)
    draw_upper (self, snapshot, &seen);
  else if (lower)
    draw_over (self, lower, snapshot, &seen);
}

static void
weir_canvas_snapshot (GtkWidget   *widget,
                      GtkSnapshot *snapshot)
{
  WeirCanvas *self = WEIR_CANVAS (widget);
  const float scale = 1.0f / gtk_widget_get_scale_factor (widget);

  if (self->view.page_width > 0)
    {
      gtk_snapshot_save (snapshot);
      gtk_snapshot_scale (snapshot, scale, scale);
      draw_page (self, snapshot);
      weir_editing_snapshot (self->editing, snapshot, !self->preview);
      gtk_snapshot_restore (snapshot);
    }
  gtk_widget_snapshot_child (widget, self->handle, snapshot);
}

static gboolean
tell_zoom (gpointer user_data)
{
  WeirCanvas *self = user_data;

  self->idle_id = 0;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ZOOM]);
  return G_SOURCE_REMOVE;
}

static void
weir_canvas_direction_changed (GtkWidget        *widget,
                               GtkTextDirection  before)
{
  GTK_WIDGET_CLASS (weir_canvas_parent_class)->direction_changed (widget, before);
  gtk_widget_queue_allocate (widget);
  gtk_widget_queue_draw (widget);
}

static void
weir_canvas_size_allocate (GtkWidget *widget,
                           int        width,
                           int        height,
                           int        baseline)
{
  WeirCanvas *self = WEIR_CANVAS (widget);
  const int scale = gtk_widget_get_scale_factor (widget);
  const double zoom = self->view.zoom;

  weir_canvas_cover (self);
  weir_view_set_size (&self->view, width * scale, height * scale);
  if (self->view.zoom != zoom && !self->idle_id)
    self->idle_id = g_idle_add (tell_zoom, self);
  if (weir_canvas_has_wipe (self))
    {
      const int x = CLAMP (weir_canvas_get_wipe_x (self) / scale, 0, width) - WEIR_WIPE_HANDLE_WIDTH / 2;

      gtk_widget_size_allocate (self->handle,
                                &(GtkAllocation) { x, 0, WEIR_WIPE_HANDLE_WIDTH, height }, -1);
    }
}

static void
weir_canvas_measure (GtkWidget      *widget,
                     GtkOrientation  orientation,
                     int             for_size,
                     int            *minimum,
                     int            *natural,
                     int            *minimum_baseline,
                     int            *natural_baseline)
{
  WeirCanvas *self = WEIR_CANVAS (widget);

  gtk_widget_measure (self->handle, orientation, -1, minimum, natural, NULL, NULL);
}

void
weir_canvas_view_changed (WeirCanvas *self)
{
  gtk_widget_queue_allocate (GTK_WIDGET (self));
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ZOOM]);
}

/* --- the object ----------------------------------------------------------------------------- */

static void
weir_canvas_set_property (GObject      *object,
                          guint         id,
                          const GValue *value,
                          GParamSpec   *pspec)
{
  WeirCanvas *self = WEIR_CANVAS (object);

  switch (id)
    {
    case PROP_DOCUMENT:
      if (g_set_object (&self->document, g_value_get_object (value)))
        {
          g_signal_group_set_target (self->document_signals, self->document);
          weir_editing_set_document (self->editing, self->document);
          update (self);
          g_object_notify_by_pspec (object, pspec);
        }
      break;
    case PROP_STAGING:
      if (g_set_object (&self->staging, g_value_get_object (value)))
        {
          g_signal_group_set_target (self->staging_signals, self->staging);
          update (self);
          g_object_notify_by_pspec (object, pspec);
        }
      break;
    case PROP_ZOOM:
      weir_canvas_set_zoom (self, g_value_get_double (value));
      break;
    case PROP_COMPARE:
      weir_canvas_set_compare (self, g_value_get_boolean (value));
      break;
    case PROP_BEFORE:
      if (g_set_object (&self->before, g_value_get_object (value)))
        {
          update (self);
          g_object_notify_by_pspec (object, pspec);
        }
      break;
    case PROP_TOOLS:
      weir_editing_set_tools (self->editing, g_value_get_object (value));
      g_object_notify_by_pspec (object, pspec);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
weir_canvas_get_property (GObject    *object,
                          guint       id,
                          GValue     *value,
                          GParamSpec *pspec)
{
  WeirCanvas *self = WEIR_CANVAS (object);

  switch (id)
    {
    case PROP_DOCUMENT:
      g_value_set_object (value, self->document);
      break;
    case PROP_STAGING:
      g_value_set_object (value, self->staging);
      break;
    case PROP_ZOOM:
      g_value_set_double (value, self->view.zoom);
      break;
    case PROP_COMPARE:
      g_value_set_boolean (value, self->is_comparing);
      break;
    case PROP_BEFORE:
      g_value_set_object (value, self->before);
      break;
    case PROP_TOOLS:
      g_value_set_object (value, self->editing->tools);
      break;
    case PROP_CAN_EDIT:
      g_value_set_boolean (value, self->editing->can_edit);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
weir_canvas_dispose (GObject *object)
{
  WeirCanvas *self = WEIR_CANVAS (object);

  g_clear_handle_id (&self->idle_id, g_source_remove);
  g_clear_object (&self->document_signals);
  g_clear_object (&self->staging_signals);
  weir_editing_set_document (self->editing, NULL);
  weir_editing_set_tools (self->editing, NULL);
  g_clear_object (&self->document);
  g_clear_object (&self->staging);
  g_clear_object (&self->before);
  g_clear_object (&self->preview);
  g_clear_object (&self->masked_preview);
  g_clear_pointer (&self->handle, gtk_widget_unparent);
  G_OBJECT_CLASS (weir_canvas_parent_class)->dispose (object);
}

static void
weir_canvas_finalize (GObject *object)
{
  g_clear_pointer (&WEIR_CANVAS (object)->pyramids, g_hash_table_unref);
  g_clear_pointer (&WEIR_CANVAS (object)->editing, weir_editing_free);
  G_OBJECT_CLASS (weir_canvas_parent_class)->finalize (object);
}

static void
weir_canvas_class_init (WeirCanvasClass *class)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  object_class->set_property = weir_canvas_set_property;
  object_class->get_property = weir_canvas_get_property;
  object_class->dispose = weir_canvas_dispose;
  object_class->finalize = weir_canvas_finalize;
  widget_class->snapshot = weir_canvas_snapshot;
  widget_class->size_allocate = weir_canvas_size_allocate;
  widget_class->measure = weir_canvas_measure;
  widget_class->direction_changed = weir_canvas_direction_changed;

  properties[PROP_DOCUMENT] =
    g_param_spec_object ("document", NULL, NULL, WEIR_TYPE_DOCUMENT, flags);
  properties[PROP_STAGING] =
    g_param_spec_object ("staging", NULL, NULL, WEIR_TYPE_STAGING, flags);
  properties[PROP_ZOOM] = g_param_spec_double ("zoom", NULL, NULL, 0, G_MAXDOUBLE, 1, flags);
  properties[PROP_COMPARE] = g_param_spec_boolean ("compare", NULL, NULL, FALSE, flags);
  properties[PROP_BEFORE] = g_param_spec_object ("before", NULL, NULL, WEIR_TYPE_PICTURE, flags);
  properties[PROP_TOOLS] = g_param_spec_object ("tools", NULL, NULL, WEIR_TYPE_TOOLS, flags);
  properties[PROP_CAN_EDIT] =
    g_param_spec_boolean ("can-edit", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_css_name (widget_class, "weircanvas");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
weir_canvas_init (WeirCanvas *self)
{
  GtkWidget *widget = GTK_WIDGET (self);

  self->pyramids = g_hash_table_new_full (NULL, NULL, g_object_unref, g_object_unref);
  self->editing = weir_editing_new (self);
  self->document_signals = g_signal_group_new (WEIR_TYPE_DOCUMENT);
  g_signal_group_connect_swapped (self->document_signals, "notify::picture", G_CALLBACK (update),
                                  self);
  g_signal_group_connect_swapped (self->document_signals, "notify::frame", G_CALLBACK (update),
                                  self);
  self->staging_signals = g_signal_group_new (WEIR_TYPE_STAGING);
  g_signal_group_connect_swapped (self->staging_signals, "notify::position-label",
                                  G_CALLBACK (update), self);
  g_signal_group_connect_swapped (self->staging_signals, "is-busy", G_CALLBACK (is_busy), self);
  weir_view_fit (&self->view);

  self->handle = weir_wipe_handle_new ();
  gtk_widget_set_parent (self->handle, widget);
  g_signal_connect_swapped (self->handle, "notify::position",
                            G_CALLBACK (gtk_widget_queue_allocate), self);
  g_signal_connect_swapped (self->handle, "notify::position",
                            G_CALLBACK (gtk_widget_queue_draw), self);

  gtk_widget_set_focusable (widget, TRUE);
  gtk_widget_set_overflow (widget, GTK_OVERFLOW_HIDDEN);
  g_signal_connect (self, "notify::scale-factor", G_CALLBACK (gtk_widget_queue_allocate), NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Canvas"), -1);
  weir_canvas_init_input (self);
  weir_editing_init_input (self->editing);
  update (self);
}

GtkWidget *
weir_canvas_new (void)
{
  return g_object_new (WEIR_TYPE_CANVAS, NULL);
}

static void
take_preview (WeirCanvas         *self,
              CasImage           *image,
              guint               width,
              guint               height,
              const GdkRectangle *frame,
              WeirMask           *mask)
{
  g_clear_object (&self->preview);
  g_clear_object (&self->masked_preview);
  self->masked_preview = image && mask ? weir_masked_preview_new (image, mask) : NULL;
  self->preview = image ? weir_pyramid_new (image) : NULL;
  self->preview_width = width;
  self->preview_height = height;
  self->preview_frame = *frame;
  update (self);
}

void
weir_canvas_set_preview (WeirCanvas *self,
                         CasImage   *image,
                         guint       width,
                         guint       height)
{
  g_return_if_fail (WEIR_IS_CANVAS (self));

  take_preview (self, image, width, height, &(GdkRectangle) { 0 }, NULL);
}

void
weir_canvas_set_preview_at (WeirCanvas         *self,
                            CasImage           *image,
                            const GdkRectangle *frame,
                            WeirMask           *mask)
{
  g_return_if_fail (WEIR_IS_CANVAS (self));

  take_preview (self, image, (guint) frame->width, (guint) frame->height, frame, mask);
}
