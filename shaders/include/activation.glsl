// SPDX-License-Identifier: GPL-3.0-or-later

// Activations, numbered as CasActivation.

const uint ACT_NONE = 0;
const uint ACT_GELU = 1;
const uint ACT_SILU = 2;
const uint ACT_QUICK_GELU = 3;
const uint ACT_LEAKY_RELU = 4;
const uint ACT_SIGMOID = 5;
const uint ACT_RELU = 6;

// erf to 1e-7: x + x P (x²) up to 1, beyond it 1 − exp (Q (|x|)), both polynomials interpolated in
// Chebyshev nodes (of erf (x) / x − 1 and of ln erfc).
float
erf_f32 (float x)
{
  float a = min (abs (x), 4.0);
  float s = x * x;
  float p, q;

  p = 7.8758749e-5;
  p = p * s - 8.0168643e-4;
  p = p * s + 5.1890872e-3;
  p = p * s - 2.6854211e-2;
  p = p * s + 1.1283594e-1;
  p = p * s - 3.7612626e-1;
  p = p * s + 1.2837917e-1;

  q = 1.6371514e-6;
  q = q * a - 4.6058041e-5;
  q = q * a + 5.9680565e-4;
  q = q * a - 4.7595962e-3;
  q = q * a + 2.6421135e-2;
  q = q * a - 1.1008009e-1;
  q = q * a - 6.3182604e-1;
  q = q * a - 1.1302334;
  q = q * a + 3.2013806e-4;
  q = a < 4.0 ? 1.0 - exp (q) : 1.0;

  return a < 1.0 ? p * x + x : (x < 0.0 ? -q : q);
}

float
sigmoid (float x)
{
  return 1.0 / (1.0 + exp (-x));
}

float
activate (float x, uint act)
{
  if (act == ACT_GELU)
    return 0.5 * x * (1.0 + erf_f32 (x * 0.70710678118654752));
  if (act == ACT_SILU)
    return x * sigmoid (x);
  if (act == ACT_QUICK_GELU)
    return x * sigmoid (1.702 * x);
  if (act == ACT_LEAKY_RELU)
    return x < 0.0 ? 0.2 * x : x;
  if (act == ACT_SIGMOID)
    return sigmoid (x);
  if (act == ACT_RELU)
    return max (x, 0.0);
  return x;
}

vec4
activate (vec4 x, uint act)
{
  return vec4 (activate (x.x, act), activate (x.y, act), activate (x.z, act), activate (x.w, act));
}
