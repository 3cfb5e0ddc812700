/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Parameters on the device: each read from its file once, packed, uploaded, remembered. */

#include "ops/graph-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "base/half.h"
#include "cascade/error.h"

#define FIRST_BLOCK (G_GUINT64_CONSTANT (4) << 20)
#define MAX_BLOCK   (G_GUINT64_CONSTANT (256) << 20)

struct _CasParams
{
  CasGpu     *gpu;
  gboolean    is_random; /* nothing is read */
  GPtrArray  *blocks;    /* CasBuffer; the last has room */
  guint64     used;      /* of the last block */
  CasParams  *temporary; /* those of temporary weights; NULL if there are none */
  GHashTable *known;     /* key → Known */
};

typedef struct
{
  guint64 address;
  float   largest; /* |x| */
} Known;

CasParams *
cas_params_new (CasGpu *gpu)
{
  CasParams *params = g_new0 (CasParams, 1);

  params->gpu = gpu;
  params->blocks = g_ptr_array_new_with_free_func ((GDestroyNotify) cas_buffer_free);
  params->known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  return params;
}

CasParams *
cas_params_new_random (CasGpu *gpu)
{
  CasParams *params = cas_params_new (gpu);

  params->is_random = TRUE;
  return params;
}

void
cas_params_free (CasParams *params)
{
  if (params == NULL)
    return;

  cas_params_free (params->temporary);
  g_hash_table_unref (params->known);
  g_ptr_array_unref (params->blocks);
  g_free (params);
}

void
cas_params_drop_temporary (CasParams *params)
{
  g_clear_pointer (&params->temporary, cas_params_free);
}

/* --- reading --- */

/* The largest |x|; not finite if one of them is not. Magnitudes have the order of their bits. */
static float
find_largest (const void *data,
              guint64     n,
              CasDtype    dtype)
{
  guint32 top = 0;
  float largest;

  if (dtype == CAS_F32)
    for (guint64 i = 0; i < n; i++)
      top = MAX (top, ((const guint32 *) data)[i] & 0x7fffffff);
  else
    for (guint64 i = 0; i < n; i++)
      top = MAX (top, ((const guint16 *) data)[i] & 0x7fffu);

  if (dtype == CAS_F16)
    return cas_f16_to_f32 (top);
  if (dtype == CAS_BF16)
    return cas_bf16_to_f32 (top);
  memcpy (&largest, &top, sizeof largest);
  return largest;
}

/* Raises *largest to the largest |x|. */
static gboolean
read_rows (const CasWeight *weight,
           guint64          first,
           guint64          n,
           guint64          row_elements,
           void            *dst,
           float           *largest,
           GError         **error)
{
  gsize size = cas_dtype_size (weight->dtype);
  float found;

  if (weight->read == NULL)
    {
      g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_MODEL, _ ("%s: tensor “%s” has no data."),
                   weight->file, weight->name);
      return FALSE;
    }
  if (!weight->read (weight, first * row_elements * size, dst, n * row_elements * size, error))
    return FALSE;
  found = find_largest (dst, n * row_elements, weight->dtype);
  if (!isfinite (found))
    {
      g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_MODEL,
                   _ ("%s: tensor “%s” holds numbers that are not finite; the file is damaged."),
                   weight->file, weight->name);
      return FALSE;
    }

  *largest = MAX (*largest, found);
  return TRUE;
}

static gpointer
allocate (guint64          size,
          const CasWeight *weight,
          GError         **error)
{
  gpointer data = g_try_malloc0 (size);

  if (data == NULL)
    g_set_error (error, CAS_ERROR, CAS_ERROR_OUT_OF_HOST_MEMORY,
                 _ ("%s: no memory to read tensor “%s” (%.1f MiB)."),
                 weight == NULL ? "-" : weight->file, weight == NULL ? "-" : weight->name,
                 (double) size / 0x1p20);
  return data;
}

static float
get_float (const void *data,
           guint64     i,
           CasDtype    dtype)
{
  switch (dtype)
    {
    case CAS_F32:
      return ((const float *) data)[i];
    case CAS_F16:
      return cas_f16_to_f32 (((const guint16 *) data)[i]);
    default:
      return cas_bf16_to_f32 (((const guint16 *) data)[i]);
    }
}

/* dst[i] = src[j], widening where the types differ */
static void
put (void       *dst,
     guint64     i,
     CasDtype    dst_type,
     const void *src,
     guint64     j,
     CasDtype    src_type)
{
  gsize size = cas_dtype_size (dst_type);

  if (dst_type == src_type)
    memcpy ((char *) dst + i * size, (const char *) src + j * size, size);
  else
    ((float *) dst)[i] = get_float (src, j, src_type);
}

/* --- packing --- */

static void
pack_rows (const CasParam      *param,
           const CasParamPiece *piece,
           const void          *src,
           void                *dst)
{
  guint64 n_columns = cas_weight_n_elements (piece->weight) / piece->weight->dims[0];

  for (guint64 row = 0; row < piece->n_rows; row++)
    for (guint64 column = 0; column < n_columns; column++)
      put (dst, (piece->dst_row + row) * param->pitch + piece->dst_column + column, param->dtype,
           src, row * n_columns + column, piece->weight->dtype);
}

/* [a, b, k, k] → k·k matrices of [o, i], whichever of a and b is which */
static void
pack_taps (const CasParam      *param,
           const CasParamPiece *piece,
           const void          *src,
           void                *dst)
{
  gboolean is_transpose = param->packing == CAS_PACK_CONV_TRANSPOSE;

  for (guint64 o = 0; o < param->n_rows; o++)
    for (guint64 i = 0; i < param->n_columns; i++)
      for (guint64 tap = 0; tap < param->n_matrices; tap++)
        {
          guint64 from = is_transpose ? i * param->n_rows + o : o * param->n_columns + i;

          put (dst, (tap * param->n_rows + o) * param->pitch + i, param->dtype, src,
               from * param->n_matrices + tap, piece->weight->dtype);
        }
}

static void
pack_depthwise (const CasParam      *param,
                const CasParamPiece *piece,
                const void          *src,
                float               *dst)
{
  for (guint64 c = 0; c < param->n_columns; c++)
    for (guint64 tap = 0; tap < 9; tap++)
      dst[tap * param->n_columns + c] = get_float (src, c * 9 + tap, piece->weight->dtype);
}

static void
add_vector (const CasParamPiece *piece,
            const void          *src,
            float               *dst)
{
  for (guint64 i = 0; i < piece->n_rows; i++)
    dst[piece->dst_column + i] += get_float (src, i, piece->weight->dtype);
}

/* The source rows of one piece; a vector's rows are its numbers. */
static gpointer
read_piece (const CasParamPiece *piece,
            gboolean             is_vector,
            float               *largest,
            GError             **error)
{
  const CasWeight *weight = piece->weight;
  guint64 row = is_vector ? 1 : cas_weight_n_elements (weight) / weight->dims[0];
  gpointer src = allocate (MAX (piece->n_rows * row, 1) * cas_dtype_size (weight->dtype), weight,
                           error);

  if (src == NULL
      || !read_rows (weight, piece->src_row, piece->n_rows, row, src, largest, error))
    g_clear_pointer (&src, g_free);

  return src;
}

/* scale = w / √(var + eps), shift = b − mean · scale: n of them, then n of those */
static gboolean
pack_batch_norm (const CasParamPiece *pieces,
                 guint64              n,
                 float                eps,
                 float               *dst,
                 GError             **error)
{
  float *values[4] = { NULL };
  float largest = 0; /* of no use here */
  gboolean ok = TRUE;

  for (guint k = 0; ok && k < 4; k++)
    {
      const CasParamPiece *piece = &pieces[k];
      g_autofree gpointer src = NULL;

      if (piece->weight == NULL)
        continue;
      values[k] = allocate (n * sizeof (float), piece->weight, error);
      src = values[k] != NULL ? read_piece (piece, TRUE, &largest, error) : NULL;
      ok = src != NULL;
      if (ok)
        add_vector (piece, src, values[k]);
    }

  for (guint64 c = 0; ok && c < n; c++)
    {
      double inverse = 1.0 / sqrt ((values[3] != NULL ? values[3][c] : 1.0) + eps);
      double scale = (values[0] != NULL ? values[0][c] : 1.0) * inverse;

      dst[c] = scale;
      dst[n + c] = (values[1] != NULL ? values[1][c] : 0.0)
                   - (values[2] != NULL ? values[2][c] : 0.0) * scale;
    }

  for (guint k = 0; k < 4; k++)
    g_free (values[k]);
  return ok;
}

/* What is packed gives what a batch norm after it would have made of it. */
static gboolean
fold_norm (const CasParam *param,
           float          *dst,
           GError        **error)
{
  const gboolean is_vector = param->packing == CAS_PACK_VECTOR;
  const gboolean is_by_column = is_vector || param->packing == CAS_PACK_DEPTHWISE;
  const guint64 n = is_by_column ? param->n_columns : param->n_rows;
  const CasParamPiece *norm = &param->pieces[param->n_pieces - param->n_norm];
  g_autofree float *scales = allocate (2 * n * sizeof (float), param->pieces[0].weight, error);

  if (scales == NULL || !pack_batch_norm (norm, n, param->eps, scales, error))
    return FALSE;

  for (guint64 row = 0; row < param->n_matrices * param->n_rows; row++)
    for (guint64 column = 0; column < param->n_columns; column++)
      dst[row * param->pitch + column] *= scales[is_by_column ? column : row % n];
  for (guint64 i = 0; is_vector && i < n; i++)
    dst[i] += scales[n + i];
  return TRUE;
}

/* A variance below zero gives a scale that is no number, and finite ones may multiply to infinity.
 * Sets *largest to the largest |x|. */
static gboolean
check_normed (const CasParam *param,
              const float    *numbers,
              float          *largest,
              GError        **error)
{
  const CasWeight *weight = NULL;

  *largest = find_largest (numbers, cas_param_size (param) / sizeof (float), CAS_F32);
  if (isfinite (*largest))
    return TRUE;

  for (guint i = 0; weight == NULL; i++) /* without any, all would be finite */
    weight = param->pieces[i].weight;
  g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_MODEL,
               _ ("%s: a batch norm makes numbers of tensor “%s” that are not finite; the file is "
                  "damaged."),
               weight->file, weight->name);
  return FALSE;
}

static gboolean
pack (const CasParam *param,
      void           *dst,
      float          *largest,
      GError        **error)
{
  const gboolean is_vector = param->packing == CAS_PACK_VECTOR;

  if (param->packing == CAS_PACK_BATCH_NORM)
    return pack_batch_norm (param->pieces, param->n_columns, param->eps, dst, error)
           && check_normed (param, dst, largest, error);

  for (guint i = 0; i < param->n_pieces - param->n_norm; i++)
    {
      const CasParamPiece *piece = &param->pieces[i];
      g_autofree gpointer src = read_piece (piece, is_vector, largest, error);

      if (src == NULL)
        return FALSE;
      switch (param->packing)
        {
        case CAS_PACK_CONV:
        case CAS_PACK_CONV_TRANSPOSE:
          pack_taps (param, piece, src, dst);
          break;
        case CAS_PACK_DEPTHWISE:
          pack_depthwise (param, piece, src, dst);
          break;
        case CAS_PACK_VECTOR:
          add_vector (piece, src, dst);
          break;
        default:
          pack_rows (param, piece, src, dst);
        }
    }

  if (param->n_norm == 0)
    return TRUE;
  return fold_norm (param, dst, error) && check_normed (param, dst, largest, error);
}

/* --- uploading --- */

static gboolean
upload (CasParams  *params,
        CasBuffer  *buffer,
        guint64     offset,
        const char *data,
        guint64     size,
        GError    **error)
{
  while (size > 0)
    {
      gsize n = size;
      gpointer staging = cas_gpu_peek_staging (params->gpu, &n, error);

      if (staging == NULL)
        return FALSE;
      memcpy (staging, data, n);
      if (!cas_gpu_commit_staging (params->gpu, buffer, offset, n, error))
        return FALSE;
      data += n;
      offset += n;
      size -= n;
    }

  return TRUE;
}

/* rows of this size fit into staging many times */
#define MAX_ROW_BYTES (G_GUINT64_CONSTANT (1) << 20)

/* One weight, whole rows, as it is in the file: no copy in between. */
static gboolean
is_plain (const CasParam *param)
{
  guint64 row_bytes = param->n_columns * cas_dtype_size (param->dtype);

  return (param->packing == CAS_PACK_MATRIX || param->packing == CAS_PACK_TABLE)
         && row_bytes % 4 == 0 && row_bytes <= MAX_ROW_BYTES
         && param->n_pieces == 1 && param->pitch == param->n_columns
         && param->dtype == param->pieces[0].weight->dtype && param->pieces[0].dst_row == 0
         && param->pieces[0].n_rows == param->n_rows
         && cas_weight_n_elements (param->pieces[0].weight)
                == param->pieces[0].weight->dims[0] * param->n_columns;
}

static gboolean
upload_plain (CasParams      *params,
              CasBuffer      *buffer,
              guint64         offset,
              const CasParam *param,
              float          *largest,
              GError        **error)
{
  const CasParamPiece *piece = &param->pieces[0];
  guint64 row_bytes = param->n_columns * cas_dtype_size (param->dtype);

  for (guint64 row = 0; row < piece->n_rows;)
    {
      gsize size = (piece->n_rows - row) * row_bytes;
      gpointer staging = cas_gpu_peek_staging (params->gpu, &size, error);
      guint64 n = size / row_bytes;

      if (staging == NULL
          || !read_rows (piece->weight, piece->src_row + row, n, param->n_columns, staging, largest,
                         error)
          || !cas_gpu_commit_staging (params->gpu, buffer, offset + row * row_bytes, n * row_bytes,
                                      error))
        return FALSE;
      row += n;
    }

  return TRUE;
}

guint64
cas_params_block_size (CasGpu *gpu,
                       guint64 held,
                       guint64 size)
{
  guint64 block = MIN (CLAMP (held, FIRST_BLOCK, MAX_BLOCK),
                       cas_gpu_get_info (gpu)->max_allocation_bytes);

  return MAX (size, block);
}

static CasBuffer *
make_room (CasParams *params,
           guint64    size,
           GError   **error)
{
  CasBuffer *buffer = NULL;
  guint64 held = 0;

  if (params->blocks->len > 0)
    {
      buffer = params->blocks->pdata[params->blocks->len - 1];
      if (cas_buffer_get_size (buffer) - params->used >= size)
        return buffer;
    }

  for (guint i = 0; i < params->blocks->len; i++)
    held += cas_buffer_get_size (params->blocks->pdata[i]);
  buffer = cas_buffer_new (params->gpu, cas_params_block_size (params->gpu, held, size),
                           CAS_MEMORY_WEIGHTS, CAS_MEMORY_DEVICE, "weights", error);
  if (buffer == NULL)
    return NULL;

  g_ptr_array_add (params->blocks, buffer);
  params->used = 0;
  return buffer;
}

static guint64
get (CasParams      *params,
     const CasParam *param,
     float          *largest,
     GError        **error)
{
  g_autofree char *key = cas_param_dup_key (param);
  Known *known = g_hash_table_lookup (params->known, key);
  guint64 size = cas_align (cas_param_size (param));
  CasBuffer *buffer;
  gboolean ok;

  *largest = known != NULL ? known->largest : 0;
  if (known != NULL)
    return known->address;

  buffer = make_room (params, size, error);
  if (buffer == NULL)
    return 0;

  if (params->is_random)
    ok = cas_random_fill (params->gpu, buffer, params->used, param, largest, error);
  else if (is_plain (param))
    ok = upload_plain (params, buffer, params->used, param, largest, error);
  else
    {
      g_autofree char *data = allocate (size, param->pieces[0].weight, error);

      ok = data != NULL && pack (param, data, largest, error)
           && upload (params, buffer, params->used, data, size, error);
    }
  if (!ok)
    return 0;

  known = g_new (Known, 1);
  *known = (Known) { cas_buffer_get_address (buffer) + params->used, *largest };
  g_hash_table_insert (params->known, g_steal_pointer (&key), known);
  params->used += size;

  return known->address;
}

guint64
cas_params_get (CasParams      *params,
                const CasParam *param,
                float          *largest,
                GError        **error)
{
  if (params->is_random || !cas_param_is_temporary (param))
    return get (params, param, largest, error);

  if (params->temporary == NULL)
    params->temporary = cas_params_new (params->gpu);
  return get (params->temporary, param, largest, error);
}

gboolean
cas_params_finish (CasParams *params,
                   GError   **error)
{
  return cas_gpu_finish_uploads (params->gpu, error);
}
