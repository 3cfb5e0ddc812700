/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Made-up weights: a number is a hash of the weight's name and the place. */

#include "support/weights.h"

#include <string.h>

#include "base/half.h"

typedef struct
{
  CasWeight weight;
  guint32   seed;
  float     scale;
} TestWeight;

float
test_number (guint32 seed,
             guint64 index)
{
  guint64 x = index * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15) + seed * G_GUINT64_CONSTANT (0xd1342543de82ef95);

  x ^= x >> 32;
  x *= G_GUINT64_CONSTANT (0xd6e8feb86659fd93);
  x ^= x >> 32;
  return (float) ((double) (x >> 40) * 0x1p-23 - 1.0);
}

float *
test_numbers (guint32 seed,
              guint64 n)
{
  float *numbers = g_new (float, n);

  for (guint64 i = 0; i < n; i++)
    numbers[i] = test_number (seed, i);
  return numbers;
}

static float
unrounded (const CasWeight *weight,
           guint64          index)
{
  const TestWeight *test = (const TestWeight *) weight;

  return test->scale * test_number (test->seed, index);
}

double
test_weight_value (const CasWeight *weight,
                   guint64          index)
{
  float value = unrounded (weight, index);

  if (weight->dtype == CAS_F16)
    return cas_f16_to_f32 (cas_f32_to_f16 (value));
  if (weight->dtype == CAS_BF16)
    return cas_bf16_to_f32 (cas_f32_to_bf16 (value));
  return value;
}

static gboolean
read_numbers (const CasWeight *weight,
              guint64          offset,
              void            *dst,
              gsize            size,
              GError         **error)
{
  gsize element = cas_dtype_size (weight->dtype);

  for (gsize i = 0; i < size / element; i++)
    {
      float value = unrounded (weight, offset / element + i);
      guint16 half = weight->dtype == CAS_F16 ? cas_f32_to_f16 (value) : cas_f32_to_bf16 (value);

      if (weight->dtype == CAS_F32)
        ((float *) dst)[i] = value;
      else
        ((guint16 *) dst)[i] = half;
    }
  return TRUE;
}

CasWeight *
test_weight_new (const char    *name,
                 CasDtype       dtype,
                 float          scale,
                 guint          n_dims,
                 const guint64 *dims)
{
  TestWeight *test = g_new0 (TestWeight, 1);

  test->weight = (CasWeight) {
    .name = g_strdup (name),
    .file = "made up",
    .dtype = dtype,
    .n_dims = n_dims,
    .read = read_numbers,
  };
  memcpy (test->weight.dims, dims, n_dims * sizeof (guint64));
  test->seed = g_str_hash (name);
  test->scale = scale;

  return &test->weight;
}

void
test_weight_free (CasWeight *weight)
{
  if (weight == NULL)
    return;
  g_free ((char *) weight->name);
  g_free (weight);
}
