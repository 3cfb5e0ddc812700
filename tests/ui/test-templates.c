/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Every class with a template is made once: GTK complains of what it does not know in the .ui file,
 * of bindings to what is not there, and of children that the class does not have. */

#include "support/test-window.h"

#include "templates.h"

/* A class that cannot be made without a model is one that no .ui file makes; its own test does. */
static gboolean
wants_a_model (GType type)
{
  g_autoptr (GTypeClass) class = g_type_class_ref (type);
  guint n_properties;
  g_autofree GParamSpec **properties = g_object_class_list_properties (G_OBJECT_CLASS (class),
                                                                       &n_properties);

  for (guint i = 0; i < n_properties; i++)
    if ((properties[i]->flags & G_PARAM_CONSTRUCT_ONLY)
        && g_type_is_a (properties[i]->value_type, G_TYPE_OBJECT)
        && g_str_has_prefix (g_type_name (properties[i]->owner_type), "Weir"))
      return TRUE;
  return FALSE;
}

static void
make (gconstpointer data)
{
  const guint i = GPOINTER_TO_UINT (data);
  const GType type = templates[i].get_type ();
  GtkWidget *widget;

  g_assert_cmpstr (g_type_name (type), ==, templates[i].name);
  if (wants_a_model (type))
    {
      g_test_message ("%s wants a model", templates[i].name);
      return;
    }
  widget = g_object_ref_sink (g_object_new (type, NULL));
  g_assert_nonnull (gtk_widget_get_first_child (widget));
  if (GTK_IS_WINDOW (widget))
    gtk_window_destroy (GTK_WINDOW (widget));
  g_object_unref (widget);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

int
main (int    argc,
      char **argv)
{
  weir_test_init (&argc, &argv);
  for (guint i = 0; i < G_N_ELEMENTS (templates); i++)
    {
      g_autofree char *path = g_strconcat ("/ui/templates/", templates[i].name, NULL);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), make);
    }
  return g_test_run ();
}
