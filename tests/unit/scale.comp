// SPDX-License-Identifier: GPL-3.0-or-later
// y[i] = factor · x[i], by buffer addresses: what every kernel stands on, and nothing else.
#version 450
#extension GL_EXT_buffer_reference : require
#extension GL_EXT_scalar_block_layout : require

layout (local_size_x_id = 0) in;
layout (constant_id = 1) const uint FACTOR = 1;

layout (buffer_reference, scalar) readonly buffer In { float at[]; };
layout (buffer_reference, scalar) writeonly buffer Out { float at[]; };

layout (push_constant, scalar) uniform Params
{
  In   x;
  Out  y;
  uint n;
};

void
main ()
{
  uint i = gl_GlobalInvocationID.x;

  if (i < n)
    y.at[i] = float (FACTOR) * x.at[i];
}
