// SPDX-License-Identifier: GPL-3.0-or-later

// The most multiply-adds that the device's matrix units can do: cooperative matrices that stay in
// registers, so many that none has to wait for itself.
// variant: bf16 BFLOAT16

#extension GL_KHR_cooperative_matrix : require
#extension GL_KHR_memory_scope_semantics : require

#include "cascade.glsl"
#include "half.glsl"

PARAMS
{
  f32_out y;     // [M, N] a subgroup, so that the work cannot be left out
  uint n_loops;  // of N_SUMS · N_STEPS multiply-adds
  float a;
  float b;
};

layout (constant_id = 1) const uint M = 16; // of a cooperative matrix
layout (constant_id = 2) const uint N = 16;
layout (constant_id = 3) const uint K = 16;

const uint LENGTH = K * (M > N ? M : N);

// numbers that differ: equal ones would let a driver work on one of them
shared HALF numbers[LENGTH];

const uint N_SUMS = 8;
const uint N_STEPS = 4;

void
main ()
{
  coopmat<HALF, gl_ScopeSubgroup, M, K, gl_MatrixUseA> left;
  coopmat<HALF, gl_ScopeSubgroup, K, N, gl_MatrixUseB> right;
  coopmat<float, gl_ScopeSubgroup, M, N, gl_MatrixUseAccumulator> sum[N_SUMS];
  uint subgroup = group_index () * gl_NumSubgroups + gl_SubgroupID;

  for (uint i = lane_index (); i < LENGTH; i += gl_WorkGroupSize.x)
    numbers[i] = HALF (a + b * float (i) / float (LENGTH));
  barrier ();
  coopMatLoad (left, numbers, 0, K, gl_CooperativeMatrixLayoutRowMajor);
  coopMatLoad (right, numbers, 0, K, gl_CooperativeMatrixLayoutColumnMajor);
  [[unroll]] for (uint i = 0; i < N_SUMS; i++)
    sum[i] = coopmat<float, gl_ScopeSubgroup, M, N, gl_MatrixUseAccumulator> (float (i));

  for (uint n = 0; n < n_loops; n++)
    [[unroll]] for (uint step = 0; step < N_STEPS; step++)
      [[unroll]] for (uint i = 0; i < N_SUMS; i++)
        sum[i] = coopMatMulAdd (left, right, sum[i]);

  [[unroll]] for (uint i = 1; i < N_SUMS; i++)
    sum[0] += sum[i];
  coopMatStore (sum[0], y.v, subgroup * M * N, N, gl_CooperativeMatrixLayoutRowMajor);
}
