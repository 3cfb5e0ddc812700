/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What was found when the kernel paths of a device were tried, remembered beside its pipeline
 * cache: for one driver version and one version of the kernels. */

#pragma once

#include "ops/trial.h"

G_BEGIN_DECLS

typedef enum
{
  CAS_VERDICT_NONE,       /* it was not tried yet */
  CAS_VERDICT_TRIED,      /* result says what came out */
  CAS_VERDICT_FAILED,     /* message says why */
  CAS_VERDICT_UNFINISHED, /* a program ended in the middle, or is there now */
} CasVerdictKind;

typedef struct
{
  CasVerdictKind kind;
  CasTrialResult result;
  guint          n_unfinished; /* how many trials on end were not finished */
  char          *message;
} CasVerdict;

typedef struct _CasVerdicts CasVerdicts;

/* folder NULL: nothing is remembered. What is damaged or of other kernels or another driver is as
 * if it were not there. */
CasVerdicts      *cas_verdicts_load (const CasGpuInfo *info,
                                     const char       *folder);
void              cas_verdicts_free (CasVerdicts      *verdicts);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CasVerdicts, cas_verdicts_free)

/* Never NULL. */
const CasVerdict *cas_verdicts_get  (CasVerdicts      *verdicts,
                                     CasPath           path);

/* Before a trial: remembers that it is not finished, and counts that if the last one was not. */
void              cas_verdicts_begin (CasVerdicts     *verdicts,
                                      CasPath          path);

/* Copies the verdict and writes the file; that it cannot be written stops nothing. */
void              cas_verdicts_set  (CasVerdicts      *verdicts,
                                     CasPath           path,
                                     const CasVerdict *verdict);

G_END_DECLS
