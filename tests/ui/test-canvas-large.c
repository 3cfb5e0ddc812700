/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How long the main loop stands still when a large picture comes onto the canvas. Reported, never
 * asserted; what is asserted is that it is seen. */

#include "support/test-window.h"

#include <stdlib.h>

#include "canvas/canvas-private.h"
#include "support/scene.h"
#include "support/watch.h"

#define SIDE   4096
#define N_RUNS 5

static gboolean
is_ready (gpointer canvas)
{
  WeirCanvas *self = canvas;
  WeirPyramid *pyramid =
    g_hash_table_lookup (self->pyramids, weir_document_get_picture (self->document));

  return pyramid && weir_pyramid_is_ready (pyramid);
}

static int
compare (const void *a,
         const void *b)
{
  const gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;

  return (x > y) - (x < y);
}

/* In µs, of one picture: putting it there, and the longest turn until its copies are made and drawn. */
static void
place (guint   seed,
       gint64 *begin,
       gint64 *turn,
       gint64 *work)
{
  g_autoptr (WeirPicture) picture = test_scene (SIDE, SIDE, seed);
  g_autoptr (WeirDocument) document = weir_document_new ();
  g_autoptr (WeirTools) tools = weir_tools_new ();
  GtkWidget *canvas = weir_canvas_new ();
  GtkWindow *window;
  WeirTestWatch *watch;

  g_object_set (canvas, "document", document, "tools", tools, NULL);
  window = weir_test_show (canvas, 1280, 800);
  watch = weir_test_watch_new (canvas);
  *begin = g_get_monotonic_time ();
  weir_document_begin (document, picture);
  *begin = g_get_monotonic_time () - *begin;
  weir_test_watch_skip (watch);
  weir_test_wait (is_ready, canvas, 60, "the picture");
  weir_test_settle (canvas);
  *turn = weir_test_watch_get_longest (watch, work);
  weir_test_watch_report (watch);
  gtk_window_destroy (window);
}

static void
places (void)
{
  gint64 begin[N_RUNS], turn[N_RUNS], work[N_RUNS];

  for (guint i = 0; i < N_RUNS; i++)
    place (i, &begin[i], &turn[i], &work[i]);
  qsort (begin, N_RUNS, sizeof *begin, compare);
  qsort (turn, N_RUNS, sizeof *turn, compare);
  qsort (work, N_RUNS, sizeof *work, compare);
  g_test_message ("%d×%d, medians of %d: %.1f ms to place it, %.1f ms for the longest turn of the "
                  "loop afterwards, in which the thread worked %.1f ms",
                  SIDE, SIDE, N_RUNS, (double) begin[N_RUNS / 2] / 1e3,
                  (double) turn[N_RUNS / 2] / 1e3, (double) work[N_RUNS / 2] / 1e3);
}

int
main (int    argc,
      char **argv)
{
  weir_test_init (&argc, &argv);
  g_test_add_func ("/ui/canvas-large/places", places);
  return g_test_run ();
}
