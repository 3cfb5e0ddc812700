// SPDX-License-Identifier: GPL-3.0-or-later

// Depthwise 3×3: a lane slides over a strip of one row of output pixels and keeps the columns that
// the next one reads too; wide lanes hold four channels. The sum may be scaled and added to
// something.
// variant: narrow NARROW

#include "cascade.glsl"
#include "activation.glsl"

PARAMS
{
  f32_in x;
  f32_out y;
  f32_in weight; // [9, n_channels]
  f32_in bias;   // [n_channels] or null
  f32_in scalar; // one number
  f32_in residual;
  uint h; // of x
  uint w;
  uint out_h;
  uint out_w;
  uint n_channels;
  uint x_stride;
  uint y_stride;
  uint residual_stride;
  uint n_strips; // in a row
  uint n_blocks; // of channels
};

layout (constant_id = 1) const uint STRIP = 8;
layout (constant_id = 2) const uint IS_REPLICATE = 0;
layout (constant_id = 3) const uint HAS_SCALAR = 0;
layout (constant_id = 4) const uint HAS_RESIDUAL = 0;
layout (constant_id = 5) const uint STRIDE = 1; // or 2
layout (constant_id = 6) const uint ACT = ACT_NONE;

#ifdef NARROW
#define LANE float
#define LANE_CHANNELS 1
#define LOAD(p, c) (p).v[c]
#define STORE(p, c, value) (p).v[c] = value
#else
#define LANE vec4
#define LANE_CHANNELS 4
#define LOAD(p, c) f32x4_in (advance (p, c)).v[0]
#define STORE(p, c, value) f32x4_out (advance (p, c)).v[0] = value
#endif

LANE
pixel_at (f32_in layer, int py, int px, uint c)
{
  if (IS_REPLICATE != 0)
    {
      py = clamp (py, 0, int (h) - 1);
      px = clamp (px, 0, int (w) - 1);
    }
  else if (py < 0 || px < 0 || py >= int (h) || px >= int (w))
    return LANE (0.0);
  return LOAD (advance (layer, (uint (py) * w + uint (px)) * x_stride), c);
}

void
main ()
{
  uint block = group_index () % n_blocks;
  uint strip = group_index () / n_blocks % n_strips;
  int row = int (group_index () / n_blocks / n_strips);
  int first = int (strip * STRIP);
  uint c = (block * gl_WorkGroupSize.x + lane_index ()) * LANE_CHANNELS;
  LANE k[9], left[3], middle[3], right[3];
  LANE start = LANE (0.0);

  if (row >= int (out_h) || c >= n_channels)
    return;

  f32_in from = advance (x, layer_index () * h * w * x_stride);
  uint first_pixel = (layer_index () * out_h + uint (row)) * out_w;
  [[unroll]] for (uint t = 0; t < 9; t++)
    k[t] = LOAD (advance (weight, t * n_channels), c);
  if (!is_null (bias))
    start = LOAD (bias, c);

  [[unroll]] for (int dy = 0; dy < 3; dy++)
    {
      left[dy] = pixel_at (from, row * int (STRIDE) + dy - 1, first * int (STRIDE) - 1, c);
      middle[dy] = pixel_at (from, row * int (STRIDE) + dy - 1, first * int (STRIDE), c);
    }

  for (int px = first; px < min (first + int (STRIP), int (out_w)); px++)
    {
      LANE sum = start;
      [[unroll]] for (int dy = 0; dy < 3; dy++)
        {
          int py = row * int (STRIDE) + dy - 1;
          right[dy] = pixel_at (from, py, px * int (STRIDE) + 1, c);
          sum += left[dy] * k[dy * 3] + middle[dy] * k[dy * 3 + 1] + right[dy] * k[dy * 3 + 2];
          left[dy] = STRIDE == 1 ? middle[dy] : right[dy];
          middle[dy] = STRIDE == 1 ? right[dy] : pixel_at (from, py, (px + 1) * int (STRIDE), c);
        }
      uint pixel = first_pixel + uint (px);
      sum = activate (sum, ACT);
      if (HAS_SCALAR != 0)
        sum *= scalar.v[0];
      if (HAS_RESIDUAL != 0)
        sum += LOAD (advance (residual, pixel * residual_stride), c);
      STORE (advance (y, pixel * y_stride), c, sum);
    }
}
