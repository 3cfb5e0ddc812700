/* SPDX-License-Identifier: GPL-3.0-or-later */

/* 16-bit floating point by integer arithmetic, so that every processor gives the same bits. */

#include "base/half.h"

#include <string.h>

static float
float_from_bits (guint32 bits)
{
  float value;

  memcpy (&value, &bits, sizeof value);
  return value;
}

static guint32
bits_from_float (float value)
{
  guint32 bits;

  memcpy (&bits, &value, sizeof bits);
  return bits;
}

float
cas_bf16_to_f32 (guint16 bits)
{
  return float_from_bits ((guint32) bits << 16);
}

guint16
cas_f32_to_bf16 (float value)
{
  guint32 bits = bits_from_float (value);

  if ((bits & 0x7fffffff) > 0x7f800000) /* NaN stays NaN */
    return (guint16) (bits >> 16) | 0x40;
  return (guint16) ((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
}

float
cas_f16_to_f32 (guint16 bits)
{
  guint32 sign = (guint32) (bits & 0x8000) << 16;
  guint32 exponent = (bits >> 10) & 31;
  guint32 mantissa = bits & 0x3ff;

  if (exponent == 31)
    return float_from_bits (sign | 0x7f800000 | mantissa << 13);
  if (exponent != 0)
    return float_from_bits (sign | (exponent + 112) << 23 | mantissa << 13);

  /* subnormal: mantissa · 2^-24 */
  float magnitude = (float) mantissa * 0x1p-24f;
  return sign ? -magnitude : magnitude;
}

guint16
cas_f32_to_f16 (float value)
{
  guint32 bits = bits_from_float (value);
  guint16 sign = (guint16) (bits >> 16 & 0x8000);
  guint32 magnitude = bits & 0x7fffffff;

  if (magnitude > 0x7f800000)
    return sign | 0x7e00;
  if (magnitude >= 0x47800000) /* 65536 and more */
    return sign | 0x7c00;
  if (magnitude >= 0x38800000) /* normal; a carry may reach infinity, as it should */
    return sign | (guint16) ((magnitude - 0x38000000 + 0xfff + (magnitude >> 13 & 1)) >> 13);
  if (magnitude < 0x33000000) /* below half of the smallest */
    return sign;

  /* subnormal: add 0.5, whose unit in the last place is 2^-24, and keep the low bits */
  guint32 rounded = bits_from_float (float_from_bits (magnitude) + 0.5f);
  return sign | (guint16) (rounded - 0x3f000000);
}
