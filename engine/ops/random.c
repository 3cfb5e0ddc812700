/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Parameters that are made on the device: random numbers, about as large as those of a trained
 * model, so that a network's numbers stay finite all the way through. */

#include "ops/graph-private.h"

#include <math.h>

#include "shaders/random.h"

#define WORDS_PER_LANE 64
#define MAX_GROUPS     65535
#define VECTOR_SCALE   0.1f /* of biases and the like */

/* For sums of as much variance as what goes in: uniform numbers of variance 1 / n_in. */
static float
get_scale (const CasParam *param)
{
  switch (param->packing)
    {
    case CAS_PACK_MATRIX:
    case CAS_PACK_CONV:
    case CAS_PACK_CONV_TRANSPOSE:
      return sqrtf (3.0f / (float) (param->n_columns * param->n_matrices));
    case CAS_PACK_DEPTHWISE:
      return sqrtf (3.0f / (float) param->n_rows);
    case CAS_PACK_TABLE:
    case CAS_PACK_BATCH_NORM:
      return 1.0f;
    case CAS_PACK_VECTOR:
      break;
    }
  return VECTOR_SCALE;
}

gboolean
cas_random_fill (CasGpu         *gpu,
                 CasBuffer      *buffer,
                 guint64         offset,
                 const CasParam *param,
                 float          *largest,
                 GError        **error)
{
  const guint32 lanes = cas_gpu_get_info (gpu)->subgroup_size;
  const CasRandomParams push = {
    .y = cas_buffer_get_address (buffer) + offset,
    .n_words = (guint32) ((cas_param_size (param) + 3) / 4),
    .n_columns = (guint32) param->n_columns,
    .pitch = (guint32) param->pitch,
    .seed = g_str_hash (cas_param_name (param)) + (guint32) param->pieces[0].src_row,
    .scale = get_scale (param),
  };
  const CasPipelineParams pipeline_params = {
    .shader = &cas_shader_random,
    .spec = { lanes, param->dtype, WORDS_PER_LANE },
    .n_spec = 3,
    .pin_subgroup = TRUE,
  };
  const guint32 group_words = lanes * WORDS_PER_LANE;
  const guint32 n_groups = (push.n_words + group_words - 1) / group_words;
  const guint32 n_rows = (n_groups + MAX_GROUPS - 1) / MAX_GROUPS;
  CasPipeline *pipeline = cas_gpu_get_pipeline (gpu, &pipeline_params, error);
  g_autoptr (CasCommands) commands = NULL;

  *largest = push.scale;
  if (pipeline == NULL)
    return FALSE;
  commands = cas_commands_new (gpu, 0, "random", error);
  if (commands == NULL)
    return FALSE;

  cas_commands_dispatch (commands, pipeline, &push, (n_groups + n_rows - 1) / n_rows, n_rows, 1);
  return cas_commands_end (commands, error) && cas_commands_run (commands, error);
}
