// SPDX-License-Identifier: GPL-3.0-or-later

// Weights of f32, f16 or bf16, read as 32-bit words and widened.

// element n of a row
float
weight_at (u32_in row, uint n, uint dtype)
{
  if (dtype == F32)
    return uintBitsToFloat (row.v[n]);

  uint word = row.v[n / 2];
  if (dtype == F16)
    return unpackHalf2x16 (word)[n % 2];
  return uintBitsToFloat (n % 2 == 0 ? word << 16 : word & 0xffff0000u);
}

// two elements of a word of f16 or bf16
vec2
weight_pair (uint word, uint dtype)
{
  if (dtype == F16)
    return unpackHalf2x16 (word);
  return vec2 (uintBitsToFloat (word << 16), uintBitsToFloat (word & 0xffff0000u));
}
