// SPDX-License-Identifier: GPL-3.0-or-later

// The parameters of the attention kernels: queries meet the keys of a first source, then of a
// second; either may be empty.

PARAMS
{
  f32_in q;    // [n, n_queries, n_heads · head size]
  f32_in k;    // [n, n_keys, …]
  f32_in v;
  f32_in k2;   // [n, n_keys2, …]
  f32_in v2;
  f32_in mask; // [n, n_keys + n_keys2] or null: 1 where a key may be seen
  f32_out y;
  u32_in k_view;  // where the texels of k and v begin
  u32_in k2_view; // those of k2 and v2
  uint n_queries;
  uint n_keys;
  uint n_keys2;
  uint q_stride;
  uint k_stride;
  uint v_stride;
  uint k2_stride;
  uint v2_stride;
  uint y_stride;
  uint n_heads;
  uint is_causal;
};

layout (constant_id = 1) const uint HEAD_SIZE = 64;

// Whether query i looks at key `index`, which counts those of both sources.
bool
may_be_seen (uint index, uint i)
{
  bool has_mask = !is_null (mask);
  uint n_all = n_keys + n_keys2;
  uint at = has_mask ? layer_index () * n_all + min (index, n_all - 1) : 0;
  float seen = readable (mask, q).v[at];

  return (is_causal == 0 || index <= i) && (!has_mask || seen != 0.0);
}
