/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Select Subject with the real worker: of a ball in the night the ball is masked, and filled it is
 * another one while the night stays. */

#include "support/test-window.h"

#include <string.h>

#include "canvas/staging.h"
#include "support/saliency-folder.h"
#include "window-private.h"

#define PATIENCE 120 /* seconds, for a machine that compiles the kernels first */
#define SIDE     256

static gboolean
is_ready (gpointer data)
{
  CasWorker *worker = weir_application_get_worker (((WeirWindow *) data)->app);

  return cas_worker_get_state (worker) == CAS_WORKER_READY;
}

static gboolean
can_select (gpointer data)
{
  return g_action_group_get_action_enabled (data, "select-subject");
}

static gboolean
is_masked (gpointer data)
{
  return !weir_mask_is_empty (data);
}

static gboolean
has_candidates (gpointer data)
{
  gboolean has;

  g_object_get (((WeirWindow *) data)->staging, "has-candidates", &has, NULL);
  return has;
}

static gboolean
is_ball (int x,
         int y)
{
  return (x - 110) * (x - 110) + (y - 130) * (y - 130) < 80 * 80;
}

static WeirPicture *
draw (void)
{
  g_autoptr (CasImage) image = cas_image_new (SIDE, SIDE, NULL);
  guint8 *p = cas_image_get_pixels (image);

  for (int y = 0; y < SIDE; y++)
    for (int x = 0; x < SIDE; x++, p += 3)
      {
        p[0] = is_ball (x, y) ? 240 : 20 + y / 16;
        p[1] = is_ball (x, y) ? 230 : 30;
        p[2] = is_ball (x, y) ? 200 : 90 - y / 8;
      }
  return weir_picture_new (image, NULL);
}

/* How much of mask and ball is of both. */
static double
measure_overlap (const guint8 *mask)
{
  guint n_both = 0, n_any = 0;

  for (int i = 0; i < SIDE * SIDE; i++)
    {
      n_both += mask[i] && is_ball (i % SIDE, i / SIDE);
      n_any += mask[i] || is_ball (i % SIDE, i / SIDE);
    }
  return (double) n_both / n_any;
}

static void
select_and_fill (void)
{
  char *folder = test_saliency_folder_new ();
  WeirWindow *window = weir_test_open ();
  g_autoptr (WeirPicture) ball = draw ();
  const guint8 *before = cas_image_get_pixels (weir_picture_get_image (ball)), *after;
  g_autofree guint8 *mask = g_malloc (SIDE * SIDE);
  guint n_outside = 0, n_inside = 0;

  g_settings_set_string (weir_application_get_settings (window->app), "model", folder);
  weir_document_begin (window->document, ball);
  weir_test_wait (can_select, window, PATIENCE, "the model's files");
  weir_test_wait (is_ready, window, PATIENCE, "the model");
  gtk_widget_activate_action (GTK_WIDGET (window), "win.select-subject", NULL);
  weir_test_wait (is_masked, weir_document_get_mask (window->document), PATIENCE, "the mask");
  weir_mask_read (weir_document_get_mask (window->document), mask, SIDE);
  g_test_message ("overlap %.3f", measure_overlap (mask));
  g_assert_cmpfloat (measure_overlap (mask), >, 0.75);
  weir_test_settle (GTK_WIDGET (window));
  weir_test_screenshot (GTK_WIDGET (window), "e2e-subject");

  g_object_set (window->params, "prompt", "a big yellow tree on green hills at noon", "steps", 6,
                "random-seed", FALSE, "seed", G_GUINT64_CONSTANT (7), NULL);
  g_assert_cmpstr (adw_split_button_get_label (window->generate_button), ==, "_Fill");
  gtk_widget_activate_action (GTK_WIDGET (window), "win.generate", NULL);
  weir_test_wait (has_candidates, window, PATIENCE, "a candidate");
  weir_staging_keep (window->staging);
  after = cas_image_get_pixels (weir_picture_get_image (
    weir_document_get_picture (window->document)));
  for (gsize i = 0; i < SIDE * SIDE; i++)
    if (memcmp (before + 3 * i, after + 3 * i, 3) != 0)
      *(mask[i] ? &n_inside : &n_outside) += 1;
  g_test_message ("%u pixels changed inside, %u outside", n_inside, n_outside);
  g_assert_cmpuint (n_outside, ==, 0);
  g_assert_cmpuint (n_inside, >, 10000);
  weir_test_settle (GTK_WIDGET (window));
  weir_test_screenshot (GTK_WIDGET (window), "e2e-subject-filled");
  g_settings_reset (weir_application_get_settings (window->app), "model");
  weir_test_close (window);
  test_saliency_folder_free (folder);
}

int
main (int    argc,
      char **argv)
{
  weir_test_init (&argc, &argv);
  g_test_add_func ("/e2e/subject", select_and_fill);
  return g_test_run ();
}
