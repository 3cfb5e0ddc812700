/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What may follow a linear or a convolution and is computed by it. */

#pragma once

#include "kernel/fixture.h"

G_BEGIN_DECLS

typedef enum
{
  TAIL_BATCH_NORM = 1 << 0,
  TAIL_SCALE = 1 << 1,
  TAIL_RESIDUAL = 1 << 2,
  TAIL_MODULATE = 1 << 3,
  TAIL_SHARED_MODULATE = 1 << 4, /* the same for all pictures */
  TAIL_SILU = 1 << 5,            /* right after the batch norm */
} Tail;

/* Appends the operations of tail, a set of Tail, in order, and does the same to wanted. */
CasTensor trial_append_tail (Trial     *t,
                             CasTensor  y,
                             Numbers   *wanted,
                             guint      tail);

G_END_DECLS
