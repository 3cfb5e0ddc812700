// SPDX-License-Identifier: GPL-3.0-or-later

// Rows of numbers from one place to another, whatever their type.

#include "cascade.glsl"

PARAMS
{
  u32_in x;
  u32_out y;
  uint x_layer; // elements from picture to picture
  uint y_layer;
  uint n_rows;
  uint n_channels;
  uint x_stride;
  uint y_stride;
};

layout (constant_id = 1) const uint ROWS_PER_GROUP = 1;

void
main ()
{
  uint lanes = gl_WorkGroupSize.x;
  uint64_t from = uint64_t (x) + 4ul * layer_index () * x_layer;
  uint64_t to = uint64_t (y) + 4ul * layer_index () * y_layer;

  for (uint i = 0; i < ROWS_PER_GROUP; i++)
    {
      uint row = group_index () * ROWS_PER_GROUP + i;
      if (row >= n_rows)
        break;
      u32_in source = u32_in (from + 4ul * row * x_stride);
      u32_out target = u32_out (to + 4ul * row * y_stride);
      for (uint c = lane_index (); c < n_channels; c += lanes)
        target.v[c] = source.v[c];
    }
}
