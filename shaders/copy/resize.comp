// SPDX-License-Identifier: GPL-3.0-or-later

// Nearest, bilinear or bicubic, without antialiasing; one workgroup an output pixel.

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

// numbered as Mode in engine/ops/resize.c
const uint BILINEAR = 0;
const uint NEAREST = 1;
const uint BILINEAR_CENTRED = 2;
const uint BICUBIC = 3;

layout (constant_id = 1) const uint MODE = BILINEAR;

// A place among the pixels of one axis: as far as `fraction` beyond `pixel`.
struct Place
{
  uint pixel;
  float fraction;
};

// Corners on corners: dst (in − 1) / (out − 1), 0 for a single output. Or pixels as squares:
// (dst + ½) in / out − ½, at least 0. In whole numbers, since a float far from 0 has few digits
// left for the fraction.
Place
source (uint dst, uint n_in, uint n_out)
{
  uint dividend, divisor;

  if (MODE == BILINEAR_CENTRED)
    {
      divisor = 2 * n_out;
      dividend = max ((2 * dst + 1) * n_in, n_out) - n_out;
    }
  else
    {
      divisor = max (n_out, 2) - 1;
      dividend = dst * (n_in - 1);
    }
  return Place (min (dividend / divisor, n_in - 1),
                float (dividend % divisor) / float (divisor));
}

// Weights of the pixels −1, 0, 1 and 2 places from the one that f is beyond.
vec4
cubic (float f)
{
  const float A = -0.75;
  vec4 d = vec4 (1.0 + f, f, 1.0 - f, 2.0 - f);
  vec4 near = ((A + 2.0) * d - (A + 3.0)) * d * d + 1.0;
  vec4 far = ((A * d - 5.0 * A) * d + 8.0 * A) * d - 4.0 * A;

  return vec4 (far.x, near.y, near.z, far.w);
}

void
nearest (f32_in from, f32_out to, uint oy, uint ox)
{
  f32_in p = advance (from, (oy * in_h / out_h * in_w + ox * in_w / out_w) * x_stride);

  for (uint c = lane_index (); c < n_channels; c += gl_WorkGroupSize.x)
    to.v[c] = p.v[c];
}

void
bilinear (f32_in from, f32_out to, Place sy, Place sx)
{
  uint y0 = sy.pixel, x0 = sx.pixel;
  uint y1 = min (y0 + 1, in_h - 1), x1 = min (x0 + 1, in_w - 1);
  float fy = sy.fraction, fx = sx.fraction;
  f32_in p00 = advance (from, (y0 * in_w + x0) * x_stride);
  f32_in p01 = advance (from, (y0 * in_w + x1) * x_stride);
  f32_in p10 = advance (from, (y1 * in_w + x0) * x_stride);
  f32_in p11 = advance (from, (y1 * in_w + x1) * x_stride);

  for (uint c = lane_index (); c < n_channels; c += gl_WorkGroupSize.x)
    to.v[c] = (1.0 - fy) * ((1.0 - fx) * p00.v[c] + fx * p01.v[c])
              + fy * ((1.0 - fx) * p10.v[c] + fx * p11.v[c]);
}

void
bicubic (f32_in from, f32_out to, Place sy, Place sx)
{
  int y0 = int (sy.pixel), x0 = int (sx.pixel);
  vec4 wy = cubic (sy.fraction), wx = cubic (sx.fraction);

  for (uint c = lane_index (); c < n_channels; c += gl_WorkGroupSize.x)
    {
      float sum = 0.0;

      for (int i = 0; i < 4; i++)
        {
          uint py = uint (clamp (y0 + i - 1, 0, int (in_h) - 1));
          vec4 row;

          for (int j = 0; j < 4; j++)
            {
              uint px = uint (clamp (x0 + j - 1, 0, int (in_w) - 1));
              row[j] = advance (from, (py * in_w + px) * x_stride).v[c];
            }
          sum += wy[i] * dot (wx, row);
        }
      to.v[c] = sum;
    }
}

void
main ()
{
  uint pixel = group_index ();
  uint oy = pixel / out_w, ox = pixel % out_w;

  if (pixel >= out_h * out_w)
    return;

  f32_in from = advance (x, layer_index () * in_h * in_w * x_stride);
  f32_out to = advance (y, (layer_index () * out_h * out_w + pixel) * y_stride);

  if (MODE == NEAREST)
    nearest (from, to, oy, ox);
  else if (MODE == BICUBIC)
    bicubic (from, to, source (oy, in_h, out_h), source (ox, in_w, out_w));
  else
    bilinear (from, to, source (oy, in_h, out_h), source (ox, in_w, out_w));
}
