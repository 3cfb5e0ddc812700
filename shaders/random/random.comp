// SPDX-License-Identifier: GPL-3.0-or-later

// Random numbers for the weights of a model that is not here: a number is a hash of its place, so
// lanes share nothing. Each lane makes words of 32 bits: one f32, or two f16 or bf16.

#include "cascade.glsl"

PARAMS
{
  u32_out y;
  uint n_words;
  uint n_columns; // numbers of a row; …
  uint pitch;     // … zeros up to here
  uint seed;
  float scale;    // numbers lie in −scale … scale
};

layout (constant_id = 1) const uint DTYPE = F32;
layout (constant_id = 2) const uint WORDS_PER_LANE = 1;

// every bit of x changes half the bits (the finaliser of MurmurHash3)
uint
hash (uint x)
{
  x = (x ^ x >> 16) * 0x85ebca6bu;
  x = (x ^ x >> 13) * 0xc2b2ae35u;
  return x ^ x >> 16;
}

float
number_at (uint index)
{
  if (index % pitch >= n_columns)
    return 0.0;

  return (float (hash (index ^ hash (seed)) >> 8) * (1.0 / 8388608.0) - 1.0) * scale;
}

uint
word_at (uint index)
{
  if (DTYPE == F32)
    return floatBitsToUint (number_at (index));

  vec2 pair = vec2 (number_at (2 * index), number_at (2 * index + 1));
  if (DTYPE == F16)
    return packHalf2x16 (pair);
  return floatBitsToUint (pair.x) >> 16 | (floatBitsToUint (pair.y) & 0xffff0000u);
}

void
main ()
{
  uint lanes = gl_WorkGroupSize.x;
  uint first = group_index () * WORDS_PER_LANE * lanes + lane_index ();

  for (uint i = 0; i < WORDS_PER_LANE; i++)
    {
      uint index = first + i * lanes;
      if (index >= n_words)
        break;
      y.v[index] = word_at (index);
    }
}
