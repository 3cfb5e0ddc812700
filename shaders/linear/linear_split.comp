// SPDX-License-Identifier: GPL-3.0-or-later

// The second pass of a linear whose sum was split: x holds [n, SPLITS, n_rows, n_out] sums, which a
// lane adds up in order, four columns of it, before it does what follows a sum.

#include "cascade.glsl"
#include "linear.glsl"

layout (constant_id = 6) const uint SPLITS = 2;

void
main ()
{
  LinearBlock b = block;
  uint layer = layer_index ();
  uint first_row = group_index () % n_row_tiles * n_tile_rows;
  uint index = (group_index () / n_row_tiles * gl_WorkGroupSize.x + lane_index ()) * 4;
  Column columns[4];

  if (index >= n_out) // a multiple of 4
    return;

  [[unroll]] for (uint i = 0; i < 4; i++)
    columns[i] = load_column (b, layer, index + i);

  for (uint row = first_row; row < min (first_row + n_tile_rows, n_rows); row++)
    {
      uint pixel = layer * n_rows + row;
      f32_out to = advance (y, pixel * y_stride + index);
      vec4 sum = vec4 (0.0);

      [[unroll]] for (uint split = 0; split < SPLITS; split++)
        {
          uint split_row = (layer * SPLITS + split) * n_rows + row;
          sum += f32x4_in (advance (x, split_row * n_out + index)).v[0];
        }
      [[unroll]] for (uint i = 0; i < 4; i++)
        sum[i] = epilogue (sum[i], columns[i], b, pixel);

      if (IS_WIDE != 0)
        f32x4_out (to).v[0] = sum;
      else
        [[unroll]] for (uint i = 0; i < 4; i++)
          to.v[i] = sum[i];
    }
}
