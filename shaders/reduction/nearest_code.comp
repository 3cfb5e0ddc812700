// SPDX-License-Identifier: GPL-3.0-or-later

// The row of a codebook that is nearest to each pixel, the first of equals; one pixel a lane.

#include "cascade.glsl"

PARAMS
{
  f32_in x;        // [n_rows, n_channels]
  f32_in codebook; // [n_codes, n_channels]
  f32_out y;       // the rows found
  i32_out indices; // [n_rows]
  uint n_rows;
  uint n_codes;
  uint n_channels;
  uint x_stride;
  uint y_stride;
};

float
distance_to (f32_in p, uint code)
{
  f32_in row = advance (codebook, code * n_channels);
  float sum = 0.0;

  for (uint c = 0; c < n_channels; c++)
    sum += (p.v[c] - row.v[c]) * (p.v[c] - row.v[c]);
  return sum;
}

void
main ()
{
  uint pixel = group_index () * gl_WorkGroupSize.x + lane_index ();
  uint best = 0;

  if (pixel >= n_rows)
    return;

  f32_in p = advance (x, pixel * x_stride);
  float least = distance_to (p, 0);
  for (uint code = 1; code < n_codes; code++)
    {
      float d = distance_to (p, code);
      if (d < least)
        {
          least = d;
          best = code;
        }
    }

  for (uint c = 0; c < n_channels; c++)
    advance (y, pixel * y_stride).v[c] = codebook.v[best * n_channels + c];
  indices.v[pixel] = int (best);
}
