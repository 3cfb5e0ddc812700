/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One block with every kind of work that paths differ in: linears with each epilogue and of each
 * type of weights, one over two tensors, a 2×2, a 3×3 and a transposed convolution, attention over
 * two sources. */

#include "ops/trial.h"

#include <math.h>

#include "ops/op.h"
#include "ops/ops.h"
#include "shaders/attention_register.h"
#include "shaders/attention_tile.h"
#include "shaders/elementwise.h"
#include "shaders/generated/attention_matrix.h"
#include "shaders/generated/attention_matrix2.h"
#include "shaders/generated/linear_matrix.h"
#include "shaders/generated/linear_matrix2.h"
#include "shaders/grn_norms.h"
#include "shaders/grn_scale.h"
#include "shaders/grn_sums.h"
#include "shaders/largest.h"
#include "shaders/layer_norm.h"
#include "shaders/linear_register.h"
#include "shaders/linear_split.h"
#include "shaders/linear_tile.h"
#include "shaders/random.h"

/* To be raised when the block changes, or what is made of its results. */
#define TRIAL_VERSION "3"

#define N_TOKENS  85
#define NORM_EPS  1e-6f
/* The best of so many runs after one that warms up. */
#define N_RUNS    3
#define LONG_RUN  1.0 /* seconds; what takes longer is run once */

static const char *const outputs[]
  = { "channelwise", "attention", "joint", "down", "around", "up" };

#define N_OUTPUTS G_N_ELEMENTS (outputs)

/* What the block works on. A ragged number of rows, and on a graphics card enough of them for the
 * large tiles; on a processor heads that every path's kernel for attention takes. */
typedef struct
{
  guint32 h, w, c;
  guint32 n_head; /* channels of a head */
} Size;

static const Size card_size = { 16, 20, 1024, 64 };
static const Size processor_size = { 6, 10, 256, 16 };

struct _CasTrial
{
  CasGpu *gpu;
  Size    size;
  GArray *wanted[N_OUTPUTS]; /* of float */
};

/* --- the block --- */

typedef struct
{
  CasWeight expand, contract, gamma, beta, q, kv, out, bias, wide_bias, joint, down, around, up;
} Weights;

static CasWeight
make_weight (const char *name,
             guint       n_dims,
             guint32     a,
             guint32     b,
             guint32     kernel)
{
  return (CasWeight) {
    .name = name,
    .file = "trial",
    .dtype = CAS_BF16,
    .n_dims = n_dims,
    .dims = { a, b, kernel, kernel },
  };
}

static void
weights_init (Weights *ws,
              guint32  c)
{
  *ws = (Weights) {
    .expand = make_weight ("expand", 2, 4 * c, c, 0),
    .contract = make_weight ("contract", 2, c, 4 * c, 0),
    .gamma = make_weight ("gamma", 1, 4 * c, 0, 0),
    .beta = make_weight ("beta", 1, 4 * c, 0, 0),
    .q = make_weight ("q", 2, c, c, 0),
    .kv = make_weight ("kv", 2, 2 * c, c, 0),
    .out = make_weight ("out", 2, c, c, 0),
    .bias = make_weight ("bias", 1, c, 0, 0),
    .wide_bias = make_weight ("wide bias", 1, 4 * c, 0, 0),
    .joint = make_weight ("joint", 2, c, 2 * c, 0),
    .down = make_weight ("down", 4, c, c, 2),
    .around = make_weight ("around", 4, c, c, 3),
    .up = make_weight ("up", 4, c, c, 4),
  };
  ws->q.dtype = CAS_F32; /* every type is read in its own way */
  ws->out.dtype = CAS_F16;
}

static CasTensor
append_attention (CasGraph      *g,
                  const Weights *ws,
                  CasTensor      x,
                  CasTensor      condition,
                  Size           size)
{
  const guint32 c = size.c;
  const CasLinear kv = { .weight = &ws->kv };
  CasTensor own = cas_op_linear (g, x, kv, CAS_ACT_NONE);
  CasTensor other = cas_op_linear (g, condition, kv, CAS_ACT_NONE);
  CasTensor y = cas_op_attention (g, &(CasAttention) {
    .q = cas_op_linear (g, x, (CasLinear) { .weight = &ws->q }, CAS_ACT_NONE),
    .k = cas_tensor_channels (g, own, 0, c),
    .v = cas_tensor_channels (g, own, c, c),
    .k2 = cas_tensor_channels (g, other, 0, c),
    .v2 = cas_tensor_channels (g, other, c, c),
    .n_heads = c / size.n_head,
  });

  return cas_op_add (g, x, cas_op_linear (g, y, (CasLinear) { &ws->out, &ws->bias },
                                          CAS_ACT_NONE));
}

/* Each result is what goes into the next, as in a network. */
static CasGraph *
build (const Weights *ws,
       Size           size)
{
  CasGraph *g = cas_graph_new ("trial");
  CasTensor x = cas_graph_input (g, "x", CAS_F32, CAS_SHAPE (1, size.h, size.w, size.c));
  CasTensor condition
    = cas_graph_input (g, "condition", CAS_F32, CAS_SHAPE (1, 1, N_TOKENS, size.c));
  CasTensor h = cas_op_linear (g, cas_op_layer_norm (g, x, NULL, NULL, NORM_EPS),
                               (CasLinear) { &ws->expand, &ws->wide_bias }, CAS_ACT_GELU);
  CasTensor skip;

  h = cas_op_grn (g, h, &ws->gamma, &ws->beta);
  x = cas_op_add (g, x, cas_op_linear (g, h, (CasLinear) { &ws->contract, &ws->bias },
                                       CAS_ACT_NONE));
  cas_graph_output (g, "channelwise", x);
  skip = x;
  x = append_attention (g, ws, cas_op_layer_norm (g, x, NULL, NULL, NORM_EPS), condition, size);
  cas_graph_output (g, "attention", x);
  x = cas_op_linear (g, cas_op_concat (g, x, skip), (CasLinear) { &ws->joint, &ws->bias },
                     CAS_ACT_NONE);
  cas_graph_output (g, "joint", x);
  x = cas_op_conv (g, x, &ws->down, &ws->bias, 2, 0, CAS_ACT_NONE);
  cas_graph_output (g, "down", x);
  x = cas_op_conv (g, x, &ws->around, &ws->bias, 1, 1, CAS_ACT_NONE);
  cas_graph_output (g, "around", x);
  x = cas_op_conv_transpose (g, x, &ws->up, &ws->bias, CAS_ACT_SILU);
  cas_graph_output (g, "up", x);
  return g;
}

/* --- running it --- */

static void
write_random (CasGraph   *g,
              const char *name)
{
  const gsize n = cas_shape_n_elements (cas_graph_get_shape (g, name));
  g_autofree float *numbers = g_new (float, n);
  guint32 bits = 1;

  for (gsize i = 0; i < n; i++)
    {
      bits = bits * 1664525u + 1013904223u;
      numbers[i] = (float) (gint32) bits * 0x1p-30f;
    }
  cas_graph_write (g, name, numbers);
}

typedef struct
{
  double  seconds;
  guint64 flop;
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
}

static gboolean
run_once (CasGraph *g,
          double   *speed,
          double   *seconds,
          GError  **error)
{
  const gint64 start_us = g_get_monotonic_time ();
  Sum sum = { 0 };

  if (!cas_graph_run (g, NULL, error))
    return FALSE;

  *seconds = (double) (g_get_monotonic_time () - start_us) / 1e6;
  cas_graph_profile (g, add_dispatch, &sum);
  if (sum.seconds <= 0) /* a device without a clock */
    sum.seconds = *seconds;
  *speed = (double) sum.flop / MAX (sum.seconds, 1e-9);
  return TRUE;
}

static gboolean
run_path (CasTrial *self,
          CasPath   path,
          double   *speed,
          GArray   *results[N_OUTPUTS],
          GError  **error)
{
  g_autoptr (CasParams) params = cas_params_new_random (self->gpu);
  Weights ws;
  double seconds = 0;

  weights_init (&ws, self->size.c);

  g_autoptr (CasGraph) g = build (&ws, self->size);

  if (!cas_graph_compile (g, &(CasCompileParams) {
        .gpu = self->gpu,
        .params = params,
        .kernels = cas_path_get_name (path),
        .profile = TRUE,
      }, error))
    return FALSE;

  write_random (g, "x");
  write_random (g, "condition");
  *speed = 0;
  for (guint i = 0; i <= N_RUNS && (i <= 1 || seconds < LONG_RUN); i++)
    {
      double now;

      if (!run_once (g, &now, &seconds, error))
        return FALSE;
      *speed = MAX (*speed, now);
    }

  for (guint i = 0; i < N_OUTPUTS; i++)
    {
      const guint n = cas_shape_n_elements (cas_graph_get_shape (g, outputs[i]));

      results[i] = g_array_set_size (g_array_new (FALSE, FALSE, sizeof (float)), n);
      cas_graph_read (g, outputs[i], results[i]->data);
    }
  return TRUE;
}

static double
measure_error (const GArray *wanted,
               const GArray *found)
{
  double difference = 0, whole = 0;

  for (guint i = 0; i < wanted->len; i++)
    {
      const double a = g_array_index (wanted, float, i), b = g_array_index (found, float, i);

      difference += (a - b) * (a - b);
      whole += a * a;
    }
  return isfinite (difference) && whole > 0 ? sqrt (difference / whole) : INFINITY;
}

CasTrial *
cas_trial_new (CasGpu  *gpu,
               GError **error)
{
  g_autoptr (CasTrial) self = g_new0 (CasTrial, 1);
  double speed;

  self->gpu = gpu;
  self->size = cas_gpu_get_info (gpu)->kind == CAS_GPU_CPU ? processor_size : card_size;
  if (!run_path (self, CAS_PATH_REGISTER, &speed, self->wanted, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
cas_trial_free (CasTrial *self)
{
  if (!self)
    return;

  for (guint i = 0; i < N_OUTPUTS; i++)
    g_clear_pointer (&self->wanted[i], g_array_unref);
  g_free (self);
}

gboolean
cas_trial_run (CasTrial       *self,
               CasPath         path,
               CasTrialResult *result,
               GError        **error)
{
  GArray *found[N_OUTPUTS] = { NULL };

  *result = (CasTrialResult) { 0 };
  if (!run_path (self, path, &result->speed, found, error))
    return FALSE;

  for (guint i = 0; i < N_OUTPUTS; i++)
    {
      result->error = MAX (result->error, measure_error (self->wanted[i], found[i]));
      g_array_unref (found[i]);
    }
  return TRUE;
}

double
cas_trial_get_bound (CasPath path)
{
  CasMatrixType type;

  if (!cas_path_get_matrix (path, &type))
    return 1e-5;
  return 8 * (type == CAS_MATRIX_BF16 ? 0x1p-9 : 0x1p-12);
}

char *
cas_trial_dup_version (void)
{
  static const CasShader *const shaders[] = {
    &cas_shader_linear_register,    &cas_shader_linear_tile,      &cas_shader_linear_matrix,
    &cas_shader_linear_matrix_bf16, &cas_shader_attention_register, &cas_shader_attention_tile,
    &cas_shader_attention_matrix,   &cas_shader_attention_matrix_bf16, &cas_shader_linear_matrix2,
    &cas_shader_linear_matrix2_bf16, &cas_shader_linear_matrix2_elements,
    &cas_shader_attention_matrix2,  &cas_shader_attention_matrix2_bf16,
    &cas_shader_attention_matrix2_elements, &cas_shader_linear_split,
    &cas_shader_linear_register_texel, &cas_shader_attention_register_texel,
    &cas_shader_layer_norm,         &cas_shader_grn_sums,         &cas_shader_grn_norms,
    &cas_shader_grn_scale,          &cas_shader_largest,          &cas_shader_random,
    &cas_shader_elementwise,
  };
  static const char versions[] = WEIR_VERSION " " TRIAL_VERSION;
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  g_checksum_update (checksum, (const guchar *) versions, sizeof versions);
  for (guint i = 0; i < G_N_ELEMENTS (shaders); i++)
    g_checksum_update (checksum, (const guchar *) shaders[i]->spirv, shaders[i]->spirv_bytes);
  return g_strdup (g_checksum_get_string (checksum));
}
