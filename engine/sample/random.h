/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The random numbers of a seed: those of the reference's CPU generator, so that a seed means the
 * same picture here and there (specification, section 16). */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define CAS_RANDOM_N_STATE 624

/* Plain data: copy it to keep a place in the sequence. */
typedef struct
{
  guint32  state[CAS_RANDOM_N_STATE]; /* MT19937 */
  guint    index;                     /* of the next word; CAS_RANDOM_N_STATE: none is left */
  gboolean has_cached;
  double   cached;                    /* second number of the last pair; only short draws use it */
} CasRandom;

/* Only the low 32 bits of the seed count. */
void cas_random_init    (CasRandom *random,
                         guint64    seed);

/* Uniform in [0, 1), multiples of 2^-24. */
void cas_random_uniform (CasRandom *random,
                         float     *out,
                         gsize      n);

/* Normal with mean 0 and deviation 1. One call of n numbers is one draw: two calls of n / 2 give
 * other numbers where n is below 16 or not a multiple of 16. */
void cas_random_normal  (CasRandom *random,
                         float     *out,
                         gsize      n);

G_END_DECLS
