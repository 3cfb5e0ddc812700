// SPDX-License-Identifier: GPL-3.0-or-later

// Token embedding plus position embedding, one workgroup a token.

#include "cascade.glsl"
#include "weights.glsl"

PARAMS
{
  i32_in ids;       // [n, n_tokens]
  u32_in table;     // [n_rows, n_channels], one type
  f32_in positions; // [≥ n_tokens, n_channels]
  f32_in extra;     // [n_extra, n_channels]: the rows after the table's
  f32_out y;
  uint n_tokens;
  uint n_rows;
  uint n_extra;
  uint n_channels;
  uint y_stride;
};

layout (constant_id = 1) const uint DTYPE = F32;

void
main ()
{
  uint token = group_index ();
  uint index = layer_index () * n_tokens + token;

  if (token >= n_tokens)
    return;

  uint id = min (uint (max (ids.v[index], 0)), n_rows + n_extra - 1);
  if (id >= n_rows)
    {
      for (uint c = lane_index (); c < n_channels; c += gl_WorkGroupSize.x)
        advance (y, index * y_stride).v[c]
            = extra.v[(id - n_rows) * n_channels + c] + positions.v[token * n_channels + c];
      return;
    }

  // a row of an odd number of 16-bit elements may begin within a word
  uint64_t first = uint64_t (id) * n_channels;
  uint per_word = DTYPE == F32 ? 1 : 2;
  u32_in row = u32_in (uint64_t (table) + 4ul * (first / per_word));
  uint shift = uint (first % per_word);

  for (uint c = lane_index (); c < n_channels; c += gl_WorkGroupSize.x)
    advance (y, index * y_stride).v[c]
        = weight_at (row, c + shift, DTYPE) + positions.v[token * n_channels + c];
}
