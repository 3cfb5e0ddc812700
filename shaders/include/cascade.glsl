// SPDX-License-Identifier: GPL-3.0-or-later

// What every kernel begins with: parameters, addresses, the workgroup's size and its index.
// A kernel's first specialisation constant is the number of lanes (invocations of a workgroup).

#extension GL_EXT_buffer_reference : require
#extension GL_EXT_buffer_reference_uvec2 : require
#extension GL_EXT_scalar_block_layout : require
#extension GL_EXT_control_flow_attributes : require
#extension GL_EXT_shader_explicit_arithmetic_types_int64 : require
#extension GL_KHR_shader_subgroup_basic : require
#extension GL_KHR_shader_subgroup_arithmetic : require
#extension GL_KHR_shader_subgroup_shuffle : require

layout (local_size_x_id = 0, local_size_y = 1, local_size_z = 1) in;

#define PARAMS layout (push_constant, scalar) uniform Params
#define BLOCK(Name) layout (buffer_reference, scalar, buffer_reference_align = 8) buffer Name
#define ADDRESS(Name, Type, Align) \
  layout (buffer_reference, scalar, buffer_reference_align = Align) buffer Name { Type v[]; }

ADDRESS (f32_in, float, 4);
ADDRESS (f32x4_in, vec4, 16);
ADDRESS (i32_in, int, 4);
ADDRESS (u32_in, uint, 4);
ADDRESS (u64_in, uint64_t, 8);

// The same types; the names tell a reader what a kernel writes.
#define f32_out f32_in
#define f32x4_out f32x4_in
#define i32_out i32_in
#define u32_out u32_in

// The types of a matrix, numbered as CasDtype.
const uint F32 = 0;
const uint F16 = 1;
const uint BF16 = 2;

// Counts workgroups; the host folds what is too many for one axis into the second.
uint
group_index ()
{
  return gl_WorkGroupID.x + gl_WorkGroupID.y * gl_NumWorkGroups.x;
}

// The picture of a batch.
uint
layer_index ()
{
  return gl_WorkGroupID.z;
}

uint
lane_index ()
{
  return gl_LocalInvocationID.x;
}

bool
is_null (f32_in p)
{
  return uint64_t (p) == 0ul;
}

// p, or what can be read in its place where it is null. A load at an address that all lanes share
// wants this, or an index that is never out of bounds: llvmpipe of Mesa 26 makes such a load even
// where the branch around it is not taken.
f32_in
readable (f32_in p, f32_in other)
{
  return f32_in (is_null (p) ? uint64_t (other) : uint64_t (p));
}

// p + n elements
f32_in
advance (f32_in p, uint n)
{
  return f32_in (uint64_t (p) + 4ul * n);
}
