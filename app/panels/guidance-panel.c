/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A row for each guide, and a button for each kind that can be added. */

#include "panels/guidance-panel.h"

#include <glib/gi18n.h>

/* Those that a picture is needed for: a mask goes to the one for holes by itself. */
static const struct
{
  CasControlKind kind;
  const char    *description;
} kinds[] = {
  { CAS_CONTROL_CANNY, N_("The next image follows the edges of another") },
  { CAS_CONTROL_SUPER_RESOLUTION, N_("The next image is like a small one, with more detail") },
  { CAS_CONTROL_IDENTITY, N_("The next image shows the faces of another") },
};

struct _WeirGuidancePanel
{
  GtkWidget parent;

  GListStore *guides;
  GPtrArray  *rows; /* in their order; the group's */

  AdwPreferencesGroup *group;
  GtkMenuButton       *add_button;
  GtkBox              *kinds_box;
  GtkWidget           *kind_buttons[G_N_ELEMENTS (kinds)];
};

G_DEFINE_FINAL_TYPE (WeirGuidancePanel, weir_guidance_panel, GTK_TYPE_WIDGET)

enum
{
  PROP_GUIDES = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

enum
{
  WANTED,
  DROPPED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
row_wanted (WeirGuideRow      *row,
            int                source,
            WeirGuidancePanel *self)
{
  g_signal_emit (self, signals[WANTED], 0, weir_guide_row_get_guide (row), source);
}

static void
row_dropped (WeirGuideRow      *row,
             GFile             *file,
             WeirGuidancePanel *self)
{
  g_signal_emit (self, signals[DROPPED], 0, weir_guide_row_get_guide (row), file);
}

static void
row_removed (WeirGuideRow      *row,
             WeirGuidancePanel *self)
{
  guint position;

  if (g_list_store_find (self->guides, weir_guide_row_get_guide (row), &position))
    g_list_store_remove (self->guides, position);
}

static GtkWidget *
make_row (WeirGuidancePanel *self,
          WeirGuide         *guide)
{
  GtkWidget *row = weir_guide_row_new (guide);

  g_signal_connect (row, "wanted", G_CALLBACK (row_wanted), self);
  g_signal_connect (row, "dropped", G_CALLBACK (row_dropped), self);
  g_signal_connect (row, "removed", G_CALLBACK (row_removed), self);
  return row;
}

/* Rows that stay are not made anew: one of them may have its popover open. */
static void
items_changed (WeirGuidancePanel *self,
               guint              position,
               guint              removed,
               guint              added,
               GListModel        *guides)
{
  for (guint i = position; i < self->rows->len; i++)
    adw_preferences_group_remove (self->group, self->rows->pdata[i]);
  g_ptr_array_set_size (self->rows, position);
  for (guint i = position; i < g_list_model_get_n_items (guides); i++)
    {
      g_autoptr (WeirGuide) guide = g_list_model_get_item (guides, i);
      GtkWidget *row = make_row (self, guide);

      adw_preferences_group_add (self->group, row);
      g_ptr_array_add (self->rows, row);
    }
}

static void
kind_clicked (GtkButton         *button,
              WeirGuidancePanel *self)
{
  gtk_menu_button_popdown (self->add_button);
}

static void
add_kind (WeirGuidancePanel *self,
          guint              i)
{
  const char *title = weir_guide_kind_get_title (kinds[i].kind);
  GtkWidget *button = gtk_button_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *name = gtk_label_new (title);
  GtkWidget *description = gtk_label_new (_(kinds[i].description));

  gtk_label_set_xalign (GTK_LABEL (name), 0);
  gtk_label_set_xalign (GTK_LABEL (description), 0);
  gtk_widget_add_css_class (description, "caption");
  gtk_widget_add_css_class (description, "dim-label");
  gtk_widget_add_css_class (description, "dimmed");
  gtk_box_append (GTK_BOX (box), name);
  gtk_box_append (GTK_BOX (box), description);
  gtk_button_set_child (GTK_BUTTON (button), box);
  gtk_widget_add_css_class (button, "flat");
  gtk_accessible_update_property (GTK_ACCESSIBLE (button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, title,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, _(kinds[i].description), -1);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "win.add-guide");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s",
                                    cas_control_kind_get_name (kinds[i].kind));
  g_signal_connect (button, "clicked", G_CALLBACK (kind_clicked), self);
  gtk_box_append (self->kinds_box, button);
  self->kind_buttons[i] = button;
}

static void
weir_guidance_panel_set_property (GObject      *object,
                                  guint         id,
                                  const GValue *value,
                                  GParamSpec   *pspec)
{
  WeirGuidancePanel *self = WEIR_GUIDANCE_PANEL (object);

  if (id != PROP_GUIDES)
    {
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      return;
    }
  if (self->guides)
    g_signal_handlers_disconnect_by_func (self->guides, items_changed, self);
  g_set_object (&self->guides, g_value_get_object (value));
  if (!self->guides)
    return;
  g_signal_connect_object (self->guides, "items-changed", G_CALLBACK (items_changed), self,
                           G_CONNECT_SWAPPED);
  items_changed (self, 0, 0, 0, G_LIST_MODEL (self->guides));
}

static void
weir_guidance_panel_dispose (GObject *object)
{
  WeirGuidancePanel *self = WEIR_GUIDANCE_PANEL (object);
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self));

  if (self->guides)
    g_signal_handlers_disconnect_by_func (self->guides, items_changed, self);
  g_clear_object (&self->guides);
  g_clear_pointer (&child, gtk_widget_unparent);
  G_OBJECT_CLASS (weir_guidance_panel_parent_class)->dispose (object);
}

static void
weir_guidance_panel_finalize (GObject *object)
{
  g_clear_pointer (&WEIR_GUIDANCE_PANEL (object)->rows, g_ptr_array_unref);
  G_OBJECT_CLASS (weir_guidance_panel_parent_class)->finalize (object);
}

static void
weir_guidance_panel_class_init (WeirGuidancePanelClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  object_class->set_property = weir_guidance_panel_set_property;
  object_class->dispose = weir_guidance_panel_dispose;
  object_class->finalize = weir_guidance_panel_finalize;
  properties[PROP_GUIDES] = g_param_spec_object ("guides", NULL, NULL, G_TYPE_LIST_STORE,
                                                 G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[WANTED] = g_signal_new ("wanted", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 2, WEIR_TYPE_GUIDE, G_TYPE_INT);
  signals[DROPPED] = g_signal_new ("dropped", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 2, WEIR_TYPE_GUIDE, G_TYPE_FILE);

  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/weir/Weir/guidance-panel.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirGuidancePanel, group);
  gtk_widget_class_bind_template_child (widget_class, WeirGuidancePanel, add_button);
  gtk_widget_class_bind_template_child (widget_class, WeirGuidancePanel, kinds_box);
}

static void
weir_guidance_panel_init (WeirGuidancePanel *self)
{
  self->rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    add_kind (self, i);
}

GtkWidget *
weir_guidance_panel_new (void)
{
  return g_object_new (WEIR_TYPE_GUIDANCE_PANEL, NULL);
}

/* A button that cannot be pressed shows no tooltip, so what holds it is said below its name. */
void
weir_guidance_panel_set_kinds (WeirGuidancePanel *self,
                               guint              has)
{
  g_return_if_fail (WEIR_IS_GUIDANCE_PANEL (self));

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      const gboolean is_there = has >> kinds[i].kind & 1;
      GtkWidget *box = gtk_button_get_child (GTK_BUTTON (self->kind_buttons[i]));
      GtkWidget *description = gtk_widget_get_last_child (box);

      gtk_actionable_set_action_name (GTK_ACTIONABLE (self->kind_buttons[i]),
                                      is_there ? "win.add-guide" : NULL);
      gtk_widget_set_sensitive (self->kind_buttons[i], is_there);
      gtk_label_set_label (GTK_LABEL (description),
                           is_there ? _(kinds[i].description)
                                    : _("The model has no ControlNet for this"));
    }
}

static gboolean
focus_row (GtkWidget     *row,
           GdkFrameClock *clock,
           gpointer       data)
{
  if (gtk_widget_get_height (row) == 0)
    return G_SOURCE_CONTINUE;
  gtk_widget_child_focus (row, GTK_DIR_TAB_FORWARD);
  return G_SOURCE_REMOVE;
}

void
weir_guidance_panel_reveal (WeirGuidancePanel *self,
                            WeirGuide         *guide)
{
  g_return_if_fail (WEIR_IS_GUIDANCE_PANEL (self));

  for (guint i = 0; i < self->rows->len; i++)
    if (weir_guide_row_get_guide (self->rows->pdata[i]) == guide)
      gtk_widget_add_tick_callback (self->rows->pdata[i], focus_row, NULL, NULL);
}
