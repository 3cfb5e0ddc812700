/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the linear kernels do: GFLOP per second and per CPU-second on shapes of the published
 * models. usage: bench-linear [KERNELS [M N K DTYPE]] */

#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ops/ops.h"
#include "support/weights.h"

enum { RUNS = 5 };

typedef struct
{
  guint    m, n, k;
  CasDtype dtype;
} Shape;

static double
cpu_seconds (void)
{
  struct timespec now;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
  return now.tv_sec + now.tv_nsec * 1e-9;
}

static int
compare (const void *a,
         const void *b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

static gboolean
bench (CasGpu     *gpu,
       const char *kernels,
       Shape       shape,
       GError    **error)
{
  g_autoptr (CasGraph) g = cas_graph_new ("bench");
  g_autoptr (CasParams) params = cas_params_new (gpu);
  g_autoptr (CasWeight) weight
      = test_weight_new ("w", shape.dtype, 0.1f, 2, (guint64[]) { shape.n, shape.k });
  g_autofree float *x = test_numbers (1, (guint64) shape.m * shape.k);
  double wall[RUNS], cpu[RUNS];
  double flop = 2e-9 * shape.m * shape.n * shape.k;
  CasTensor t = cas_graph_input (g, "x", CAS_F32, CAS_SHAPE (1, 1, shape.m, shape.k));

  cas_graph_output (g, "y", cas_op_linear (g, t, (CasLinear) { .weight = weight }, CAS_ACT_NONE));
  if (!cas_graph_compile (g, &(CasCompileParams) { .gpu = gpu, .params = params, .kernels = kernels },
                          error))
    return FALSE;
  cas_graph_write (g, "x", x);
  for (int i = -1; i < RUNS; i++) /* the first warms up */
    {
      double before = cpu_seconds ();

      if (!cas_graph_run (g, NULL, error))
        return FALSE;
      if (i >= 0)
        {
          cpu[i] = cpu_seconds () - before;
          wall[i] = cas_graph_get_seconds (g);
        }
    }
  qsort (wall, RUNS, sizeof (double), compare);
  qsort (cpu, RUNS, sizeof (double), compare);
  g_print ("%5u × %5u × %5u  %-4s  %7.2f GFLOP/s  %7.2f GFLOP/CPU-s\n", shape.m, shape.n, shape.k,
           cas_dtype_name (shape.dtype), flop / wall[RUNS / 2], flop / cpu[RUNS / 2]);

  return TRUE;
}

int
main (int    argc,
      char **argv)
{
  static const Shape shapes[] = {
    { 576, 2048, 8192, CAS_BF16 },  { 576, 2048, 8192, CAS_F32 },  { 4096, 640, 2560, CAS_BF16 },
    { 16384, 320, 1280, CAS_BF16 }, { 72, 768, 192, CAS_BF16 },
  };
  setlocale (LC_ALL, "");

  g_autoptr (GError) error = NULL;
  g_autoptr (CasGpu) gpu = cas_gpu_new (&(CasGpuParams) { 0 }, &error);
  const char *kernels = argc > 1 && *argv[1] != '\0' ? argv[1] : NULL;
  gboolean ok = gpu != NULL;

  if (ok)
    g_print ("linear kernels on %s, median of %d\n", cas_gpu_get_info (gpu)->name, RUNS);
  if (argc > 5)
    {
      Shape shape = { atoi (argv[2]), atoi (argv[3]), atoi (argv[4]), CAS_F32 };

      if (!cas_dtype_from_name (argv[5], &shape.dtype))
        {
          g_printerr ("“%s” is no number type; BF16, F16 and F32 are\n", argv[5]);
          return EXIT_FAILURE;
        }
      ok = ok && bench (gpu, kernels, shape, &error);
    }
  else
    for (guint i = 0; ok && i < G_N_ELEMENTS (shapes); i++)
      ok = bench (gpu, kernels, shapes[i], &error);
  if (!ok)
    g_printerr ("%s\n", error->message);

  return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
