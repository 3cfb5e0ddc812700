// SPDX-License-Identifier: GPL-3.0-or-later

// The most multiply-adds of f32 that the device can do: sums that stay in registers, so many that
// none has to wait for itself. Nothing is read.

#include "cascade.glsl"

PARAMS
{
  f32_out y;     // a number a lane, so that the work cannot be left out
  uint n_loops;  // of N_SUMS · N_STEPS multiply-adds
  float a;
  float b;
};

const uint N_SUMS = 8;
const uint N_STEPS = 32;

void
main ()
{
  float sum[N_SUMS];
  float total = 0.0;

  [[unroll]] for (uint i = 0; i < N_SUMS; i++)
    sum[i] = float (lane_index () + i);

  for (uint n = 0; n < n_loops; n++)
    [[unroll]] for (uint step = 0; step < N_STEPS; step++)
      [[unroll]] for (uint i = 0; i < N_SUMS; i++)
        sum[i] = sum[i] * a + b;

  [[unroll]] for (uint i = 0; i < N_SUMS; i++)
    total += sum[i];
  y.v[group_index () * gl_WorkGroupSize.x + lane_index ()] = total;
}
