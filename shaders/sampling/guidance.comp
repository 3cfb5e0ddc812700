// SPDX-License-Identifier: GPL-3.0-or-later

// Classifier-free guidance with its rescale (spec 12): p = u + g (c − u), then
// ρ p std (c) / (std (p) + 1e-9) + (1 − ρ) p, the standard deviations unbiased. Every subgroup
// puts the parts' moments together itself, then does its own numbers.

#include "cascade.glsl"

PARAMS
{
  f32_in prediction; // [2 n, n_elements]: conditional, then unconditional
  f32_in scalars;    // g, ρ
  f32x4_in moments;  // of guidance_moments.comp
  f32_out y;         // [n, n_elements]
  uint n_pictures;
  uint n_elements;       // of a picture
  uint n_group_pictures; // that share their statistics
  uint n_parts;
  uint n_part_elements;
  uint n_own_elements; // of a workgroup
};

uint
part_size (uint part, uint n)
{
  return min (n_part_elements, n - part * n_part_elements);
}

// Standard deviations of both: squares about the parts' means, and those means about the whole's.
vec2
deviations (f32x4_in from, uint n)
{
  uint lanes = gl_WorkGroupSize.x;
  vec2 sum = vec2 (0.0), squares = vec2 (0.0);

  for (uint part = lane_index (); part < n_parts; part += lanes)
    sum += from.v[part].xy * float (part_size (part, n));
  vec2 mean = subgroupAdd (sum) / float (n);

  for (uint part = lane_index (); part < n_parts; part += lanes)
    {
      vec4 m = from.v[part];
      vec2 difference = m.xy - mean;
      squares += m.zw + difference * difference * float (part_size (part, n));
    }
  return sqrt (subgroupAdd (squares) / float (n - 1));
}

void
main ()
{
  uint n = n_group_pictures * n_elements;
  uint first = group_index () * n_own_elements;
  f32_in c = advance (prediction, layer_index () * n);
  f32_in u = advance (c, n_pictures * n_elements);
  f32_out to = advance (y, layer_index () * n);
  float g = scalars.v[0], rho = scalars.v[1];
  vec2 std = deviations (f32x4_in (uint64_t (moments) + 16ul * n_parts * layer_index ()), n);
  float factor = rho * std.x / (std.y + 1e-9) + (1.0 - rho);

  for (uint i = first + lane_index (); i < min (first + n_own_elements, n);
       i += gl_WorkGroupSize.x)
    to.v[i] = (u.v[i] + g * (c.v[i] - u.v[i])) * factor;
}
