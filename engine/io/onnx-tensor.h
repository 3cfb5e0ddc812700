/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pieces of ONNX files that several kinds of messages have: names, rows of numbers, tensors. */

#pragma once

#include "io/onnx.h"
#include "io/protobuf.h"

G_BEGIN_DECLS

/* Sets error to "FILE is no readable ONNX file: …"; always FALSE. */
gboolean cas_onnx_fail        (const CasOnnx           *self,
                               GError                 **error,
                               const char              *format,
                               ...) G_GNUC_PRINTF (3, 4);
/* The same for what is cut off or of a type that its field never has. */
gboolean cas_onnx_fail_broken (const CasOnnx           *self,
                               GError                 **error);

gboolean cas_onnx_read_name   (CasOnnx                 *self,
                               const CasProtobufField  *field,
                               const char             **name,
                               GError                 **error);

/* Appends the one or several whole numbers of a field to ints, of gint64. */
gboolean cas_onnx_read_ints   (const CasOnnx           *self,
                               const CasProtobufField  *field,
                               GArray                  *ints,
                               GError                 **error);

/* tensor is all zero. */
gboolean cas_onnx_read_tensor  (CasOnnx                *self,
                                CasProtobuf             message,
                                CasOnnxTensor          *tensor,
                                GError                **error);
void     cas_onnx_tensor_clear (CasOnnxTensor          *tensor);

G_END_DECLS
