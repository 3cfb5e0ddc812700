/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A network that a stranger's ONNX file describes, built on our operations. It has the operators
 * that detectors and recognisers of faces are made of; any other is refused by its name. */

#pragma once

#include "io/onnx.h"
#include "ops/ops.h"

G_BEGIN_DECLS

typedef struct _CasOnnxNetwork CasOnnxNetwork;

/* What the network gives: dense numbers in the order that the file means, the last of dims fastest,
 * whatever shape the tensor has here. */
typedef struct
{
  guint     n_dims;
  guint64   dims[CAS_ONNX_MAX_DIMS];
  CasTensor tensor;
} CasOnnxOutput;

/* Errors: those of cas_onnx_open(), CAS_ERROR_BAD_MODEL for a file with several inputs or for
 * operators that are not known. */
CasOnnxNetwork *cas_onnx_network_open          (const char      *path,
                                                GError         **error);
CasOnnxNetwork *cas_onnx_network_new           (CasOnnx         *onnx, /* taken, also on error */
                                                GError         **error);
void            cas_onnx_network_free          (CasOnnxNetwork  *m);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CasOnnxNetwork, cas_onnx_network_free)

const char     *cas_onnx_network_get_file      (CasOnnxNetwork  *m);
guint           cas_onnx_network_get_n_outputs (CasOnnxNetwork  *m);

/* x [n, h, w, c] is what the network calls [n, c, h, w]; outputs has room for all. The network must
 * live as long as the graph. A node that does not fit sticks to the graph. */
void            cas_onnx_network_forward       (CasGraph        *g,
                                                CasOnnxNetwork  *m,
                                                CasTensor        x,
                                                CasOnnxOutput   *outputs);

G_END_DECLS
