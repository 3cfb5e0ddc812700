// SPDX-License-Identifier: GPL-3.0-or-later

// Powers of two that keep both factors of a linear within the range of f16, and what takes them off
// a sum again. After half.glsl and linear.glsl.

float x_scale, w_scale; // factors are multiplied by these before they are rounded
vec2 inverse_scales;

void
find_scales (LinearBlock b, uint layer)
{
  float largest = 0.0;

  for (uint i = gl_SubgroupInvocationID; i < b.n_maxima; i += gl_SubgroupSize)
    largest = max (largest, b.maxima.v[layer * b.n_maxima + i]);
  x_scale = has (MAXIMA) ? half_scale (subgroupMax (largest)) : 1.0;
  w_scale = DTYPE == F16 ? 1.0 : half_scale (b.largest_weight);
  inverse_scales = 1.0 / vec2 (max (x_scale, w_scale), min (x_scale, w_scale));
}

// One by one, that which makes it smaller first: what is in between must not be infinite.
float
unscale (float sum)
{
  return sum * inverse_scales.x * inverse_scales.y;
}
