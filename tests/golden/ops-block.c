/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Single blocks of the networks. */

#include "golden/device.h"
#include "golden/op-table.h"

#include "model/blocks.h"
#include "model/stage_a.h"

/* A run of the file “main” with the input x. */
static GoldenRun *
begin (GoldenCase *c,
       CasTensor  *x,
       GError    **error)
{
  g_autoptr (GoldenRun) run = golden_run_new (c, "main", error);
  if (!run)
    return NULL;
  *x = golden_run_input (run, "x", GOLDEN_NCHW);
  return g_steal_pointer (&run);
}

static gboolean
finish (GoldenRun *run,
        CasTensor  y,
        GError   **error)
{
  golden_run_output (run, "y", y, GOLDEN_NCHW);
  return golden_run_finish (run, error);
}

gboolean
golden_res_block (GoldenCase *c,
                  GError    **error)
{
  CasTensor x, skip = CAS_NO_TENSOR;
  CasResBlock block;
  double c_skip;

  if (!golden_case_get_number (c, "c_skip", &c_skip, error))
    return FALSE;
  g_autoptr (GoldenRun) run = begin (c, &x, error);
  if (!run)
    return FALSE;

  if (c_skip > 0)
    skip = golden_run_input (run, "skip", GOLDEN_NCHW);
  cas_res_block_init (&block, golden_run_get_weights (run), x.shape.c, (guint32) c_skip);
  return finish (run, cas_res_block (golden_run_get_graph (run), &block, x, skip), error);
}

gboolean
golden_feed_forward_block (GoldenCase *c,
                           GError    **error)
{
  CasTensor x;
  CasFeedForwardBlock block;
  g_autoptr (GoldenRun) run = begin (c, &x, error);
  if (!run)
    return FALSE;

  cas_feed_forward_block_init (&block, golden_run_get_weights (run), x.shape.c);
  return finish (run, cas_feed_forward_block (golden_run_get_graph (run), &block, x), error);
}

gboolean
golden_attn_block (GoldenCase *c,
                   GError    **error)
{
  CasTensor x;
  CasAttnBlock block;
  g_autoptr (GoldenRun) run = begin (c, &x, error);
  if (!run)
    return FALSE;

  CasGraph *g = golden_run_get_graph (run);
  CasTensor cond = golden_run_input (run, "kv", GOLDEN_TOKENS);
  cas_attn_block_init (&block, golden_run_get_weights (run), x.shape.c, cond.shape.c);
  block.is_cross_only = !golden_case_has_flag (c, "self_attn");
  CasTensor kv = cas_attn_block_condition (g, &block, cas_op_activation (g, cond, CAS_ACT_SILU));
  return finish (run, cas_attn_block (g, &block, x, kv), error);
}

gboolean
golden_timestep_block (GoldenCase *c,
                       GError    **error)
{
  CasTensor x;
  CasTimestepBlock block;
  g_autoptr (GoldenRun) run = begin (c, &x, error);
  if (!run)
    return FALSE;

  CasGraph *g = golden_run_get_graph (run);
  CasTensor t = golden_run_input (run, "t", GOLDEN_ROWS);
  g_autoptr (GArray) pieces = g_array_new (FALSE, TRUE, sizeof (CasLinearPiece));
  cas_timestep_block_init (&block, golden_run_get_weights (run), x.shape.c);
  cas_timestep_block_add_pieces (&block, 0, pieces);
  CasTensor ab = cas_op_linear_stack (g, t, (CasLinearPiece *) pieces->data, pieces->len,
                                      2 * x.shape.c);
  return finish (run, cas_op_modulate (g, x, ab), error);
}

gboolean
golden_updown_block (GoldenCase *c,
                     GError    **error)
{
  gboolean is_up = g_strcmp0 (golden_case_peek_string (c, "mode"), "up") == 0;
  CasTensor x;
  CasUpDownBlock block;
  double c_out;

  if (!golden_case_get_number (c, "c_out", &c_out, error))
    return FALSE;
  g_autoptr (GoldenRun) run = begin (c, &x, error);
  if (!run)
    return FALSE;

  cas_up_down_block_init (&block, golden_run_get_weights (run), x.shape.c, (guint32) c_out,
                          is_up, golden_case_has_flag (c, "enabled"));
  return finish (run, cas_up_down_block (golden_run_get_graph (run), &block, x), error);
}

gboolean
golden_stage_a_res_block (GoldenCase *c,
                          GError    **error)
{
  CasTensor x;
  CasStageABlock block;
  g_autoptr (GoldenRun) run = begin (c, &x, error);
  if (!run)
    return FALSE;

  cas_stage_a_block_init (&block, golden_run_get_weights (run), x.shape.c);
  return finish (run, cas_stage_a_block (golden_run_get_graph (run), &block, x), error);
}
