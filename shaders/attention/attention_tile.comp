// SPDX-License-Identifier: GPL-3.0-or-later

// Attention for GPUs without matrix units: one query an invocation, its head in registers, eight
// keys and values at a time in shared memory.

#include "cascade.glsl"
#include "attention.glsl"

const uint QUADS = HEAD_SIZE / 4;
const uint KEYS = 8;
const uint ROUND = 2; // keys between two looks at the largest score

shared vec4 key_quads[KEYS][QUADS];
shared vec4 value_quads[KEYS][QUADS];

vec4 query[QUADS];
vec4 result[QUADS];
float top;
float total;

// keys base + j … of the slice in shared memory
void
attend_round (uint base, uint j, uint n, uint first, uint i)
{
  float score[ROUND];
  float round_top = top;

  [[unroll]] for (uint r = 0; r < ROUND; r++)
    {
      uint key = min (base + j + r, n - 1);
      bool is_seen = base + j + r < n && may_be_seen (first + key, i);
      vec4 dot4 = vec4 (0.0);

      [[unroll]] for (uint quad = 0; quad < QUADS; quad++)
        dot4 += key_quads[j + r][quad] * query[quad];
      score[r] = is_seen ? (dot4.x + dot4.y) + (dot4.z + dot4.w) : -1e30;
      round_top = max (round_top, score[r]);
    }

  float keep = exp (top - round_top);
  [[unroll]] for (uint quad = 0; quad < QUADS; quad++)
    result[quad] *= keep;
  total *= keep;
  top = round_top;

  [[unroll]] for (uint r = 0; r < ROUND; r++)
    {
      float weight = score[r] > -1e29 ? exp (score[r] - top) : 0.0;

      total += weight;
      [[unroll]] for (uint quad = 0; quad < QUADS; quad++)
        result[quad] += value_quads[j + r][quad] * weight;
    }
}

// One source. first: how many keys came before; i: this invocation's query.
void
attend (f32_in keys, uint key_stride, f32_in values, uint value_stride, uint n, uint first, uint i)
{
  for (uint base = 0; base < n; base += KEYS)
    {
      barrier ();
      for (uint t = lane_index (); t < KEYS * QUADS; t += gl_WorkGroupSize.x)
        {
          uint key = min (base + t / QUADS, n - 1), quad = t % QUADS;
          key_quads[t / QUADS][quad] = f32x4_in (advance (keys, key * key_stride + quad * 4)).v[0];
          value_quads[t / QUADS][quad]
              = f32x4_in (advance (values, key * value_stride + quad * 4)).v[0];
        }
      barrier ();

      // a loop, and not unrolled: unrolled it takes compilers minutes with large heads
      [[dont_unroll]] for (uint j = 0; j < min (KEYS, n - base); j += ROUND)
        attend_round (base, j, n, first, i);
    }
}

void
main ()
{
  uint head = group_index () % n_heads;
  uint first = group_index () / n_heads * gl_WorkGroupSize.x;
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

  [[dont_unroll]] for (uint source = 0; source < 2; source++)
    {
      bool is_second = source == 1;
      uint n = is_second ? n_keys2 : n_keys;
      uint key_stride = is_second ? k2_stride : k_stride;
      uint value_stride = is_second ? v2_stride : v_stride;

      attend (advance (is_second ? k2 : k, layer * n * key_stride + offset), key_stride,
              advance (is_second ? v2 : v, layer * n * value_stride + offset), value_stride, n,
              is_second ? n_keys : 0, i);
    }

  f32_out to = advance (y, (layer * n_queries + i) * y_stride + offset);
  float inverse = 1.0 / total;
  if (mine < n_queries)
    [[unroll]] for (uint quad = 0; quad < QUADS; quad++)
      f32x4_out (advance (to, quad * 4)).v[0] = result[quad] * inverse;
}
