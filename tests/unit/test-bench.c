/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The bench's tables and small parts: names, patterns, medians. Nothing is measured. */

#include "bench/bench.h"

#include <string.h>

#include "bench/samples.h"

static void
test_names (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < cas_bench_shape_get_n (); i++)
    {
      char *name = cas_bench_shape_dup_name (cas_bench_shape_get_nth (i));

      g_test_message ("%s", name);
      g_assert_null (strpbrk (name, "*? "));
      g_assert_true (g_hash_table_add (seen, name)); /* each name once */
    }
  for (guint i = 0; i < cas_bench_network_get_n (); i++)
    g_assert_true (g_hash_table_add (seen, g_strdup (cas_bench_network_get_nth (i)->name)));
  for (guint i = 0; i < cas_bench_picture_get_n (); i++)
    g_assert_true (g_hash_table_add (seen, g_strdup (cas_bench_picture_get_nth (i)->name)));

  /* what the project's targets are stated in */
  g_assert_true (g_hash_table_contains (seen, "linear-576x2048x8192-bf16"));
  g_assert_true (g_hash_table_contains (seen, "linear-4096x640x2560-f32"));
  g_assert_true (g_hash_table_contains (seen, "linear-16384x320x1280-bf16"));
}

static void
test_patterns (void)
{
  static const struct
  {
    const char *pattern, *name;
    gboolean    matches;
  } cases[] = {
    { NULL, "stage-c-1b", TRUE },
    { "stage-c", "stage-c-1b", TRUE },
    { "stage-c-1b", "stage-c-1b", TRUE },
    { "1b", "stage-c-1b", TRUE },
    { "stage-b", "stage-c-1b", FALSE },
    { "stage-*", "stage-c-1b", TRUE },
    { "stage", "stage-c-1b", TRUE },
    { "*-1b", "stage-c-1b", TRUE },
    { "*-1", "stage-c-1b", FALSE },
    { "stage-?-1b", "stage-c-1b", TRUE },
    { "c-*", "stage-c-1b", FALSE },
    { "*", "stage-c-1b", TRUE },
    { "", "stage-c-1b", TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("“%s” and “%s”", cases[i].pattern, cases[i].name);
      g_assert_cmpint (cas_bench_matches (cases[i].pattern, cases[i].name), ==, cases[i].matches);
    }
}

/* A linear's name says all of it, so any size can be asked for. */
static void
test_parsing (void)
{
  static const struct
  {
    const char *name;
    gboolean    is_one;
  } cases[] = {
    { "linear-72x768x192-bf16", TRUE },    { "linear-1x1x1-f32", TRUE },
    { "linear-1048576x8x8-f16", TRUE },    { "linear-1048577x8x8-f16", FALSE },
    { "linear-0x8x8-f16", FALSE },         { "linear-8x8-f16", FALSE },
    { "linear-8x8x8", FALSE },             { "linear-8x8x8-i64", FALSE },
    { "linear-8x8x8-f16x", FALSE },        { "linear-8x8x8-f16 ", FALSE },
    { "linear--8x8x8-f16", FALSE },        { "linear-99999999999x8x8-f16", FALSE },
    { "layer-norm-576x2048", FALSE },      { "", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      CasBenchShape shape = { 0 };

      g_test_message ("%s", cases[i].name);
      g_assert_cmpint (cas_bench_shape_parse (cases[i].name, &shape), ==, cases[i].is_one);
      if (cases[i].is_one)
        {
          g_autofree char *name = cas_bench_shape_dup_name (&shape);

          g_assert_cmpstr (name, ==, cases[i].name);
        }
    }
}

static void
test_medians (void)
{
  static const struct
  {
    double values[CAS_BENCH_MAX_SAMPLES + 2];
    guint  n;
    double median;
  } cases[] = {
    { { 0 }, 0, 0 },
    { { 3 }, 1, 3 },
    { { 3, 1 }, 2, 1 },
    { { 9, 1, 2 }, 3, 2 },
    { { 4, 3, 2, 1 }, 4, 2 },
    { { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 5, 5 }, 18, 1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      CasBenchSamples samples = { 0 };

      for (guint k = 0; k < cases[i].n; k++)
        cas_bench_samples_add (&samples, cases[i].values[k]);
      g_assert_cmpfloat (cas_bench_samples_median (&samples), ==, cases[i].median);
    }
}

/* A picture is its networks' steps, as often as they are made, and nothing without one of them. */
static void
test_pictures (void)
{
  static const CasBenchStep steps[CAS_N_PUBLISHED] = {
    [CAS_PUBLISHED_CLIP_TEXT] = { 0.5, 0.25 },
    [CAS_PUBLISHED_STAGE_C_3_6B] = { 2.0, 1.0 },
    [CAS_PUBLISHED_STAGE_B_1_5B] = { 3.0, 1.5 },
    [CAS_PUBLISHED_STAGE_A] = { 4.0, 0.75 },
  };
  const CasBenchPicture *large = cas_bench_picture_get_nth (0);
  g_autofree char *terms = cas_bench_picture_dup_terms (large);
  CasBenchStep sum;

  g_assert_true (cas_bench_picture_add_up (large, steps, &sum));
  g_assert_cmpfloat (sum.seconds, ==, 0.5 + 20 * 2.0 + 10 * 3.0 + 4.0);
  g_assert_cmpfloat (sum.ideal_seconds, ==, 0.25 + 20 * 1.0 + 10 * 1.5 + 0.75);
  g_assert_cmpstr (terms, ==,
                   "1 × text-encoder + 20 × stage-c-3.6b + 10 × stage-b-1.5b + 1 × stage-a");

  for (guint i = 0; i < CAS_N_PUBLISHED; i++)
    {
      CasBenchStep partial[CAS_N_PUBLISHED];

      memcpy (partial, steps, sizeof steps);
      partial[i].seconds = 0;
      g_assert_cmpint (cas_bench_picture_add_up (large, partial, &sum), ==,
                       !cas_bench_picture_has_network (large, i));
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/bench/names", test_names);
  g_test_add_func ("/bench/patterns", test_patterns);
  g_test_add_func ("/bench/parsing", test_parsing);
  g_test_add_func ("/bench/medians", test_medians);
  g_test_add_func ("/bench/pictures", test_pictures);

  return g_test_run ();
}
