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

// What numbers of at most `largest` are multiplied by to use the whole range of f16: a power of two,
// so that nothing is rounded. bf16 has the range of f32.
float
half_scale (float largest)
{
#ifdef BFLOAT16
  return 1.0;
#else
  int exponent;

  frexp (largest, exponent);
  return ldexp (1.0, clamp (15 - exponent, -100, 100));
#endif
}
