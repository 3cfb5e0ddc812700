/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Measuring one operation: a graph that does it again and again with random numbers. */

#include "bench/shape.h"

#include <math.h>
#include <string.h>
#include <time.h>

#include "bench/samples.h"
#include "ops/ops.h"

#define N_SEED   8 /* channels of what the input is made of */
#define N_HEAD   64
#define NORM_EPS 1e-6f

/* One sample lasts at least so long on a graphics card. */
#define SAMPLE_SECONDS 0.005
#define MAX_REPEATS    256
#define N_SAMPLES      5
/* A processor does everything once, what is short up to N_SAMPLES times, and fewer rows where all
 * would be more than this. */
#define PROCESSOR_SECONDS 0.1
#define PROCESSOR_FLOP    20e9
#define PROCESSOR_BYTES   64e6
#define ROW_STEP          24

typedef struct
{
  const CasBenchShape *shape;
  guint32            h; /* rows that are done */
  CasWeight          weight, bias, second, second_bias, gamma, beta;
  CasState          *x;
  CasState          *kv; /* attention */
  CasGraph          *graph;
  CasParams         *params;
} Trial;

static void
trial_clear (Trial *self)
{
  g_clear_pointer (&self->graph, cas_graph_free);
  g_clear_pointer (&self->params, cas_params_free);
  g_clear_pointer (&self->x, cas_state_unref);
  g_clear_pointer (&self->kv, cas_state_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Trial, trial_clear)

/* --- weights and inputs --- */

static CasWeight
make_weight (const char *name,
             CasDtype    dtype,
             guint       n_dims,
             guint32     a,
             guint32     b,
             guint32     kernel)
{
  return (CasWeight) {
    .name = name,
    .file = "bench",
    .dtype = dtype,
    .n_dims = n_dims,
    .dims = { a, b, kernel, kernel },
  };
}

static void
make_weights (Trial *self)
{
  const CasBenchShape *shape = self->shape;
  const guint32 in = shape->c_in, out = shape->c_out;

  self->bias = make_weight ("bias", shape->dtype, 1, out, 0, 0);
  self->gamma = make_weight ("gamma", shape->dtype, 1, out, 0, 0);
  self->beta = make_weight ("beta", shape->dtype, 1, out, 0, 0);
  self->second = make_weight ("second", shape->dtype, 2, in, out, 0);
  self->second_bias = make_weight ("second bias", shape->dtype, 1, in, 0, 0);
  switch (shape->kind)
    {
    case CAS_BENCH_CONV:
      self->weight = make_weight ("weight", shape->dtype, 4, out, in, shape->n);
      break;
    case CAS_BENCH_TRANSPOSED:
      self->weight = make_weight ("weight", shape->dtype, 4, in, out, shape->n);
      break;
    case CAS_BENCH_DEPTHWISE:
      self->weight = make_weight ("weight", shape->dtype, 4, out, 1, shape->n);
      break;
    default:
      self->weight = make_weight ("weight", shape->dtype, 2, out, in, 0);
    }
}

/* Random numbers in a state: the host writes a few, a linear makes all of them. */
static gboolean
fill_state (CasState *state,
            CasGpu   *gpu,
            GError  **error)
{
  const CasShape shape = cas_state_get_shape (state);
  const gsize n = (gsize) shape.h * shape.w * N_SEED;
  const CasWeight weight = make_weight ("seed", CAS_F32, 2, shape.c, N_SEED, 0);
  g_autofree float *numbers = g_new (float, n);
  g_autoptr (CasGraph) g = cas_graph_new ("bench input");
  g_autoptr (CasParams) params = cas_params_new_random (gpu);
  CasTensor seed = cas_graph_input (g, "seed", CAS_F32, CAS_SHAPE (1, shape.h, shape.w, N_SEED));
  guint32 bits = 1;

  for (gsize i = 0; i < n; i++)
    {
      bits = bits * 1664525u + 1013904223u;
      numbers[i] = (float) bits * 0x1p-31f - 1.0f;
    }
  cas_graph_store (g, cas_op_linear (g, seed, (CasLinear) { .weight = &weight }, CAS_ACT_NONE),
                   state);
  if (!cas_graph_compile (g, &(CasCompileParams) { .gpu = gpu, .params = params }, error))
    return FALSE;
  cas_graph_write (g, "seed", numbers);
  return cas_graph_run (g, NULL, error);
}

/* --- the operation --- */

static CasTensor
append_channelwise (const Trial *self,
                    CasGraph    *g,
                    CasTensor    x)
{
  const CasLinear expand = { .weight = &self->weight, .bias = &self->bias };
  const CasLinear contract = { .weight = &self->second, .bias = &self->second_bias };
  CasTensor h = cas_op_linear (g, x, expand, CAS_ACT_GELU);

  h = cas_op_grn (g, h, &self->gamma, &self->beta);
  return cas_op_add (g, x, cas_op_linear (g, h, contract, CAS_ACT_NONE));
}

static void
append (const Trial *self,
        CasGraph    *g,
        CasTensor    x,
        CasTensor    kv)
{
  const CasBenchShape *shape = self->shape;
  const guint32 c = shape->c_in;

  switch (shape->kind)
    {
    case CAS_BENCH_LINEAR:
      cas_op_linear (g, x, (CasLinear) { .weight = &self->weight, .bias = &self->bias },
                     CAS_ACT_NONE);
      break;
    case CAS_BENCH_CHANNELWISE:
      append_channelwise (self, g, x);
      break;
    case CAS_BENCH_ATTENTION:
      cas_op_attention (g, &(CasAttention) {
        .q = x,
        .k = cas_tensor_channels (g, kv, 0, c),
        .v = cas_tensor_channels (g, kv, c, c),
        .n_heads = c / N_HEAD,
      });
      break;
    case CAS_BENCH_LAYER_NORM:
      cas_op_layer_norm (g, x, NULL, NULL, NORM_EPS);
      break;
    case CAS_BENCH_GRN:
      cas_op_grn (g, x, &self->gamma, &self->beta);
      break;
    case CAS_BENCH_DEPTHWISE:
      cas_op_depthwise (g, x, &self->weight, &self->bias, 1, CAS_PAD_ZERO);
      break;
    case CAS_BENCH_CONV:
      cas_op_conv (g, x, &self->weight, &self->bias, shape->n == 2 ? 2 : 1, shape->n == 2 ? 0 : 1,
                   CAS_ACT_NONE);
      break;
    case CAS_BENCH_TRANSPOSED:
      cas_op_conv_transpose (g, x, &self->weight, &self->bias, CAS_ACT_NONE);
      break;
    }
}

static CasGraph *
build (const Trial *self,
       guint        n_repeats)
{
  CasGraph *g = cas_graph_new ("bench");
  CasTensor x = cas_graph_load (g, self->x);
  CasTensor kv = self->kv != NULL ? cas_graph_load (g, self->kv) : CAS_NO_TENSOR;

  for (guint i = 0; i < n_repeats; i++)
    append (self, g, x, kv);
  return g;
}

static void
make_states (Trial *self)
{
  const CasBenchShape *shape = self->shape;

  g_clear_pointer (&self->x, cas_state_unref);
  self->x = cas_state_new ("x", CAS_F32, CAS_SHAPE (1, self->h, shape->w, shape->c_in));
  if (shape->kind == CAS_BENCH_ATTENTION && self->kv == NULL)
    self->kv = cas_state_new ("kv", CAS_F32, CAS_SHAPE (1, 1, shape->n, 2 * shape->c_in));
}

static CasBenchUnit
get_unit (CasBenchKind kind)
{
  return kind == CAS_BENCH_LAYER_NORM || kind == CAS_BENCH_GRN || kind == CAS_BENCH_DEPTHWISE
           ? CAS_BENCH_BYTES : CAS_BENCH_FLOP;
}

/* As many rows as a processor may do. */
static void
limit_rows (Trial *self)
{
  g_autoptr (CasGraph) g = build (self, 1);
  CasGraphCost cost;
  double excess;

  cas_graph_count (g, &cost);
  if (get_unit (self->shape->kind) == CAS_BENCH_BYTES)
    excess = cost.bytes_moved / PROCESSOR_BYTES;
  else
    excess = (cost.flop_linear + cost.flop_convolution + cost.flop_attention) / PROCESSOR_FLOP;
  if (excess <= 1)
    return;

  self->h = (guint32) MAX (self->h / excess, 1);
  if (self->shape->w == 1 && self->h > ROW_STEP)
    self->h -= self->h % ROW_STEP;
  else if (self->shape->w > 1) /* stride 2 wants an even number */
    self->h = MAX (self->h - self->h % 2, 2);
  make_states (self);
}

/* --- running --- */

static double
process_seconds (void)
{
  struct timespec now;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double) now.tv_sec + (double) now.tv_nsec * 1e-9;
}

/* What one run's dispatches were. */
typedef struct
{
  double      seconds;
  guint64     flop, bytes;
  const char *kernel;
  double      longest;
} Sum;

static void
add_dispatch (const char *kernel,
              const char *family,
              const char *scope,
              double      seconds,
              guint64     flop,
              guint64     bytes,
              gpointer    data)
{
  Sum *sum = data;

  sum->seconds += seconds;
  sum->flop += flop;
  sum->bytes += bytes;
  if (sum->kernel == NULL || seconds > sum->longest)
    {
      sum->kernel = kernel;
      sum->longest = seconds;
    }
}

static gboolean
compile (Trial      *self,
         CasGpu     *gpu,
         const char *kernels,
         guint       n_repeats,
         GError    **error)
{
  g_clear_pointer (&self->graph, cas_graph_free);
  self->graph = build (self, n_repeats);
  return cas_graph_compile (self->graph, &(CasCompileParams) {
      .gpu = gpu,
      .params = self->params,
      .kernels = kernels,
      .profile = TRUE,
    }, error);
}

static gboolean
run (Trial        *self,
     Sum          *sum,
     GCancellable *cancellable,
     GError      **error)
{
  *sum = (Sum) { 0 };
  if (!cas_graph_run (self->graph, cancellable, error))
    return FALSE;

  cas_graph_profile (self->graph, add_dispatch, sum);
  if (sum->seconds <= 0) /* a device without a clock */
    sum->seconds = cas_graph_get_seconds (self->graph);
  return TRUE;
}

static gboolean
sample (Trial               *self,
        gboolean             is_processor,
        guint                n_repeats,
        CasBenchShapeResult *result,
        GCancellable        *cancellable,
        GError             **error)
{
  CasBenchSamples samples = { 0 }, cpu = { 0 };
  double total = 0;
  Sum sum;

  for (guint i = 0; i < N_SAMPLES && (i == 0 || !is_processor || total < PROCESSOR_SECONDS); i++)
    {
      const double before = process_seconds ();

      if (!run (self, &sum, cancellable, error))
        return FALSE;
      cas_bench_samples_add (&cpu, process_seconds () - before);
      cas_bench_samples_add (&samples, sum.seconds);
      total += sum.seconds;
    }

  result->kernel = sum.kernel;
  result->seconds = cas_bench_samples_median (&samples) / n_repeats;
  result->cpu_seconds = is_processor ? cas_bench_samples_median (&cpu) / n_repeats : 0;
  result->flop = sum.flop / n_repeats;
  result->bytes = sum.bytes / n_repeats;
  return TRUE;
}

gboolean
cas_bench_shape_measure (const CasBenchShape *shape,
                         CasGpu              *gpu,
                         const char          *kernels,
                         CasBenchShapeResult *result,
                         GCancellable        *cancellable,
                         GError             **error)
{
  const gboolean is_processor = cas_gpu_get_info (gpu)->kind == CAS_GPU_CPU;
  g_auto (Trial) self = { .shape = shape, .h = shape->h, .params = cas_params_new_random (gpu) };
  guint n_repeats = 1;
  Sum first;

  make_weights (&self);
  make_states (&self);
  if (is_processor)
    limit_rows (&self);

  if (!fill_state (self.x, gpu, error) || (self.kv != NULL && !fill_state (self.kv, gpu, error))
      || !compile (&self, gpu, kernels, 1, error)
      || !run (&self, &first, cancellable, error)) /* which warms up */
    return FALSE;
  if (!is_processor)
    {
      if (!run (&self, &first, cancellable, error))
        return FALSE;
      n_repeats = (guint) CLAMP (ceil (SAMPLE_SECONDS / MAX (first.seconds, 1e-9)), 1, MAX_REPEATS);
      if (n_repeats > 1 && !compile (&self, gpu, kernels, n_repeats, error))
        return FALSE;
    }

  *result = (CasBenchShapeResult) {
    .shape = shape,
    .unit = get_unit (shape->kind),
    .rows = self.h,
  };
  if (!sample (&self, is_processor, n_repeats, result, cancellable, error))
    return FALSE;

  result->per_second = (double) (result->unit == CAS_BENCH_BYTES ? result->bytes : result->flop)
                       / MAX (result->seconds, 1e-9);
  return TRUE;
}
