/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Kernel paths: which family of kernels does the work of linears and attention. */

#pragma once

#include "gpu/gpu.h"

G_BEGIN_DECLS

typedef enum
{
  CAS_PATH_REGISTER,    /* tiles in registers: processors */
  CAS_PATH_TILE,        /* tiles in shared memory: GPUs without matrix units */
  CAS_PATH_MATRIX_F16,  /* cooperative matrices; what is multiplied is rounded to f16 … */
  CAS_PATH_MATRIX_BF16, /* … or to bf16 */
  CAS_PATH_MATRIX2_F16, /* cooperative matrices of a whole workgroup, where they can do it */
  CAS_PATH_MATRIX2_BF16,
  CAS_N_PATHS,
} CasPath;

/* "register", "tile", "matrix-f16" … */
const char   *cas_path_get_name       (CasPath           path);

/* All names as they stand in a sentence: “register”, “tile” … Free with g_free(). */
char         *cas_path_dup_names      (void);

/* FALSE, with a sentence, if there is no path of this name. */
gboolean      cas_path_parse          (const char       *name,
                                       CasPath          *path,
                                       GError          **error);

gboolean      cas_path_is_offered     (CasPath           path,
                                       const CasGpuInfo *info);

/* The path of this name, or where name is NULL the best of those that want no trial: not the matrix
 * units of a GPU. Fails with
 * CAS_ERROR_UNSUPPORTED_DEVICE if the device does not offer it. */
gboolean      cas_path_choose         (const char       *name,
                                       const CasGpuInfo *info,
                                       CasPath          *path,
                                       GError          **error);

/* The type that matrix units multiply; FALSE for a path without them. */
gboolean      cas_path_get_matrix     (CasPath           path,
                                       CasMatrixType    *type);

/* TRUE if the path is one of their second generation; what that cannot do is done by the first. */
gboolean      cas_path_is_matrix2     (CasPath           path);

G_END_DECLS
