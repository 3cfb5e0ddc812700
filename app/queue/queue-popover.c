/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A list of jobs with what can be done with all of them. */

#include "queue/queue-popover.h"

#include <glib/gi18n.h>

#include "queue/queue-row.h"

/* Where the list is to be when its rows have their places. */
typedef enum
{
  WISH_NONE,
  WISH_TOP,  /* where the job at work is */
  WISH_HELD, /* the row that was moved is where it was, below the pointer */
} Wish;

struct _WeirQueuePopover
{
  GtkPopover parent;

  WeirQueue *queue;

  Wish          wish;
  gulong        layout_id; /* while there is one */
  WeirQueueRow *held_row;  /* weak; that was moved */
  double        held_y;    /* where it was, in the view */

  GtkWidget       *head;
  GtkStack        *stack;
  GtkWidget       *scroller;
  GtkListView     *list;
  GtkToggleButton *pause_button;
  GtkWidget       *paused_box;
  GtkLabel        *paused_label;

  GtkEventControllerMotion *motion; /* in the list */
  GtkEventControllerFocus  *focus;
};

G_DEFINE_FINAL_TYPE (WeirQueuePopover, weir_queue_popover, GTK_TYPE_POPOVER)

/* --- where the list is ----------------------------------------------------------------------- */

static double
get_y (WeirQueuePopover *self,
       WeirQueueRow     *row)
{
  graphene_point_t point = GRAPHENE_POINT_INIT (0, 0);

  if (!gtk_widget_compute_point (GTK_WIDGET (row), self->scroller, &point, &point))
    return 0;
  return point.y;
}

static void
forget_wish (WeirQueuePopover *self,
             GdkFrameClock    *clock)
{
  if (self->wish != WISH_NONE)
    g_signal_handler_disconnect (clock, self->layout_id);
  self->wish = WISH_NONE;
  g_clear_weak_pointer (&self->held_row);
}

/* A click in a row gives the focus to the row as a whole, and keys would not move it then. */
static void
focus_held_row (WeirQueuePopover *self)
{
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (GTK_WIDGET (self)));

  if (!focus || !gtk_widget_is_ancestor (focus, GTK_WIDGET (self->held_row)))
    gtk_widget_grab_focus (GTK_WIDGET (self->held_row));
}

/* Before it is drawn, so that nothing is seen to jump. */
static void
laid_out (WeirQueuePopover *self,
          GdkFrameClock    *clock)
{
  GtkAdjustment *at = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scroller));

  if (self->wish == WISH_TOP)
    gtk_adjustment_set_value (at, gtk_adjustment_get_lower (at));
  else if (self->held_row)
    {
      focus_held_row (self);
      gtk_adjustment_set_value (at, gtk_adjustment_get_value (at) + get_y (self, self->held_row) -
                                      self->held_y);
    }
  forget_wish (self, clock);
}

/* row: that is held; nullable. */
static void
wish_for (WeirQueuePopover *self,
          Wish              wish,
          WeirQueueRow     *row)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (GTK_WIDGET (self));

  if (!clock)
    return;
  if (self->wish == WISH_NONE)
    self->layout_id = g_signal_connect_object (clock, "layout", G_CALLBACK (laid_out), self,
                                               G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  self->wish = wish;
  g_set_weak_pointer (&self->held_row, row);
  gdk_frame_clock_request_phase (clock, GDK_FRAME_CLOCK_PHASE_LAYOUT);
}

/* Whether a person does something in the list, which stands still then. */
static gboolean
is_used (WeirQueuePopover *self)
{
  return gtk_event_controller_motion_contains_pointer (self->motion) ||
         gtk_event_controller_focus_contains_focus (self->focus);
}

static void
move_row (WeirQueuePopover *self,
          WeirJob          *job,
          guint             place,
          WeirQueueRow     *row)
{
  self->held_y = get_y (self, row);
  weir_queue_move (self->queue, job, place);
  wish_for (self, WISH_HELD, row);
}

/* --- the rows -------------------------------------------------------------------------------- */

static void
set_up_row (GtkSignalListItemFactory *factory,
            GtkListItem              *item,
            WeirQueuePopover         *self)
{
  GtkWidget *row = weir_queue_row_new (self->queue);

  gtk_list_item_set_activatable (item, FALSE);
  g_signal_connect_swapped (row, "move", G_CALLBACK (move_row), self);
  gtk_list_item_set_child (item, row);
}

static void
bind_row (GtkSignalListItemFactory *factory,
          GtkListItem              *item,
          WeirQueuePopover         *self)
{
  weir_queue_row_set_job (WEIR_QUEUE_ROW (gtk_list_item_get_child (item)),
                          gtk_list_item_get_item (item));
}

static void
unbind_row (GtkSignalListItemFactory *factory,
            GtkListItem              *item,
            WeirQueuePopover         *self)
{
  weir_queue_row_set_job (WEIR_QUEUE_ROW (gtk_list_item_get_child (item)), NULL);
}

/* --- the queue ------------------------------------------------------------------------------- */

static void
jobs_changed (WeirQueuePopover *self)
{
  const guint n = g_list_model_get_n_items (G_LIST_MODEL (self->queue));

  gtk_stack_set_visible_child_name (self->stack, n > 0 ? "jobs" : "empty");
  if (gtk_widget_get_mapped (GTK_WIDGET (self)) && !is_used (self))
    wish_for (self, WISH_TOP, NULL);
}

static void
restored_changed (WeirQueuePopover *self)
{
  gboolean is_restored;

  g_object_get (self->queue, "is-restored", &is_restored, NULL);
  gtk_label_set_label (self->paused_label,
                       is_restored ? _("Jobs from the last time are waiting until you resume.")
                                   : _("The queue is paused."));
}

static void
resume_clicked (WeirQueuePopover *self)
{
  weir_queue_resume (self->queue);
}

/* At its top or its end; the list itself would go to the row that had the focus last, or was the
 * first before others came. */
static gboolean
enter_list (WeirQueuePopover *self,
            gboolean          is_back)
{
  const guint n = g_list_model_get_n_items (G_LIST_MODEL (self->queue));
  GtkWidget *list = GTK_WIDGET (self->list);
  GtkWidget *item;

  if (n == 0)
    return FALSE;
  gtk_widget_activate_action (list, "list.scroll-to-item", "u", is_back ? n - 1 : 0);
  item = is_back ? gtk_widget_get_last_child (list) : gtk_widget_get_first_child (list);
  return item && gtk_widget_child_focus (gtk_widget_get_first_child (item),
                                         is_back ? GTK_DIR_TAB_BACKWARD : GTK_DIR_TAB_FORWARD);
}

/* The list itself would pass all but the first button of each row. */
static gboolean
go_back_in_list (WeirQueuePopover *self)
{
  for (GtkWidget *item = gtk_widget_get_focus_child (GTK_WIDGET (self->list)); item;
       item = gtk_widget_get_prev_sibling (item))
    if (gtk_widget_child_focus (gtk_widget_get_first_child (item), GTK_DIR_TAB_BACKWARD))
      return TRUE;
  return FALSE;
}

/* Within what is above the list. */
static gboolean
go_in_head (WeirQueuePopover *self,
            GtkDirectionType  direction)
{
  GtkWidget *const parts[] = { self->head, self->paused_box };
  const guint first = direction == GTK_DIR_TAB_BACKWARD ? 1 : 0;
  const guint from = gtk_widget_get_focus_child (self->paused_box) ? 1
                     : gtk_widget_get_focus_child (self->head)     ? 0
                                                                   : first;

  return gtk_widget_child_focus (parts[from], direction) ||
         (from == first && gtk_widget_child_focus (parts[1 - first], direction));
}

static gboolean
weir_queue_popover_focus (GtkWidget        *widget,
                          GtkDirectionType  direction)
{
  WeirQueuePopover *self = WEIR_QUEUE_POPOVER (widget);
  const gboolean is_in_list = gtk_event_controller_focus_contains_focus (self->focus);
  const gboolean is_back = direction == GTK_DIR_TAB_BACKWARD;

  if (is_in_list && is_back)
    return go_back_in_list (self) || go_in_head (self, direction);
  if (is_in_list || (direction != GTK_DIR_TAB_FORWARD && !is_back))
    return GTK_WIDGET_CLASS (weir_queue_popover_parent_class)->focus (widget, direction);
  return go_in_head (self, direction) || enter_list (self, is_back) ||
         GTK_WIDGET_CLASS (weir_queue_popover_parent_class)->focus (widget, direction);
}

/* However far it was scrolled before. */
static void
weir_queue_popover_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (weir_queue_popover_parent_class)->map (widget);
  wish_for (WEIR_QUEUE_POPOVER (widget), WISH_TOP, NULL);
}

static void
weir_queue_popover_unrealize (GtkWidget *widget)
{
  forget_wish (WEIR_QUEUE_POPOVER (widget), gtk_widget_get_frame_clock (widget));
  GTK_WIDGET_CLASS (weir_queue_popover_parent_class)->unrealize (widget);
}

static void
weir_queue_popover_dispose (GObject *object)
{
  g_clear_object (&WEIR_QUEUE_POPOVER (object)->queue);
  G_OBJECT_CLASS (weir_queue_popover_parent_class)->dispose (object);
}

static void
weir_queue_popover_class_init (WeirQueuePopoverClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = weir_queue_popover_dispose;
  widget_class->focus = weir_queue_popover_focus;
  widget_class->map = weir_queue_popover_map;
  widget_class->unrealize = weir_queue_popover_unrealize;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/weir/Weir/queue-popover.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirQueuePopover, head);
  gtk_widget_class_bind_template_child (widget_class, WeirQueuePopover, stack);
  gtk_widget_class_bind_template_child (widget_class, WeirQueuePopover, scroller);
  gtk_widget_class_bind_template_child (widget_class, WeirQueuePopover, list);
  gtk_widget_class_bind_template_child (widget_class, WeirQueuePopover, motion);
  gtk_widget_class_bind_template_child (widget_class, WeirQueuePopover, focus);
  gtk_widget_class_bind_template_child (widget_class, WeirQueuePopover, pause_button);
  gtk_widget_class_bind_template_child (widget_class, WeirQueuePopover, paused_box);
  gtk_widget_class_bind_template_child (widget_class, WeirQueuePopover, paused_label);
  gtk_widget_class_bind_template_callback (widget_class, resume_clicked);
}

static void
weir_queue_popover_init (WeirQueuePopover *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
weir_queue_popover_new (void)
{
  return g_object_new (WEIR_TYPE_QUEUE_POPOVER, NULL);
}

void
weir_queue_popover_set_queue (WeirQueuePopover *self,
                              WeirQueue        *queue)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  g_return_if_fail (WEIR_IS_QUEUE_POPOVER (self));
  g_return_if_fail (!self->queue);

  self->queue = g_object_ref (queue);
  g_signal_connect (factory, "setup", G_CALLBACK (set_up_row), self);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_row), self);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_row), self);
  gtk_list_view_set_factory (self->list, factory);
  gtk_list_view_set_model (self->list,
                           GTK_SELECTION_MODEL (gtk_no_selection_new (G_LIST_MODEL (g_object_ref (queue)))));
  g_object_unref (factory);
  g_object_bind_property (queue, "is-paused", self->pause_button, "active",
                          G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
  g_object_bind_property (queue, "is-paused", self->paused_box, "visible", G_BINDING_SYNC_CREATE);
  g_signal_connect_object (queue, "notify::is-restored", G_CALLBACK (restored_changed), self,
                           G_CONNECT_SWAPPED);
  restored_changed (self);
  g_signal_connect_object (queue, "items-changed", G_CALLBACK (jobs_changed), self,
                           G_CONNECT_SWAPPED);
  jobs_changed (self);
}
