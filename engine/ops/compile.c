/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From a list of operations to command buffers: memory, parameters, kernels, submits. */

#include "ops/program.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "cascade/error.h"
#include "ops/linear_matrix.h"
#include "ops/linear_split.h"

/* A submit is cut off after this much estimated work, so that others may use the device and a
 * cancel is seen. */
#define SUBMIT_SECONDS 0.1

/* Dispatches of one command buffer, and so timestamps it needs. */
#define MAX_DISPATCHES 512

#define BLOCK_BYTES 128 /* room for one operation's block */
#define MAX_GROUPS  65535
#define MAX_PARTS   64 /* submits that one dispatch is spread over */

struct _CasRecorder
{
  CasGraph     *g;
  CasProgram   *program;
  GError       *error; /* the first */
  GCancellable *cancellable;
  const CasOp  *op;
  CasCommands  *open;
  guint         n_dispatches; /* of the open commands */
  double        seconds;      /* estimated, of the open commands */
  CasGraphCost  cost;         /* of op, given to its first dispatch that does not only prepare */
  gboolean      is_preparing; /* the next dispatch does */
  guint64       blocks_used;
  guint64       zeros;
  CasBuffer    *views[CAS_MAX_VIEWS]; /* of the next dispatch */
};

void
cas_program_free (CasProgram *program)
{
  if (program == NULL)
    return;

  g_clear_pointer (&program->commands, g_ptr_array_unref);
  g_clear_pointer (&program->dispatches, g_array_unref);
  g_clear_pointer (&program->kernels, g_hash_table_unref);
  g_clear_pointer (&program->arena, g_ptr_array_unref);
  g_clear_pointer (&program->inputs, cas_buffer_free);
  g_clear_pointer (&program->outputs, cas_buffer_free);
  g_clear_pointer (&program->blocks, cas_buffer_free);
  g_free (program);
}

static CasProgram *
program_new (const CasCompileParams *params,
             CasPath                 path)
{
  CasProgram *program = g_new0 (CasProgram, 1);

  program->gpu = params->gpu;
  program->params = params->params;
  program->path = path;
  program->profile = params->profile;
  program->arena = g_ptr_array_new_with_free_func ((GDestroyNotify) cas_buffer_free);
  program->commands = g_ptr_array_new_with_free_func ((GDestroyNotify) cas_commands_free);
  program->dispatches = g_array_new (FALSE, FALSE, sizeof (CasDispatch));
  program->kernels = g_hash_table_new (g_str_hash, g_str_equal);

  return program;
}

/* --- memory --- */

static gboolean
allocate_arena (CasGraph   *g,
                CasProgram *program,
                GError    **error)
{
  g_autofree CasPlacement *placements = g_new0 (CasPlacement, g->tensors->len + 1);
  g_autoptr (GArray) sizes = g_array_new (FALSE, TRUE, sizeof (guint64));
  guint64 max_block = cas_gpu_get_info (program->gpu)->max_allocation_bytes;

  if (!cas_graph_plan (g, max_block, placements, sizes, error))
    return FALSE;

  for (guint i = 0; i < sizes->len; i++)
    {
      CasBuffer *buffer = cas_buffer_new (program->gpu, g_array_index (sizes, guint64, i),
                                          CAS_MEMORY_ACTIVATIONS, CAS_MEMORY_DEVICE, g->name,
                                          error);

      if (buffer == NULL)
        return FALSE;
      g_ptr_array_add (program->arena, buffer);
    }

  for (guint32 id = 1; id <= g->tensors->len && sizes->len > 0; id++)
    {
      CasTensorRecord *record = cas_graph_record (g, id);

      if (record->store == CAS_STORE_ARENA && record->alias_of == 0)
        record->address
            = cas_buffer_get_address (program->arena->pdata[placements[id - 1].block])
              + placements[id - 1].offset;
    }

  return TRUE;
}

guint64
cas_graph_host_size (CasGraph *g,
                     CasStore  store)
{
  guint64 size = 0;

  for (guint32 id = 1; id <= g->tensors->len; id++)
    {
      const CasTensorRecord *record = cas_graph_record (g, id);

      if (record->store == store && record->alias_of == 0)
        size += cas_align (cas_record_size (record));
    }
  return size;
}

/* Inputs share one buffer, outputs another. */
static gboolean
allocate_host (CasGraph       *g,
               CasProgram     *program,
               CasStore        store,
               CasMemoryPlace  place,
               CasBuffer     **buffer,
               GError        **error)
{
  guint64 size = cas_graph_host_size (g, store);
  guint64 address;

  if (size == 0)
    return TRUE;

  *buffer = cas_buffer_new (program->gpu, size, CAS_MEMORY_TRANSFER, place, g->name, error);
  if (*buffer == NULL)
    return FALSE;
  address = cas_buffer_get_address (*buffer);
  for (guint32 id = 1; id <= g->tensors->len; id++)
    {
      CasTensorRecord *record = cas_graph_record (g, id);

      if (record->store != store || record->alias_of != 0)
        continue;
      record->address = address;
      address += cas_align (cas_record_size (record));
    }

  return TRUE;
}

static gboolean
allocate_states (CasGraph   *g,
                 CasProgram *program,
                 GError    **error)
{
  for (guint32 id = 1; id <= g->tensors->len; id++)
    {
      CasTensorRecord *record = cas_graph_record (g, id);

      if (record->store != CAS_STORE_STATE || record->alias_of != 0)
        continue;
      if (record->state->buffer == NULL)
        record->state->buffer
            = cas_buffer_new (program->gpu, cas_align (cas_record_size (record)), CAS_MEMORY_STATE,
                              CAS_MEMORY_DEVICE, record->state->name, error);
      if (record->state->buffer == NULL)
        return FALSE;
      record->address = cas_buffer_get_address (record->state->buffer);
    }

  return TRUE;
}

static guint64
constants_size (CasGraph *g)
{
  return cas_align ((guint64) g->ops->len * BLOCK_BYTES + 1);
}

guint64
cas_graph_blocks_size (CasGraph *g)
{
  guint64 widest = 1;

  for (guint32 id = 1; id <= g->tensors->len; id++)
    widest = MAX (widest, cas_graph_record (g, id)->shape.c);
  return constants_size (g) + cas_align (widest * 4);
}

/* Blocks of constants, and behind them as many zeros as the widest tensor has channels. */
static gboolean
allocate_blocks (CasGraph    *g,
                 CasRecorder *r,
                 GError     **error)
{
  r->program->blocks = cas_buffer_new (r->program->gpu, cas_graph_blocks_size (g),
                                       CAS_MEMORY_TRANSFER, CAS_MEMORY_UPLOAD, "blocks", error);
  if (r->program->blocks == NULL)
    return FALSE;
  memset (cas_buffer_get_host (r->program->blocks), 0,
          cas_buffer_get_size (r->program->blocks));
  r->zeros = cas_buffer_get_address (r->program->blocks) + constants_size (g);

  return TRUE;
}

/* --- what operations ask of the recorder --- */

const CasGpuInfo *
cas_recorder_get_info (CasRecorder *r)
{
  return cas_gpu_get_info (r->program->gpu);
}

gboolean
cas_recorder_use_tiles (CasRecorder *r)
{
  return r->program->path != CAS_PATH_REGISTER;
}

CasPath
cas_recorder_get_path (CasRecorder *r)
{
  return r->program->path;
}

guint64
cas_recorder_address (CasRecorder *r,
                      CasTensor    x)
{
  guint64 offset = 0;
  guint32 id = x.id;

  if (!cas_tensor_is_set (x))
    return 0;
  while (cas_graph_record (r->g, id)->alias_of != 0)
    {
      offset += cas_graph_record (r->g, id)->alias_offset;
      id = cas_graph_record (r->g, id)->alias_of;
    }

  return cas_graph_record (r->g, id)->address + offset + (guint64) x.first_channel * 4;
}

guint32
cas_recorder_stride (CasRecorder *r,
                     CasTensor    x)
{
  return cas_graph_record (r->g, x.id)->shape.c;
}

guint64
cas_recorder_param (CasRecorder    *r,
                    const CasParam *param)
{
  float largest;

  if (param == NULL || r->error != NULL)
    return 0;

  return cas_params_get (r->program->params, param, &largest, &r->error);
}

float
cas_recorder_param_largest (CasRecorder    *r,
                            const CasParam *param)
{
  float largest = 0;

  if (r->error == NULL)
    cas_params_get (r->program->params, param, &largest, &r->error);
  return largest;
}

guint64
cas_recorder_block (CasRecorder *r,
                    const void  *data,
                    gsize        size)
{
  guint64 offset = r->blocks_used;

  g_assert (size <= BLOCK_BYTES);

  memcpy ((char *) cas_buffer_get_host (r->program->blocks) + offset, data, size);
  r->blocks_used += BLOCK_BYTES;

  return cas_buffer_get_address (r->program->blocks) + offset;
}

guint64
cas_recorder_zeros (CasRecorder *r,
                    guint32      n)
{
  return r->zeros;
}

gboolean
cas_recorder_set_views (CasRecorder   *r,
                        const guint64 *addresses,
                        guint64       *bases,
                        guint          n_views)
{
  const CasGpuInfo *info = cas_gpu_get_info (r->program->gpu);

  if (!info->has_texel_views || info->kind != CAS_GPU_CPU)
    return FALSE;

  for (guint i = 0; i < n_views; i++)
    {
      r->views[i] = cas_gpu_find_buffer (r->program->gpu, addresses[i]);
      if (r->views[i] == NULL)
        return FALSE;
      bases[i] = cas_buffer_get_address (r->views[i]);
    }

  return TRUE;
}

static void
close_commands (CasRecorder *r)
{
  if (r->open == NULL)
    return;

  if (r->error == NULL)
    cas_commands_end (r->open, &r->error);
  g_ptr_array_add (r->program->commands, g_steal_pointer (&r->open));
  r->n_dispatches = 0;
  r->seconds = 0;
}

static gboolean
open_commands (CasRecorder *r)
{
  if (r->open != NULL)
    {
      cas_commands_barrier (r->open);
      return TRUE;
    }

  r->open = cas_commands_new (r->program->gpu, r->program->profile ? MAX_DISPATCHES + 1 : 0,
                              r->g->name, &r->error);
  if (r->open != NULL && r->program->profile)
    cas_commands_timestamp (r->open, 0);
  return r->open != NULL;
}

/* What an operation is thought to take: its arithmetic, or its memory at a tenth of the arithmetic
 * rate in bytes. */
static double
estimate (CasGpu             *gpu,
          const CasGraphCost *cost)
{
  double flop = cost->flop_linear + cost->flop_convolution + cost->flop_attention;

  return MAX (flop, 10.0 * cost->bytes_moved) / cas_gpu_get_speed (gpu);
}

/* What is dispatched: the whole, or the groups from first_group on. */
typedef struct
{
  const CasPipelineParams *params;
  CasPipeline             *pipeline;
  const void              *push;
  guint32                  first_group;
  guint32                  n_x, n_y, n_z;
  gboolean                 is_part;
} Part;

static void
record_part (CasRecorder *r,
             const Part  *part,
             CasDispatch  dispatch)
{
  const CasShader *shader = part->params->shader;

  if (r->error != NULL || !open_commands (r))
    return;
  if (shader->n_views > 0
      && !cas_commands_set_views (r->open, part->pipeline, r->views, &r->error))
    return;

  if (part->is_part)
    cas_commands_dispatch_part (r->open, part->pipeline, part->push, part->first_group, part->n_x,
                                part->n_z);
  else
    cas_commands_dispatch (r->open, part->pipeline, part->push, part->n_x, part->n_y, part->n_z);
  r->n_dispatches++;
  if (r->program->profile)
    cas_commands_timestamp (r->open, r->n_dispatches);

  dispatch.commands = r->program->commands->len;
  dispatch.timestamp = r->n_dispatches;
  g_array_append_val (r->program->dispatches, dispatch);
  if (part->is_part || r->n_dispatches == MAX_DISPATCHES)
    close_commands (r);
}

/* How many submits a dispatch is spread over, so that none takes longer than it may. */
static guint32
count_parts (CasRecorder        *r,
             const CasGraphCost *cost,
             guint64             n_groups)
{
  double wanted = ceil (estimate (r->program->gpu, cost) / SUBMIT_SECONDS);

  return n_groups > MAX_GROUPS ? 1 : (guint32) CLAMP (wanted, 1, MIN (n_groups, MAX_PARTS));
}

void
cas_recorder_prepare (CasRecorder *r)
{
  r->is_preparing = TRUE;
}

/* What the next dispatch costs; no other of the same operation does. */
static CasGraphCost
take_cost (CasRecorder *r)
{
  CasGraphCost cost = { 0 };

  if (!r->is_preparing)
    {
      cost = r->cost;
      r->cost = (CasGraphCost) { 0 };
    }
  r->is_preparing = FALSE;
  return cost;
}

void
cas_recorder_dispatch (CasRecorder             *r,
                       const CasPipelineParams *pipeline,
                       const void              *push,
                       guint64                  n_groups,
                       guint32                  n_layers)
{
  guint32 n_rows = MAX ((n_groups + MAX_GROUPS - 1) / MAX_GROUPS, 1);
  const CasGraphCost cost = take_cost (r);
  guint32 n_parts = count_parts (r, &cost, n_groups);
  CasDispatch dispatch = {
    .kernel = pipeline->shader->name,
    .family = r->op->klass->family,
    .scope = r->op->scope,
    .flop = (cost.flop_linear + cost.flop_convolution + cost.flop_attention) / n_parts,
    .bytes = cost.bytes_moved / n_parts,
  };
  Part part = { .params = pipeline, .push = push, .n_z = n_layers, .is_part = n_parts > 1 };

  if (r->error != NULL)
    return;
  if (n_rows > MAX_GROUPS || n_layers > MAX_GROUPS)
    {
      g_set_error (&r->error, CAS_ERROR, CAS_ERROR_BAD_PARAMETER,
                   _ ("%s: %s is too large for one dispatch."), r->g->name, r->op->klass->name);
      return;
    }
  if (g_cancellable_set_error_if_cancelled (r->cancellable, &r->error))
    return;
  part.pipeline = cas_gpu_get_pipeline (r->program->gpu, pipeline, &r->error);
  if (part.pipeline == NULL)
    return;

  for (guint32 i = 0; i < n_parts; i++)
    {
      part.first_group = n_groups * i / n_parts;
      part.n_x = part.is_part ? n_groups * (i + 1) / n_parts - part.first_group
                              : (n_groups + n_rows - 1) / n_rows;
      part.n_y = n_rows;
      record_part (r, &part, dispatch);
    }
  g_hash_table_add (r->program->kernels, (gpointer) dispatch.kernel);
}

/* --- compile --- */

static gboolean
record_all (CasGraph               *g,
            CasRecorder            *r,
            const CasCompileParams *params,
            GError                **error)
{
  for (guint i = 0; i < g->ops->len && r->error == NULL; i++)
    {
      double seconds;

      r->op = g->ops->pdata[i];
      r->cost = (CasGraphCost) { 0 };
      cas_op_count (r->op, &r->cost);
      seconds = estimate (r->program->gpu, &r->cost);
      r->program->flop += r->cost.flop_linear + r->cost.flop_convolution + r->cost.flop_attention;
      r->program->seconds += seconds;

      if (r->open != NULL && r->seconds + seconds > SUBMIT_SECONDS)
        close_commands (r);
      r->op->klass->record (r->op, r);
      if (r->open != NULL)
        r->seconds += seconds;
      if (params->progress != NULL)
        params->progress (i + 1, g->ops->len, params->progress_data);
    }
  close_commands (r);

  if (r->error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&r->error));
      return FALSE;
    }

  return TRUE;
}

gboolean
cas_graph_compile (CasGraph               *g,
                   const CasCompileParams *params,
                   GError                **error)
{
  CasRecorder r = { .g = g, .cancellable = params->cancellable };
  CasMatrixType type;
  CasPath path;
  gboolean ok;

  g_return_val_if_fail (g->program == NULL, FALSE);

  if (g->error != NULL)
    {
      g_propagate_error (error, g_error_copy (g->error));
      return FALSE;
    }

  if (!cas_path_choose (params->kernels, cas_gpu_get_info (params->gpu), &path, error))
    return FALSE;

  cas_graph_fuse (g);
  if (cas_path_get_matrix (path, &type) && type == CAS_MATRIX_F16)
    cas_linear_add_maxima (g);
  if (path == CAS_PATH_MATRIX_F16 || path == CAS_PATH_MATRIX_BF16)
    cas_linear_add_splits (g, cas_gpu_get_info (params->gpu));
  if (params->needs != NULL)
    return cas_needs_add (params->needs, params->params, g, error);

  g->program = r.program = program_new (params, path);
  ok = allocate_arena (g, r.program, error)
       && allocate_host (g, r.program, CAS_STORE_INPUT, CAS_MEMORY_UPLOAD, &r.program->inputs,
                         error)
       && allocate_host (g, r.program, CAS_STORE_OUTPUT, CAS_MEMORY_READBACK, &r.program->outputs,
                         error)
       && allocate_states (g, r.program, error) && allocate_blocks (g, &r, error)
       && record_all (g, &r, params, error) && cas_params_finish (params->params, error);
  if (!ok)
    g_clear_pointer (&g->program, cas_program_free);

  return ok;
}
