/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Linears by matrix units: what the kernels do on graphics cards, done by a device that need not be
 * one. Where there are no matrix units, only the choices are tested. */

#include <math.h>
#include <string.h>

#include "kernel/tail.h"
#include "ops/linear_split.h"

/* made-up weights that keep sums of n_in products of the order of one */
static const CasWeight *
new_matrix (Trial      *t,
            const char *name,
            guint64     n_out,
            guint64     n_in)
{
  return trial_weight (t, name, CAS_BF16, 2.0 / sqrt (n_in), 2, (guint64[]) { n_out, n_in });
}

static void
pretend (gconstpointer fixture,
         CasGpuKind    kind,
         guint32       n_compute_units)
{
  CasGpuInfo info = *cas_gpu_get_info (fixture_get_gpu ((Fixture *) fixture));

  info.kind = kind;
  info.n_compute_units = n_compute_units;
  fixture_pretend ((Fixture *) fixture, &info);
}

/* --- where a sum is split --- */

static void
test_choice (gconstpointer fixture)
{
  static const struct
  {
    guint32 n_compute_units, n_out, n_in, n_splits;
  } rows[] = {
    { 132, 2048, 8192, 2 }, { 132, 8192, 2048, 1 }, { 132, 1280, 5120, 2 }, { 132, 1024, 8192, 4 },
    { 132, 2112, 8192, 2 }, { 132, 2116, 8192, 1 }, { 132, 640, 2560, 1 },  { 132, 64, 4064, 1 },
    { 132, 64, 4096, 2 },   { 132, 64, 4128, 1 },   { 132, 64, 8256, 2 },   { 132, 64, 65536, 4 },
    { 132, 66, 8192, 1 },   { 24, 2048, 8192, 1 },  { 24, 384, 8192, 2 },   { 8, 128, 8192, 2 },
    { 1, 4, 65536, 1 },     { 0, 4, 65536, 1 },     { 304, 2048, 4096, 2 }, { 304, 2052, 4096, 1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const CasGpuInfo info = { .n_compute_units = rows[i].n_compute_units };
      guint32 n = cas_linear_choose_splits (&info, rows[i].n_out, rows[i].n_in);

      if (n != rows[i].n_splits)
        {
          g_test_message ("%u splits of %u → %u on %u compute units, wanted %u", n, rows[i].n_in,
                          rows[i].n_out, rows[i].n_compute_units, rows[i].n_splits);
          g_test_fail ();
        }
    }
}

/* --- what a split sum gives --- */

typedef struct
{
  CasShape    shape;
  guint32     n_out;
  guint       tail;
  const char *words;
} Split;

static void
check_split (Trial         *t,
             gconstpointer  row)
{
  const Split *s = row;
  CasTensor x = trial_input (t, "x", s->shape);
  const CasWeight *w = new_matrix (t, "w", s->n_out, s->shape.c);
  const CasWeight *b = trial_vector (t, "b", 1, s->n_out);
  g_autoptr (Numbers) wanted = reference_linear (trial_numbers (t, x), w, b, CAS_ACT_GELU);
  CasTensor y
      = cas_op_linear (trial_graph (t), x, (CasLinear) { .weight = w, .bias = b }, CAS_ACT_GELU);

  trial_name (t, "split linear %s", s->words);
  trial_check (t, trial_append_tail (t, y, wanted, s->tail), wanted, s->shape.c);
  trial_expect (t, s->words);
  trial_expect_kernel (t, "linear");
}

static void
test_splits (gconstpointer fixture)
{
  static const Split splits[] = {
    { { 1, 1, 1, 4096 }, 4, 0, "gelu +2-splits %" },
    { { 2, 1, 67, 4096 }, 68, TAIL_BATCH_NORM | TAIL_SCALE, "gelu +batch-norm +scale +2-splits %" },
    { { 1, 5, 17, 8192 }, 72, TAIL_RESIDUAL, "gelu +residual +4-splits %" },
    { { 3, 3, 5, 8192 }, 36, TAIL_RESIDUAL | TAIL_MODULATE,
      "gelu +residual +modulate +4-splits %" },
    { { 3, 3, 5, 4096 }, 132, TAIL_SHARED_MODULATE, "gelu +modulate +2-splits %" },
  };

  pretend (fixture, CAS_GPU_CPU, 132);
  CHECK_MATRIX_TABLE (fixture, splits, check_split);
  fixture_pretend ((Fixture *) fixture, NULL);
}

/* What is read is scaled by a response norm. */
static void
check_split_grn (Trial         *t,
                 gconstpointer  row)
{
  const Split *s = row;
  CasGraph *g = trial_graph (t);
  CasTensor x = trial_input (t, "x", CAS_SHAPE (s->shape.n, s->shape.h, s->shape.w, 32));
  guint32 n_hidden = s->shape.c;
  const CasWeight *w0 = new_matrix (t, "w0", n_hidden, 32);
  const CasWeight *w1 = new_matrix (t, "w1", s->n_out, n_hidden);
  const CasWeight *gamma = trial_vector (t, "gamma", 1, n_hidden);
  const CasWeight *beta = trial_vector (t, "beta", 1, n_hidden);
  g_autoptr (Numbers) hidden = reference_linear (trial_numbers (t, x), w0, NULL, CAS_ACT_GELU);
  g_autoptr (Numbers) normed = reference_grn (hidden, gamma, beta);
  g_autoptr (Numbers) wanted = reference_linear (normed, w1, NULL, CAS_ACT_NONE);
  CasTensor y = cas_op_linear (g, x, (CasLinear) { .weight = w0 }, CAS_ACT_GELU);

  y = cas_op_linear (g, cas_op_grn (g, y, gamma, beta), (CasLinear) { .weight = w1 }, CAS_ACT_NONE);
  trial_name (t, "split grn of %u x %u x %u", s->shape.n, s->shape.h, s->shape.w);
  trial_check (t, trial_append_tail (t, y, wanted, s->tail), wanted, n_hidden);
  trial_expect (t, s->words);
}

static void
test_split_grns (gconstpointer fixture)
{
  static const Split splits[] = {
    { { 2, 3, 11, 4096 }, 40, TAIL_RESIDUAL, "+residual +grn-apply +2-splits %" },
  };

  pretend (fixture, CAS_GPU_CPU, 132);
  CHECK_MATRIX_TABLE (fixture, splits, check_split_grn);
  fixture_pretend ((Fixture *) fixture, NULL);
}

/* --- rows do not know of each other --- */

typedef struct
{
  guint32 n_rows, n_fewer, n_in, n_out;
} Rows;

static void
check_against_loop (Trial      *t,
                    const Rows *s)
{
  g_autoptr (Numbers) x = numbers_new (CAS_SHAPE (s->n_rows, 1, 1, s->n_in));
  g_autoptr (Numbers) wanted = NULL;

  for (guint64 i = 0; i < numbers_n_elements (x); i++)
    x->v[i] = test_number (g_str_hash ("x"), i);
  wanted = reference_linear (x, new_matrix (t, "w", s->n_out, s->n_in), NULL, CAS_ACT_SILU);
  trial_compare (t, "y", wanted, s->n_in);
}

static float *
run_rows (Trial      *t,
          const Rows *s,
          guint32     n_rows)
{
  CasTensor x = trial_input (t, "x", CAS_SHAPE (1, 1, s->n_rows, s->n_in));
  const CasWeight *w = new_matrix (t, "w", s->n_out, s->n_in);
  CasTensor y;

  x = cas_tensor_reshape (trial_graph (t), x, CAS_SHAPE (s->n_rows, 1, 1, s->n_in));
  x = cas_tensor_batch (trial_graph (t), x, 0, n_rows);
  y = cas_op_linear (trial_graph (t), x, (CasLinear) { .weight = w }, CAS_ACT_SILU);
  cas_graph_output (trial_graph (t), "y", y);
  return trial_run (t) ? trial_read (t, "y") : NULL;
}

static void
check_rows (Trial         *t,
            gconstpointer  row)
{
  const Rows *s = row;
  g_autoptr (Trial) other = trial_new_like (t);
  g_autofree float *all = run_rows (t, s, s->n_rows);
  g_autofree float *fewer = run_rows (other, s, s->n_fewer);
  gsize size = (gsize) s->n_fewer * s->n_out * sizeof (float);

  trial_name (t, "%u rows, %u → %u", s->n_rows, s->n_in, s->n_out);
  if (all == NULL || fewer == NULL)
    return;
  trial_expect_kernel (t, "linear");
  check_against_loop (t, s);
  if (memcmp (all, fewer, size) != 0)
    trial_fail (t, "other bits than with %u rows", s->n_fewer);
}

static void
test_rows (gconstpointer fixture)
{
  static const Rows split[] = { { 130, 7, 8192, 64 } };
  static const Rows tiles[] = { { 1537, 9, 32, 1028 } }; /* large ones, small ones */

  pretend (fixture, CAS_GPU_CPU, 132);
  CHECK_MATRIX_TABLE (fixture, split, check_rows);
  pretend (fixture, CAS_GPU_DISCRETE, 132);
  CHECK_MATRIX_TABLE (fixture, tiles, check_rows);
  fixture_pretend ((Fixture *) fixture, NULL);
}

/* --- devices whose matrices do not fit the tiles, or tiles the device --- */

typedef struct
{
  CasMatrixShape matrix;
  guint32        shared_memory_bytes, max_lanes;
} Misfit;

static void
note_tile (const char *kernel,
           gpointer    is_tile)
{
  if (g_str_equal (kernel, "linear_tile"))
    *(gboolean *) is_tile = TRUE;
}

static void
check_misfit (Fixture      *f,
              CasGpuKind    kind,
              const Misfit *misfit)
{
  g_autoptr (Trial) t = trial_new (f, "matrix-f16");
  CasTensor x = trial_input (t, "x", CAS_SHAPE (1, 1, 9, 32));
  const CasWeight *w = new_matrix (t, "w", 33, 32);
  g_autoptr (Numbers) wanted = reference_linear (trial_numbers (t, x), w, NULL, CAS_ACT_NONE);
  gboolean is_tile = FALSE;

  trial_name (t, "matrices of %u x %u x %u, %u bytes, %u lanes, device of kind %d",
              misfit->matrix.m, misfit->matrix.n, misfit->matrix.k, misfit->shared_memory_bytes,
              misfit->max_lanes, kind);
  trial_check (t, cas_op_linear (trial_graph (t), x, (CasLinear) { .weight = w }, CAS_ACT_NONE),
               wanted, 32);
  cas_graph_foreach_kernel (trial_graph (t), note_tile, &is_tile);
  if (!is_tile)
    trial_fail (t, "done by matrices that do not fit");
}

static void
test_misfits (gconstpointer fixture)
{
  static const Misfit misfits[] = {
    { { 24, 8, 8 }, 32768, 1024 }, { { 8, 24, 8 }, 32768, 1024 }, { { 8, 64, 8 }, 32768, 1024 },
    { { 8, 8, 24 }, 32768, 1024 }, { { 8, 8, 64 }, 32768, 1024 }, { { 8, 8, 2 }, 32768, 1024 },
    { { 8, 8, 8 }, 4096, 1024 },   { { 8, 8, 8 }, 32768, 16 },
  };
  Fixture *f = (Fixture *) fixture;
  CasGpuInfo info = *cas_gpu_get_info (fixture_get_gpu (f));

  for (guint i = 0; i < 2 * G_N_ELEMENTS (misfits); i++)
    {
      const Misfit *misfit = &misfits[i / 2];

      info.kind = i % 2 == 0 ? CAS_GPU_CPU : CAS_GPU_DISCRETE;
      info.matrix[CAS_MATRIX_F16] = misfit->matrix;
      info.shared_memory_bytes = misfit->shared_memory_bytes;
      info.max_workgroup_subgroups = misfit->max_lanes / info.subgroup_size;
      fixture_pretend (f, &info);
      check_misfit (f, info.kind, misfit);
    }
  fixture_pretend (f, NULL);
}

/* --- what the profile says --- */

typedef struct
{
  guint64 largest, linear;
} Flop;

static void
add_flop (const char *kernel,
          const char *family,
          const char *scope,
          double      seconds,
          guint64     flop,
          guint64     bytes,
          gpointer    data)
{
  Flop *sum = data;

  if (g_str_equal (kernel, "largest"))
    sum->largest += flop;
  else if (g_str_has_prefix (kernel, "linear_matrix"))
    sum->linear += flop;
}

static void
check_profile (Trial         *t,
               gconstpointer  row)
{
  const Rows *s = row;
  CasTensor x = trial_input (t, "x", CAS_SHAPE (1, 1, s->n_rows, s->n_in));
  const CasWeight *w = new_matrix (t, "w", s->n_out, s->n_in);
  CasTensor y = cas_op_linear (trial_graph (t), x, (CasLinear) { .weight = w }, CAS_ACT_NONE);
  Flop flop = { 0 };

  cas_graph_output (trial_graph (t), "y", y);
  trial_name (t, "profile");
  if (!trial_run_profiled (t))
    return;
  cas_graph_profile (trial_graph (t), add_flop, &flop);
  g_assert_cmpuint (flop.largest, ==, 0);
  g_assert_cmpuint (flop.linear, ==, (guint64) 2 * s->n_rows * s->n_out * s->n_in);
}

/* The work is the linear's, not that of what looks for the largest input. */
static void
test_profile (gconstpointer fixture)
{
  static const Rows rows[] = { { .n_rows = 9, .n_in = 32, .n_out = 33 } };

  CHECK_MATRIX_TABLE (fixture, rows, check_profile);
}

int
main (int    argc,
      char **argv)
{
  Fixture *f;

  g_test_init (&argc, &argv, NULL);
  f = fixture_new ();
  fixture_add (f, "/linear-matrix/choice", test_choice);
  fixture_add (f, "/linear-matrix/splits", test_splits);
  fixture_add (f, "/linear-matrix/split-response-norms", test_split_grns);
  fixture_add (f, "/linear-matrix/rows", test_rows);
  fixture_add (f, "/linear-matrix/misfits", test_misfits);
  fixture_add (f, "/linear-matrix/profile", test_profile);

  return fixture_run (f);
}
