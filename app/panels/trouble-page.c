/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A status page with the buttons of a trouble. */

#include "panels/trouble-page.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "dialogs/details-dialog.h"

struct _WeirTroublePage
{
  GtkWidget parent;

  WeirTrouble *trouble;

  AdwStatusPage *page;
  GtkButton     *action_buttons[WEIR_TROUBLE_MAX_BUTTONS];
  GtkWidget     *details_button;
};

G_DEFINE_FINAL_TYPE (WeirTroublePage, weir_trouble_page, GTK_TYPE_WIDGET)

static void
details_clicked (WeirTroublePage *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  gtk_window_present (weir_details_dialog_new (GTK_WINDOW (root), self->trouble->details));
}

static void
weir_trouble_page_dispose (GObject *object)
{
  WeirTroublePage *self = WEIR_TROUBLE_PAGE (object);
  GtkWidget *child = GTK_WIDGET (self->page);

  self->page = NULL;
  g_clear_pointer (&child, gtk_widget_unparent);
  g_clear_pointer (&self->trouble, weir_trouble_free);
  G_OBJECT_CLASS (weir_trouble_page_parent_class)->dispose (object);
}

static void
weir_trouble_page_class_init (WeirTroublePageClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = weir_trouble_page_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/weir/Weir/trouble-page.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirTroublePage, page);
  gtk_widget_class_bind_template_child (widget_class, WeirTroublePage, details_button);
  gtk_widget_class_bind_template_child_full (widget_class, "first_button", FALSE,
                                             G_STRUCT_OFFSET (WeirTroublePage, action_buttons[0]));
  gtk_widget_class_bind_template_child_full (widget_class, "second_button", FALSE,
                                             G_STRUCT_OFFSET (WeirTroublePage, action_buttons[1]));
  gtk_widget_class_bind_template_child_full (widget_class, "third_button", FALSE,
                                             G_STRUCT_OFFSET (WeirTroublePage, action_buttons[2]));
  gtk_widget_class_bind_template_callback (widget_class, details_clicked);
}

static void
weir_trouble_page_init (WeirTroublePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
weir_trouble_page_new (void)
{
  return g_object_new (WEIR_TYPE_TROUBLE_PAGE, NULL);
}

void
weir_trouble_page_tell (WeirTroublePage *self,
                        WeirTrouble     *trouble)
{
  g_autofree char *description = NULL;

  g_return_if_fail (WEIR_IS_TROUBLE_PAGE (self));

  g_clear_pointer (&self->trouble, weir_trouble_free);
  self->trouble = trouble;
  /* a status page's description is markup, its title is not */
  description = g_markup_escape_text (trouble->description ? trouble->description : "", -1);
  adw_status_page_set_icon_name (self->page, trouble->icon_name);
  adw_status_page_set_title (self->page, trouble->title);
  adw_status_page_set_description (self->page, description);
  for (guint i = 0; i < WEIR_TROUBLE_MAX_BUTTONS; i++)
    {
      const WeirTroubleButton *button = &trouble->buttons[i];

      gtk_widget_set_visible (GTK_WIDGET (self->action_buttons[i]), button->label != NULL);
      gtk_button_set_label (self->action_buttons[i], button->label ? _(button->label) : "");
      gtk_actionable_set_detailed_action_name (GTK_ACTIONABLE (self->action_buttons[i]),
                                               button->action);
    }
  gtk_widget_set_visible (self->details_button, trouble->details != NULL);
}
