/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The memory plan: nothing that lives together overlaps, whatever the graph; chains reuse. */

#include <string.h>

#include "cascade/error.h"
#include "ops/graph-private.h"
#include "support/weights.h"

#define GIB (G_GUINT64_CONSTANT (1) << 30)

/* --- random graphs --- */

static CasTensor
pick (GRand           *random,
      const CasTensor *tensors,
      guint            n)
{
  /* mostly the newest, now and then an old one that lives on */
  guint reach = g_rand_int_range (random, 0, 4) == 0 ? n : MIN (n, 3);

  return tensors[n - 1 - g_rand_int_range (random, 0, reach)];
}

static CasTensor
append_random (CasGraph        *g,
               GRand           *random,
               const CasWeight *vector,
               CasTensor        x,
               CasTensor        y)
{
  CasTensor half;

  switch (g_rand_int_range (random, 0, 8))
    {
    case 0:
      return cas_op_add (g, x, x);
    case 1:
      return cas_op_nearest (g, x, g_rand_int_range (random, 1, 20), 7);
    case 2:
      return cas_op_concat_tokens (g, (CasTensor[]) { x, y }, 2);
    case 3:
      return cas_tensor_reshape (g, x, CAS_SHAPE (x.shape.n, 1, x.shape.h * x.shape.w, x.shape.c));
    case 4:
      half = cas_tensor_batch (g, x, 1, 1);
      return cas_op_concat_batch (g, half, half);
    case 5:
      return cas_op_grn (g, x, vector, vector); /* with scratch of its own */
    case 6:
      return cas_op_scale (g, x, 2.0f);
    default:
      return cas_op_layer_norm (g, y, NULL, NULL, 1e-6f);
    }
}

static CasGraph *
new_random_graph (guint            seed,
                  const CasWeight *vector)
{
  enum { N = 40 };
  CasGraph *g = cas_graph_new ("random");
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  CasTensor tensors[N];

  tensors[0] = cas_graph_input (g, "x", CAS_F32, CAS_SHAPE (2, 3, 5, 8));
  for (guint i = 1; i < N; i++)
    tensors[i] = append_random (g, random, vector, pick (random, tensors, i),
                                pick (random, tensors, i));
  cas_graph_output (g, "y", tensors[N - 1]);
  cas_graph_output (g, "z", tensors[N / 2]);

  return g;
}

/* --- what a plan must hold, worked out anew --- */

typedef struct
{
  gboolean is_used;
  guint    first, last;
  guint64  size;
} Life;

static void
see (CasGraph  *g,
     Life      *lives,
     CasTensor  x,
     guint      op)
{
  guint32 id = x.id;

  if (!cas_tensor_is_set (x))
    return;
  while (cas_graph_record (g, id)->alias_of != 0)
    id = cas_graph_record (g, id)->alias_of;
  if (cas_graph_record (g, id)->store != CAS_STORE_ARENA)
    return;
  if (!lives[id - 1].is_used)
    lives[id - 1].first = op;
  lives[id - 1].is_used = TRUE;
  lives[id - 1].last = op;
  lives[id - 1].size = cas_record_size (cas_graph_record (g, id));
}

static Life *
find_lives (CasGraph *g)
{
  Life *lives = g_new0 (Life, g->tensors->len);

  for (guint i = 0; i < g->ops->len; i++)
    {
      const CasOp *op = g->ops->pdata[i];

      for (guint k = 0; k < CAS_OP_MAX_OUTPUTS; k++)
        see (g, lives, op->out[k], i);
      for (guint k = 0; k < CAS_OP_MAX_INPUTS; k++)
        see (g, lives, op->in[k], i);
    }
  return lives;
}

static gboolean
do_overlap (const Life         *a,
            const CasPlacement *at_a,
            const Life         *b,
            const CasPlacement *at_b)
{
  gboolean together = a->first <= b->last && b->first <= a->last;
  gboolean same_bytes = at_a->block == at_b->block && at_a->offset < at_b->offset + b->size
                        && at_b->offset < at_a->offset + a->size;

  return together && same_bytes;
}

static void
assert_plan_holds (CasGraph *g,
                   guint64   max_block)
{
  g_autoptr (GArray) sizes = g_array_new (FALSE, TRUE, sizeof (guint64));
  g_autofree CasPlacement *places = g_new0 (CasPlacement, g->tensors->len);
  g_autofree Life *lives = find_lives (g);
  g_autoptr (GError) error = NULL;
  guint n_used = 0;

  g_assert_true (cas_graph_plan (g, max_block, places, sizes, &error));
  g_assert_no_error (error);
  for (guint i = 0; i < g->tensors->len; i++)
    {
      if (!lives[i].is_used)
        continue;
      n_used++;
      g_assert_cmpuint (places[i].offset % 16, ==, 0);
      g_assert_cmpuint (places[i].block, <, sizes->len);
      g_assert_cmpuint (places[i].offset + lives[i].size, <=,
                        g_array_index (sizes, guint64, places[i].block));
      for (guint k = 0; k < i; k++)
        g_assert_false (lives[k].is_used
                        && do_overlap (&lives[i], &places[i], &lives[k], &places[k]));
    }
  for (guint i = 0; i < sizes->len; i++)
    g_assert_cmpuint (g_array_index (sizes, guint64, i), <=, max_block);
  g_assert_cmpuint (n_used, >, 0);
}

static void
test_random (void)
{
  g_autoptr (CasWeight) vector = test_weight_new ("v", CAS_F32, 1, 1, (guint64[]) { 8 });

  for (guint seed = 0; seed < 200; seed++)
    {
      g_autoptr (CasGraph) g = new_random_graph (seed, vector);

      g_assert_null (cas_graph_get_error (g));
      if (seed % 2 == 1)
        cas_graph_fuse (g);
      assert_plan_holds (g, GIB);
    }
}

/* Blocks that hold few tensors each. */
static void
test_small_blocks (void)
{
  g_autoptr (CasWeight) vector = test_weight_new ("v", CAS_F32, 1, 1, (guint64[]) { 8 });

  for (guint seed = 0; seed < 50; seed++)
    {
      g_autoptr (CasGraph) g = new_random_graph (seed, vector);
      guint64 largest = 0;

      for (guint32 id = 1; id <= g->tensors->len; id++)
        largest = MAX (largest, cas_record_size (cas_graph_record (g, id)));
      assert_plan_holds (g, (largest + 4095) / 4096 * 4096);
    }
}

/* --- how much --- */

static guint64
plan_bytes (CasGraph *g)
{
  g_autoptr (GArray) sizes = g_array_new (FALSE, TRUE, sizeof (guint64));
  g_autofree CasPlacement *places = g_new0 (CasPlacement, g->tensors->len);
  g_autoptr (GError) error = NULL;
  guint64 bytes = 0;

  g_assert_true (cas_graph_plan (g, GIB, places, sizes, &error));
  g_assert_no_error (error);
  for (guint i = 0; i < sizes->len; i++)
    bytes += g_array_index (sizes, guint64, i);
  return bytes;
}

/* Of a chain, an operation's input and its output live at a time. */
static void
test_chain (void)
{
  g_autoptr (CasGraph) g = cas_graph_new ("chain");
  CasTensor x = cas_graph_input (g, "x", CAS_F32, CAS_SHAPE (1, 16, 16, 64));

  for (guint i = 0; i < 30; i++)
    x = cas_op_scale (g, x, 2.0f);
  cas_graph_output (g, "y", x);

  g_assert_cmpuint (plan_bytes (g), ==, 2 * 16 * 16 * 64 * 4);
}

/* A skip connection lives on under the chain. */
static void
test_skip (void)
{
  g_autoptr (CasGraph) g = cas_graph_new ("skip");
  CasTensor x = cas_graph_input (g, "x", CAS_F32, CAS_SHAPE (1, 16, 16, 64));
  CasTensor skip = cas_op_scale (g, x, 3.0f);

  x = skip;
  for (guint i = 0; i < 30; i++)
    x = cas_op_scale (g, x, 2.0f);
  cas_graph_output (g, "y", cas_op_add (g, x, skip));

  g_assert_cmpuint (plan_bytes (g), ==, 3 * 16 * 16 * 64 * 4);
}

/* A view keeps its tensor alive. */
static void
test_view (void)
{
  g_autoptr (CasGraph) g = cas_graph_new ("view");
  CasTensor x = cas_graph_input (g, "x", CAS_F32, CAS_SHAPE (2, 16, 16, 64));
  CasTensor first = cas_op_scale (g, x, 3.0f), view;

  view = cas_tensor_reshape (g, cas_tensor_batch (g, first, 1, 1), CAS_SHAPE (1, 1, 256, 64));
  x = cas_op_scale (g, first, 2.0f);
  for (guint i = 0; i < 4; i++)
    x = cas_op_scale (g, x, 2.0f);
  cas_graph_output (g, "x", x);
  cas_graph_output (g, "view", view);

  g_assert_cmpuint (plan_bytes (g), ==, 3 * 2 * 16 * 16 * 64 * 4);
  assert_plan_holds (g, GIB);
}

static void
test_too_large (void)
{
  g_autoptr (CasGraph) g = cas_graph_new ("Stage A");
  CasTensor x = cas_graph_input (g, "x", CAS_F32, CAS_SHAPE (1, 2, 2, 8));
  g_autoptr (GArray) sizes = g_array_new (FALSE, TRUE, sizeof (guint64));
  CasPlacement places[8];
  g_autoptr (GError) error = NULL;

  x = cas_op_nearest (g, x, 64, 64);
  cas_graph_output (g, "y", cas_op_nearest (g, x, 1, 1));
  g_assert_false (cas_graph_plan (g, 100 << 10, places, sizes, &error));
  g_assert_error (error, CAS_ERROR, CAS_ERROR_OUT_OF_DEVICE_MEMORY);
  g_assert_nonnull (strstr (error->message, "Stage A needs a tensor of 0.1 MiB"));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/plan/random", test_random);
  g_test_add_func ("/plan/small-blocks", test_small_blocks);
  g_test_add_func ("/plan/chain", test_chain);
  g_test_add_func ("/plan/skip", test_skip);
  g_test_add_func ("/plan/view", test_view);
  g_test_add_func ("/plan/too-large", test_too_large);

  return g_test_run ();
}
