/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A square with a thumbnail in it. */

#include "library/history-cell.h"

#include <math.h>

#include <glib/gi18n.h>

#include "library/file-content.h"
#include "library/history-marks.h"
#include "library/history-menu.h"

#define SIDE        104
#define RADIUS      6
#define STAR_SIDE   22
#define STAR_MARGIN 4

struct _WeirHistoryCell
{
  GtkWidget parent;

  WeirLibrary     *library;
  WeirLibraryItem *item;
  GdkTexture      *texture;
  GCancellable    *loading;
  GListStore      *marks;
  GtkWidget       *star;
  GtkWidget       *mark;
  GtkWidget       *broken;
  GtkWidget       *menu; /* NULL while it is closed */
  guint            menu_id; /* opens it */
};

G_DEFINE_FINAL_TYPE (WeirHistoryCell, weir_history_cell, GTK_TYPE_WIDGET)

/* --- looks --------------------------------------------------------------------------------- */

static void
weir_history_cell_measure (GtkWidget      *widget,
                           GtkOrientation  orientation,
                           int             for_size,
                           int            *minimum,
                           int            *natural,
                           int            *minimum_baseline,
                           int            *natural_baseline)
{
  int of_children;

  /* a child must have been measured before it is placed */
  gtk_widget_measure (WEIR_HISTORY_CELL (widget)->star, orientation, -1, &of_children, NULL, NULL,
                      NULL);
  gtk_widget_measure (WEIR_HISTORY_CELL (widget)->mark, orientation, -1, &of_children, NULL, NULL,
                      NULL);
  gtk_widget_measure (WEIR_HISTORY_CELL (widget)->broken, orientation, -1, &of_children, NULL, NULL,
                      NULL);
  *minimum = *natural = SIDE;
}

static void
weir_history_cell_size_allocate (GtkWidget *widget,
                                 int        width,
                                 int        height,
                                 int        baseline)
{
  WeirHistoryCell *self = WEIR_HISTORY_CELL (widget);
  const gboolean is_rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  const int left = STAR_MARGIN, right = width - STAR_SIDE - STAR_MARGIN;

  gtk_widget_size_allocate (self->star,
                            &(GtkAllocation) { is_rtl ? left : right, STAR_MARGIN, STAR_SIDE,
                                               STAR_SIDE }, -1);
  gtk_widget_size_allocate (self->mark,
                            &(GtkAllocation) { is_rtl ? right : left, STAR_MARGIN, STAR_SIDE,
                                               STAR_SIDE }, -1);
  gtk_widget_size_allocate (self->broken, &(GtkAllocation) { 0, 0, width, height }, -1);
}

/* The middle of the picture fills the square. */
static void
weir_history_cell_snapshot (GtkWidget   *widget,
                            GtkSnapshot *snapshot)
{
  WeirHistoryCell *self = WEIR_HISTORY_CELL (widget);
  const float width = (float) gtk_widget_get_width (widget);
  const float height = (float) gtk_widget_get_height (widget);
  GskRoundedRect frame;

  if (self->texture)
    {
      const float across = (float) gdk_texture_get_width (self->texture);
      const float down = (float) gdk_texture_get_height (self->texture);
      const float scale = fmaxf (width / across, height / down);

      gsk_rounded_rect_init_from_rect (&frame, &GRAPHENE_RECT_INIT (0, 0, width, height), RADIUS);
      gtk_snapshot_push_rounded_clip (snapshot, &frame);
      gtk_snapshot_append_texture (snapshot, self->texture,
                                   &GRAPHENE_RECT_INIT ((width - across * scale) / 2,
                                                        (height - down * scale) / 2,
                                                        across * scale, down * scale));
      gtk_snapshot_pop (snapshot);
    }
  GTK_WIDGET_CLASS (weir_history_cell_parent_class)->snapshot (widget, snapshot);
}

static void
set_texture (WeirHistoryCell *self,
             GdkTexture      *texture)
{
  g_set_object (&self->texture, texture);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
thumbnail_loaded (GObject      *source,
                  GAsyncResult *result,
                  gpointer      data)
{
  g_autoptr (WeirHistoryCell) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkTexture) texture =
    weir_library_load_thumbnail_finish (WEIR_LIBRARY (source), result, &error);

  /* of a picture that the cell no longer shows */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)
      || g_task_get_cancellable (G_TASK (result)) != self->loading)
    return;
  g_clear_object (&self->loading);
  set_texture (self, texture);
  gtk_widget_set_visible (self->broken, texture == NULL);
}

static void
load_thumbnail (WeirHistoryCell *self)
{
  GdkTexture *texture = weir_library_peek_thumbnail (self->library, self->item);

  set_texture (self, texture);
  if (texture)
    return;
  self->loading = g_cancellable_new ();
  weir_library_load_thumbnail_async (self->library, self->item, self->loading, thumbnail_loaded,
                                     g_object_ref (self));
}

/* --- words --------------------------------------------------------------------------------- */

static char *
dup_description (WeirLibraryItem *item)
{
  const WeirLibraryFile *file = weir_library_item_get_file (item);
  const char *prompt = weir_library_item_get_prompt (item);
  g_autofree char *time = g_date_time_format (weir_library_item_get_date (item), "%X");
  GString *text = g_string_new (prompt && *prompt ? prompt : file->name);
  guint64 seed;

  if (g_utf8_strlen (text->str, -1) > 300)
    {
      g_string_truncate (text, g_utf8_offset_to_pointer (text->str, 300) - text->str);
      g_string_append (text, "…");
    }
  g_string_append_printf (text, "\n%s · %u × %u", time, file->width, file->height);
  if (weir_library_item_get_seed (item, &seed))
    {
      g_autofree char *number = g_strdup_printf ("%" G_GUINT64_FORMAT, seed);

      g_string_append (text, " · ");
      g_string_append_printf (text, _("seed %s"), number);
    }
  return g_string_free (text, FALSE);
}

static void
show_star (WeirHistoryCell *self)
{
  gtk_widget_set_visible (self->star, self->item && weir_library_item_get_starred (self->item));
}

static void
show_mark (WeirHistoryCell *self)
{
  const gboolean is_marked = weir_history_marks_has (self->marks, self->item);

  gtk_widget_set_visible (self->mark, is_marked);
  if (is_marked)
    {
      gtk_widget_add_css_class (GTK_WIDGET (self), "marked");
      gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                      _("Marked to compare"), -1);
    }
  else
    {
      gtk_widget_remove_css_class (GTK_WIDGET (self), "marked");
      gtk_accessible_reset_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION);
    }
}

/* --- the menu ------------------------------------------------------------------------------ */

static gboolean
remove_menu (gpointer data)
{
  gtk_widget_unparent (data);
  return G_SOURCE_REMOVE;
}

/* What was chosen is done after the menu closed, and needs it until then. */
static void
menu_closed (GtkPopover *menu,
             gpointer    data)
{
  WeirHistoryCell *self = data;

  self->menu = NULL;
  g_idle_add_full (G_PRIORITY_DEFAULT, remove_menu, g_object_ref (menu), g_object_unref);
}

/* A menu that is about to open only is not closed by popping it down. */
static void
close_menu (WeirHistoryCell *self)
{
  if (self->menu_id)
    {
      g_clear_handle_id (&self->menu_id, g_source_remove);
      g_clear_pointer (&self->menu, gtk_widget_unparent);
    }
  else if (self->menu)
    gtk_popover_popdown (GTK_POPOVER (self->menu));
}

static gboolean
popup_menu (gpointer data)
{
  WeirHistoryCell *self = data;

  self->menu_id = 0;
  gtk_popover_popup (GTK_POPOVER (self->menu));
  return G_SOURCE_REMOVE;
}

static void
open_menu (WeirHistoryCell    *self,
           const GdkRectangle *place)
{
  g_autoptr (GMenuModel) model = NULL;

  if (!self->item || self->menu)
    return;
  model = weir_history_menu_new (self->item, self->marks);
  self->menu = gtk_popover_menu_new_from_model (model);
  gtk_widget_set_parent (self->menu, GTK_WIDGET (self));
  gtk_popover_set_has_arrow (GTK_POPOVER (self->menu), FALSE);
  gtk_popover_set_pointing_to (GTK_POPOVER (self->menu), place);
  gtk_widget_set_halign (self->menu, GTK_ALIGN_START);
  g_signal_connect (self->menu, "closed", G_CALLBACK (menu_closed), self);
  /* GTK puts the lines between sections in when it is idle, and a menu that is open by then stays as
   * high as it was without them */
  self->menu_id = g_idle_add (popup_menu, self);
}

static void
menu_activated (GtkWidget  *widget,
                const char *action,
                GVariant   *parameter)
{
  open_menu (WEIR_HISTORY_CELL (widget),
             &(GdkRectangle) { 0, gtk_widget_get_height (widget), 1, 1 });
}

/* --- what the person does ------------------------------------------------------------------ */

/* parameter: the name of an action that takes the path. */
static gboolean
activate (GtkWidget *widget,
          GVariant  *parameter,
          gpointer   data)
{
  WeirHistoryCell *self = WEIR_HISTORY_CELL (widget);

  return self->item
         && gtk_widget_activate_action (widget, g_variant_get_string (parameter, NULL), "s",
                                        weir_library_item_get_path (self->item));
}

/* Two that are marked with each other, else this one with the document. */
static gboolean
compare (GtkWidget *widget,
         GVariant  *parameter,
         gpointer   data)
{
  WeirHistoryCell *self = WEIR_HISTORY_CELL (widget);

  if (!self->item)
    return FALSE;
  if (!weir_history_marks_is_full (self->marks))
    return gtk_widget_activate_action (widget, "win.compare-path", "s",
                                       weir_library_item_get_path (self->item));
  return gtk_widget_activate_action_variant (widget, "win.compare-paths",
                                             weir_history_marks_to_variant (self->marks));
}

static void
pressed (GtkGestureClick *gesture,
         int              n_press,
         double           x,
         double           y,
         gpointer         data)
{
  WeirHistoryCell *self = data;
  const guint button = gtk_gesture_single_get_current_button (GTK_GESTURE_SINGLE (gesture));
  const gboolean is_marking =
    (gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (gesture))
     & GDK_CONTROL_MASK) != 0;

  if (!self->item)
    return;
  gtk_widget_grab_focus (GTK_WIDGET (self));
  if (button == GDK_BUTTON_SECONDARY)
    {
      gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
      open_menu (self, &(GdkRectangle) { (int) x, (int) y, 1, 1 });
    }
  else if (button == GDK_BUTTON_PRIMARY && is_marking)
    weir_history_marks_toggle (self->marks, self->item);
  else if (button == GDK_BUTTON_PRIMARY && n_press == 1)
    g_list_store_remove_all (self->marks);
  else if (button == GDK_BUTTON_PRIMARY && n_press == 2)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.open-path", "s",
                                weir_library_item_get_path (self->item));
}

static GdkContentProvider *
drag_prepared (GtkDragSource *source,
               double         x,
               double         y,
               gpointer       data)
{
  WeirHistoryCell *self = data;

  if (!self->item)
    return NULL;
  if (self->texture)
    {
      g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (GTK_WIDGET (self));
      g_autoptr (GdkPaintable) now = gdk_paintable_get_current_image (paintable);

      gtk_drag_source_set_icon (source, now, (int) x, (int) y);
    }
  return weir_file_content_new (weir_library_item_get_path (self->item));
}

/* --- the widget ---------------------------------------------------------------------------- */

static void
weir_history_cell_dispose (GObject *object)
{
  WeirHistoryCell *self = WEIR_HISTORY_CELL (object);
  GtkWidget *child;

  g_clear_handle_id (&self->menu_id, g_source_remove);
  if (self->menu)
    g_signal_handlers_disconnect_by_data (self->menu, self);
  self->menu = self->star = self->mark = self->broken = NULL;
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))))
    gtk_widget_unparent (child);
  weir_history_cell_set_item (self, NULL, NULL);
  if (self->marks)
    g_signal_handlers_disconnect_by_data (self->marks, self);
  g_clear_object (&self->marks);
  G_OBJECT_CLASS (weir_history_cell_parent_class)->dispose (object);
}

static void
weir_history_cell_class_init (WeirHistoryCellClass *class)
{
  static const struct { guint key; GdkModifierType modifiers; const char *action; } keys[] = {
    { GDK_KEY_Return, 0, "win.open-path" },
    { GDK_KEY_KP_Enter, 0, "win.open-path" },
    { GDK_KEY_space, 0, "library.mark" },
    { GDK_KEY_space, GDK_CONTROL_MASK, "library.mark" },
    { GDK_KEY_Delete, 0, "library.trash" },
    { GDK_KEY_c, GDK_CONTROL_MASK, "library.copy" },
  };
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = weir_history_cell_dispose;
  widget_class->measure = weir_history_cell_measure;
  widget_class->size_allocate = weir_history_cell_size_allocate;
  widget_class->snapshot = weir_history_cell_snapshot;

  gtk_widget_class_set_css_name (widget_class, "historycell");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_BUTTON);
  gtk_widget_class_install_action (widget_class, "menu.popup", NULL, menu_activated);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Menu, 0, "menu.popup", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F10, GDK_SHIFT_MASK, "menu.popup",
                                       NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_backslash, 0, compare, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    gtk_widget_class_add_binding (widget_class, keys[i].key, keys[i].modifiers, activate, "s",
                                  keys[i].action);
}

static void
weir_history_cell_init (WeirHistoryCell *self)
{
  GtkGesture *click = gtk_gesture_click_new ();
  GtkDragSource *drag = gtk_drag_source_new ();

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), 0);
  g_signal_connect (click, "pressed", G_CALLBACK (pressed), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
  g_signal_connect (drag, "prepare", G_CALLBACK (drag_prepared), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));

  self->broken = gtk_image_new_from_icon_name ("image-missing-symbolic");
  gtk_widget_set_parent (self->broken, GTK_WIDGET (self));
  self->star = gtk_image_new_from_icon_name ("starred-symbolic");
  gtk_widget_add_css_class (self->star, "star");
  gtk_widget_set_parent (self->star, GTK_WIDGET (self));
  self->mark = gtk_image_new_from_icon_name ("object-select-symbolic");
  gtk_widget_add_css_class (self->mark, "mark");
  gtk_widget_set_parent (self->mark, GTK_WIDGET (self));
}

GtkWidget *
weir_history_cell_new (GListStore *marks)
{
  WeirHistoryCell *self = g_object_new (WEIR_TYPE_HISTORY_CELL, NULL);

  self->marks = g_object_ref (marks);
  g_signal_connect_swapped (marks, "items-changed", G_CALLBACK (show_mark), self);
  weir_history_cell_set_item (self, NULL, NULL);
  return GTK_WIDGET (self);
}

void
weir_history_cell_set_item (WeirHistoryCell *self,
                            WeirLibrary     *library,
                            WeirLibraryItem *item)
{
  g_autofree char *description = item ? dup_description (item) : NULL;

  g_return_if_fail (WEIR_IS_HISTORY_CELL (self));

  close_menu (self);
  g_cancellable_cancel (self->loading);
  g_clear_object (&self->loading);
  if (self->item)
    g_signal_handlers_disconnect_by_data (self->item, self);
  g_set_object (&self->library, library);
  g_set_object (&self->item, item);
  set_texture (self, NULL);

  if (self->broken)
    gtk_widget_set_visible (self->broken, FALSE);
  if (self->star)
    show_star (self);
  if (self->mark)
    show_mark (self);
  gtk_widget_set_focusable (GTK_WIDGET (self), item != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self), item != NULL);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), description);
  if (!item)
    return;
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, description,
                                  -1);
  g_signal_connect_swapped (item, "notify::starred", G_CALLBACK (show_star), self);
  load_thumbnail (self);
}

WeirLibraryItem *
weir_history_cell_get_item (WeirHistoryCell *self)
{
  g_return_val_if_fail (WEIR_IS_HISTORY_CELL (self), NULL);

  return self->item;
}
