/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the files of the graph share: building, fusing, planning and recording. */

#pragma once

#include "ops/op.h"

G_BEGIN_DECLS

/* Where anything begins in a buffer, so that any kernel may read it. */
#define CAS_ALIGNMENT 256

static inline guint64
cas_align (guint64 size)
{
  return (size + CAS_ALIGNMENT - 1) / CAS_ALIGNMENT * CAS_ALIGNMENT;
}

typedef enum
{
  CAS_STORE_ARENA,  /* activation memory, planned by lifetime */
  CAS_STORE_INPUT,  /* host writes */
  CAS_STORE_OUTPUT, /* host reads */
  CAS_STORE_STATE,  /* lives between runs */
} CasStore;

typedef struct
{
  CasDtype  dtype;
  CasShape  shape;
  CasStore  store;
  guint32   alias_of;     /* id whose memory this is; 0: its own */
  guint64   alias_offset; /* bytes */
  char     *name;         /* inputs, outputs */
  CasState *state;
  guint64   address;      /* after compile; 0 if no operation uses it */
} CasTensorRecord;

typedef struct
{
  char     *name;
  CasTensor tensor;
} CasGraphOutput;

struct _CasState
{
  gatomicrefcount ref_count;
  char           *name;
  CasDtype        dtype;
  CasShape        shape;
  CasBuffer      *buffer; /* made by the first graph that is compiled with it */
};

typedef struct _CasProgram CasProgram; /* what compile makes; compile.c */

struct _CasGraph
{
  char         *name;
  GError       *error;
  GStringChunk *strings;
  GPtrArray    *scopes;   /* const char *, whole paths */
  GArray       *tensors;  /* CasTensorRecord; id − 1 */
  GPtrArray    *ops;      /* CasOp *, in order */
  CasProgram   *program;
};

CasTensorRecord *cas_graph_record     (CasGraph *g,
                                       guint32   id);
/* Follows aliases to the id that owns the memory. */
guint32          cas_graph_owner      (CasGraph *g,
                                       guint32   id);
/* An operation that is in no graph yet, without outputs. */
CasOp           *cas_op_new           (const CasOpClass *klass,
                                       const char       *scope);
void             cas_op_free          (CasOp    *op);
guint64          cas_record_size      (const CasTensorRecord *record);

/* Adds what one operation costs. */
void             cas_op_count         (const CasOp  *op,
                                       CasGraphCost *cost);

/* Rewrites the list of operations so that fewer kernels do the same; fuse.c. */
void             cas_graph_fuse       (CasGraph *g);

/* Places tensors of the arena; plan.c. offset[i] for tensor id i + 1 (owners in the arena only);
 * blocks are at most max_block bytes; returns the size of each block. */
typedef struct
{
  guint32 block;
  guint64 offset;
} CasPlacement;

gboolean         cas_graph_plan       (CasGraph      *g,
                                       guint64        max_block,
                                       CasPlacement  *placements,
                                       GArray        *block_sizes, /* guint64 */
                                       GError       **error);

/* Bytes of the buffer that all inputs, or all outputs, share. */
guint64          cas_graph_host_size   (CasGraph  *g,
                                        CasStore   store);
/* Bytes of the operations' constants and zeros; compile.c. */
guint64          cas_graph_blocks_size (CasGraph  *g);

void             cas_program_free     (CasProgram *program);

/* Uploads once, then gives the address and the largest |x| of what was uploaded; params.c. */
guint64          cas_params_get       (CasParams       *params,
                                       const CasParam  *param,
                                       float           *largest,
                                       GError         **error);
gboolean         cas_params_finish    (CasParams       *params,
                                       GError         **error);
/* Bytes of the block made where held are held and size more have no room. */
guint64          cas_params_block_size (CasGpu *gpu,
                                        guint64 held,
                                        guint64 size);

/* params: where the graph's weights would be; only told from others, and may be NULL. needs.c */
gboolean         cas_needs_add        (CasNeeds        *needs,
                                       const CasParams *params,
                                       CasGraph        *g,
                                       GError         **error);

/* Random numbers of at most *largest for the whole parameter, made on the device; random.c. Those
 * of the same name and first row are the same. */
gboolean         cas_random_fill      (CasGpu          *gpu,
                                       CasBuffer       *buffer,
                                       guint64          offset,
                                       const CasParam  *param,
                                       float           *largest,
                                       GError         **error);

G_END_DECLS
