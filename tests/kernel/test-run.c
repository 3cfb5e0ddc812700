/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Compiled graphs: states, repeated runs, pictures that do not see each other, cancelling, and what
 * cannot be compiled. */

#include <math.h>
#include <string.h>

#include "cascade/error.h"
#include "gpu/memory.h"
#include "gpu/pipeline.h"
#include "kernel/fixture.h"

/* --- a small network with everything that could mix pictures --- */

typedef struct
{
  CasWeight *depthwise, *w0, *w1, *gamma, *beta, *qkv, *conv;
} Weights;

static void
weights_init (Weights *w)
{
  w->depthwise = test_weight_new ("depthwise", CAS_F32, 0.5f, 4, (guint64[]) { 16, 1, 3, 3 });
  w->w0 = test_weight_new ("w0", CAS_F32, 0.5f, 2, (guint64[]) { 40, 16 });
  w->w1 = test_weight_new ("w1", CAS_F32, 0.3f, 2, (guint64[]) { 16, 40 });
  w->gamma = test_weight_new ("gamma", CAS_F32, 1, 1, (guint64[]) { 40 });
  w->beta = test_weight_new ("beta", CAS_F32, 1, 1, (guint64[]) { 40 });
  w->qkv = test_weight_new ("qkv", CAS_F32, 0.5f, 2, (guint64[]) { 48, 16 });
  w->conv = test_weight_new ("conv", CAS_F32, 0.2f, 4, (guint64[]) { 8, 16, 3, 3 });
}

static void
weights_clear (Weights *w)
{
  CasWeight *all[] = { w->depthwise, w->w0, w->w1, w->gamma, w->beta, w->qkv, w->conv };

  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    test_weight_free (all[i]);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Weights, weights_clear)

static CasTensor
append_network (CasGraph      *g,
                const Weights *w,
                CasTensor      x)
{
  CasTensor y = cas_op_depthwise (g, x, w->depthwise, NULL, 1, CAS_PAD_ZERO), qkv;

  y = cas_op_layer_norm (g, y, NULL, NULL, 1e-6f);
  y = cas_op_linear (g, y, (CasLinear) { .weight = w->w0 }, CAS_ACT_GELU);
  y = cas_op_grn (g, y, w->gamma, w->beta);
  x = cas_op_add (g, x, cas_op_linear (g, y, (CasLinear) { .weight = w->w1 }, CAS_ACT_NONE));
  qkv = cas_op_linear (g, cas_op_layer_norm (g, x, NULL, NULL, 1e-6f),
                       (CasLinear) { .weight = w->qkv }, CAS_ACT_NONE);
  y = cas_op_attention (g, &(CasAttention) {
    .q = cas_tensor_channels (g, qkv, 0, 16),
    .k = cas_tensor_channels (g, qkv, 16, 16),
    .v = cas_tensor_channels (g, qkv, 32, 16),
    .n_heads = 1,
  });
  return cas_op_conv (g, cas_op_add (g, x, y), w->conv, NULL, 2, 1, CAS_ACT_SILU);
}

static gboolean
compile (Fixture    *f,
         CasGraph   *g,
         CasParams  *params,
         const char *path,
         GError    **error)
{
  return cas_graph_compile (g, &(CasCompileParams) {
    .gpu = fixture_get_gpu (f),
    .params = params,
    .kernels = path,
  }, error);
}

/* Compiles or fails the test. */
static void
compile_well (Fixture    *f,
              CasGraph   *g,
              CasParams  *params)
{
  g_autoptr (GError) error = NULL;

  if (!compile (f, g, params, NULL, &error))
    g_error ("%s", error->message);
}

static void
run_well (CasGraph *g)
{
  g_autoptr (GError) error = NULL;

  if (!cas_graph_run (g, NULL, &error))
    g_error ("%s", error->message);
}

/* --- pictures of a batch --- */

#define H       5
#define W       13
#define PICTURE (H * W * 16)
#define RESULT  (3 * 7 * 8) /* of one picture */

static float *
run_batch (Trial         *t,
           const Weights *w,
           guint32        n,
           const float   *pictures)
{
  CasTensor x = trial_input_values (t, "x", CAS_F32, CAS_SHAPE (n, H, W, 16), pictures);

  trial_name (t, "a batch of %u", n);
  cas_graph_output (trial_graph (t), "y", append_network (trial_graph (t), w, x));
  return trial_run (t) ? trial_read (t, "y") : NULL;
}

/* Picture 0 comes out with the same bits, alone, or with others, whatever they hold. */
static void
check_batch (Trial         *t,
             gconstpointer  row)
{
  const float *other = row;
  g_auto (Weights) w = { 0 };
  g_autoptr (Trial) more = trial_new_like (t);
  g_autofree float *pictures = test_numbers (1, 3 * PICTURE);
  g_autofree float *alone = NULL;
  g_autofree float *together = NULL;

  weights_init (&w);
  for (guint i = PICTURE; i < 3 * PICTURE; i++)
    pictures[i] *= *other;
  alone = run_batch (t, &w, 1, pictures);
  together = run_batch (more, &w, 3, pictures);
  if (alone == NULL || together == NULL)
    return;

  trial_expect (t, "+grn-apply");
  for (guint i = 0; i < RESULT; i++)
    if (!isfinite (alone[i]) || memcmp (&alone[i], &together[i], sizeof (float)) != 0)
      {
        trial_fail (t, "number %u is %.9g alone, %.9g beside pictures of %g", i, alone[i],
                    together[i], *other);
        break;
      }
}

static void
test_batch (gconstpointer fixture)
{
  static const float others[] = { 1.0f, 0.0f, 1e6f, INFINITY };

  CHECK_TABLE (fixture, others, check_batch);
}

/* --- running again --- */

static void
test_again (gconstpointer fixture)
{
  Fixture *f = (Fixture *) fixture;
  CasGpu *gpu = fixture_get_gpu (f);
  g_auto (Weights) w = { 0 };
  g_autoptr (CasParams) params = cas_params_new (gpu);
  g_autoptr (CasGraph) g = cas_graph_new ("again");
  g_autofree float *pictures = test_numbers (1, 2 * PICTURE);
  guint64 held[CAS_N_MEMORY_PURPOSES];
  float first[2 * RESULT], second[2 * RESULT];
  guint n_pipelines;
  CasTensor x = cas_graph_input (g, "x", CAS_F32, CAS_SHAPE (2, H, W, 16));

  weights_init (&w);
  cas_graph_output (g, "y", append_network (g, &w, x));
  compile_well (f, g, params);
  n_pipelines = cas_gpu_get_n_pipelines (gpu);
  for (guint i = 0; i < CAS_N_MEMORY_PURPOSES; i++)
    held[i] = cas_gpu_get_bytes_held (gpu, i);

  cas_graph_write (g, "x", pictures);
  run_well (g);
  cas_graph_read (g, "y", first);
  run_well (g);
  cas_graph_read (g, "y", second);

  g_assert_cmpmem (first, sizeof first, second, sizeof second);
  g_assert_cmpuint (cas_gpu_get_n_pipelines (gpu), ==, n_pipelines);
  for (guint i = 0; i < CAS_N_MEMORY_PURPOSES; i++)
    g_assert_cmpuint (cas_gpu_get_bytes_held (gpu, i), ==, held[i]);
}

/* Two graphs with the same weights hold them once. */
static void
test_shared_weights (gconstpointer fixture)
{
  Fixture *f = (Fixture *) fixture;
  CasGpu *gpu = fixture_get_gpu (f);
  g_autoptr (CasWeight) w = test_weight_new ("w", CAS_F32, 1, 2, (guint64[]) { 1536, 1024 });
  g_autoptr (CasParams) params = cas_params_new (gpu);
  g_autoptr (CasGraph) one = cas_graph_new ("one");
  g_autoptr (CasGraph) two = cas_graph_new ("two");
  CasGraph *graphs[] = { one, two };
  guint64 held[2];

  for (guint i = 0; i < 2; i++)
    {
      CasTensor x = cas_graph_input (graphs[i], "x", CAS_F32, CAS_SHAPE (1, 1, 1 + i, 1024));

      cas_graph_output (graphs[i], "y",
                        cas_op_linear (graphs[i], x, (CasLinear) { .weight = w }, CAS_ACT_NONE));
      compile_well (f, graphs[i], params);
      held[i] = cas_gpu_get_bytes_held (gpu, CAS_MEMORY_WEIGHTS);
    }
  g_assert_cmpuint (held[0], >=, 1536 * 1024 * 4);
  g_assert_cmpuint (held[1], ==, held[0]);
}

/* A weight that no device has room for takes nothing from those that are there. */
static void
test_no_room (gconstpointer fixture)
{
  Fixture *f = (Fixture *) fixture;
  const CasWeight huge = { .name = "huge", .file = "made up", .n_dims = 2, .dims = { 1 << 18, 1 << 18 } };
  g_autoptr (CasWeight) first = test_weight_new ("first", CAS_F32, 1, 2, (guint64[]) { 8, 8 });
  g_autoptr (CasWeight) last = test_weight_new ("last", CAS_F32, 1, 2, (guint64[]) { 8, 8 });
  const CasWeight *weights[] = { first, &huge, last };
  g_autoptr (CasParams) params = cas_params_new (fixture_get_gpu (f));
  g_autofree float *x = test_numbers (1, 8);
  float before[8], after[8];
  g_autoptr (CasGraph) kept = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (weights); i++)
    {
      g_autoptr (CasGraph) g = cas_graph_new ("room");
      g_autoptr (GError) error = NULL;
      CasTensor in = cas_graph_input (g, "x", CAS_F32, CAS_SHAPE (1, 1, 1, weights[i]->dims[1]));

      cas_graph_output (g, "y",
                        cas_op_linear (g, in, (CasLinear) { .weight = weights[i] }, CAS_ACT_NONE));
      g_assert_true (compile (f, g, params, NULL, &error) == (weights[i] != &huge));
      if (i == 0)
        {
          kept = g_steal_pointer (&g);
          cas_graph_write (kept, "x", x);
          run_well (kept);
          cas_graph_read (kept, "y", before);
        }
    }

  run_well (kept);
  cas_graph_read (kept, "y", after);
  g_assert_cmpmem (after, sizeof after, before, sizeof before);
}

/* --- states --- */

static const CasShape pair = { 1, 1, 1, 2 };

static CasGraph *
new_writer (CasState *state)
{
  CasGraph *g = cas_graph_new ("writer");

  cas_graph_store (g, cas_op_scale (g, cas_graph_input (g, "x", CAS_F32, pair), 1.0f), state);
  return g;
}

static CasGraph *
new_reader (CasState *state)
{
  CasGraph *g = cas_graph_new ("reader");

  cas_graph_output (g, "y", cas_graph_load (g, state));
  return g;
}

static void
write_pair (CasGraph *g,
            float     a,
            float     b)
{
  cas_graph_write (g, "x", (float[]) { a, b });
  run_well (g);
}

static void
assert_pair (CasGraph *g,
             float     a,
             float     b)
{
  float found[2] = { NAN, NAN };

  cas_graph_read (g, "y", found);
  g_assert_cmpfloat (found[0], ==, a);
  g_assert_cmpfloat (found[1], ==, b);
}

/* One graph writes a state, another reads it, as often as wanted. */
static void
test_state (gconstpointer fixture)
{
  Fixture *f = (Fixture *) fixture;
  g_autoptr (CasParams) params = cas_params_new (fixture_get_gpu (f));
  g_autoptr (CasState) state = cas_state_new ("state", CAS_F32, pair);
  g_autoptr (CasGraph) writer = new_writer (state);
  g_autoptr (CasGraph) reader = new_reader (state);

  compile_well (f, writer, params);
  compile_well (f, reader, params);
  for (guint i = 1; i < 4; i++)
    {
      write_pair (writer, i, -0.5f * i);
      run_well (reader);
      assert_pair (reader, i, -0.5f * i);
      run_well (reader);
      assert_pair (reader, i, -0.5f * i);
    }
}

/* Graphs that store 2 · old into the state they loaded, and give 3 · old. */

static void
step_then_store (CasGraph        *g,
                 CasState        *state,
                 const CasWeight *w)
{
  CasTensor old = cas_graph_load (g, state);

  cas_graph_output (g, "y", cas_op_scale (g, old, 3.0f));
  cas_graph_store (g, cas_op_scale (g, old, 2.0f), state);
}

static void
store_then_step (CasGraph        *g,
                 CasState        *state,
                 const CasWeight *w)
{
  CasTensor old = cas_graph_load (g, state);

  cas_graph_store (g, cas_op_scale (g, old, 2.0f), state);
  cas_graph_output (g, "y", cas_op_scale (g, old, 3.0f));
}

/* The linear moves behind the store when the sum is fused into it. */
static void
store_between (CasGraph        *g,
               CasState        *state,
               const CasWeight *w)
{
  CasTensor old = cas_graph_load (g, state);
  CasTensor same = cas_op_linear (g, old, (CasLinear) { .weight = w }, CAS_ACT_NONE);
  CasTensor twice = cas_op_scale (g, old, 2.0f);

  cas_graph_store (g, twice, state);
  cas_graph_output (g, "y", cas_op_add (g, same, twice));
}

/* Loaded a second time, it is still the old one. */
static void
load_again (CasGraph        *g,
            CasState        *state,
            const CasWeight *w)
{
  CasTensor old = cas_graph_load (g, state);

  cas_graph_store (g, cas_op_scale (g, old, 2.0f), state);
  cas_graph_output (g, "y", cas_op_scale (g, cas_graph_load (g, state), 3.0f));
}

static gboolean
read_identity (const CasWeight *weight,
               guint64          offset,
               void            *dst,
               gsize            size,
               GError         **error)
{
  static const float identity[] = { 1.0f, 0.0f, 0.0f, 1.0f };

  memcpy (dst, (const char *) identity + offset, size);
  return TRUE;
}

static CasWeight *
new_identity (void)
{
  CasWeight *weight = test_weight_new ("identity", CAS_F32, 1, 2, (guint64[]) { 2, 2 });

  weight->read = read_identity;
  return weight;
}

static void
test_old_state (gconstpointer fixture)
{
  static void (*builders[]) (CasGraph *g, CasState *state, const CasWeight *w)
      = { step_then_store, store_then_step, store_between, load_again };
  Fixture *f = (Fixture *) fixture;

  for (guint i = 0; i < G_N_ELEMENTS (builders); i++)
    {
      g_autoptr (CasWeight) w = new_identity ();
      g_autoptr (CasParams) params = cas_params_new (fixture_get_gpu (f));
      g_autoptr (CasState) state = cas_state_new ("state", CAS_F32, pair);
      g_autoptr (CasGraph) writer = new_writer (state);
      g_autoptr (CasGraph) reader = new_reader (state);
      g_autoptr (CasGraph) step = cas_graph_new ("step");

      g_test_message ("builder %u", i);
      builders[i] (step, state, w);
      compile_well (f, writer, params);
      compile_well (f, step, params);
      compile_well (f, reader, params);
      write_pair (writer, 1.0f, -4.0f);
      for (float old = 1.0f; old < 10.0f; old *= 2.0f)
        {
          run_well (step);
          assert_pair (step, 3.0f * old, -12.0f * old);
          run_well (reader);
          assert_pair (reader, 2.0f * old, -8.0f * old);
        }
    }
}

/* One state takes over what another held before it changed. */
static void
test_handed_on (gconstpointer fixture)
{
  Fixture *f = (Fixture *) fixture;

  for (guint order = 0; order < 2; order++)
    {
      g_autoptr (CasParams) params = cas_params_new (fixture_get_gpu (f));
      g_autoptr (CasState) now = cas_state_new ("now", CAS_F32, pair);
      g_autoptr (CasState) before = cas_state_new ("before", CAS_F32, pair);
      g_autoptr (CasGraph) writer = new_writer (now);
      g_autoptr (CasGraph) reader = new_reader (before);
      g_autoptr (CasGraph) step = cas_graph_new ("step");
      CasTensor old = cas_graph_load (step, now), older = cas_graph_load (step, before);
      CasTensor next = cas_op_scale (step, old, 2.0f);

      cas_graph_output (step, "older", older);
      if (order == 0)
        cas_graph_store (step, old, before);
      cas_graph_store (step, next, now);
      if (order == 1)
        cas_graph_store (step, old, before);
      compile_well (f, writer, params);
      compile_well (f, step, params);
      compile_well (f, reader, params);
      write_pair (writer, 1.0f, -4.0f);
      for (float held = 1.0f; held < 10.0f; held *= 2.0f)
        {
          run_well (step);
          run_well (reader);
          assert_pair (reader, held, -4.0f * held);
        }
    }
}

/* Three states hand on what they held, in a ring, in whatever order the stores are. */
static void
test_ring (gconstpointer fixture)
{
  static const guint orders[][3] = { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 }, { 2, 1, 0 } };
  Fixture *f = (Fixture *) fixture;

  for (guint i = 0; i < G_N_ELEMENTS (orders); i++)
    {
      g_autoptr (CasParams) params = cas_params_new (fixture_get_gpu (f));
      g_autoptr (CasGraph) step = cas_graph_new ("step");
      CasState *states[3];
      CasTensor old[3];

      for (guint k = 0; k < 3; k++)
        {
          g_autoptr (CasGraph) writer = NULL;

          states[k] = cas_state_new ("of the ring", CAS_F32, pair);
          old[k] = cas_graph_load (step, states[k]);
          writer = new_writer (states[k]);
          compile_well (f, writer, params);
          write_pair (writer, k, 10.0f * k);
        }
      for (guint k = 0; k < 3; k++)
        cas_graph_store (step, old[orders[i][k]], states[(orders[i][k] + 1) % 3]);
      compile_well (f, step, params);
      run_well (step);
      for (guint k = 0; k < 3; k++)
        {
          g_autoptr (CasGraph) reader = new_reader (states[k]);
          const float wanted = (k + 2) % 3;

          compile_well (f, reader, params);
          run_well (reader);
          assert_pair (reader, wanted, 10.0f * wanted);
        }
      for (guint k = 0; k < 3; k++)
        cas_state_unref (states[k]);
    }
}

/* --- weights that hold what they should not --- */

/* all bits set: a NaN of every type */
static gboolean
read_nan (const CasWeight *weight,
          guint64          offset,
          void            *dst,
          gsize            size,
          GError         **error)
{
  memset (dst, 0, size);
  memset ((char *) dst + size - cas_dtype_size (weight->dtype), 0xff,
          cas_dtype_size (weight->dtype));
  return TRUE;
}

static gboolean
read_failing (const CasWeight *weight,
              guint64          offset,
              void            *dst,
              gsize            size,
              GError         **error)
{
  g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_MODEL, "%s: the file ends here", weight->file);
  return FALSE;
}

static void
test_bad_weights (gconstpointer fixture)
{
  static const struct
  {
    CasDtype      dtype;
    guint64       n_in; /* 8: as it is in the file; 5: packed anew */
    CasWeightRead read;
    const char   *words;
  } rows[] = {
    { CAS_F32, 8, read_nan, "made up: tensor “w” holds numbers that are not finite" },
    { CAS_F32, 5, read_nan, "made up: tensor “w” holds numbers that are not finite" },
    { CAS_F16, 8, read_nan, "made up: tensor “w” holds numbers that are not finite" },
    { CAS_F16, 5, read_nan, "made up: tensor “w” holds numbers that are not finite" },
    { CAS_BF16, 8, read_nan, "made up: tensor “w” holds numbers that are not finite" },
    { CAS_BF16, 5, read_nan, "made up: tensor “w” holds numbers that are not finite" },
    { CAS_F32, 8, read_failing, "made up: the file ends here" },
    { CAS_BF16, 5, read_failing, "made up: the file ends here" },
    { CAS_F32, 8, NULL, "made up: tensor “w” has no data" },
  };
  Fixture *f = (Fixture *) fixture;

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (CasWeight) w
          = test_weight_new ("w", rows[i].dtype, 1, 2, (guint64[]) { 4, rows[i].n_in });
      g_autoptr (CasParams) params = cas_params_new (fixture_get_gpu (f));
      g_autoptr (CasGraph) g = cas_graph_new ("bad");
      g_autoptr (GError) error = NULL;
      CasTensor x = cas_graph_input (g, "x", CAS_F32, CAS_SHAPE (1, 1, 1, rows[i].n_in));

      w->read = rows[i].read;
      cas_graph_output (g, "y", cas_op_linear (g, x, (CasLinear) { .weight = w }, CAS_ACT_NONE));
      g_assert_false (compile (f, g, params, NULL, &error));
      g_assert_error (error, CAS_ERROR, CAS_ERROR_BAD_MODEL);
      if (error != NULL && strstr (error->message, rows[i].words) == NULL)
        {
          g_test_message ("row %u: “%s”, wanted “%s”", i, error->message, rows[i].words);
          g_test_fail ();
        }
    }
}

static gboolean
read_minus_ones (const CasWeight *weight,
                 guint64          offset,
                 void            *dst,
                 gsize            size,
                 GError         **error)
{
  for (gsize i = 0; i < size / sizeof (float); i++)
    ((float *) dst)[i] = -1.0f;
  return TRUE;
}

/* A variance below zero: of a norm on its own, and folded into the weights before it. */
static void
test_bad_batch_norm (gconstpointer fixture)
{
  static const char *const words[] = {
    "made up: a batch norm makes numbers of tensor “var” that are not finite",
    "made up: a batch norm makes numbers of tensor “w” that are not finite",
  };
  Fixture *f = (Fixture *) fixture;

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      g_autoptr (CasWeight) w = test_weight_new ("w", CAS_BF16, 1, 2, (guint64[]) { 8, 8 });
      g_autoptr (CasWeight) var = test_weight_new ("var", CAS_F32, 1, 1, (guint64[]) { 8 });
      g_autoptr (CasParams) params = cas_params_new (fixture_get_gpu (f));
      g_autoptr (CasGraph) g = cas_graph_new ("bad");
      g_autoptr (GError) error = NULL;
      CasTensor x = cas_graph_input (g, "x", CAS_F32, CAS_SHAPE (1, 1, 1, 8));

      var->read = read_minus_ones;
      if (i == 1)
        x = cas_op_linear (g, x, (CasLinear) { .weight = w }, CAS_ACT_NONE);
      cas_graph_output (g, "y", cas_op_batch_norm (g, x, (CasBatchNorm) { .var = var }, 1e-5f));
      g_assert_false (compile (f, g, params, NULL, &error));
      g_assert_error (error, CAS_ERROR, CAS_ERROR_BAD_MODEL);
      g_assert_nonnull (strstr (error->message, words[i]));
    }
}

/* --- what does not run --- */

static void
test_cancel (gconstpointer fixture)
{
  Fixture *f = (Fixture *) fixture;
  g_autoptr (CasParams) params = cas_params_new (fixture_get_gpu (f));
  g_autoptr (CasState) state = cas_state_new ("state", CAS_F32, pair);
  g_autoptr (CasGraph) writer = new_writer (state);
  g_autoptr (CasGraph) reader = new_reader (state);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  compile_well (f, writer, params);
  compile_well (f, reader, params);
  write_pair (writer, 1.0f, 2.0f);

  g_cancellable_cancel (cancellable);
  cas_graph_write (writer, "x", (float[]) { 3.0f, 4.0f });
  g_assert_false (cas_graph_run (writer, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  run_well (reader);
  assert_pair (reader, 1.0f, 2.0f);
  run_well (writer); /* as good as new */
  run_well (reader);
  assert_pair (reader, 3.0f, 4.0f);
}

static void
test_cancel_compile (gconstpointer fixture)
{
  Fixture *f = (Fixture *) fixture;
  g_autoptr (CasParams) params = cas_params_new (fixture_get_gpu (f));
  g_autoptr (CasGraph) g = cas_graph_new ("cancelled");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  CasTensor x = cas_graph_input (g, "x", CAS_F32, pair);

  cas_graph_output (g, "y", cas_op_scale (g, x, 2.0f));
  g_cancellable_cancel (cancellable);
  g_assert_false (cas_graph_compile (g, &(CasCompileParams) {
    .gpu = fixture_get_gpu (f),
    .params = params,
    .cancellable = cancellable,
  }, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* A tensor that is larger than one allocation may be, in between, as output, as input. */
static void
test_too_large (gconstpointer fixture)
{
  enum { BETWEEN, OUTPUT, INPUT, N };
  Fixture *f = (Fixture *) fixture;
  guint64 limit = cas_gpu_get_info (fixture_get_gpu (f))->max_allocation_bytes;
  guint32 side = 1 + (guint32) sqrt (limit / 16.0);

  for (guint i = 0; i < N; i++)
    {
      g_autoptr (CasParams) params = cas_params_new (fixture_get_gpu (f));
      g_autoptr (CasGraph) g = cas_graph_new ("a huge picture");
      g_autoptr (GError) error = NULL;
      CasShape shape = i == INPUT ? CAS_SHAPE (1, side, side, 4) : CAS_SHAPE (1, 1, 1, 4);
      CasTensor x = cas_graph_input (g, "x", CAS_F32, shape);

      if (i != INPUT)
        x = cas_op_nearest (g, x, side, side);
      if (i != OUTPUT)
        x = cas_op_nearest (g, x, 1, 1);
      cas_graph_output (g, "y", x);
      g_assert_false (compile (f, g, params, NULL, &error));
      g_assert_error (error, CAS_ERROR, CAS_ERROR_OUT_OF_DEVICE_MEMORY);
      g_assert_nonnull (strstr (error->message, "a huge picture"));
    }
}

int
main (int    argc,
      char **argv)
{
  Fixture *f;

  g_test_init (&argc, &argv, NULL);
  f = fixture_new ();
  fixture_add (f, "/run/batch", test_batch);
  fixture_add (f, "/run/again", test_again);
  fixture_add (f, "/run/shared-weights", test_shared_weights);
  fixture_add (f, "/run/no-room", test_no_room);
  fixture_add (f, "/run/state", test_state);
  fixture_add (f, "/run/old-state", test_old_state);
  fixture_add (f, "/run/state-handed-on", test_handed_on);
  fixture_add (f, "/run/state-ring", test_ring);
  fixture_add (f, "/run/bad-weights", test_bad_weights);
  fixture_add (f, "/run/bad-batch-norm", test_bad_batch_norm);
  fixture_add (f, "/run/cancel", test_cancel);
  fixture_add (f, "/run/cancel-compile", test_cancel_compile);
  fixture_add (f, "/run/too-large", test_too_large);

  return fixture_run (f);
}
