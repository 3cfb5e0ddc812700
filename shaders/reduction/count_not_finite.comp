// SPDX-License-Identifier: GPL-3.0-or-later

// How many numbers are NaN or infinite: one subgroup looks at all.

#include "cascade.glsl"

PARAMS
{
  f32_in x;
  i32_out count;
  uint n_rows;
  uint n_channels;
  uint x_stride;
};

void
main ()
{
  uint bad = 0;
  uint n = n_rows * n_channels;

  for (uint i = lane_index (); i < n; i += gl_WorkGroupSize.x)
    {
      // by bits: a compiler may take NaN for impossible
      uint bits = floatBitsToUint (advance (x, i / n_channels * x_stride).v[i % n_channels]);
      bad += (bits & 0x7f800000u) == 0x7f800000u ? 1 : 0;
    }

  bad = subgroupAdd (bad);
  if (lane_index () == 0)
    count.v[0] = int (bad);
}
