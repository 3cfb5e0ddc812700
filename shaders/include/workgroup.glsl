// SPDX-License-Identifier: GPL-3.0-or-later

// Sums over a workgroup of one subgroup or of 256 lanes, in an order that the number of lanes alone
// decides. A kernel's second specialisation constant says which it is.

layout (constant_id = 1) const uint IS_LARGE = 0;

shared float lane_values[256];

float
workgroup_add (float value)
{
  if (IS_LARGE == 0)
    return subgroupAdd (value);

  lane_values[lane_index ()] = value;
  barrier ();
  for (uint n = gl_WorkGroupSize.x / 2; n > 0; n /= 2)
    {
      if (lane_index () < n)
        lane_values[lane_index ()] += lane_values[lane_index () + n];
      barrier ();
    }
  float sum = lane_values[0];
  barrier ();
  return sum;
}
