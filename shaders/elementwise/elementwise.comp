// SPDX-License-Identifier: GPL-3.0-or-later

// One number in, one number out; the operation is a constant, numbered as CasElementwise.

#include "cascade.glsl"
#include "activation.glsl"

PARAMS
{
  f32_in x; // [n, n_rows, n_channels]
  f32_in b; // the same, or with steps of 0 where it repeats
  f32_in v; // numbers of the model
  f32_out y;
  uint n_rows;
  uint n_channels;
  uint x_stride;
  uint y_stride;
  uint b_stride;
  uint b_layer;
  uint act;
  float offset;
  int i;
  int j; // or −1
};

layout (constant_id = 1) const uint OPERATION = 0;
layout (constant_id = 2) const uint IS_WIDE = 0;
layout (constant_id = 3) const uint ROWS_PER_GROUP = 1;

const uint ACTIVATION = 0;
const uint ADD = 1;
const uint MODULATE = 2;
const uint SCALE_BY = 3;
const uint SCALE = 4;
const uint AFFINE = 5;
const uint MULTIPLY_ADD = 6;
const uint MULTIPLY = 7;
const uint PRELU = 8;

float
apply (float value, f32_in other, uint c)
{
  switch (OPERATION)
    {
    case ACTIVATION:
      return activate (value, act);
    case ADD:
      return value + other.v[c];
    case MODULATE:
      return value * (1.0 + other.v[c]) + other.v[c + n_channels];
    case SCALE_BY:
      return value * (offset + v.v[i]) + (j >= 0 ? v.v[max (j, 0)] : 0.0);
    case SCALE:
      return value * offset;
    case AFFINE:
      return value * v.v[c] + v.v[c + n_channels];
    case MULTIPLY:
      return value * other.v[c];
    case PRELU:
      return value < 0.0 ? value * v.v[c] : value;
    default:
      return value * other.v[c] + v.v[c];
    }
}

void
main ()
{
  uint lanes = gl_WorkGroupSize.x;
  f32_in layer_x = advance (x, layer_index () * n_rows * x_stride);
  f32_out layer_y = advance (y, layer_index () * n_rows * y_stride);
  f32_in layer_b = advance (b, layer_index () * b_layer);

  for (uint k = 0; k < ROWS_PER_GROUP; k++)
    {
      uint row = group_index () * ROWS_PER_GROUP + k;
      if (row >= n_rows)
        break;
      f32_in from = advance (layer_x, row * x_stride);
      f32_in other = advance (layer_b, row * b_stride);
      f32_out to = advance (layer_y, row * y_stride);

      if (IS_WIDE != 0)
        for (uint c = lane_index () * 4; c < n_channels; c += lanes * 4)
          {
            vec4 value = f32x4_in (advance (from, c)).v[0];
            f32x4_out (advance (to, c)).v[0]
                = vec4 (apply (value.x, other, c), apply (value.y, other, c + 1),
                        apply (value.z, other, c + 2), apply (value.w, other, c + 3));
          }
      else
        for (uint c = lane_index (); c < n_channels; c += lanes)
          to.v[c] = apply (from.v[c], other, c);
    }
}
