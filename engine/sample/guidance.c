/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Guidance and sampler step as operations of the graph. */

#include "sample/guidance.h"

#include <glib/gi18n-lib.h>

#include "cascade/error.h"
#include "ops/dispatch.h"
#include "ops/op.h"
#include "shaders/guidance.h"
#include "shaders/guidance_moments.h"
#include "shaders/sampler_step.h"

typedef struct
{
  gboolean is_whole_batch;
} Guidance;

/* numbers of one part of the statistics */
#define PART_ELEMENTS 1024

static void
record_moments (const CasOp *op,
                CasRecorder *r)
{
  const Guidance *data = op->data;
  CasShape shape = op->out[0].shape;
  CasGuidanceMomentsParams params = {
    .prediction = cas_recorder_address (r, op->in[0]),
    .scalars = cas_recorder_address (r, op->in[1]),
    .moments = cas_recorder_address (r, op->out[1]),
    .n_pictures = shape.n,
    .n_elements = cas_shape_n_elements (shape) / shape.n,
    .n_group_pictures = data->is_whole_batch ? shape.n : 1,
    .n_parts = op->out[1].shape.w,
    .n_part_elements = PART_ELEMENTS,
  };

  cas_dispatch (r, &cas_shader_guidance_moments, NULL, 0, &params, params.n_parts,
                op->out[1].shape.n);
}

static void
record_guidance (const CasOp *op,
                 CasRecorder *r)
{
  const Guidance *data = op->data;
  CasShape shape = op->out[0].shape;
  guint32 n_own_parts = cas_dispatch_rows_per_group (r);
  CasGuidanceParams params = {
    .prediction = cas_recorder_address (r, op->in[0]),
    .scalars = cas_recorder_address (r, op->in[1]),
    .moments = cas_recorder_address (r, op->out[1]),
    .y = cas_recorder_address (r, op->out[0]),
    .n_pictures = shape.n,
    .n_elements = cas_shape_n_elements (shape) / shape.n,
    .n_group_pictures = data->is_whole_batch ? shape.n : 1,
    .n_parts = op->out[1].shape.w,
    .n_part_elements = PART_ELEMENTS,
    .n_own_elements = n_own_parts * PART_ELEMENTS,
  };

  record_moments (op, r);
  cas_dispatch (r, &cas_shader_guidance, NULL, 0, &params,
                (params.n_parts + n_own_parts - 1) / n_own_parts, op->out[1].shape.n);
}

static const CasOpClass guidance = {
  .name = "guidance",
  .family = "sampling",
  .data_size = sizeof (Guidance),
  .record = record_guidance,
};

CasTensor
cas_op_guidance (CasGraph *g,
                 CasTensor prediction,
                 CasTensor scalars,
                 gboolean  is_whole_batch)
{
  CasShape shape = prediction.shape;
  guint64 n_group, n_parts;
  CasOp *op;

  if (!cas_graph_has_failed (g) && shape.n % 2 != 0)
    cas_graph_fail (g, CAS_ERROR_BAD_PARAMETER, _ ("guidance: a batch of %u has no two halves"),
                    shape.n);
  shape.n /= 2;
  op = cas_graph_append (g, &guidance, CAS_F32, shape);
  if (op == NULL)
    return CAS_NO_TENSOR;
  op->in[0] = prediction;
  op->in[1] = scalars;
  ((Guidance *) op->data)->is_whole_batch = is_whole_batch;
  n_group = cas_shape_n_elements (shape) / (is_whole_batch ? 1 : shape.n);
  n_parts = (n_group + PART_ELEMENTS - 1) / PART_ELEMENTS;
  cas_graph_add_output (g, op, 1, CAS_F32, CAS_SHAPE (is_whole_batch ? 1 : shape.n, 1, n_parts, 4));
  return op->out[0];
}

/* numbers of a lane */
#define LANE_ELEMENTS 16

static void
record_step (const CasOp *op,
             CasRecorder *r)
{
  guint64 n = cas_shape_n_elements (op->out[0].shape);
  guint64 n_group = cas_dispatch_lanes (r) * LANE_ELEMENTS;
  CasSamplerStepParams params = {
    .x = cas_recorder_address (r, op->in[0]),
    .epsilon = cas_recorder_address (r, op->in[1]),
    .noise = cas_recorder_address (r, op->in[2]),
    .coefficients = cas_recorder_address (r, op->in[3]),
    .x0 = cas_recorder_address (r, op->out[0]),
    .x_next = cas_recorder_address (r, op->out[1]),
    .n = n,
  };

  cas_dispatch (r, &cas_shader_sampler_step, (guint32[]) { LANE_ELEMENTS }, 1, &params,
                (n + n_group - 1) / n_group, 1);
}

static const CasOpClass sampler_step = {
  .name = "sampler_step",
  .family = "sampling",
  .record = record_step,
};

void
cas_op_sampler_step (CasGraph  *g,
                     CasTensor  x,
                     CasTensor  epsilon,
                     CasTensor  noise,
                     CasTensor  coefficients,
                     CasTensor *x0,
                     CasTensor *x_next)
{
  CasOp *op = cas_graph_append (g, &sampler_step, CAS_F32, x.shape);

  *x0 = *x_next = CAS_NO_TENSOR;
  if (op == NULL)
    return;
  op->in[0] = x;
  op->in[1] = epsilon;
  op->in[2] = noise;
  op->in[3] = coefficients;
  *x0 = op->out[0];
  *x_next = cas_graph_add_output (g, op, 1, CAS_F32, x.shape);
}
