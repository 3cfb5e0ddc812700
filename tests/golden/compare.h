/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Whether the outputs of a case are near enough to what it expects. */

#pragma once

#include "golden/case.h"

typedef enum
{
  GOLDEN_F32,
  GOLDEN_F16,  /* kernels that round what they read to f16 */
  GOLDEN_BF16,
} GoldenPrecision;

typedef struct
{
  double error;
  double tolerance;
} GoldenMatch;

/* Fails at the first output that is missing or too far off. worst: the output that comes nearest
 * to its tolerance. */
gboolean golden_compare (GoldenCase      *c,
                         GoldenPrecision  precision,
                         GoldenMatch     *worst,
                         GError         **error);
