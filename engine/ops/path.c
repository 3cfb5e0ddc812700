/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Names of kernel paths, and what a device needs for each. */

#include "ops/path.h"

#include <glib/gi18n-lib.h>

#include "ops/linear.h"

static const char *const names[CAS_N_PATHS] = {
  [CAS_PATH_REGISTER] = "register",
  [CAS_PATH_TILE] = "tile",
  [CAS_PATH_MATRIX_F16] = "matrix-f16",
  [CAS_PATH_MATRIX_BF16] = "matrix-bf16",
  [CAS_PATH_MATRIX2_F16] = "matrix2-f16",
  [CAS_PATH_MATRIX2_BF16] = "matrix2-bf16",
};

const char *
cas_path_get_name (CasPath path)
{
  g_return_val_if_fail (path < CAS_N_PATHS, NULL);

  return names[path];
}

char *
cas_path_dup_names (void)
{
  g_autoptr (GString) list = g_string_new (NULL);

  for (CasPath path = 0; path < CAS_N_PATHS; path++)
    g_string_append_printf (list, path == 0 ? "“%s”" : ", “%s”", names[path]);

  return g_string_free (g_steal_pointer (&list), FALSE);
}

gboolean
cas_path_parse (const char *name,
                CasPath    *path,
                GError    **error)
{
  g_autofree char *list = NULL;

  for (*path = 0; *path < CAS_N_PATHS; (*path)++)
    if (g_str_equal (name, names[*path]))
      return TRUE;

  list = cas_path_dup_names ();
  g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_PARAMETER,
               _("There are no kernels “%s”. There are: %s."), name, list);
  return FALSE;
}

gboolean
cas_path_get_matrix (CasPath        path,
                     CasMatrixType *type)
{
  *type = path == CAS_PATH_MATRIX_BF16 || path == CAS_PATH_MATRIX2_BF16 ? CAS_MATRIX_BF16
                                                                        : CAS_MATRIX_F16;
  return path == CAS_PATH_MATRIX_F16 || path == CAS_PATH_MATRIX_BF16 || cas_path_is_matrix2 (path);
}

gboolean
cas_path_is_matrix2 (CasPath path)
{
  return path == CAS_PATH_MATRIX2_F16 || path == CAS_PATH_MATRIX2_BF16;
}

gboolean
cas_path_is_offered (CasPath           path,
                     const CasGpuInfo *info)
{
  CasMatrixType type;

  if (path == CAS_PATH_REGISTER)
    return TRUE;
  if (info->max_workgroup_invocations < CAS_LINEAR_TILE_LANES)
    return FALSE;
  if (!cas_path_get_matrix (path, &type))
    return TRUE;
  return info->matrix[type].k > 0
         && (!cas_path_is_matrix2 (path) || info->matrix2[type] != CAS_MATRIX2_NONE);
}

gboolean
cas_path_choose (const char       *name,
                 const CasGpuInfo *info,
                 CasPath          *path,
                 GError          **error)
{
  if (name == NULL)
    {
      *path = info->kind != CAS_GPU_CPU && cas_path_is_offered (CAS_PATH_TILE, info)
                  ? CAS_PATH_TILE
                  : CAS_PATH_REGISTER;
      return TRUE;
    }

  if (!cas_path_parse (name, path, error))
    return FALSE;
  if (cas_path_is_offered (*path, info))
    return TRUE;

  g_set_error (error, CAS_ERROR, CAS_ERROR_UNSUPPORTED_DEVICE,
               _("The device “%s” cannot run the kernels “%s”: its driver does not offer what "
                 "they need."),
               info->name, name);
  return FALSE;
}
