/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Shows a job and passes on what a person wants of it. */

#include "queue/queue-row.h"

#include <glib/gi18n.h>

struct _WeirQueueRow
{
  GtkWidget parent;

  WeirQueue     *queue; /* outlives the row */
  WeirJob       *job;
  GBindingGroup *bindings;
  GSignalGroup  *signals;

  GtkWidget *box;
  GtkLabel  *title;
  GtkLabel  *status;
  GtkWidget *progress;
  GtkWidget *front_button;
  GtkWidget *redo_button;
  GtkWidget *cancel_button;
};

G_DEFINE_FINAL_TYPE (WeirQueueRow, weir_queue_row, GTK_TYPE_WIDGET)

enum
{
  MOVE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
state_changed (WeirQueueRow *self)
{
  const WeirJobState state = weir_job_get_state (self->job);
  const gboolean is_over = state != WEIR_JOB_PENDING && state != WEIR_JOB_RUNNING;

  gtk_widget_set_visible (self->progress, state == WEIR_JOB_RUNNING);
  gtk_widget_set_visible (self->front_button, state == WEIR_JOB_PENDING);
  gtk_widget_set_visible (self->cancel_button, !is_over);
  gtk_widget_set_visible (self->redo_button, is_over);
  if (state == WEIR_JOB_FAILED)
    gtk_widget_add_css_class (GTK_WIDGET (self->status), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->status), "error");
}

static void
front_clicked (WeirQueueRow *self)
{
  g_signal_emit (self, signals[MOVE], 0, self->job, 0u);
}

static void
redo_clicked (WeirQueueRow *self)
{
  weir_queue_redo (self->queue, self->job);
}

static void
cancel_clicked (WeirQueueRow *self)
{
  weir_queue_cancel (self->queue, self->job);
}

static gboolean
move_by_key (GtkWidget *widget,
             GVariant  *step,
             gpointer   user_data)
{
  WeirQueueRow *self = WEIR_QUEUE_ROW (widget);
  guint place;

  if (!weir_queue_find_pending (self->queue, self->job, &place))
    return FALSE;
  if (g_variant_get_int32 (step) > 0)
    g_signal_emit (self, signals[MOVE], 0, self->job, place + 1);
  else if (place > 0)
    g_signal_emit (self, signals[MOVE], 0, self->job, place - 1);
  return TRUE;
}

static GdkContentProvider *
drag_prepare (GtkDragSource *source,
              double         x,
              double         y,
              WeirQueueRow  *self)
{
  guint place;

  if (!weir_queue_find_pending (self->queue, self->job, &place))
    return NULL;
  return gdk_content_provider_new_typed (WEIR_TYPE_JOB, self->job);
}

static gboolean
dropped (GtkDropTarget *target,
         const GValue  *value,
         double         x,
         double         y,
         WeirQueueRow  *self)
{
  guint place;

  if (!weir_queue_find_pending (self->queue, self->job, &place))
    return FALSE;
  weir_queue_move (self->queue, g_value_get_object (value), place);
  return TRUE;
}

/* What moves it is what may move it again. The focus on a button that is hidden would stay there. */
static gboolean
weir_queue_row_grab_focus (GtkWidget *widget)
{
  WeirQueueRow *self = WEIR_QUEUE_ROW (widget);
  GtkWidget *const buttons[] = { self->front_button, self->cancel_button, self->redo_button };

  for (guint i = 0; i < G_N_ELEMENTS (buttons); i++)
    if (gtk_widget_get_visible (buttons[i]))
      return gtk_widget_grab_focus (buttons[i]);
  return FALSE;
}

/* Left to itself GTK would go back from the first button to the row, which is that button again. */
static gboolean
weir_queue_row_focus (GtkWidget        *widget,
                      GtkDirectionType  direction)
{
  return gtk_widget_child_focus (WEIR_QUEUE_ROW (widget)->box, direction);
}

static void
weir_queue_row_dispose (GObject *object)
{
  WeirQueueRow *self = WEIR_QUEUE_ROW (object);

  g_clear_object (&self->bindings);
  g_clear_object (&self->signals);
  g_clear_object (&self->job);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (weir_queue_row_parent_class)->dispose (object);
}

static void
weir_queue_row_class_init (WeirQueueRowClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = weir_queue_row_dispose;
  widget_class->grab_focus = weir_queue_row_grab_focus;
  widget_class->focus = weir_queue_row_focus;

  signals[MOVE] = g_signal_new ("move", WEIR_TYPE_QUEUE_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 2, WEIR_TYPE_JOB, G_TYPE_UINT);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/weir/Weir/queue-row.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirQueueRow, box);
  gtk_widget_class_bind_template_child (widget_class, WeirQueueRow, title);
  gtk_widget_class_bind_template_child (widget_class, WeirQueueRow, status);
  gtk_widget_class_bind_template_child (widget_class, WeirQueueRow, progress);
  gtk_widget_class_bind_template_child (widget_class, WeirQueueRow, front_button);
  gtk_widget_class_bind_template_child (widget_class, WeirQueueRow, redo_button);
  gtk_widget_class_bind_template_child (widget_class, WeirQueueRow, cancel_button);
  gtk_widget_class_bind_template_callback (widget_class, front_clicked);
  gtk_widget_class_bind_template_callback (widget_class, redo_clicked);
  gtk_widget_class_bind_template_callback (widget_class, cancel_clicked);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Up, GDK_ALT_MASK, move_by_key, "i", -1);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Down, GDK_ALT_MASK, move_by_key, "i", 1);
}

static void
weir_queue_row_init (WeirQueueRow *self)
{
  GtkDragSource *drag = gtk_drag_source_new ();
  GtkDropTarget *drop = gtk_drop_target_new (WEIR_TYPE_JOB, GDK_ACTION_MOVE);

  gtk_widget_init_template (GTK_WIDGET (self));
  self->bindings = g_binding_group_new ();
  self->signals = g_signal_group_new (WEIR_TYPE_JOB);
  g_binding_group_bind (self->bindings, "title", self->title, "label", G_BINDING_SYNC_CREATE);
  g_binding_group_bind (self->bindings, "title", self->title, "tooltip-text",
                        G_BINDING_SYNC_CREATE);
  g_binding_group_bind (self->bindings, "status", self->status, "label", G_BINDING_SYNC_CREATE);
  g_binding_group_bind (self->bindings, "status", self->status, "tooltip-text",
                        G_BINDING_SYNC_CREATE);
  g_binding_group_bind (self->bindings, "fraction", self->progress, "fraction",
                        G_BINDING_SYNC_CREATE);
  g_signal_group_connect_swapped (self->signals, "notify::state", G_CALLBACK (state_changed), self);

  gtk_drag_source_set_actions (drag, GDK_ACTION_MOVE);
  g_signal_connect (drag, "prepare", G_CALLBACK (drag_prepare), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
  g_signal_connect (drop, "drop", G_CALLBACK (dropped), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drop));
}

GtkWidget *
weir_queue_row_new (WeirQueue *queue)
{
  WeirQueueRow *self = g_object_new (WEIR_TYPE_QUEUE_ROW, NULL);

  self->queue = queue;
  return GTK_WIDGET (self);
}

void
weir_queue_row_set_job (WeirQueueRow *self,
                        WeirJob      *job)
{
  g_return_if_fail (WEIR_IS_QUEUE_ROW (self));

  g_set_object (&self->job, job);
  g_signal_group_set_target (self->signals, job);
  g_binding_group_set_source (self->bindings, job);
  if (job)
    state_changed (self);
}
