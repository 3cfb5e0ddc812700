/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which operations, in which sizes: one picture of 1024×1024. */

#include "bench/shape.h"

#include <stdio.h>

#define C_3_6B "Stage C 3.6B"
#define C_1B   "Stage C 1B"
#define B_1_5B "Stage B 1.5B"
#define A      "Stage A"
#define TEXT   "text encoder"
#define PREVIEW "previewer"

#define LINEAR(part, m, n, k, dtype) { CAS_BENCH_LINEAR, part, m, 1, k, n, 0, dtype }
#define CHANNELWISE(part, m, c, hidden) \
  { CAS_BENCH_CHANNELWISE, part, m, 1, c, hidden, 0, CAS_BF16 }
#define ATTENTION(part, m, keys, c) { CAS_BENCH_ATTENTION, part, m, 1, c, c, keys, CAS_BF16 }
#define NORM(part, m, c) { CAS_BENCH_LAYER_NORM, part, m, 1, c, c, 0, CAS_BF16 }
#define GRN(part, m, c) { CAS_BENCH_GRN, part, m, 1, c, c, 0, CAS_BF16 }
#define DEPTHWISE(part, side, c) { CAS_BENCH_DEPTHWISE, part, side, side, c, c, 3, CAS_BF16 }
#define CONV(part, side, in, out, k) { CAS_BENCH_CONV, part, side, side, in, out, k, CAS_BF16 }
#define TRANSPOSED(part, side, in, out, k) \
  { CAS_BENCH_TRANSPOSED, part, side, side, in, out, k, CAS_BF16 }

static const CasBenchShape shapes[] = {
  /* both halves of the guidance */
  LINEAR (C_3_6B, 1152, 2048, 8192, CAS_BF16),
  LINEAR (C_3_6B, 1152, 8192, 2048, CAS_BF16),
  LINEAR (C_3_6B, 576, 2048, 8192, CAS_BF16),
  LINEAR (C_3_6B, 576, 2048, 8192, CAS_F32),
  LINEAR (C_3_6B, 576, 8192, 2048, CAS_BF16),
  LINEAR (C_3_6B, 576, 6144, 2048, CAS_BF16),
  LINEAR (C_3_6B, 661, 4096, 2048, CAS_BF16),
  LINEAR (C_3_6B, 576, 2048, 2048, CAS_BF16),
  LINEAR (C_3_6B, 576, 8192, 4096, CAS_BF16),
  LINEAR (C_1B, 576, 1536, 6144, CAS_BF16),
  LINEAR (C_1B, 576, 6144, 1536, CAS_BF16),
  LINEAR (B_1_5B, 1024, 1280, 5120, CAS_BF16),
  LINEAR (B_1_5B, 1024, 5120, 1280, CAS_BF16),
  LINEAR (B_1_5B, 1028, 2560, 1280, CAS_BF16),
  LINEAR (B_1_5B, 1024, 1280, 1280, CAS_BF16),
  LINEAR (B_1_5B, 256, 5120, 1280, CAS_BF16),
  LINEAR (B_1_5B, 4096, 640, 2560, CAS_BF16),
  LINEAR (B_1_5B, 4096, 640, 2560, CAS_F32),
  LINEAR (B_1_5B, 4096, 2560, 640, CAS_BF16),
  LINEAR (B_1_5B, 16384, 320, 1280, CAS_BF16),
  LINEAR (B_1_5B, 16384, 320, 1280, CAS_F32),
  LINEAR (B_1_5B, 16384, 1280, 320, CAS_BF16),
  LINEAR (A, 65536, 1536, 384, CAS_BF16),
  LINEAR (A, 65536, 384, 1536, CAS_BF16),
  LINEAR (A, 262144, 768, 192, CAS_BF16),
  LINEAR (A, 262144, 192, 768, CAS_BF16),
  LINEAR (TEXT, 77, 5120, 1280, CAS_BF16),
  LINEAR (TEXT, 77, 1280, 5120, CAS_BF16),
  CHANNELWISE (C_3_6B, 576, 2048, 8192),
  CHANNELWISE (B_1_5B, 1024, 1280, 5120),
  ATTENTION (C_3_6B, 576, 661, 2048),
  ATTENTION (C_1B, 576, 661, 1536),
  ATTENTION (B_1_5B, 1024, 1028, 1280),
  ATTENTION (B_1_5B, 256, 260, 1280),
  ATTENTION (TEXT, 77, 77, 1280),
  NORM (C_3_6B, 576, 2048),
  NORM (B_1_5B, 1024, 1280),
  NORM (B_1_5B, 16384, 320),
  NORM (A, 65536, 384),
  GRN (C_3_6B, 576, 8192),
  GRN (B_1_5B, 1024, 5120),
  DEPTHWISE (C_3_6B, 24, 2048),
  DEPTHWISE (B_1_5B, 32, 1280),
  DEPTHWISE (B_1_5B, 128, 320),
  DEPTHWISE (A, 256, 384),
  CONV (B_1_5B, 128, 320, 640, 2),
  CONV (PREVIEW, 24, 512, 512, 3),
  CONV (PREVIEW, 192, 128, 128, 3),
  TRANSPOSED (B_1_5B, 64, 640, 320, 2),
  TRANSPOSED (A, 256, 384, 192, 4),
};

guint
cas_bench_shape_get_n (void)
{
  return G_N_ELEMENTS (shapes);
}

const CasBenchShape *
cas_bench_shape_get_nth (guint nth)
{
  g_return_val_if_fail (nth < G_N_ELEMENTS (shapes), NULL);

  return &shapes[nth];
}

static const char *const names[] = {
  [CAS_BENCH_LINEAR] = "linear",         [CAS_BENCH_CHANNELWISE] = "channelwise",
  [CAS_BENCH_ATTENTION] = "attention",   [CAS_BENCH_LAYER_NORM] = "layer-norm",
  [CAS_BENCH_GRN] = "grn",               [CAS_BENCH_DEPTHWISE] = "depthwise",
  [CAS_BENCH_CONV] = "convolution",      [CAS_BENCH_TRANSPOSED] = "transposed",
};

char *
cas_bench_shape_dup_name (const CasBenchShape *shape)
{
  const char *name = names[shape->kind];

  switch (shape->kind)
    {
    case CAS_BENCH_LINEAR:
      {
        g_autofree char *dtype = g_ascii_strdown (cas_dtype_name (shape->dtype), -1);

        return g_strdup_printf ("%s-%ux%ux%u-%s", name, shape->h, shape->c_out, shape->c_in, dtype);
      }
    case CAS_BENCH_CHANNELWISE:
      return g_strdup_printf ("%s-%ux%ux%u", name, shape->h, shape->c_in, shape->c_out);
    case CAS_BENCH_ATTENTION:
      return g_strdup_printf ("%s-%ux%ux%u", name, shape->h, shape->n, shape->c_in);
    case CAS_BENCH_LAYER_NORM:
    case CAS_BENCH_GRN:
      return g_strdup_printf ("%s-%ux%u", name, shape->h, shape->c_in);
    case CAS_BENCH_DEPTHWISE:
      return g_strdup_printf ("%s-%ux%ux%u", name, shape->h, shape->w, shape->c_in);
    case CAS_BENCH_CONV:
    case CAS_BENCH_TRANSPOSED:
      break;
    }
  return g_strdup_printf ("%s-%ux%ux%ux%u-%ux%u", name, shape->h, shape->w, shape->c_in,
                          shape->c_out, shape->n, shape->n);
}

#define MAX_SIDE (1u << 20)

gboolean
cas_bench_shape_parse (const char    *name,
                       CasBenchShape *shape)
{
  guint m, n, k;
  char type[8];
  int length = 0;

  if (sscanf (name, "linear-%7ux%7ux%7u-%7[a-z0-9]%n", &m, &n, &k, type, &length) != 4
      || name[length] != '\0' || m == 0 || n == 0 || k == 0 || MAX (m, MAX (n, k)) > MAX_SIDE)
    return FALSE;

  g_autofree char *upper = g_ascii_strup (type, -1);
  CasDtype dtype;

  if (!cas_dtype_from_name (upper, &dtype)
      || (dtype != CAS_F32 && dtype != CAS_F16 && dtype != CAS_BF16))
    return FALSE;

  *shape = (CasBenchShape) LINEAR ("-", m, n, k, dtype);
  return TRUE;
}
