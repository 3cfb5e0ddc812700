// SPDX-License-Identifier: GPL-3.0-or-later

// Instance norm, one subgroup a channel of a picture: mean, then variance about it, then the pixels
// again.

#include "cascade.glsl"

PARAMS
{
  f32_in x; // [n, n_rows, n_channels]
  f32_out y;
  f32_in weight; // [n_channels]
  f32_in bias;
  uint n_rows;
  uint n_channels;
  uint x_stride;
  uint y_stride;
  float eps;
};

void
main ()
{
  uint lanes = gl_WorkGroupSize.x;
  uint c = group_index ();
  float sum = 0.0, squares = 0.0;

  if (c >= n_channels)
    return;

  f32_in from = advance (x, layer_index () * n_rows * x_stride + c);
  f32_out to = advance (y, layer_index () * n_rows * y_stride + c);

  for (uint row = lane_index (); row < n_rows; row += lanes)
    sum += from.v[row * x_stride];
  float mean = subgroupAdd (sum) / float (n_rows);

  for (uint row = lane_index (); row < n_rows; row += lanes)
    {
      float v = from.v[row * x_stride] - mean;
      squares += v * v;
    }
  float scale = inversesqrt (subgroupAdd (squares) / float (n_rows) + eps) * weight.v[c];
  float shift = bias.v[c];

  for (uint row = lane_index (); row < n_rows; row += lanes)
    to.v[row * y_stride] = (from.v[row * x_stride] - mean) * scale + shift;
}
