/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A list of jobs with what can be done with all of them. */

#include "queue/queue-popover.h"

#include <glib/gi18n.h>

#include "queue/queue-row.h"

struct _WeirQueuePopover
{
  GtkPopover parent;

  WeirQueue *queue;

  GtkStack        *stack;
  GtkListView     *list;
  GtkToggleButton *pause_button;
  GtkWidget       *paused_box;
  GtkLabel        *paused_label;
};

G_DEFINE_FINAL_TYPE (WeirQueuePopover, weir_queue_popover, GTK_TYPE_POPOVER)

static void
set_up_row (GtkSignalListItemFactory *factory,
            GtkListItem              *item,
            WeirQueuePopover         *self)
{
  gtk_list_item_set_activatable (item, FALSE);
  gtk_list_item_set_child (item, weir_queue_row_new (self->queue));
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

static void
count_changed (WeirQueuePopover *self)
{
  const guint n = g_list_model_get_n_items (G_LIST_MODEL (self->queue));

  gtk_stack_set_visible_child_name (self->stack, n > 0 ? "jobs" : "empty");
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

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/weir/Weir/queue-popover.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirQueuePopover, stack);
  gtk_widget_class_bind_template_child (widget_class, WeirQueuePopover, list);
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
  g_signal_connect_object (queue, "items-changed", G_CALLBACK (count_changed), self,
                           G_CONNECT_SWAPPED);
  count_changed (self);
}
