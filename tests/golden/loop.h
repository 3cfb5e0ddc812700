/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A denoiser at work on a case, which gives it every draw and wants to see every step. */

#pragma once

#include "golden/case.h"
#include "pipeline/denoiser.h"

/* Tensors of the case; those of step i end in ".i". */
typedef struct
{
  const char *start;      /* inputs; this one NULL: params of the loop have a start */
  const char *noise;
  const char *x0;         /* outputs */
  const char *x;
  const char *prediction; /* NULL: not wanted */
} GoldenLoopNames;

/* draw and on_step of params are the loop's own. */
gboolean golden_loop_run (GoldenCase             *c,
                          CasDenoiser            *denoiser,
                          const GoldenLoopNames  *names,
                          const CasDenoiseParams *params,
                          const CasRun           *run,
                          GError                **error);
