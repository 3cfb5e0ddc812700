// SPDX-License-Identifier: GPL-3.0-or-later

// The sum of a few integers, by one subgroup.

#include "cascade.glsl"

PARAMS
{
  i32_in counts;
  i32_out sum;
  uint n;
};

void
main ()
{
  int total = 0;

  for (uint i = lane_index (); i < n; i += gl_WorkGroupSize.x)
    total += counts.v[i];

  total = subgroupAdd (total);
  if (lane_index () == 0)
    sum.v[0] = total;
}
