/* SPDX-License-Identifier: GPL-3.0-or-later */

/* ONNX files: a network as a list of nodes, each an operator on named values, and its weights. Here
 * they are read and checked; what an operator does is not known here. */

#pragma once

#include <gio/gio.h>

#include "base/dtype.h"

G_BEGIN_DECLS

#define CAS_ONNX_MAX_SIZE       (G_GUINT64_CONSTANT (512) << 20) /* of a file: it is held whole */
#define CAS_ONNX_MAX_DIMS       6
#define CAS_ONNX_MAX_NODES      1000
#define CAS_ONNX_MAX_TENSORS    4000
#define CAS_ONNX_MAX_VALUES     256  /* inputs or outputs of the network */
#define CAS_ONNX_MAX_TIES       64   /* inputs, outputs or attributes of a node */
#define CAS_ONNX_MAX_INTS       1024 /* whole numbers of one tensor or attribute */
#define CAS_ONNX_MAX_NAME_BYTES 1024

typedef struct
{
  const char   *name;
  CasDtype      dtype; /* CAS_F32, CAS_F16, CAS_BF16 or CAS_I64 */
  guint         n_dims;
  guint64       dims[CAS_ONNX_MAX_DIMS];
  guint64       n_elements;
  const guint8 *data;  /* little-endian and not aligned */
  gpointer      owned; /* data, where it lies in the file in another form */
} CasOnnxTensor;

typedef enum
{
  CAS_ONNX_NOTHING, /* none, or of a kind that no known operator has */
  CAS_ONNX_FLOAT,
  CAS_ONNX_INT,
  CAS_ONNX_STRING,
  CAS_ONNX_TENSOR,
  CAS_ONNX_FLOATS,
  CAS_ONNX_INTS,
} CasOnnxKind;

typedef struct
{
  const char    *name;
  CasOnnxKind    kind;
  float          f;
  gint64         i;
  const char    *s;
  CasOnnxTensor *tensor;
  GArray        *ints;   /* gint64 */
  GArray        *floats; /* float */
} CasOnnxAttribute;

typedef struct
{
  const char *name;     /* may be empty */
  const char *operator;
  const char *domain;   /* empty for ONNX's own operators */
  GPtrArray  *inputs;   /* names of values; empty for one that is left out */
  GPtrArray  *outputs;
  GArray     *attributes; /* CasOnnxAttribute */
} CasOnnxNode;

typedef struct
{
  const char *name;
  guint       n_dims;
  gint64      dims[CAS_ONNX_MAX_DIMS]; /* −1: what is given */
} CasOnnxValue;

/* Does not change once it is there: any thread may read it. */
typedef struct
{
  char         *file;    /* what messages call it */
  gint64        opset;   /* version of ONNX's own operators */
  GArray       *nodes;   /* CasOnnxNode, in an order in which they can be computed */
  GArray       *tensors; /* CasOnnxTensor: what the network was trained to */
  GArray       *inputs;  /* CasOnnxValue */
  GArray       *outputs;
  GBytes       *bytes;
  GStringChunk *names;
} CasOnnx;

/* Errors: CAS_ERROR_BAD_MODEL for a file that is damaged, or has what is not known here (numbers in
 * another file, for one), CAS_ERROR_OUT_OF_HOST_MEMORY, G_IO_ERROR. */
CasOnnx                *cas_onnx_open  (const char        *path,
                                        GError           **error);

/* The same of bytes; file is what messages call them. */
CasOnnx                *cas_onnx_new   (GBytes            *bytes,
                                        const char        *file,
                                        GError           **error);
void                    cas_onnx_free  (CasOnnx           *onnx);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CasOnnx, cas_onnx_free)

/* NULL if the node has none of that name. */
const CasOnnxAttribute *cas_onnx_node_lookup (const CasOnnxNode *node,
                                              const char        *name);

/* Number i of a tensor of CAS_I64. */
gint64                  cas_onnx_tensor_get_int (const CasOnnxTensor *tensor,
                                                 guint64              i);

G_END_DECLS
