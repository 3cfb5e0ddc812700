// SPDX-License-Identifier: GPL-3.0-or-later

// A big copy: each lane moves 16 bytes at a time, neighbours side by side.

#include "cascade.glsl"

PARAMS
{
  f32x4_in x;
  f32x4_out y;
  uint n_vectors;
};

layout (constant_id = 1) const uint VECTORS_PER_LANE = 1;

void
main ()
{
  uint lanes = gl_WorkGroupSize.x;
  uint first = group_index () * VECTORS_PER_LANE * lanes + lane_index ();

  for (uint i = 0; i < VECTORS_PER_LANE; i++)
    {
      uint index = first + i * lanes;
      if (index < n_vectors)
        y.v[index] = x.v[index];
    }
}
