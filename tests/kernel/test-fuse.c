/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Fusing changes how many kernels there are, and no number: each network is built once as it is and
 * once with outputs in between that keep its operations apart. */

#include <math.h>

#include "kernel/tail.h"

typedef struct
{
  Trial    *t;
  CasGraph *g;
  gboolean  is_apart; /* keep() makes an output */
  guint     n_kept;
} Network;

/* A tensor that a fused network has no memory for. */
static CasTensor
keep (Network   *n,
      CasTensor  x)
{
  g_autofree char *name = g_strdup_printf ("kept %u", n->n_kept++);

  if (n->is_apart)
    cas_graph_output (n->g, name, x);
  return x;
}

static CasTensor
linear (Network      *n,
        const char   *name,
        CasTensor     x,
        guint32       n_out,
        CasActivation act)
{
  const CasWeight *w = trial_weight (n->t, name, CAS_F32, 2.0 / sqrt (x.shape.c), 2,
                                     (guint64[]) { n_out, x.shape.c });

  return keep (n, cas_op_linear (n->g, x, (CasLinear) { .weight = w }, act));
}

static CasTensor
conv (Network   *n,
      CasTensor  x)
{
  const CasWeight *w
      = trial_weight (n->t, "conv", CAS_F32, 0.3f, 4, (guint64[]) { 8, x.shape.c, 3, 3 });

  return keep (n, cas_op_conv (n->g, x, w, NULL, 1, 1, CAS_ACT_SILU));
}

static CasTensor
depthwise (Network   *n,
           CasTensor  x)
{
  const CasWeight *w
      = trial_weight (n->t, "depthwise", CAS_F32, 0.5f, 4, (guint64[]) { x.shape.c, 1, 3, 3 });

  return keep (n, cas_op_depthwise (n->g, x, w, trial_vector (n->t, "bias", 1, x.shape.c),
                                    1, CAS_PAD_REPLICATE));
}

static CasTensor
input (Network *n)
{
  return trial_input (n->t, "x", CAS_SHAPE (3, 3, 5, 8));
}

static CasTensor
batch_norm (Network   *n,
            CasTensor  x)
{
  guint32 c = x.shape.c;
  CasBatchNorm norm = {
    .weight = trial_vector (n->t, "norm.weight", 1, c),
    .bias = trial_vector (n->t, "norm.bias", 1, c),
    .mean = trial_vector (n->t, "norm.mean", 1, c),
    .var = trial_vector (n->t, "norm.var", 0.9f, c),
  };

  return keep (n, cas_op_batch_norm (n->g, x, norm, 1.0f));
}

static CasTensor
scale (Network   *n,
       CasTensor  x,
       float      offset,
       int        shift)
{
  return keep (n, cas_op_scale_by (n->g, x, trial_vector (n->t, "v", 1, 4), offset, 1, shift));
}

static CasTensor
modulate (Network   *n,
          CasTensor  x)
{
  CasTensor ab = trial_input (n->t, "ab", CAS_SHAPE (x.shape.n, 1, 1, 2 * x.shape.c));

  return keep (n, cas_op_modulate (n->g, x, ab));
}

static CasTensor
grn (Network   *n,
     CasTensor  x)
{
  return keep (n, cas_op_grn (n->g, x, trial_vector (n->t, "gamma", 1, x.shape.c),
                              trial_vector (n->t, "beta", 1, x.shape.c)));
}

/* --- networks --- */

static CasTensor
build_all_tails (Network *n)
{
  CasTensor x = input (n);
  CasTensor y = scale (n, batch_norm (n, linear (n, "w", x, 8, CAS_ACT_GELU)), 0.0f, -1);

  return modulate (n, keep (n, cas_op_add (n->g, y, x)));
}

static CasTensor
build_conv_tails (Network *n)
{
  CasTensor x = input (n);

  return modulate (n, keep (n, cas_op_add (n->g, x, batch_norm (n, conv (n, x)))));
}

static CasTensor
build_depthwise_tails (Network *n)
{
  CasTensor x = input (n);

  return keep (n, cas_op_add (n->g, x, scale (n, depthwise (n, x), 0.0f, -1)));
}

/* What it reads and adds are channels of something wider, at a place that is not aligned. */
static CasTensor
build_narrow_depthwise (Network *n)
{
  CasTensor all = trial_input (n->t, "x", CAS_SHAPE (2, 5, 11, 24));
  CasTensor x = cas_tensor_channels (n->g, all, 3, 13);

  return keep (n, cas_op_add (n->g, depthwise (n, x), x));
}

/* A shift, and a scale behind the addition, stay apart. */
static CasTensor
build_late_depthwise (Network *n)
{
  CasTensor x = input (n);
  CasTensor y = scale (n, depthwise (n, x), 1.0f, 2);

  y = keep (n, cas_op_add (n->g, depthwise (n, y), x));
  return scale (n, y, 0.0f, -1);
}

/* Both sides of an addition are linears: one of them takes the other as its residual. */
static CasTensor
build_two_linears (Network *n)
{
  CasTensor x = input (n);
  CasTensor a = linear (n, "a", x, 9, CAS_ACT_SILU), b = linear (n, "b", x, 9, CAS_ACT_NONE);

  return modulate (n, keep (n, cas_op_add (n->g, a, b)));
}

static CasTensor
build_block (Network *n)
{
  CasTensor x = input (n);
  CasTensor y = cas_op_layer_norm (n->g, x, NULL, NULL, 1e-6f);
  CasTensor skip = trial_input (n->t, "skip", CAS_SHAPE (3, 3, 5, 16));

  y = keep (n, cas_op_concat (n->g, keep (n, y), skip));
  y = grn (n, linear (n, "w0", y, 40, CAS_ACT_GELU));
  y = keep (n, cas_op_add (n->g, x, linear (n, "w1", y, 8, CAS_ACT_NONE)));
  return modulate (n, y);
}

static CasTensor
build_scaled_norm (Network *n)
{
  CasTensor y = cas_op_layer_norm (n->g, input (n), NULL, NULL, 1e-6f);

  return scale (n, keep (n, y), 1.0f, 3);
}

/* What a linear multiplies afterwards has no shift: that stays apart. */
static CasTensor
build_shifted_linear (Network *n)
{
  return scale (n, linear (n, "w", input (n), 9, CAS_ACT_NONE), 1.0f, 2);
}

/* A modulation is the last thing that a linear does. */
static CasTensor
build_late_norm (Network *n)
{
  return batch_norm (n, modulate (n, linear (n, "w", input (n), 8, CAS_ACT_NONE)));
}

static CasTensor
build_late_scale (Network *n)
{
  CasTensor x = input (n);
  CasTensor y = keep (n, cas_op_add (n->g, x, linear (n, "w", x, 8, CAS_ACT_NONE)));

  return scale (n, y, 0.0f, -1);
}

/* A residual that is repeated over pixels is no residual. */
static CasTensor
build_repeated (Network *n)
{
  CasTensor pixel = trial_input (n->t, "pixel", CAS_SHAPE (3, 1, 1, 8));

  return keep (n, cas_op_add (n->g, linear (n, "w", input (n), 8, CAS_ACT_NONE), pixel));
}

/* A linear that is repeated over pixels and pictures cannot make the whole sum. */
static CasTensor
build_repeated_linear (Network *n)
{
  CasTensor pixel = trial_input (n->t, "pixel", CAS_SHAPE (1, 1, 1, 5));

  return keep (n, cas_op_add (n->g, input (n), linear (n, "w", pixel, 8, CAS_ACT_NONE)));
}

/* Read twice, a linear's output has to be there. */
static CasTensor
build_read_twice (Network *n)
{
  CasTensor y = linear (n, "w", input (n), 8, CAS_ACT_NONE);

  return keep (n, cas_op_add (n->g, batch_norm (n, y), y));
}

/* The same tensor on both sides. */
static CasTensor
build_doubled (Network *n)
{
  CasTensor y = linear (n, "w", input (n), 8, CAS_ACT_NONE);

  return keep (n, cas_op_add (n->g, y, y));
}

/* Some channels of a linear, and another shape of one. */
static CasTensor
build_views (Network *n)
{
  CasTensor x = input (n);
  CasTensor y = linear (n, "w", x, 24, CAS_ACT_NONE);
  CasTensor a = cas_tensor_channels (n->g, y, 8, 8);
  CasTensor b = linear (n, "u", x, 8, CAS_ACT_NONE);

  a = keep (n, cas_op_add (n->g, a, a));
  b = cas_tensor_reshape (n->g, b, CAS_SHAPE (3, 1, 15, 8));
  a = cas_tensor_reshape (n->g, a, CAS_SHAPE (3, 1, 15, 8));
  return keep (n, cas_op_add (n->g, a, b));
}

/* The sums of a response norm are of what a linear leaves behind all that follows it. */
static CasTensor
build_norm_of_sum (Network *n)
{
  CasTensor x = input (n);
  CasTensor y = keep (n, cas_op_add (n->g, linear (n, "w0", x, 8, CAS_ACT_GELU), x));

  return linear (n, "w1", grn (n, modulate (n, y)), 9, CAS_ACT_NONE);
}

/* A convolution makes no sums. */
static CasTensor
build_norm_of_conv (Network *n)
{
  return linear (n, "w", grn (n, conv (n, input (n))), 9, CAS_ACT_NONE);
}

static CasTensor
build_two_norms (Network *n)
{
  CasTensor y = grn (n, linear (n, "w0", input (n), 24, CAS_ACT_GELU));

  y = grn (n, linear (n, "w1", y, 16, CAS_ACT_GELU));
  return linear (n, "w2", y, 9, CAS_ACT_NONE);
}

/* A linear of two sources scales neither: the norm is left by itself. */
static CasTensor
build_norm_and_other (Network *n)
{
  CasTensor x = input (n);
  CasTensor y = grn (n, linear (n, "w0", x, 16, CAS_ACT_GELU));

  return linear (n, "w1", keep (n, cas_op_concat (n->g, y, x)), 9, CAS_ACT_NONE);
}

typedef struct
{
  const char *name;
  CasTensor (*build) (Network *n);
  guint       n_ops; /* fused */
} Case;

static void
build (Trial      *t,
       const Case *c,
       gboolean    is_apart)
{
  Network n = { .t = t, .g = trial_graph (t), .is_apart = is_apart };

  trial_name (t, "%s, %s", c->name, is_apart ? "apart" : "fused");
  cas_graph_output (n.g, "y", c->build (&n));
}

static guint
count_ops (Trial *t)
{
  CasGraphCost cost;

  cas_graph_count (trial_graph (t), &cost);
  return cost.n_ops;
}

static void
check_case (Trial         *t,
            gconstpointer  row)
{
  const Case *c = row;
  g_autoptr (Trial) apart = trial_new_like (t);
  g_autoptr (Numbers) wanted = NULL;

  build (apart, c, TRUE);
  build (t, c, FALSE);
  if (!trial_run (apart) || !trial_run (t))
    return;

  if (count_ops (t) != c->n_ops)
    {
      g_autofree char *text = cas_graph_print (trial_graph (t));

      trial_fail (t, "%u operations, wanted %u:\n%s", count_ops (t), c->n_ops, text);
    }
  wanted = trial_read_numbers (apart, "y");
  trial_compare (t, "y", wanted, 1);
}

static void
test_networks (gconstpointer fixture)
{
  static const Case cases[] = {
    { "all that may follow a linear", build_all_tails, 1 },
    { "all that may follow a convolution", build_conv_tails, 1 },
    { "all that may follow a depthwise convolution", build_depthwise_tails, 1 },
    { "a depthwise convolution of a view", build_narrow_depthwise, 1 },
    { "a depthwise convolution with scale and shift", build_late_depthwise, 4 },
    { "the sum of two linears", build_two_linears, 2 },
    { "a residual block", build_block, 4 },
    { "a scaled layer norm", build_scaled_norm, 1 },
    { "a linear with scale and shift", build_shifted_linear, 2 },
    { "a batch norm after a modulation", build_late_norm, 2 },
    { "a scale after a residual", build_late_scale, 2 },
    { "a residual of one pixel", build_repeated, 2 },
    { "a linear of one pixel, repeated", build_repeated_linear, 2 },
    { "a linear that is read twice", build_read_twice, 3 },
    { "a linear added to itself", build_doubled, 2 },
    { "views of linears", build_views, 4 },
    { "a response norm of a sum", build_norm_of_sum, 3 },
    { "a response norm of a convolution", build_norm_of_conv, 3 },
    { "two response norms", build_two_norms, 5 },
    { "a response norm beside another source", build_norm_and_other, 3 },
  };

  CHECK_TABLE (fixture, cases, check_case);
}

int
main (int    argc,
      char **argv)
{
  Fixture *f;

  g_test_init (&argc, &argv, NULL);
  f = fixture_new ();
  fixture_add (f, "/fuse/networks", test_networks);

  return fixture_run (f);
}
