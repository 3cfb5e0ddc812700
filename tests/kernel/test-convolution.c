/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Convolutions of every kernel width, stride and padding that the networks have, transposed ones,
 * and depthwise ones, about the edges of tiles, strips and pictures. */

#include <math.h>

#include "kernel/tail.h"

/* --- references --- */

static Numbers *
reference_conv (const Numbers   *x,
                const CasWeight *weight,
                const CasWeight *bias,
                guint            stride,
                guint            pad,
                CasActivation    act)
{
  CasShape in = x->shape;
  int k = weight->dims[3];
  CasShape out = CAS_SHAPE (in.n, (in.h + 2 * pad - k) / stride + 1,
                            (in.w + 2 * pad - k) / stride + 1, weight->dims[0]);
  Numbers *y = numbers_new (out);

  for (guint32 n = 0; n < out.n; n++)
    for (guint32 i = 0; i < out.h; i++)
      for (guint32 j = 0; j < out.w; j++)
        for (guint32 o = 0; o < out.c; o++)
          {
            double sum = bias != NULL ? test_weight_value (bias, o) : 0.0;

            for (int tap = 0; tap < k * k; tap++)
              {
                int py = (int) (i * stride) - (int) pad + tap / k;
                int px = (int) (j * stride) - (int) pad + tap % k;

                if (py < 0 || px < 0 || py >= (int) in.h || px >= (int) in.w)
                  continue;
                for (guint32 c = 0; c < in.c; c++)
                  sum += AT (x, n, py, px, c)
                         * test_weight_value (weight, ((guint64) o * in.c + c) * k * k + tap);
              }
            AT (y, n, i, j, o) = reference_activate (sum, act);
          }
  return y;
}

/* out[2y − pad + ky, 2x − pad + kx] += in[y, x] W[i, o, ky, kx] */
static Numbers *
reference_conv_transpose (const Numbers   *x,
                          const CasWeight *weight,
                          const CasWeight *bias,
                          CasActivation    act)
{
  CasShape in = x->shape;
  int k = weight->dims[3], pad = k == 4 ? 1 : 0;
  CasShape out = CAS_SHAPE (in.n, 2 * in.h, 2 * in.w, weight->dims[1]);
  Numbers *y = numbers_new (out);

  for (guint32 n = 0; n < in.n; n++)
    for (guint32 i = 0; i < in.h; i++)
      for (guint32 j = 0; j < in.w; j++)
        for (int tap = 0; tap < k * k; tap++)
          {
            int py = 2 * (int) i - pad + tap / k, px = 2 * (int) j - pad + tap % k;

            if (py < 0 || px < 0 || py >= (int) out.h || px >= (int) out.w)
              continue;
            for (guint32 c = 0; c < in.c; c++)
              for (guint32 o = 0; o < out.c; o++)
                AT (y, n, py, px, o)
                    += AT (x, n, i, j, c)
                       * test_weight_value (weight, ((guint64) c * out.c + o) * k * k + tap);
          }

  for (guint64 i = 0; i < numbers_n_elements (y); i++)
    y->v[i] = reference_activate (
        y->v[i] + (bias != NULL ? test_weight_value (bias, i % out.c) : 0.0), act);
  return y;
}

static Numbers *
reference_depthwise (const Numbers   *x,
                     const CasWeight *weight,
                     const CasWeight *bias,
                     guint            stride,
                     CasPadding       padding)
{
  CasShape s = x->shape;
  CasShape out = CAS_SHAPE (s.n, (s.h - 1) / stride + 1, (s.w - 1) / stride + 1, s.c);
  Numbers *y = numbers_new (out);

  for (guint32 n = 0; n < out.n; n++)
    for (guint32 i = 0; i < out.h; i++)
      for (guint32 j = 0; j < out.w; j++)
        for (guint32 c = 0; c < out.c; c++)
          {
            double sum = bias != NULL ? test_weight_value (bias, c) : 0.0;

            for (int tap = 0; tap < 9; tap++)
              {
                int py = (int) (i * stride) - 1 + tap / 3, px = (int) (j * stride) - 1 + tap % 3;
                int inside_y = CLAMP (py, 0, (int) s.h - 1);
                int inside_x = CLAMP (px, 0, (int) s.w - 1);

                if (padding == CAS_PAD_ZERO && (py != inside_y || px != inside_x))
                  continue;
                sum += AT (x, n, inside_y, inside_x, c) * test_weight_value (weight, 9 * c + tap);
              }
            AT (y, n, i, j, c) = sum;
          }
  return y;
}

/* --- plain --- */

typedef struct
{
  CasShape      shape;
  guint32       n_out;
  guint         kernel, stride, pad;
  CasDtype      dtype;
  CasActivation act;
  guint         tail;
  const char   *words; /* what the printer says */
} Conv;

static void
check_conv (Trial         *t,
            gconstpointer  row)
{
  const Conv *s = row;
  guint64 k = s->kernel, n_products = s->shape.c * k * k;
  CasTensor x = trial_input (t, "x", s->shape);
  const CasWeight *w = trial_weight (t, "w", s->dtype, 2.0 / sqrt (n_products), 4,
                                     (guint64[]) { s->n_out, s->shape.c, k, k });
  const CasWeight *b = trial_vector (t, "b", 1, s->n_out);
  g_autoptr (Numbers) wanted
      = reference_conv (trial_numbers (t, x), w, b, s->stride, s->pad, s->act);
  CasTensor y = cas_op_conv (trial_graph (t), x, w, b, s->stride, s->pad, s->act);

  trial_name (t, "conv %s of %u x %u x %u, %u -> %u channels", s->words, s->shape.n, s->shape.h,
              s->shape.w, s->shape.c, s->n_out);
  trial_check (t, trial_append_tail (t, y, wanted, s->tail), wanted, n_products);
  trial_expect (t, s->words);
  trial_expect_kernel (t, "linear");
}

static void
test_conv (gconstpointer fixture)
{
  static const Conv shapes[] = {
    { { 1, 1, 1, 8 }, 1, 3, 1, 1, CAS_F32, CAS_ACT_NONE, 0, "conv 3×3/1 %" },
    { { 2, 3, 5, 8 }, 33, 3, 1, 1, CAS_F32, CAS_ACT_SILU, 0, "conv 3×3/1 silu %" },
    { { 1, 7, 9, 16 }, 31, 3, 1, 1, CAS_F32, CAS_ACT_NONE, 0, "conv 3×3/1 %" },
    { { 3, 5, 13, 24 }, 7, 3, 1, 0, CAS_F32, CAS_ACT_NONE, 0, "conv 3×3/1 %" },
    { { 2, 7, 10, 8 }, 65, 3, 2, 1, CAS_F32, CAS_ACT_NONE, 0, "conv 3×3/2 %" },
    { { 2, 8, 13, 8 }, 12, 4, 2, 1, CAS_F32, CAS_ACT_NONE, 0, "conv 4×4/2 %" },
    { { 3, 6, 10, 16 }, 9, 2, 2, 0, CAS_F32, CAS_ACT_NONE, 0, "conv 2×2/2 %" },
    { { 2, 9, 11, 8 }, 5, 9, 1, 0, CAS_F32, CAS_ACT_SIGMOID, 0, "conv 9×9/1 sigmoid %" },
    { { 1, 13, 17, 16 }, 1, 9, 4, 0, CAS_F32, CAS_ACT_RELU, 0, "conv 9×9/4 relu %" },
    { { 1, 5, 7, 8 }, 3, 1, 2, 0, CAS_F32, CAS_ACT_NONE, 0, "conv 1×1/2 %" },
    { { 1, 5, 7, 8 }, 3, 1, 1, 1, CAS_F32, CAS_ACT_NONE, 0, "conv 1×1/1 %" },
    { { 1, 5, 7, 8 }, 3, 1, 1, 0, CAS_F32, CAS_ACT_NONE, 0, "linear %" },
    { { 2, 14, 21, 3 }, 9, 7, 7, 0, CAS_F32, CAS_ACT_NONE, 0, "linear %" }, /* patches */
    { { 1, 16, 8, 8 }, 33, 8, 8, 0, CAS_F16, CAS_ACT_GELU, 0, "linear gelu %" },
  };

  CHECK_TABLE (fixture, shapes, check_conv);
}

/* channels that are not read 16 bytes at a time */
static void
test_conv_narrow (gconstpointer fixture)
{
  static const Conv shapes[] = {
    { { 1, 1, 1, 1 }, 1, 3, 1, 1, CAS_F32, CAS_ACT_NONE, 0, "conv 3×3/1 %" },
    { { 2, 5, 3, 3 }, 33, 3, 1, 1, CAS_F32, CAS_ACT_NONE, 0, "conv 3×3/1 %" },
    { { 1, 2, 67, 12 }, 5, 3, 2, 1, CAS_F32, CAS_ACT_NONE, 0, "conv 3×3/2 %" },
    { { 2, 17, 9, 3 }, 8, 9, 4, 0, CAS_F32, CAS_ACT_NONE, 0, "conv 9×9/4 %" },
    { { 2, 7, 4, 17 }, 2, 4, 2, 1, CAS_F32, CAS_ACT_NONE, 0, "conv 4×4/2 %" },
  };

  CHECK_TABLE (fixture, shapes, check_conv);
}

static void
test_conv_tails (gconstpointer fixture)
{
  static const Conv shapes[] = {
    { { 2, 4, 5, 8 }, 33, 3, 2, 1, CAS_F32, CAS_ACT_SILU, TAIL_BATCH_NORM,
      "conv 3×3/2 silu +batch-norm %" },
    { { 3, 5, 5, 8 }, 7, 3, 1, 1, CAS_F32, CAS_ACT_NONE, TAIL_RESIDUAL, "conv 3×3/1 +residual %" },
    { { 2, 7, 4, 16 }, 40, 3, 2, 1, CAS_F32, CAS_ACT_NONE, TAIL_BATCH_NORM | TAIL_SILU,
      "conv 3×3/2 batch-norm silu %" },
    { { 1, 6, 5, 3 }, 9, 3, 2, 1, CAS_BF16, CAS_ACT_NONE, TAIL_BATCH_NORM | TAIL_SILU,
      "conv 3×3/2 batch-norm silu %" },
    { { 2, 3, 5, 8 }, 33, 1, 1, 0, CAS_F16, CAS_ACT_NONE, TAIL_BATCH_NORM | TAIL_RESIDUAL,
      "linear batch-norm +residual %" },
    { { 1, 3, 5, 16 }, 8, 3, 1, 1, CAS_F32, CAS_ACT_NONE, TAIL_SILU | TAIL_SCALE,
      "conv 3×3/1 silu +scale %" },
    { { 3, 3, 7, 8 }, 9, 3, 1, 1, CAS_F32, CAS_ACT_GELU,
      TAIL_SCALE | TAIL_RESIDUAL | TAIL_MODULATE, "gelu +scale +residual +modulate %" },
  };

  CHECK_TABLE (fixture, shapes, check_conv);
}

/* Some channels of a wider tensor. */
static void
test_conv_view (gconstpointer fixture)
{
  for (guint first = 0; first <= 16; first += 8)
    {
      g_autoptr (Trial) t = trial_new ((Fixture *) fixture, first == 8 ? "tile" : "register");
      CasTensor all = trial_input (t, "x", CAS_SHAPE (2, 4, 5, 24));
      CasTensor x = cas_tensor_channels (trial_graph (t), all, first, 8);
      const CasWeight *w
          = trial_weight (t, "w", CAS_F32, 0.3f, 4, (guint64[]) { 5, 8, 3, 3 });
      g_autoptr (Numbers) part = numbers_dup_channels (trial_numbers (t, all), first, 8);
      g_autoptr (Numbers) wanted = reference_conv (part, w, NULL, 1, 1, CAS_ACT_NONE);

      trial_name (t, "conv of 8 channels from %u", first);
      trial_check (t, cas_op_conv (trial_graph (t), x, w, NULL, 1, 1, CAS_ACT_NONE), wanted, 72);
    }
}

/* --- transposed --- */

static void
check_conv_transpose (Trial         *t,
                      gconstpointer  row)
{
  const Conv *s = row;
  guint64 k = s->kernel, n_products = s->shape.c * k * k / 4;
  CasTensor x = trial_input (t, "x", s->shape);
  const CasWeight *w = trial_weight (t, "w", s->dtype, 2.0 / sqrt (n_products), 4,
                                     (guint64[]) { s->shape.c, s->n_out, k, k });
  const CasWeight *b = trial_vector (t, "b", 1, s->n_out);
  g_autoptr (Numbers) wanted = reference_conv_transpose (trial_numbers (t, x), w, b, s->act);
  CasTensor y = cas_op_conv_transpose (trial_graph (t), x, w, b, s->act);

  trial_name (t, "conv_transpose %s of %u x %u x %u, %u -> %u channels", s->words, s->shape.n,
              s->shape.h, s->shape.w, s->shape.c, s->n_out);
  trial_check (t, trial_append_tail (t, y, wanted, s->tail), wanted, n_products);
  trial_expect (t, s->words);
  trial_expect_kernel (t, "linear");
}

static void
test_conv_transpose (gconstpointer fixture)
{
  static const Conv shapes[] = {
    { { 1, 1, 1, 8 }, 1, 2, 2, 0, CAS_F32, CAS_ACT_NONE, 0, "conv_transpose 2×2/2 %" },
    { { 2, 3, 5, 8 }, 33, 2, 2, 0, CAS_F32, CAS_ACT_GELU, 0, "conv_transpose 2×2/2 gelu %" },
    { { 3, 7, 11, 16 }, 65, 2, 2, 0, CAS_F32, CAS_ACT_NONE, 0, "conv_transpose 2×2/2 %" },
    { { 1, 1, 1, 8 }, 1, 4, 2, 1, CAS_F32, CAS_ACT_NONE, 0, "conv_transpose 4×4/2 %" },
    { { 3, 3, 2, 24 }, 31, 4, 2, 1, CAS_F32, CAS_ACT_NONE, 0, "conv_transpose 4×4/2 %" },
    { { 2, 5, 13, 8 }, 7, 4, 2, 1, CAS_F32, CAS_ACT_SILU, 0, "conv_transpose 4×4/2 silu %" },
    { { 2, 3, 3, 5 }, 9, 2, 2, 0, CAS_F16, CAS_ACT_NONE, 0, "conv_transpose 2×2/2 %" },
    { { 1, 4, 3, 3 }, 5, 4, 2, 1, CAS_F16, CAS_ACT_NONE, 0, "conv_transpose 4×4/2 %" },
    { { 2, 3, 5, 8 }, 9, 2, 2, 0, CAS_F32, CAS_ACT_NONE, TAIL_BATCH_NORM | TAIL_SCALE,
      "conv_transpose 2×2/2 batch-norm +scale %" },
    { { 3, 3, 5, 8 }, 9, 4, 2, 1, CAS_F32, CAS_ACT_SILU,
      TAIL_BATCH_NORM | TAIL_RESIDUAL | TAIL_MODULATE, "silu +batch-norm +residual +modulate %" },
  };

  CHECK_TABLE (fixture, shapes, check_conv_transpose);
}

/* --- depthwise --- */

typedef struct
{
  CasShape   shape;
  CasDtype   dtype;
  CasPadding padding;
  gboolean   has_bias;
  guint      stride;
  guint      tail;
  const char *words;
} Depthwise;

static void
check_depthwise (Trial         *t,
                 gconstpointer  row)
{
  const Depthwise *s = row;
  guint64 c = s->shape.c;
  CasTensor x = trial_input (t, "x", s->shape);
  const CasWeight *w = trial_weight (t, "w", s->dtype, 0.6f, 4, (guint64[]) { c, 1, 3, 3 });
  const CasWeight *b = s->has_bias ? trial_vector (t, "b", 1, c) : NULL;
  g_autoptr (Numbers) wanted = reference_depthwise (trial_numbers (t, x), w, b, s->stride,
                                                    s->padding);
  CasTensor y = cas_op_depthwise (trial_graph (t), x, w, b, s->stride, s->padding);

  trial_name (t, "depthwise of %u x %u x %u, %u channels, %s, stride %u", s->shape.n, s->shape.h,
              s->shape.w, s->shape.c, s->padding == CAS_PAD_ZERO ? "zero" : "replicate", s->stride);
  trial_check (t, trial_append_tail (t, y, wanted, s->tail), wanted, 9);
  trial_expect (t, s->words);
}

static void
test_depthwise (gconstpointer fixture)
{
  static const Depthwise shapes[] = {
    { { 1, 1, 1, 4 }, CAS_F32, CAS_PAD_ZERO, TRUE, 1, 0, "depthwise" },
    { { 2, 2, 7, 32 }, CAS_F32, CAS_PAD_ZERO, FALSE, 1, 0, "depthwise" },
    { { 1, 5, 8, 36 }, CAS_F32, CAS_PAD_ZERO, TRUE, 1, 0, "depthwise" },
    { { 3, 3, 9, 68 }, CAS_BF16, CAS_PAD_ZERO, TRUE, 1, 0, "depthwise" },
    { { 1, 1, 1, 1 }, CAS_F32, CAS_PAD_ZERO, TRUE, 1, 0, "depthwise" },
    { { 2, 3, 17, 7 }, CAS_F16, CAS_PAD_ZERO, TRUE, 1, 0, "depthwise" },
    { { 1, 7, 3, 33 }, CAS_F32, CAS_PAD_ZERO, FALSE, 1, 0, "depthwise" },
    { { 1, 1, 1, 4 }, CAS_F32, CAS_PAD_REPLICATE, TRUE, 1, 0, "depthwise" },
    { { 3, 2, 9, 36 }, CAS_F32, CAS_PAD_REPLICATE, TRUE, 1, 0, "depthwise" },
    { { 1, 7, 16, 32 }, CAS_BF16, CAS_PAD_REPLICATE, FALSE, 1, 0, "depthwise" },
    { { 1, 1, 2, 1 }, CAS_F32, CAS_PAD_REPLICATE, TRUE, 1, 0, "depthwise" },
    { { 2, 5, 7, 13 }, CAS_F32, CAS_PAD_REPLICATE, TRUE, 1, 0, "depthwise" },
    { { 1, 1, 1, 4 }, CAS_F32, CAS_PAD_ZERO, TRUE, 2, 0, "depthwise zero /2 %" },
    { { 2, 7, 19, 36 }, CAS_F32, CAS_PAD_ZERO, FALSE, 2, 0, "depthwise zero /2 %" },
    { { 1, 8, 34, 8 }, CAS_BF16, CAS_PAD_ZERO, TRUE, 2, 0, "depthwise zero /2 %" },
    { { 2, 5, 18, 7 }, CAS_F32, CAS_PAD_REPLICATE, TRUE, 2, 0, "depthwise replicate /2 %" },
    { { 2, 6, 33, 33 }, CAS_F32, CAS_PAD_ZERO, FALSE, 2, TAIL_BATCH_NORM | TAIL_SILU,
      "depthwise zero /2 batch-norm silu %" },
    { { 2, 3, 9, 64 }, CAS_F16, CAS_PAD_ZERO, TRUE, 1, TAIL_BATCH_NORM | TAIL_SILU,
      "depthwise zero batch-norm silu %" },
    { { 1, 3, 9, 12 }, CAS_F32, CAS_PAD_ZERO, TRUE, 1, TAIL_SILU, "depthwise zero silu %" },
  };

  CHECK_TABLE (fixture, shapes, check_depthwise);
}

int
main (int    argc,
      char **argv)
{
  Fixture *f;

  g_test_init (&argc, &argv, NULL);
  f = fixture_new ();
  fixture_add (f, "/convolution/plain", test_conv);
  fixture_add (f, "/convolution/narrow", test_conv_narrow);
  fixture_add (f, "/convolution/tails", test_conv_tails);
  fixture_add (f, "/convolution/view", test_conv_view);
  fixture_add (f, "/convolution/transposed", test_conv_transpose);
  fixture_add (f, "/convolution/depthwise", test_depthwise);

  return fixture_run (f);
}
