// SPDX-License-Identifier: GPL-3.0-or-later

// Layer norm, one subgroup a row: mean, then variance about it, then the row again.

#include "cascade.glsl"

PARAMS
{
  f32_in x;       // [n_rows, n_channels]
  f32_out y;
  f32_in weight;  // [n_channels] or null
  f32_in bias;    // [n_channels] or null
  f32_in scalars; // or null: y (offset + scalars[scale]) + scalars[shift]
  uint n_rows;
  uint n_channels;
  uint x_stride;
  uint y_stride;
  float eps;
  float offset;
  int scale;
  int shift; // or −1
};

layout (constant_id = 1) const uint ROWS_PER_GROUP = 1;
layout (constant_id = 2) const uint IS_WIDE = 0;

float
row_sum (f32_in row, uint lanes)
{
  float sum = 0.0;

  if (IS_WIDE != 0)
    for (uint c = lane_index () * 4; c < n_channels; c += lanes * 4)
      {
        vec4 v = f32x4_in (advance (row, c)).v[0];
        sum += (v.x + v.y) + (v.z + v.w);
      }
  else
    for (uint c = lane_index (); c < n_channels; c += lanes)
      sum += row.v[c];

  return subgroupAdd (sum);
}

float
row_variance (f32_in row, float mean, uint lanes)
{
  float sum = 0.0;

  if (IS_WIDE != 0)
    for (uint c = lane_index () * 4; c < n_channels; c += lanes * 4)
      {
        vec4 v = f32x4_in (advance (row, c)).v[0] - mean;
        v *= v;
        sum += (v.x + v.y) + (v.z + v.w);
      }
  else
    for (uint c = lane_index (); c < n_channels; c += lanes)
      sum += (row.v[c] - mean) * (row.v[c] - mean);

  return subgroupAdd (sum);
}

float
finish (float v, uint c, float a, float b)
{
  if (!is_null (weight))
    v *= weight.v[c];
  if (!is_null (bias))
    v += bias.v[c];
  return v * a + b;
}

void
main ()
{
  uint lanes = gl_WorkGroupSize.x;
  float a = 1.0, b = 0.0;

  if (!is_null (scalars))
    {
      a = offset + scalars.v[scale];
      b = shift >= 0 ? scalars.v[max (shift, 0)] : 0.0;
    }

  for (uint i = 0; i < ROWS_PER_GROUP; i++)
    {
      uint index = group_index () * ROWS_PER_GROUP + i;
      if (index >= n_rows)
        break;
      f32_in row = advance (x, index * x_stride);
      f32_out to = advance (y, index * y_stride);
      float mean = row_sum (row, lanes) / float (n_channels);
      float inverse = inversesqrt (row_variance (row, mean, lanes) / float (n_channels) + eps);

      if (IS_WIDE != 0)
        for (uint c = lane_index () * 4; c < n_channels; c += lanes * 4)
          {
            vec4 v = (f32x4_in (advance (row, c)).v[0] - mean) * inverse;
            f32x4_out (advance (to, c)).v[0]
                = vec4 (finish (v.x, c, a, b), finish (v.y, c + 1, a, b),
                        finish (v.z, c + 2, a, b), finish (v.w, c + 3, a, b));
          }
      else
        for (uint c = lane_index (); c < n_channels; c += lanes)
          to.v[c] = finish ((row.v[c] - mean) * inverse, c, a, b);
    }
}
