/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "making.h"

#include "canvas/staging.h"

#define PATIENCE 120 /* seconds, for a machine that compiles the kernels first */

static gboolean
has_candidates (gpointer data)
{
  gboolean has;

  g_object_get (((WeirWindow *) data)->staging, "has-candidates", &has, NULL);
  return has;
}

static gboolean
is_idle (gpointer data)
{
  return !weir_queue_get_running (weir_application_get_queue (((WeirWindow *) data)->app));
}

static gboolean
is_ready (gpointer data)
{
  CasWorker *worker = weir_application_get_worker (((WeirWindow *) data)->app);

  return cas_worker_get_state (worker) == CAS_WORKER_READY;
}

WeirWindow *
making_open (guint steps)
{
  WeirWindow *window = weir_test_open ();

  weir_test_wait (is_ready, window, PATIENCE, "the model");
  g_object_set (window->params, "random-seed", FALSE, "seed", G_GUINT64_CONSTANT (1),
                "steps", steps, NULL);
  return window;
}

static gboolean
has_preview (gpointer data)
{
  return ((WeirWindow *) data)->has_preview || has_candidates (data);
}

void
making_assert_verb (WeirWindow *window,
                    const char *wanted)
{
  g_assert_cmpstr (adw_split_button_get_label (window->generate_button), ==, wanted);
}

void
making_keep (WeirWindow *window,
             const char *prompt,
             const char *name)
{
  g_autofree char *growing = g_strdup_printf ("%s-growing", name);
  g_autofree char *candidate = g_strdup_printf ("%s-candidate", name);
  g_autofree char *kept = g_strdup_printf ("%s-kept", name);

  g_object_set (window->params, "prompt", prompt, NULL);
  gtk_widget_grab_focus (weir_test_find (GTK_WIDGET (window), "prompt_view"));
  weir_test_key (GTK_WIDGET (window), "ctrl+Return");
  weir_test_wait (has_preview, window, PATIENCE, "a preview");
  weir_test_screenshot (GTK_WIDGET (window), growing);
  weir_test_wait (has_candidates, window, PATIENCE, "the picture");
  weir_test_wait (is_idle, window, PATIENCE, "the job's end");
  weir_test_screenshot (GTK_WIDGET (window), candidate);
  gtk_widget_grab_focus (GTK_WIDGET (window->canvas));
  weir_test_key (GTK_WIDGET (window), "Return");
  g_assert_false (has_candidates (window));
  weir_test_screenshot (GTK_WIDGET (window), kept);
}

CasImage *
making_peek_image (WeirWindow *window)
{
  return weir_picture_get_image (weir_document_get_picture (window->document));
}
