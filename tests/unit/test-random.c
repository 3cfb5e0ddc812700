/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The generator against numbers that the reference printed: short and long draws, lengths that
 * are no multiple of 16, seeds above 32 bits, and draws of all kinds one after another. */

#include "sample/random.h"

#include <math.h>

/* libraries differ in the last places of logarithm, sine and cosine */
#define TOLERANCE 1e-6

typedef struct
{
  guint64 seed;
  guint   n_drawn;
  guint   first;    /* of those compared */
  guint   n_values;
  float   values[20];
} Draw;

static const Draw draws[] = {
  { G_GUINT64_CONSTANT (0), 16, 0, 16,
    {
      -1.12583983f, -1.1523602f, -0.250578582f, -0.433878809f, 0.848710358f, 0.692009151f,
      -0.31601277f, -2.11521935f, 0.322274923f, -1.26333475f, 0.349983186f, 0.30813393f,
      0.119841509f, 1.2376579f, 1.11677718f, -0.247278154f,
    } },
  { G_GUINT64_CONSTANT (0), 15, 0, 15,
    {
      1.54099607f, -0.293428898f, -2.17878938f, 0.568431258f, -1.08452237f, -1.39859545f,
      0.403346837f, 0.838026345f, -0.719257593f, -0.403343529f, -0.596635342f, 0.182036489f,
      -0.856674612f, 1.10060418f, -1.07118738f,
    } },
  { G_GUINT64_CONSTANT (0), 17, 0, 17,
    {
      -1.12583983f, -1.6959312f, 0.566650629f, 0.793508351f, 0.598839462f, -1.55509508f,
      -0.34136039f, 1.85300612f, 0.468096405f, -0.585497558f, -0.173396751f, 0.183477938f,
      1.38936615f, 1.58633423f, 0.946298361f, -0.843676746f, 0.931826591f,
    } },
  { G_GUINT64_CONSTANT (42), 1, 0, 1,
    {
      0.336690366f,
    } },
  { G_GUINT64_CONSTANT (42), 5, 0, 5,
    {
      0.336690366f, 0.128809407f, 0.234462366f, 0.23033303f, -1.12285638f,
    } },
  { G_GUINT64_CONSTANT (42), 9216, 0, 20,
    {
      1.92691529f, 1.48728406f, 0.900717199f, -2.10552096f, 0.678418458f, -1.23454487f,
      -0.0430674776f, -1.60466695f, -0.752135277f, 1.64872301f, -0.392478645f, -1.40360713f,
      -0.727881312f, -0.559430182f, -0.768838882f, 0.76244539f, 1.64231694f, -0.159597471f,
      -0.497397542f, 0.439589262f,
    } },
  { G_GUINT64_CONSTANT (123456789012345), 40, 20, 20,
    {
      1.34668839f, -1.12430155f, -0.0601471514f, -0.367179781f, 1.45752037f, -0.471026957f,
      -0.319131821f, -0.300429285f, 1.89089036f, -0.552796006f, -0.204041004f, -0.222366259f,
      -1.99361217f, -0.63784647f, -0.43011862f, -2.03550768f, -0.0737665147f, -1.45308495f,
      0.840452194f, 1.84206593f,
    } },
  { G_GUINT64_CONSTANT (4294967338), 33, 13, 20,
    {
      -0.559430182f, -0.768838882f, 0.76244539f, 1.64231694f, -0.871236145f, -0.223365918f,
      1.71736145f, 0.31888032f, -0.424518973f, 0.305720925f, -0.774592519f, 0.0349123441f,
      0.995636106f, -0.879785836f, -0.601142049f, -1.27415121f, 2.12278509f, -1.23465312f,
      -0.487913877f, -1.41805995f,
    } },
  { G_GUINT64_CONSTANT (5489), 1000, 980, 20,
    {
      -1.05276442f, -0.188726872f, -1.07741976f, 1.218063f, -0.303772599f, 0.258529246f,
      -1.0516187f, -0.426913798f, -1.28471303f, -0.874459863f, -0.123857014f, 0.26816687f,
      0.150090009f, 0.489612103f, -0.125613675f, 2.01646233f, -0.889051497f, -0.535775423f,
      1.74480653f, 0.0472503863f,
    } },
};

/* one generator, seed 7 */
static const struct
{
  gboolean is_uniform;
  guint    n_values;
  float    values[20];
} mixed[] = {
  { FALSE, 3,
    {
      -0.146795094f, 0.786141276f, 0.94682163f,
    } },
  { FALSE, 20,
    {
      -0.176437929f, 1.75017238f, 1.93001688f, 0.98611182f, -1.3032167f, 0.0874783769f,
      -1.38496137f, 0.503563881f, -0.0835282281f, -0.0234779324f, 0.174375355f, 2.2983427f,
      1.09558046f, 0.482354164f, 1.39891839f, 1.40585291f, -1.40125084f, 1.29733586f,
      1.64093328f, -1.05668414f,
    } },
  { FALSE, 2,
    {
      -1.114344f, -0.457818896f,
    } },
  { TRUE, 5,
    {
      0.736862421f, 0.0331104994f, 0.0913777947f, 0.899403989f, 0.993620098f,
    } },
  { FALSE, 4,
    {
      -0.724473298f, 0.0371468179f, -0.479686588f, 1.71422458f,
    } },
};

static void
compare (const char  *what,
         guint64      seed,
         guint        first,
         const float *found,
         const float *wanted,
         guint        n)
{
  for (guint i = 0; i < n; i++)
    if (!(fabs ((double) found[i] - wanted[i]) <= TOLERANCE))
      {
        g_test_message ("%s of seed %" G_GUINT64_FORMAT ": number %u is %.9g, wanted %.9g",
                        what, seed, first + i, found[i], wanted[i]);
        g_test_fail ();
        return;
      }
}

static void
test_draws (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (draws); i++)
    {
      const Draw *draw = &draws[i];
      g_autofree float *found = g_new (float, draw->n_drawn);
      CasRandom random;

      cas_random_init (&random, draw->seed);
      cas_random_normal (&random, found, draw->n_drawn);
      compare ("normal", draw->seed, draw->first,
               found + draw->first, draw->values, draw->n_values);
    }
}

static void
test_mixed (void)
{
  CasRandom random;

  cas_random_init (&random, 7);
  for (guint i = 0; i < G_N_ELEMENTS (mixed); i++)
    {
      float found[20];

      if (mixed[i].is_uniform)
        cas_random_uniform (&random, found, mixed[i].n_values);
      else
        cas_random_normal (&random, found, mixed[i].n_values);
      compare (mixed[i].is_uniform ? "uniform" : "normal", 7, 0,
               found, mixed[i].values, mixed[i].n_values);
    }
}

/* Every one of 2^32 seeds gives what it plus a multiple of 2^32 gives; seeding forgets the number
 * that was kept from a pair. */
static void
test_seeding (void)
{
  float first[33], again[33];
  CasRandom random;

  cas_random_init (&random, 42);
  cas_random_normal (&random, first, 33);
  cas_random_normal (&random, again, 1);

  cas_random_init (&random, (G_GUINT64_CONSTANT (7) << 32) + 42);
  cas_random_normal (&random, again, 33);
  g_assert_cmpmem (again, sizeof again, first, sizeof first);

  cas_random_normal (&random, again, 3);
  cas_random_init (&random, 42);
  cas_random_normal (&random, again, 33);
  g_assert_cmpmem (again, sizeof again, first, sizeof first);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/random/draws", test_draws);
  g_test_add_func ("/random/mixed", test_mixed);
  g_test_add_func ("/random/seeding", test_seeding);
  return g_test_run ();
}
