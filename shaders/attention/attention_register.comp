// SPDX-License-Identifier: GPL-3.0-or-later

// Attention for processors: one query a lane, its head in registers, four keys a round. A
// round's keys and values are loaded four channels a lane and handed round by broadcast.
// variant: texel TEXELS

#include "cascade.glsl"
#include "attention.glsl"

layout (constant_id = 2) const uint LANES = 8;

const uint QUADS = HEAD_SIZE / 4;
const uint KEYS = 4;
// four channels a lane: loads that hold one key's head, or its part of one load
const uint LOADS = (QUADS + LANES - 1) / LANES;

vec4 query[QUADS];
vec4 result[QUADS];
float top;   // the largest score so far
float total; // Σ exp (score − top)

#ifdef TEXELS
layout (set = 0, binding = 0) uniform usamplerBuffer key_texels;
layout (set = 0, binding = 1) uniform usamplerBuffer key2_texels;
#endif

// The quad of a row that this lane loads; row counts in channels from where keys begin. What is
// beyond the head is never used.
vec4
load_quad (f32_in from, uint row, uint load, bool is_second)
{
  uint quad = min (load * LANES + lane_index (), QUADS - 1);

#ifdef TEXELS
  uint64_t base = uint64_t (is_second ? k2_view : k_view);
  int texel = int ((uint64_t (from) - base) / 16) + int (row / 4 + quad);
  return uintBitsToFloat (is_second ? texelFetch (key2_texels, texel)
                                    : texelFetch (key_texels, texel));
#else
  return f32x4_in (advance (from, row + quad * 4)).v[0];
#endif
}

// One source. first: how many keys came before; i: this lane's query.
void
attend (bool is_second, f32_in keys, uint key_stride, f32_in values, uint value_stride, uint n,
        uint first, uint i)
{
  for (uint base = 0; base < n; base += KEYS)
    {
      float score[KEYS];
      float round_top = top;

      [[unroll]] for (uint j = 0; j < KEYS; j++)
        {
          uint key = min (base + j, n - 1);
          bool is_seen = base + j < n && may_be_seen (first + key, i);
          vec4 dot4 = vec4 (0.0);

          [[unroll]] for (uint l = 0; l < LOADS; l++)
            {
              vec4 part = load_quad (keys, key * key_stride, l, is_second);
              [[unroll]] for (uint s = 0; s < LANES; s++)
                if (l * LANES + s < QUADS)
                  dot4 += subgroupShuffle (part, s) * query[l * LANES + s];
            }
          score[j] = is_seen ? (dot4.x + dot4.y) + (dot4.z + dot4.w) : -1e30;
          round_top = max (round_top, score[j]);
        }

      float keep = exp (top - round_top);
      [[unroll]] for (uint quad = 0; quad < QUADS; quad++)
        result[quad] *= keep;
      total *= keep;
      top = round_top;

      [[unroll]] for (uint j = 0; j < KEYS; j++)
        {
          float weight = score[j] > -1e29 ? exp (score[j] - top) : 0.0;
          uint key = min (base + j, n - 1);

          total += weight;
          [[unroll]] for (uint l = 0; l < LOADS; l++)
            {
              vec4 part = load_quad (values, key * value_stride, l, is_second);
              [[unroll]] for (uint s = 0; s < LANES; s++)
                if (l * LANES + s < QUADS)
                  result[l * LANES + s] += subgroupShuffle (part, s) * weight;
            }
        }
    }
}

void
main ()
{
  uint head = group_index () % n_heads;
  uint first = group_index () / n_heads * LANES;
  uint mine = first + lane_index ();
  uint i = min (mine, n_queries - 1);
  uint layer = layer_index ();
  uint offset = head * HEAD_SIZE;
  float scale = inversesqrt (float (HEAD_SIZE));
  f32_in from = advance (q, (layer * n_queries + i) * q_stride + offset);

  if (first >= n_queries)
    return;

  [[unroll]] for (uint quad = 0; quad < QUADS; quad++)
    {
      query[quad] = f32x4_in (advance (from, quad * 4)).v[0] * scale;
      result[quad] = vec4 (0.0);
    }
  top = -1e30;
  total = 0.0;

  if (n_keys > 0)
    attend (false, advance (k, layer * n_keys * k_stride + offset), k_stride,
            advance (v, layer * n_keys * v_stride + offset), v_stride, n_keys, 0, i);
  if (n_keys2 > 0)
    attend (true, advance (k2, layer * n_keys2 * k2_stride + offset), k2_stride,
            advance (v2, layer * n_keys2 * v2_stride + offset), v2_stride, n_keys2, n_keys, i);

  f32_out to = advance (y, (layer * n_queries + i) * y_stride + offset);
  float inverse = 1.0 / total;
  if (mine < n_queries)
    [[unroll]] for (uint quad = 0; quad < QUADS; quad++)
      f32x4_out (advance (to, quad * 4)).v[0] = result[quad] * inverse;
}
