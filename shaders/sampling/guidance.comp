// SPDX-License-Identifier: GPL-3.0-or-later

// Classifier-free guidance with its rescale (spec 12): p = u + g (c − u), then
// ρ p std (c) / (std (p) + 1e-9) + (1 − ρ) p, the standard deviations unbiased. One subgroup a
// group of pictures that share their statistics.

#include "cascade.glsl"

PARAMS
{
  f32_in prediction; // [2 n, n_elements]: conditional, then unconditional
  f32_in scalars;    // g, ρ
  f32_out y;         // [n, n_elements]
  uint n_pictures;
  uint n_elements;      // of a picture
  uint n_group_pictures; // that share their statistics
};

float
mean_of (float sum, uint n)
{
  return subgroupAdd (sum) / float (n);
}

void
main ()
{
  uint lanes = gl_WorkGroupSize.x;
  uint n = n_group_pictures * n_elements;
  f32_in c = advance (prediction, layer_index () * n);
  f32_in u = advance (c, n_pictures * n_elements);
  f32_out to = advance (y, layer_index () * n);
  float g = scalars.v[0], rho = scalars.v[1];
  float sum_c = 0.0, sum_p = 0.0, squares_c = 0.0, squares_p = 0.0;

  for (uint i = lane_index (); i < n; i += lanes)
    {
      sum_c += c.v[i];
      sum_p += u.v[i] + g * (c.v[i] - u.v[i]);
    }
  float mean_c = mean_of (sum_c, n), mean_p = mean_of (sum_p, n);

  for (uint i = lane_index (); i < n; i += lanes)
    {
      float dc = c.v[i] - mean_c;
      float dp = u.v[i] + g * (c.v[i] - u.v[i]) - mean_p;
      squares_c += dc * dc;
      squares_p += dp * dp;
    }
  float std_c = sqrt (mean_of (squares_c, n - 1)), std_p = sqrt (mean_of (squares_p, n - 1));
  float factor = rho * std_c / (std_p + 1e-9) + (1.0 - rho);

  for (uint i = lane_index (); i < n; i += lanes)
    to.v[i] = (u.v[i] + g * (c.v[i] - u.v[i])) * factor;
}
