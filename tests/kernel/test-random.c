/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Parameters made on the device are the numbers that they are said to be. */

#include "kernel/fixture.h"

#include <math.h>
#include <string.h>

#include "base/half.h"

typedef struct
{
  CasDtype dtype;
  guint32  n_out, n_in;
} Matrix;

static guint32
hash (guint32 x)
{
  x = (x ^ x >> 16) * 0x85ebca6bu;
  x = (x ^ x >> 13) * 0xc2b2ae35u;
  return x ^ x >> 16;
}

static float
number (const char *name,
        guint64     index,
        float       scale,
        CasDtype    dtype)
{
  float value = (float) ((double) (hash ((guint32) index ^ hash (g_str_hash (name))) >> 8) * 0x1p-23
                         - 1.0) * scale;

  if (dtype == CAS_F16)
    return cas_f16_to_f32 (cas_f32_to_f16 (value));
  if (dtype == CAS_BF16)
    {
      guint32 word;

      memcpy (&word, &value, sizeof word);
      return cas_bf16_to_f32 (word >> 16); /* cut off, not rounded */
    }
  return value;
}

/* A linear of every unit vector tells the whole matrix, and its bias. */
static void
check_matrix (Fixture      *f,
              const Matrix *m)
{
  CasWeight weight = { .name = "matrix", .file = "-", .dtype = m->dtype, .n_dims = 2,
                       .dims = { m->n_out, m->n_in } };
  CasWeight bias = { .name = "bias", .file = "-", .dtype = m->dtype, .n_dims = 1,
                     .dims = { m->n_out } };
  g_autoptr (GError) error = NULL;
  g_autoptr (CasParams) params = cas_params_new_random (fixture_get_gpu (f));
  g_autoptr (CasGraph) g = cas_graph_new ("random");
  g_autofree float *units = g_new0 (float, (gsize) m->n_in * m->n_in);
  g_autofree float *y = g_new0 (float, (gsize) m->n_in * m->n_out);
  CasTensor x = cas_graph_input (g, "x", CAS_F32, CAS_SHAPE (1, 1, m->n_in, m->n_in));
  double worst = 0;

  for (guint32 i = 0; i < m->n_in; i++)
    units[i * m->n_in + i] = 1;
  cas_graph_output (g, "y", cas_op_linear (g, x, (CasLinear) { .weight = &weight, .bias = &bias },
                                           CAS_ACT_NONE));
  cas_graph_compile (g, &(CasCompileParams) { .gpu = fixture_get_gpu (f), .params = params },
                     &error);
  g_assert_no_error (error);
  cas_graph_write (g, "x", units);
  cas_graph_run (g, NULL, &error);
  g_assert_no_error (error);
  cas_graph_read (g, "y", y);

  guint64 pitch = (m->n_in + 7) / 8 * 8;
  float scale = sqrtf (3.0f / m->n_in);

  for (guint32 o = 0; o < m->n_out; o++)
    for (guint32 i = 0; i < m->n_in; i++)
      {
        double wanted = number ("matrix", o * pitch + i, scale, m->dtype)
                        + (double) number ("bias", o, 0.1f, CAS_F32);

        worst = fmax (worst, fabs (y[i * m->n_out + o] - wanted));
      }
  /* a driver may round to f16 up or down */
  g_test_message ("%s %u × %u: differs by %.3g", cas_dtype_name (m->dtype), m->n_out, m->n_in,
                  worst);
  g_assert_cmpfloat (worst, <=, m->dtype == CAS_F16 ? 1e-3 : 1e-6);
}

static void
test_matrices (gconstpointer fixture)
{
  static const Matrix matrices[] = {
    { CAS_F32, 1, 1 },    { CAS_BF16, 1, 1 },    { CAS_F16, 3, 5 },
    { CAS_F32, 67, 31 },  { CAS_BF16, 67, 31 },  { CAS_F16, 67, 31 },
    { CAS_BF16, 256, 64 }, { CAS_BF16, 1031, 129 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (matrices); i++)
    check_matrix ((Fixture *) fixture, &matrices[i]);
}

/* Sums of many products are as large as what went in. */
static void
test_variance (gconstpointer fixture)
{
  enum { N = 512 };
  CasWeight weight = { .name = "w", .file = "-", .dtype = CAS_BF16, .n_dims = 2, .dims = { N, N } };
  g_autoptr (GError) error = NULL;
  g_autoptr (CasParams) params = cas_params_new_random (fixture_get_gpu ((Fixture *) fixture));
  g_autoptr (CasGraph) g = cas_graph_new ("variance");
  g_autofree float *x = test_numbers (1, N);
  g_autofree float *y = g_new (float, N);
  CasTensor t = cas_graph_input (g, "x", CAS_F32, CAS_SHAPE (1, 1, 1, N));
  double in = 0, out = 0, mean = 0;

  for (guint i = 0; i < 4; i++)
    t = cas_op_linear (g, t, (CasLinear) { .weight = &weight }, CAS_ACT_NONE);
  cas_graph_output (g, "y", t);
  cas_graph_compile (g, &(CasCompileParams) {
      .gpu = fixture_get_gpu ((Fixture *) fixture),
      .params = params,
    }, &error);
  g_assert_no_error (error);
  cas_graph_write (g, "x", x);
  cas_graph_run (g, NULL, &error);
  g_assert_no_error (error);
  cas_graph_read (g, "y", y);

  for (guint i = 0; i < N; i++)
    {
      in += x[i] * x[i] / N;
      out += y[i] * y[i] / N;
      mean += y[i] / N;
    }
  g_test_message ("variance %g in, %g out, mean %g", in, out, mean);
  g_assert_cmpfloat (out / in, >, 0.5);
  g_assert_cmpfloat (out / in, <, 2.0);
  g_assert_cmpfloat (fabs (mean), <, 0.1);
}

int
main (int    argc,
      char **argv)
{
  Fixture *f;

  g_test_init (&argc, &argv, NULL);
  f = fixture_new ();
  fixture_add (f, "/random/matrices", test_matrices);
  fixture_add (f, "/random/variance", test_variance);

  return fixture_run (f);
}
