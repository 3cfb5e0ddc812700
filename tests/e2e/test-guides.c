/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What steers the demo model's pictures from the window: one that is dropped, and the edges of what
 * is on the canvas. */

#include "making.h"

#include <math.h>
#include <stdlib.h>

#include "guide.h"

static gboolean
has_reference (gpointer data)
{
  return g_list_model_get_n_items (G_LIST_MODEL (((WeirWindow *) data)->references)) == 1;
}

static gboolean
has_edges (gpointer data)
{
  g_autoptr (WeirGuide) guide =
    g_list_model_get_item (G_LIST_MODEL (((WeirWindow *) data)->guides), 0);

  return guide && weir_guide_get_shown (guide);
}

/* Of each channel in the upper third, where the sky is. */
static void
measure_sky (CasImage *image,
             double    sky[3])
{
  const guint width = cas_image_get_width (image), height = cas_image_get_height (image) / 3;

  sky[0] = sky[1] = sky[2] = 0;
  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      for (guint c = 0; c < 3; c++)
        sky[c] += cas_image_get_pixels (image)[y * cas_image_get_stride (image) + 3 * x + c] /
                  (double) (width * height);
}

static double
measure_distance (const double a[3],
                  const double b[3])
{
  return sqrt ((a[0] - b[0]) * (a[0] - b[0]) + (a[1] - b[1]) * (a[1] - b[1]) +
               (a[2] - b[2]) * (a[2] - b[2]));
}

/* x, y: 0 to 1. */
static gboolean
is_edge (CasImage *edges,
         double    x,
         double    y)
{
  const guint column = cas_image_get_width (edges) * x, row = cas_image_get_height (edges) * y;

  return cas_image_get_pixels (edges)[row * cas_image_get_stride (edges) + 3 * column] > 127;
}

/* How much brightness changes from a pixel to the next on edges, against everywhere. edges: the same
 * picture at any size. */
static double
measure_contrast (CasImage *image,
                  CasImage *edges)
{
  const guint width = cas_image_get_width (image), height = cas_image_get_height (image);
  double on_edges = 0, all = 0;
  guint n_edges = 0;

  for (guint y = 0; y + 1 < height; y++)
    for (guint x = 0; x + 1 < width; x++)
      {
        const guint8 *row = cas_image_get_pixels (image) + y * cas_image_get_stride (image);
        const guint8 *here = row + 3 * x, *below = here + cas_image_get_stride (image);
        double change = 0;

        for (guint c = 0; c < 3; c++)
          change += abs (here[3 + c] - here[c]) + abs (below[c] - here[c]);
        all += change / ((width - 1) * (height - 1));
        if (is_edge (edges, (x + 0.5) / width, (y + 0.5) / height))
          {
            on_edges += change;
            n_edges++;
          }
      }
  g_assert_cmpuint (n_edges, >, 100);
  return on_edges / n_edges / all;
}

static GtkWidget *
find_zone (GtkWidget  *root,
           const char *name)
{
  GtkWidget *found = NULL;

  if (g_str_equal (gtk_widget_get_name (root), name))
    return root;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child && !found;
       child = gtk_widget_get_next_sibling (child))
    found = find_zone (child, name);
  return found;
}

static gboolean
has_zones (gpointer data)
{
  return gtk_widget_get_mapped (find_zone (GTK_WIDGET (((WeirWindow *) data)->drop_zones), "vary"));
}

/* Copied from the canvas and pasted on an empty one: words say nothing, and the sky is the same. */
static void
varied (void)
{
  WeirWindow *window = making_open (20);
  double sky[3], varied_sky[3], other_sky[3];

  making_keep (window, "a red house on green hills at sunset", "vary-first");
  measure_sky (making_peek_image (window), sky);
  gtk_widget_grab_focus (GTK_WIDGET (window->canvas));
  weir_test_key (GTK_WIDGET (window), "ctrl+c");
  weir_test_key (GTK_WIDGET (window), "ctrl+n");
  g_assert_null (weir_document_get_picture (window->document));
  g_object_set (window->params, "seed", G_GUINT64_CONSTANT (7), NULL);
  making_keep (window, "", "vary-without");
  measure_sky (making_peek_image (window), other_sky);

  gtk_widget_activate_action (GTK_WIDGET (window), "win.new", NULL);
  gtk_widget_grab_focus (GTK_WIDGET (window->canvas));
  weir_test_key (GTK_WIDGET (window), "ctrl+v");
  weir_test_wait (has_zones, window, 30, "what becomes of the picture");
  gtk_widget_grab_focus (find_zone (GTK_WIDGET (window->drop_zones), "vary"));
  weir_test_key (GTK_WIDGET (window), "Return");
  weir_test_wait (has_reference, window, 30, "the reference");
  making_assert_verb (window, "_Vary");
  making_keep (window, "", "vary");
  measure_sky (making_peek_image (window), varied_sky);
  g_test_message ("the sky is %.0f levels from the picture's, and %.0f without it",
                  measure_distance (sky, varied_sky), measure_distance (sky, other_sky));
  g_assert_cmpfloat (measure_distance (sky, varied_sky), <, 40);
  g_assert_cmpfloat (measure_distance (sky, varied_sky), <, measure_distance (sky, other_sky));
  weir_test_close (window);
}

/* The edges of the canvas' picture, with and without them. */
static void
guided (void)
{
  WeirWindow *window = making_open (20);
  g_autoptr (WeirGuide) guide = NULL;
  double contrast[2];

  making_keep (window, "a red house on green hills at sunset", "guide-first");
  gtk_widget_activate_action (GTK_WIDGET (window), "win.add-guide", "s", "canny");
  weir_test_wait (has_edges, window, 30, "the edges");
  guide = g_list_model_get_item (G_LIST_MODEL (window->guides), 0);
  weir_test_screenshot (GTK_WIDGET (window), "guide-edges");

  for (guint i = 0; i < G_N_ELEMENTS (contrast); i++)
    {
      g_object_set (guide, "is-on", i == 1, NULL);
      g_object_set (window->params, "seed", G_GUINT64_CONSTANT (5), "strength", 1.0, NULL);
      making_assert_verb (window, "_Generate");
      making_keep (window, "a blue house on a beach at noon", i == 1 ? "guide-on" : "guide-off");
      contrast[i] = measure_contrast (making_peek_image (window),
                                      weir_picture_get_image (weir_guide_get_shown (guide)));
    }
  g_test_message ("contrast on the edges, against everywhere: %.2f, without the guide %.2f",
                  contrast[1], contrast[0]);
  g_assert_cmpfloat (contrast[1], >, 1.2 * contrast[0]);
  weir_test_close (window);
}

int
main (int    argc,
      char **argv)
{
  weir_test_init (&argc, &argv);
  g_test_add_func ("/e2e/guides/varied", varied);
  g_test_add_func ("/e2e/guides/guided", guided);
  return g_test_run ();
}
