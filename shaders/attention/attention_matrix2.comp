// SPDX-License-Identifier: GPL-3.0-or-later

// Attention for devices with the second generation of cooperative matrices. A workgroup has QUERIES
// queries, one a row of its matrices, and takes as many keys at a time as a head has channels, so
// that scores and results are matrices of one type. What is known of a row is in all its columns.
// variant: bf16 BFLOAT16
// variant: elements ELEMENTS

#include "cascade.glsl"
#include "half.glsl"
#include "attention.glsl"
#include "matrix2.glsl"

layout (constant_id = 2) const uint QUERIES = 128;

#define KEYS HEAD_SIZE
#define ROWS MATRIX (float, QUERIES, KEYS, Accumulator)
#define LEFT MATRIX (HALF, QUERIES, KEYS, A)
#define SOURCE MATRIX (float, KEYS, HEAD_SIZE, Accumulator)
#define RIGHT MATRIX (HALF, KEYS, HEAD_SIZE, B)

// A query that may not see a key has this for a score.
const float UNSEEN = -1e30;

float
larger (const in float a, const in float b)
{
  return max (a, b);
}

float
add (const in float a, const in float b)
{
  return a + b;
}

// --- scales for the range of the type that is multiplied ---

float
magnitude (const in uint i, const in uint j, const in float value)
{
  return abs (value);
}

float
scale_of (const in uint i, const in uint j, const in float value)
{
  return half_scale (value);
}

// One for each row.
ROWS
find_row_scales (ROWS m)
{
  ROWS most = ROWS (1.0);

#ifndef BFLOAT16
  coopMatPerElementNV (m, m, magnitude);
  coopMatReduceNV (most, m, gl_CooperativeMatrixReduceRowNV, larger);
  coopMatPerElementNV (most, most, scale_of);
#endif
  return most;
}

// One for all of a slice of keys or values, as a matrix of their type and of that of rows.
void
find_scale (SOURCE m, out SOURCE scales, out ROWS row_scales)
{
  scales = SOURCE (1.0);
  row_scales = ROWS (1.0);
#ifndef BFLOAT16
  coopMatPerElementNV (m, m, magnitude);
  coopMatReduceNV (scales, m, gl_CooperativeMatrixReduceRowAndColumnNV, larger);
  coopMatPerElementNV (scales, scales, scale_of);
  coopMatReduceNV (row_scales, m, gl_CooperativeMatrixReduceRowAndColumnNV, larger);
  coopMatPerElementNV (row_scales, row_scales, scale_of);
#endif
}

// --- softmax ---

float
score_of (const in uint i, const in uint j, const in float value, const in uint first_query,
          const in uint first_key, const in uint n)
{
  uint query = min (first_query + i, n_queries - 1);

  if (j >= n || !may_be_seen (first_key + j, query))
    return UNSEEN;
  return value * inversesqrt (float (HEAD_SIZE));
}

float
larger_of (const in uint i, const in uint j, const in float a, const in float b)
{
  return max (a, b);
}

float
weight_of (const in uint i, const in uint j, const in float score, const in float top)
{
  return score > 0.5 * UNSEEN ? exp (score - top) : 0.0;
}

float
store (const in uint i, const in uint j, const in float value, const in float total,
       const in f32_out to, const in uint first)
{
  if (first + i < n_queries)
    to.v[(first + i) * y_stride + j] = value / total;
  return value;
}

void
main ()
{
  uint head = group_index () % n_heads;
  uint first = group_index () / n_heads * QUERIES;
  uint layer = layer_index ();
  uint offset = head * HEAD_SIZE;

  if (first >= n_queries)
    return;

  ROWS wide = ROWS (0.0);
  LOAD (wide, QUERIES, HEAD_SIZE, advance (q, layer * n_queries * q_stride + offset), n_queries,
        HEAD_SIZE, q_stride, first, 0u);
  ROWS query_scales = find_row_scales (wide);
  LEFT query = LEFT (wide * query_scales);
  ROWS result = ROWS (0.0), total = ROWS (0.0), top = ROWS (UNSEEN);

  for (uint source = 0; source < 2; source++)
    {
      bool is_second = source == 1;
      uint n = is_second ? n_keys2 : n_keys;
      uint key_stride = is_second ? k2_stride : k_stride;
      uint value_stride = is_second ? v2_stride : v_stride;
      f32_in keys = advance (is_second ? k2 : k, layer * n * key_stride + offset);
      f32_in values = advance (is_second ? v2 : v, layer * n * value_stride + offset);

      for (uint base = 0; base < n; base += KEYS)
        {
          SOURCE key = SOURCE (0.0), value = SOURCE (0.0), scales;
          ROWS scores, tops, weights, sums, row_scales;

          LOAD_TRANSPOSED (key, KEYS, HEAD_SIZE, keys, n, HEAD_SIZE, key_stride, base, 0u);
          find_scale (key, scales, row_scales);
          scores = coopMatMulAdd (query, RIGHT (key * scales), ROWS (0.0));
          scores = scores / query_scales / row_scales;
          coopMatPerElementNV (scores, scores, score_of, first, (is_second ? n_keys : 0) + base,
                               n - base);

          coopMatReduceNV (tops, scores, gl_CooperativeMatrixReduceRowNV, larger);
          coopMatPerElementNV (tops, tops, larger_of, top);
          coopMatPerElementNV (weights, scores, weight_of, tops);
          coopMatReduceNV (sums, weights, gl_CooperativeMatrixReduceRowNV, add);
          coopMatPerElementNV (top, top, weight_of, tops); // what earlier sums shrink to
          total = total * top + sums;
          result = result * top;
          top = tops;

          LOAD (value, KEYS, HEAD_SIZE, values, n, HEAD_SIZE, value_stride, base, 0u);
          find_scale (value, scales, row_scales);
          result = result
                   + coopMatMulAdd (LEFT (weights * UNIT_SCALE), RIGHT (value * scales), ROWS (0.0))
                         * (1.0 / UNIT_SCALE) / row_scales;
        }
    }

  coopMatPerElementNV (result, result, store, total,
                       advance (y, layer * n_queries * y_stride + offset), first);
}
