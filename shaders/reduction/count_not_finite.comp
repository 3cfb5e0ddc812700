// SPDX-License-Identifier: GPL-3.0-or-later

// How many numbers are NaN or infinite. A subgroup looks at every n-th run of numbers and leaves
// one count; the counts are added up by add_counts.comp.

#include "cascade.glsl"

PARAMS
{
  f32_in x;
  i32_out counts; // [n_parts]
  uint n_rows;
  uint n_channels;
  uint x_stride;
  uint n_parts;
};

layout (constant_id = 1) const uint IS_DENSE = 0; // x_stride is n_channels

void
main ()
{
  uint n = n_rows * n_channels;
  uint step = n_parts * gl_WorkGroupSize.x;
  uint bad = 0;

  if (group_index () >= n_parts)
    return;

  for (uint i = group_index () * gl_WorkGroupSize.x + lane_index (); i < n; i += step)
    {
      uint at = IS_DENSE != 0 ? i : i / n_channels * x_stride + i % n_channels;
      // by bits: a compiler may take NaN for impossible
      uint bits = floatBitsToUint (x.v[at]);
      bad += (bits & 0x7f800000u) == 0x7f800000u ? 1 : 0;
    }

  bad = subgroupAdd (bad);
  if (lane_index () == 0)
    counts.v[group_index ()] = int (bad);
}
