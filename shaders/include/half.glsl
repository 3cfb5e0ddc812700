// SPDX-License-Identifier: GPL-3.0-or-later

// The 16-bit type that matrix units multiply: f16, or bf16 where BFLOAT16 is defined.

#ifdef BFLOAT16
#extension GL_EXT_bfloat16 : require
#define HALF bfloat16_t
#define HALF4 bf16vec4
#else
#extension GL_EXT_shader_explicit_arithmetic_types_float16 : require
#define HALF float16_t
#define HALF4 f16vec4
#endif

// What numbers of [0, 1] are multiplied by before they are rounded: a device may take what f16 holds
// with fewer digits, below 6e-5, for zero.
#ifdef BFLOAT16
const float UNIT_SCALE = 1.0;
#else
const float UNIT_SCALE = 32768.0;
#endif

// What numbers of at most `largest` are multiplied by to use the whole range of f16: a power of two,
// so that nothing is rounded. bf16 has the range of f32.
float
half_scale (float largest)
{
#ifdef BFLOAT16
  return 1.0;
#else
  int exponent;

  if (!(largest < 3e38)) // nothing helps, and frexp need not give anything
    return 1.0;
  frexp (largest, exponent);
  return ldexp (1.0, clamp (15 - exponent, -100, 100));
#endif
}
