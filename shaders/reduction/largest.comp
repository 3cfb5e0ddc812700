// SPDX-License-Identifier: GPL-3.0-or-later

// The largest |x| of each picture, in parts: a subgroup looks at every n-th row and leaves one
// number. x may be scaled and shifted first, as a response norm does.

#include "cascade.glsl"

PARAMS
{
  f32_in x;        // [n, n_rows, n_channels]
  f32_in scale;    // [n, n_channels] or null
  f32_in shift;    // [n_channels]
  f32_out largest; // [n, n_parts]: those of this dispatch come first_part later
  uint n_rows;
  uint n_channels; // a multiple of 4
  uint x_stride;
  uint n_parts;
  uint first_part;
  uint n_own_parts;
};

layout (constant_id = 1) const uint IS_SCALED = 0;

void
main ()
{
  uint part = group_index ();
  vec4 top = vec4 (0.0);

  if (part >= n_own_parts)
    return;

  for (uint row = part; row < n_rows; row += n_own_parts)
    {
      f32_in from = advance (x, (layer_index () * n_rows + row) * x_stride);

      // lanes beyond the end look at the last channels again, so that none is left behind
      for (uint first = 0; first < n_channels; first += gl_WorkGroupSize.x * 4)
        {
          uint c = min (first + lane_index () * 4, n_channels - 4);
          vec4 value = f32x4_in (advance (from, c)).v[0];

          if (IS_SCALED != 0)
            value = value * f32x4_in (advance (scale, layer_index () * n_channels + c)).v[0]
                    + f32x4_in (advance (shift, c)).v[0];
          top = max (top, abs (value));
        }
    }

  float mine = subgroupMax (max (max (top.x, top.y), max (top.z, top.w)));
  if (lane_index () == 0)
    largest.v[layer_index () * n_parts + first_part + part] = mine;
}
