// SPDX-License-Identifier: GPL-3.0-or-later

// Bilinear with aligned corners, or nearest; one workgroup an output pixel.

#include "cascade.glsl"

PARAMS
{
  f32_in x;
  f32_out y;
  uint in_h;
  uint in_w;
  uint out_h;
  uint out_w;
  uint n_channels;
  uint x_stride;
  uint y_stride;
};

layout (constant_id = 1) const uint IS_NEAREST = 0;

// dst (in − 1) / (out − 1), 0 for a single output
float
aligned (uint dst, uint n_in, uint n_out)
{
  return n_out > 1 ? float (dst) * (float (n_in - 1) / float (n_out - 1)) : 0.0;
}

void
main ()
{
  uint pixel = group_index ();
  uint oy = pixel / out_w, ox = pixel % out_w;
  f32_in from = advance (x, layer_index () * in_h * in_w * x_stride);

  if (pixel >= out_h * out_w)
    return;
  f32_out to = advance (y, (layer_index () * out_h * out_w + pixel) * y_stride);

  if (IS_NEAREST != 0)
    {
      f32_in source = advance (from, (oy * in_h / out_h * in_w + ox * in_w / out_w) * x_stride);
      for (uint c = lane_index (); c < n_channels; c += gl_WorkGroupSize.x)
        to.v[c] = source.v[c];
      return;
    }

  float sy = aligned (oy, in_h, out_h), sx = aligned (ox, in_w, out_w);
  uint y0 = min (uint (sy), in_h - 1), x0 = min (uint (sx), in_w - 1);
  uint y1 = min (y0 + 1, in_h - 1), x1 = min (x0 + 1, in_w - 1);
  float fy = sy - float (y0), fx = sx - float (x0);
  f32_in p00 = advance (from, (y0 * in_w + x0) * x_stride);
  f32_in p01 = advance (from, (y0 * in_w + x1) * x_stride);
  f32_in p10 = advance (from, (y1 * in_w + x0) * x_stride);
  f32_in p11 = advance (from, (y1 * in_w + x1) * x_stride);

  for (uint c = lane_index (); c < n_channels; c += gl_WorkGroupSize.x)
    to.v[c] = (1.0 - fy) * ((1.0 - fx) * p00.v[c] + fx * p01.v[c])
              + fy * ((1.0 - fx) * p10.v[c] + fx * p11.v[c]);
}
