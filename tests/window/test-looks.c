/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The main states, to be looked at in each of the looks that the build runs this in. Of each it is
 * asserted that nothing in the panels is cut off. */

#include "support/layout.h"
#include "support/test-window.h"

#include <glib/gi18n.h>

#include <cascade/error.h>

#include "window-private.h"

#define PATIENCE 60 /* seconds */

static gboolean
is_idle (gpointer data)
{
  return !weir_queue_get_running (weir_application_get_queue (((WeirWindow *) data)->app));
}

static gboolean
is_ready (gpointer data)
{
  return cas_worker_peek_info (weir_application_get_worker (((WeirWindow *) data)->app)) != NULL;
}

static gboolean
has_preview (gpointer data)
{
  return ((WeirWindow *) data)->has_preview;
}

static void
ask (WeirWindow *window,
     const char *prompt)
{
  g_object_set (window->params, "prompt", prompt, "random-seed", FALSE, NULL);
  g_action_group_activate_action (G_ACTION_GROUP (window), "generate", NULL);
}

static void
wait_until_idle (WeirWindow *window)
{
  weir_test_wait (is_idle, window, PATIENCE, "the job's end");
}

/* In Korean that is what it is in. */
static void
empty (WeirWindow *window)
{
  GtkWidget *button = weir_test_find (GTK_WIDGET (window), "new_button");

  weir_banner_dismiss (window->banner);
  if (g_strcmp0 (g_getenv ("LANGUAGE"), "ko") == 0)
    g_assert_cmpstr (gtk_widget_get_tooltip_text (button), ==, "새로 만들기");
}

static void
processor (WeirWindow *window)
{
  g_assert_true (weir_banner_is_shown (window->banner));
}

static void
generating (WeirWindow *window)
{
  weir_banner_dismiss (window->banner);
  ask (window, "something that waits");
  weir_test_wait (has_preview, window, PATIENCE, "a preview");
}

static void
candidates (WeirWindow *window)
{
  weir_banner_dismiss (window->banner);
  g_object_set (window->params, "count", 3u, NULL);
  ask (window, "a (grey:1.3) thing [at night]");
  wait_until_idle (window);
}

static void
banner (WeirWindow *window)
{
  ask (window, "no-memory");
  wait_until_idle (window);
  g_assert_true (weir_banner_is_shown (window->banner));
  g_assert_cmpstr (gtk_label_get_label (GTK_LABEL (weir_test_find (GTK_WIDGET (window->banner), "label"))),
                   ==, _("The GPU ran out of memory. Closing other programs may help."));
}

static void
page (WeirWindow *window)
{
  g_autoptr (GError) error =
    g_error_new_literal (CAS_ERROR, CAS_ERROR_MISSING_MODEL, "~/model: there is no Stage A in it.");

  weir_window_tell_trouble (window, weir_trouble_new_for_error (error, "1\n2"));
  g_assert_true (gtk_widget_get_mapped (GTK_WIDGET (window->trouble_page)));
}

static void
toast (WeirWindow *window)
{
  g_autoptr (GError) error =
    g_error_new_literal (CAS_ERROR, CAS_ERROR_BAD_IMAGE, "“photo & more.jpg” ends in the middle.");

  weir_banner_dismiss (window->banner);
  weir_window_tell_trouble (window, weir_trouble_new_for_error (error, NULL));
}

static const struct { const char *name; void (*show) (WeirWindow *window); } states[] = {
  { "empty", empty }, { "processor", processor }, { "generating", generating },
  { "candidates", candidates }, { "banner", banner }, { "page", page }, { "toast", toast },
};

static void
look (gconstpointer data)
{
  const guint i = GPOINTER_TO_UINT (data);
  WeirWindow *window = weir_test_open ();

  weir_test_wait (is_ready, window, PATIENCE, "the engine");
  states[i].show (window);
  weir_test_settle (GTK_WIDGET (window));
  weir_test_assert_texts (weir_test_find (GTK_WIDGET (window), "settings_box"));
  weir_test_assert_texts (GTK_WIDGET (window->generate_button));
  weir_test_assert_texts (GTK_WIDGET (window->history));
  weir_test_assert_texts (GTK_WIDGET (window->content_stack));
  weir_test_screenshot (GTK_WIDGET (window), states[i].name);
  g_action_group_activate_action (G_ACTION_GROUP (window), "cancel-all", NULL);
  wait_until_idle (window);
  weir_test_close (window);
}

int
main (int    argc,
      char **argv)
{
  weir_test_init (&argc, &argv);
  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    {
      g_autofree char *path = g_strconcat ("/window/looks/", states[i].name, NULL);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), look);
    }
  return g_test_run ();
}
