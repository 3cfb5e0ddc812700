// SPDX-License-Identifier: GPL-3.0-or-later

// The largest or the mean of the pixels under a square; one workgroup an output pixel.

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
  uint kernel;
  uint stride;
  uint pad; // less than kernel: no square lies beside the picture
};

layout (constant_id = 1) const uint IS_MEAN = 0;
layout (constant_id = 2) const uint COUNTS_PADDING = 0;

// Under the square from `begin` on: the pixels of the picture, and how many with its frame.
struct Span
{
  uint first;
  uint end;
  uint n_framed;
};

Span
span (uint at, uint n)
{
  uint begin = at * stride; // counted from the frame's edge
  uint end = begin + kernel;

  return Span (max (begin, pad) - pad, min (end, n + pad) - pad,
               min (end, n + 2 * pad) - begin);
}

void
main ()
{
  uint pixel = group_index ();

  if (pixel >= out_h * out_w)
    return;

  Span rows = span (pixel / out_w, in_h), columns = span (pixel % out_w, in_w);
  uint n = COUNTS_PADDING != 0
               ? rows.n_framed * columns.n_framed
               : (rows.end - rows.first) * (columns.end - columns.first);
  f32_in from = advance (x, layer_index () * in_h * in_w * x_stride);
  f32_out to = advance (y, (layer_index () * out_h * out_w + pixel) * y_stride);

  for (uint c = lane_index (); c < n_channels; c += gl_WorkGroupSize.x)
    {
      float result = IS_MEAN != 0
                         ? 0.0
                         : from.v[(rows.first * in_w + columns.first) * x_stride + c];

      for (uint i = rows.first; i < rows.end; i++)
        for (uint j = columns.first; j < columns.end; j++)
          {
            float value = from.v[(i * in_w + j) * x_stride + c];

            result = IS_MEAN != 0 ? result + value : max (result, value);
          }
      to.v[c] = IS_MEAN != 0 ? result / float (n) : result;
    }
}
