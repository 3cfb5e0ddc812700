/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What painting and filtering a mask of a large picture takes: medians, and as a measure the time
 * to copy as many bytes. */

#include "mask/mask.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SIDE   4096
#define N_RUNS 9

typedef struct
{
  const char *name;
  void      (*run) (WeirMask *mask);
} Bench;

static int
compare (const void *a,
         const void *b)
{
  const gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;

  return (x > y) - (x < y);
}

static double
median_ms (gint64 *us,
           guint   n)
{
  qsort (us, n, sizeof *us, compare);
  return (double) us[n / 2] / 1000;
}

/* Soft blobs on a raster: no tile is without an edge. */
static void
paint_blobs (WeirMask *mask)
{
  const WeirMaskBrush brush = { .size = 150, .softness = 0.5 };

  for (guint y = 100; y < SIDE; y += 200)
    for (guint x = 100; x < SIDE; x += 200)
      {
        weir_mask_begin_stroke (mask, &brush, x, y, 1);
        weir_mask_extend_stroke (mask, x + 40, y + 20, 1);
        weir_mask_end_stroke (mask);
      }
}

static void
grow (WeirMask *mask)
{
  weir_mask_grow (mask, 32);
}

static void
shrink (WeirMask *mask)
{
  weir_mask_shrink (mask, 32);
}

static void
soften (WeirMask *mask)
{
  weir_mask_soften (mask, 32);
}

static void
ask_percent (WeirMask *mask)
{
  weir_mask_get_percent (mask);
}

static void
draw_outline (WeirMask *mask)
{
  graphene_point_t points[2000];

  for (guint i = 0; i < G_N_ELEMENTS (points); i++)
    {
      const double angle = i * 2 * G_PI / G_N_ELEMENTS (points);
      const double radius = 1500 + 500 * cos (9 * angle) + i % 7;

      points[i] = GRAPHENE_POINT_INIT ((float) (2048 + radius * cos (angle)),
                                       (float) (2048 + radius * sin (angle)));
    }
  weir_mask_fill_outline (mask, points, G_N_ELEMENTS (points), FALSE);
}

static void
keep_size (WeirMask      *mask,
           WeirMaskDelta *delta,
           gsize         *size)
{
  *size = weir_mask_delta_get_size (delta);
}

/* A new mask each time, so that nothing has become uniform. */
static void
measure (const Bench *bench,
         double       copy_ms)
{
  gint64 us[N_RUNS];
  gsize delta_size = 0;

  for (guint i = 0; i < N_RUNS; i++)
    {
      g_autoptr (WeirMask) mask = weir_mask_new (SIDE, SIDE);

      paint_blobs (mask);
      g_signal_connect (mask, "edited", G_CALLBACK (keep_size), &delta_size);
      us[i] = g_get_monotonic_time ();
      bench->run (mask);
      us[i] = g_get_monotonic_time () - us[i];
    }

  const double ms = median_ms (us, N_RUNS);

  g_print ("%-24s %8.2f ms, %5.1f copies, delta %.0f KiB\n", bench->name, ms, ms / copy_ms,
           (double) delta_size / 1024);
}

/* Segments as a pointer makes them, 12 pixels long, around a circle. */
static void
measure_stroke (double size)
{
  enum { N_SEGMENTS = 400 };
  const WeirMaskBrush brush = { .size = size, .softness = 0.5 };
  g_autoptr (WeirMask) mask = weir_mask_new (SIDE, SIDE);
  gint64 us[N_SEGMENTS], end_us;

  weir_mask_begin_stroke (mask, &brush, 3048, 2048, 1);
  for (guint i = 0; i < N_SEGMENTS; i++)
    {
      const double angle = i * 0.012;
      const gint64 begin = g_get_monotonic_time ();

      weir_mask_extend_stroke (mask, 2048 + 1000 * cos (angle), 2048 + 1000 * sin (angle), 1);
      us[i] = g_get_monotonic_time () - begin;
    }
  end_us = g_get_monotonic_time ();
  weir_mask_end_stroke (mask);
  end_us = g_get_monotonic_time () - end_us;
  g_print ("segment of %4.0f px        %8.2f ms", size, median_ms (us, N_SEGMENTS));
  g_print (", longest %.2f ms, end of the stroke %.2f ms\n",
           (double) us[N_SEGMENTS - 1] / 1000, (double) end_us / 1000);
}

static double
measure_copy (void)
{
  g_autofree char *from = g_malloc (SIDE * SIDE);
  g_autofree char *to = g_malloc (SIDE * SIDE);
  gint64 us[N_RUNS];

  memset (from, 1, SIDE * SIDE);
  for (guint i = 0; i < N_RUNS; i++)
    {
      us[i] = g_get_monotonic_time ();
      memcpy (to, from, SIDE * SIDE);
      us[i] = g_get_monotonic_time () - us[i];
    }
  return median_ms (us, N_RUNS);
}

int
main (void)
{
  static const Bench benches[] = {
    { "grow by 32", grow },
    { "shrink by 32", shrink },
    { "soften by 32", soften },
    { "invert", weir_mask_invert },
    { "fill", weir_mask_fill },
    { "outline of 2000 points", draw_outline },
    { "percent", ask_percent },
  };
  const double copy_ms = measure_copy ();

  g_print ("a mask of %d × %d; a copy of it takes %.2f ms\n", SIDE, SIDE, copy_ms);
  measure_stroke (64);
  measure_stroke (512);
  for (guint i = 0; i < G_N_ELEMENTS (benches); i++)
    measure (&benches[i], copy_ms);
  return EXIT_SUCCESS;
}
