/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Nothing but buttons with actions. */

#include "canvas/tool-column.h"

struct _WeirToolColumn
{
  GtkWidget parent;

  GtkWidget *box;
};

G_DEFINE_FINAL_TYPE (WeirToolColumn, weir_tool_column, GTK_TYPE_WIDGET)

static void
weir_tool_column_dispose (GObject *object)
{
  g_clear_pointer (&WEIR_TOOL_COLUMN (object)->box, gtk_widget_unparent);
  G_OBJECT_CLASS (weir_tool_column_parent_class)->dispose (object);
}

static void
weir_tool_column_class_init (WeirToolColumnClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = weir_tool_column_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/weir/Weir/tool-column.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirToolColumn, box);
}

static void
weir_tool_column_init (WeirToolColumn *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
weir_tool_column_new (void)
{
  return g_object_new (WEIR_TYPE_TOOL_COLUMN, NULL);
}
