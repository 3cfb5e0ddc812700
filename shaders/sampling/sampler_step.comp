// SPDX-License-Identifier: GPL-3.0-or-later

// One sampler step (spec 12): x0 = (x − b ε) / a, x' = c0 x0 + c1 ε + c2 noise.

#include "cascade.glsl"

PARAMS
{
  f32_in x;
  f32_in epsilon;
  f32_in noise;
  f32_in coefficients; // a, b, c0, c1, c2
  f32_out x0;
  f32_out x_next;
  uint n;
};

layout (constant_id = 1) const uint LANE_ELEMENTS = 4;

void
main ()
{
  float a = coefficients.v[0], b = coefficients.v[1];
  uint first = (group_index () * gl_WorkGroupSize.x + lane_index ()) * LANE_ELEMENTS;

  for (uint i = first; i < min (first + LANE_ELEMENTS, n); i++)
    {
      float e = epsilon.v[i];
      float start = (x.v[i] - b * e) / a;

      x0.v[i] = start;
      x_next.v[i] = coefficients.v[2] * start + coefficients.v[3] * e
                    + coefficients.v[4] * noise.v[i];
    }
}
