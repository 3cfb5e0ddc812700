/* SPDX-License-Identifier: GPL-3.0-or-later */

/* MT19937 and the two ways in which the reference makes normal numbers of it. Logarithm, sine and
 * cosine are taken in double and rounded, so that C libraries agree. */

#include "sample/random.h"

#include <math.h>

#define SHIFT_SIZE 397 /* distance of the recurrence */
#define BLOCK_SIZE 16  /* normal numbers that are made together: eight pairs */

void
cas_random_init (CasRandom *random,
                 guint64    seed)
{
  random->state[0] = (guint32) seed;
  for (guint i = 1; i < CAS_RANDOM_N_STATE; i++)
    {
      guint32 previous = random->state[i - 1];
      random->state[i] = 1812433253u * (previous ^ previous >> 30) + i;
    }
  random->index = CAS_RANDOM_N_STATE;
  random->has_cached = FALSE;
  random->cached = 0;
}

static void
next_state (CasRandom *random)
{
  guint32 *state = random->state;

  for (guint i = 0; i < CAS_RANDOM_N_STATE; i++)
    {
      guint32 next = state[(i + 1) % CAS_RANDOM_N_STATE];
      guint32 word = (state[i] & 0x80000000u) | (next & 0x7fffffffu);
      guint32 twist = (word & 1) ? 0x9908b0dfu : 0;
      state[i] = state[(i + SHIFT_SIZE) % CAS_RANDOM_N_STATE] ^ word >> 1 ^ twist;
    }
  random->index = 0;
}

static guint32
next_word (CasRandom *random)
{
  if (random->index == CAS_RANDOM_N_STATE)
    next_state (random);

  guint32 word = random->state[random->index++];
  word ^= word >> 11;
  word ^= word << 7 & 0x9d2c5680u;
  word ^= word << 15 & 0xefc60000u;
  return word ^ word >> 18;
}

static double
next_double (CasRandom *random)
{
  guint64 high = next_word (random);
  guint64 bits = high << 32 | next_word (random);

  return (double) (bits & ((G_GUINT64_CONSTANT (1) << 53) - 1)) * 0x1p-53;
}

void
cas_random_uniform (CasRandom *random,
                    float     *out,
                    gsize      n)
{
  for (gsize i = 0; i < n; i++)
    out[i] = (float) (next_word (random) & 0xffffff) * 0x1p-24f;
}

/* Box and Muller: sixteen uniform numbers become normal; number j pairs with number j + 8. */
static void
uniform_to_normal (float *block)
{
  for (guint j = 0; j < BLOCK_SIZE / 2; j++)
    {
      float u = 1.0f - block[j];
      float radius = sqrtf (-2.0f * (float) log (u));
      float theta = (float) (2 * G_PI) * block[j + BLOCK_SIZE / 2];
      block[j] = radius * (float) cos (theta);
      block[j + BLOCK_SIZE / 2] = radius * (float) sin (theta);
    }
}

static void
draw_blocks (CasRandom *random,
             float     *out,
             gsize      n)
{
  cas_random_uniform (random, out, n);
  for (gsize i = 0; i + BLOCK_SIZE <= n; i += BLOCK_SIZE)
    uniform_to_normal (out + i);

  if (n % BLOCK_SIZE != 0)
    {
      /* the rest, and numbers already made before it, give way to a new block */
      cas_random_uniform (random, out + n - BLOCK_SIZE, BLOCK_SIZE);
      uniform_to_normal (out + n - BLOCK_SIZE);
    }
}

static double
draw_one (CasRandom *random)
{
  if (random->has_cached)
    {
      random->has_cached = FALSE;
      return random->cached;
    }

  double theta = 2 * G_PI * next_double (random);
  double radius = sqrt (-2 * log1p (-next_double (random)));
  random->cached = radius * sin (theta);
  random->has_cached = TRUE;
  return radius * cos (theta);
}

void
cas_random_normal (CasRandom *random,
                   float     *out,
                   gsize      n)
{
  if (n >= BLOCK_SIZE)
    {
      draw_blocks (random, out, n);
      return;
    }
  for (gsize i = 0; i < n; i++)
    out[i] = (float) draw_one (random);
}
