/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A revealer with a sentence and a row of buttons. */

#include "panels/banner.h"

#include <glib/gi18n.h>

#include "dialogs/details-dialog.h"
#include "panels/banner-layout.h"

struct _WeirBanner
{
  GtkWidget parent;

  WeirTrouble *trouble;

  GtkRevealer *revealer;
  GtkLabel    *label;
  GtkWidget   *button_box;
  GtkButton   *action_buttons[WEIR_TROUBLE_BANNER_BUTTONS];
  GtkWidget   *details_button;
  GtkWidget   *close_button;
};

G_DEFINE_FINAL_TYPE (WeirBanner, weir_banner, GTK_TYPE_WIDGET)

static void
details_clicked (WeirBanner *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  gtk_window_present (weir_details_dialog_new (GTK_WINDOW (root), self->trouble->details));
}

static void
action_clicked (WeirBanner *self)
{
  if (!self->trouble->stays)
    weir_banner_dismiss (self);
}

static void
weir_banner_dispose (GObject *object)
{
  WeirBanner *self = WEIR_BANNER (object);
  GtkWidget *child = GTK_WIDGET (self->revealer);

  self->revealer = NULL;
  g_clear_pointer (&child, gtk_widget_unparent);
  g_clear_pointer (&self->trouble, weir_trouble_free);
  G_OBJECT_CLASS (weir_banner_parent_class)->dispose (object);
}

static void
weir_banner_class_init (WeirBannerClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = weir_banner_dispose;
  g_type_ensure (WEIR_TYPE_BANNER_LAYOUT);

  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_ALERT);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/weir/Weir/banner.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirBanner, revealer);
  gtk_widget_class_bind_template_child (widget_class, WeirBanner, label);
  gtk_widget_class_bind_template_child (widget_class, WeirBanner, button_box);
  gtk_widget_class_bind_template_child (widget_class, WeirBanner, details_button);
  gtk_widget_class_bind_template_child (widget_class, WeirBanner, close_button);
  gtk_widget_class_bind_template_child_full (widget_class, "first_button", FALSE,
                                             G_STRUCT_OFFSET (WeirBanner, action_buttons[0]));
  gtk_widget_class_bind_template_child_full (widget_class, "second_button", FALSE,
                                             G_STRUCT_OFFSET (WeirBanner, action_buttons[1]));
  gtk_widget_class_bind_template_callback (widget_class, action_clicked);
  gtk_widget_class_bind_template_callback (widget_class, details_clicked);
  gtk_widget_class_bind_template_callback (widget_class, weir_banner_dismiss);
}

static void
weir_banner_init (WeirBanner *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
weir_banner_new (void)
{
  return g_object_new (WEIR_TYPE_BANNER, NULL);
}

void
weir_banner_tell (WeirBanner  *self,
                  WeirTrouble *trouble)
{
  g_return_if_fail (WEIR_IS_BANNER (self));

  g_clear_pointer (&self->trouble, weir_trouble_free);
  self->trouble = trouble;
  gtk_label_set_label (self->label, trouble->title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  trouble->title, -1);
  for (guint i = 0; i < WEIR_TROUBLE_BANNER_BUTTONS; i++)
    {
      const WeirTroubleButton *button = &trouble->buttons[i];

      gtk_widget_set_visible (GTK_WIDGET (self->action_buttons[i]), button->label != NULL);
      gtk_button_set_label (self->action_buttons[i], button->label ? _(button->label) : "");
      gtk_actionable_set_detailed_action_name (GTK_ACTIONABLE (self->action_buttons[i]),
                                               button->action);
    }
  gtk_widget_set_visible (self->details_button, trouble->details != NULL);
  gtk_widget_set_visible (self->close_button, !trouble->stays);
  gtk_widget_set_visible (self->button_box, trouble->details || trouble->buttons[0].label);
  gtk_revealer_set_reveal_child (self->revealer, TRUE);
}

void
weir_banner_dismiss (WeirBanner *self)
{
  g_return_if_fail (WEIR_IS_BANNER (self));

  gtk_revealer_set_reveal_child (self->revealer, FALSE);
}

gboolean
weir_banner_is_shown (WeirBanner *self)
{
  g_return_val_if_fail (WEIR_IS_BANNER (self), FALSE);

  return gtk_revealer_get_reveal_child (self->revealer);
}
