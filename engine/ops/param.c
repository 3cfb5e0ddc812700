/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Parameters described: which numbers of which weights go where. */

#include "ops/param.h"

#include <string.h>

CasParam *
cas_param_new (CasPacking           packing,
               CasDtype             dtype,
               guint64              n_matrices,
               guint64              n_rows,
               guint64              n_columns,
               const CasParamPiece *pieces,
               guint                n_pieces)
{
  CasParam *param = g_malloc0 (sizeof (CasParam) + n_pieces * sizeof (CasParamPiece));
  gboolean is_matrix = packing == CAS_PACK_MATRIX || packing == CAS_PACK_CONV
                       || packing == CAS_PACK_CONV_TRANSPOSE;

  param->packing = packing;
  param->dtype = dtype;
  param->n_matrices = n_matrices;
  param->n_rows = n_rows;
  param->n_columns = n_columns;
  param->pitch = is_matrix ? (n_columns + 7) / 8 * 8 : n_columns;
  param->n_pieces = n_pieces;
  memcpy (param->pieces, pieces, n_pieces * sizeof (CasParamPiece));

  return param;
}

CasParam *
cas_param_new_matrix (const CasWeight *weight,
                      guint64          first_row,
                      guint64          n_rows)
{
  CasParamPiece piece = { .weight = weight, .src_row = first_row, .n_rows = n_rows };
  guint64 n_columns = cas_weight_n_elements (weight) / MAX (weight->dims[0], 1);

  return cas_param_new (CAS_PACK_MATRIX, weight->dtype, 1, n_rows, n_columns, &piece, 1);
}

CasParam *
cas_param_new_vector (const CasWeight *weight,
                      guint64          first,
                      guint64          n)
{
  CasParamPiece piece = { .weight = weight, .src_row = first, .n_rows = n };

  return cas_param_new (CAS_PACK_VECTOR, CAS_F32, 1, 1, n, &piece, 1);
}

CasParam *
cas_param_new_normed (const CasParam *param,
                      const CasParam *norm)
{
  const guint n_pieces = param->n_pieces + norm->n_pieces;
  g_autofree CasParamPiece *pieces = g_new (CasParamPiece, n_pieces);

  memcpy (pieces, param->pieces, param->n_pieces * sizeof (CasParamPiece));
  memcpy (pieces + param->n_pieces, norm->pieces, norm->n_pieces * sizeof (CasParamPiece));

  CasParam *normed = cas_param_new (param->packing, CAS_F32, param->n_matrices, param->n_rows,
                                    param->n_columns, pieces, n_pieces);
  normed->eps = norm->eps;
  normed->n_norm = norm->n_pieces;
  return normed;
}

CasParam *
cas_param_new_shift (const CasParam *norm)
{
  CasParam *shift = cas_param_new (CAS_PACK_VECTOR, CAS_F32, 1, 1, norm->n_columns, norm->pieces,
                                   norm->n_pieces);

  shift->eps = norm->eps;
  shift->n_norm = norm->n_pieces;
  return shift;
}

guint64
cas_param_size (const CasParam *param)
{
  return param->n_matrices * param->n_rows * param->pitch * cas_dtype_size (param->dtype);
}

guint64
cas_param_n_elements (const CasParam *param)
{
  guint64 n = 0;

  for (guint i = 0; i < param->n_pieces; i++)
    {
      const CasParamPiece *piece = &param->pieces[i];

      if (piece->weight == NULL)
        continue;
      if (param->packing == CAS_PACK_VECTOR || param->packing == CAS_PACK_BATCH_NORM
          || i >= param->n_pieces - param->n_norm)
        n += piece->n_rows;
      else if (piece->weight->dims[0] != 0)
        n += cas_weight_n_elements (piece->weight) / piece->weight->dims[0] * piece->n_rows;
    }

  return n;
}

char *
cas_param_dup_key (const CasParam *param)
{
  GString *key = g_string_new (NULL);

  g_string_append_printf (key, "%d %d %g %u %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT,
                          param->packing, param->dtype, param->eps, param->n_norm, param->n_rows,
                          param->n_columns);
  for (guint i = 0; i < param->n_pieces; i++)
    {
      const CasParamPiece *piece = &param->pieces[i];

      g_string_append_printf (
          key, " %p %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT " %"
          G_GUINT64_FORMAT, (const void *) piece->weight, piece->src_row, piece->n_rows,
          piece->dst_row, piece->dst_column);
    }

  return g_string_free (key, FALSE);
}

gboolean
cas_param_is_temporary (const CasParam *param)
{
  for (guint i = 0; i < param->n_pieces; i++)
    if (param->pieces[i].weight != NULL && param->pieces[i].weight->is_temporary)
      return TRUE;

  return FALSE;
}

const char *
cas_param_name (const CasParam *param)
{
  for (guint i = 0; i < param->n_pieces; i++)
    if (param->pieces[i].weight != NULL)
      return param->pieces[i].weight->name;

  return "-";
}
