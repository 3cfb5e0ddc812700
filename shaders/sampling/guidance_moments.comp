// SPDX-License-Identifier: GPL-3.0-or-later

// Mean and sum of squares about it of the conditional and of the guided prediction, for each part
// of the pictures that share their statistics. One subgroup a part.

#include "cascade.glsl"

PARAMS
{
  f32_in prediction; // [2 n, n_elements]: conditional, then unconditional
  f32_in scalars;    // g, ρ
  f32x4_out moments; // [n / n_group_pictures, n_parts]: means of both, squares of both
  uint n_pictures;
  uint n_elements;       // of a picture
  uint n_group_pictures; // that share their statistics
  uint n_parts;
  uint n_part_elements;
};

void
main ()
{
  uint lanes = gl_WorkGroupSize.x;
  uint part = group_index ();
  uint n_group = n_group_pictures * n_elements;
  uint first = part * n_part_elements;
  f32_in c = advance (prediction, layer_index () * n_group);
  f32_in u = advance (c, n_pictures * n_elements);
  float g = scalars.v[0];
  vec2 sum = vec2 (0.0), squares = vec2 (0.0);

  if (part >= n_parts)
    return;

  uint end = min (first + n_part_elements, n_group);
  for (uint i = first + lane_index (); i < end; i += lanes)
    sum += vec2 (c.v[i], u.v[i] + g * (c.v[i] - u.v[i]));
  vec2 mean = subgroupAdd (sum) / float (end - first);

  for (uint i = first + lane_index (); i < end; i += lanes)
    {
      vec2 difference = vec2 (c.v[i], u.v[i] + g * (c.v[i] - u.v[i])) - mean;
      squares += difference * difference;
    }
  squares = subgroupAdd (squares);

  if (lane_index () == 0)
    moments.v[layer_index () * n_parts + part] = vec4 (mean, squares);
}
