/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What an operation is to the graph. A new one is a file with a class, a function that appends
 * it, and its kernel in shaders/; nothing else changes. */

#pragma once

#include "gpu/commands.h"
#include "ops/graph.h"
#include "ops/ops.h"
#include "ops/param.h"
#include "ops/path.h"

G_BEGIN_DECLS

#define CAS_OP_MAX_INPUTS  8
#define CAS_OP_MAX_OUTPUTS 4
#define CAS_OP_MAX_PARAMS  6

typedef struct _CasOp       CasOp;
typedef struct _CasRecorder CasRecorder;

typedef struct
{
  const char *name;
  const char *family;    /* what the profile adds up under */
  gsize       data_size; /* of CasOp.data, zeroed */

  /* Adds the operation's multiply-adds, and takes off the bytes of what is not read of its inputs;
   * NULL for none worth counting. */
  void      (*count)    (const CasOp  *op,
                         CasGraphCost *cost);
  /* What the printer says besides names and shapes; may be NULL. */
  void      (*describe) (const CasOp  *op,
                         GString      *text);
  /* Chooses kernels and records their dispatches. */
  void      (*record)   (const CasOp  *op,
                         CasRecorder  *recorder);
} CasOpClass;

struct _CasOp
{
  const CasOpClass *klass;
  const char       *scope;
  CasTensor         in[CAS_OP_MAX_INPUTS]; /* absent ones are CAS_NO_TENSOR */
  CasTensor         out[CAS_OP_MAX_OUTPUTS];
  CasParam         *params[CAS_OP_MAX_PARAMS];
  gpointer          data;
};

/* --- building ------------------------------------------------------------------------------- */

/* Appends an operation with one output of the given shape; NULL if the graph has failed. */
CasOp     *cas_graph_append       (CasGraph         *g,
                                   const CasOpClass *klass,
                                   CasDtype          dtype,
                                   CasShape          shape);
/* One more output (sums, scratch). */
CasTensor  cas_graph_add_output   (CasGraph         *g,
                                   CasOp            *op,
                                   guint             slot,
                                   CasDtype          dtype,
                                   CasShape          shape);

gboolean   cas_graph_has_failed   (CasGraph         *g);

/* FALSE, and the graph fails, unless weight has these dimensions (0 in wanted: any). */
gboolean   cas_graph_check_weight (CasGraph         *g,
                                   const CasWeight  *weight,
                                   guint             n_dims,
                                   const guint64    *wanted);
/* The same for a weight of n elements in any shape. */
gboolean   cas_graph_check_size   (CasGraph         *g,
                                   const CasWeight  *weight,
                                   guint64           n);

/* Channels of the whole tensor that x may be a view of. */
guint32    cas_graph_get_stride   (CasGraph         *g,
                                   CasTensor         x);

/* The graph fails: shapes of a and b do not go together in the operation what. */
void       cas_graph_fail_shapes  (CasGraph         *g,
                                   const char       *what,
                                   CasTensor         a,
                                   CasTensor         b);

static inline guint64
cas_shape_n_pixels (CasShape shape)
{
  return (guint64) shape.h * shape.w;
}

static inline guint64
cas_shape_n_elements (CasShape shape)
{
  return (guint64) shape.n * shape.h * shape.w * shape.c;
}

/* "[2, 24, 24, 2048]" in a static-size buffer of the caller. */
const char *cas_shape_format (CasShape shape,
                              char     text[48]);

/* --- recording ------------------------------------------------------------------------------ */

const CasGpuInfo *cas_recorder_get_info  (CasRecorder *r);

CasPath           cas_recorder_get_path  (CasRecorder *r);

/* TRUE: the shared-memory kernels for GPUs, where there are none by matrix units; FALSE: the
 * register-tile kernels. */
gboolean          cas_recorder_use_tiles (CasRecorder *r);

/* Where the first element of x lives; 0 for CAS_NO_TENSOR. */
guint64           cas_recorder_address   (CasRecorder *r,
                                          CasTensor    x);
/* Elements from pixel to pixel of x: more than shape.c for a view of channels. */
guint32           cas_recorder_stride    (CasRecorder *r,
                                          CasTensor    x);
/* Where a parameter lives; 0 for NULL. */
guint64           cas_recorder_param     (CasRecorder    *r,
                                          const CasParam *param);
/* The largest |x| of what it holds. */
float             cas_recorder_param_largest (CasRecorder    *r,
                                              const CasParam *param);
/* Copies size bytes to where a kernel can read them, for what push constants have no room for. */
guint64           cas_recorder_block     (CasRecorder *r,
                                          const void  *data,
                                          gsize        size);
/* A run of at least n zeros of f32. */
guint64           cas_recorder_zeros     (CasRecorder *r,
                                          guint32      n);

/* TRUE if the next dispatch may read what lies at these addresses as texels of 16 bytes; bases
 * then says where texel 0 of each lies. All addresses of one view must lie in one buffer. */
gboolean          cas_recorder_set_views (CasRecorder   *r,
                                          const guint64 *addresses,
                                          guint64       *bases,
                                          guint          n_views);

/* The next dispatch only prepares: what the operation costs is not its cost. */
void              cas_recorder_prepare   (CasRecorder *r);

/* One kernel over n_groups · n_layers workgroups; n_groups may exceed the device's limit and is
 * then folded (see group_index() in cascade.glsl). What came before is visible to it. The first
 * of an operation is taken for its work: by that it is spread over submits, and profiled. */
void              cas_recorder_dispatch  (CasRecorder             *r,
                                          const CasPipelineParams *pipeline,
                                          const void              *push,
                                          guint64                  n_groups,
                                          guint32                  n_layers);

G_END_DECLS
