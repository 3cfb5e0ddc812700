/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Trying a kernel path on a device: the work of one block, with random numbers, once by the
 * simplest kernels and once by those of the path. Drivers are known to offer matrices that give
 * wrong results, or are slower than going without. */

#pragma once

#include "ops/path.h"

G_BEGIN_DECLS

typedef struct
{
  double error; /* relative L2 of the worst result, against CAS_PATH_REGISTER; ∞ if not finite */
  double speed; /* FLOP a second */
} CasTrialResult;

typedef struct _CasTrial CasTrial;

/* Runs the simplest kernels. */
CasTrial *cas_trial_new         (CasGpu                *gpu,
                                 GError               **error);
void      cas_trial_free        (CasTrial              *trial);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CasTrial, cas_trial_free)

/* Errors: those of compiling and running a graph. */
gboolean  cas_trial_run         (CasTrial              *trial,
                                 CasPath                path,
                                 CasTrialResult        *result,
                                 GError               **error);

/* What a path's results may be off by: what its type rounds to, a few times over. */
double    cas_trial_get_bound   (CasPath                path);

/* Changes when the kernels that are tried do, the trial, or the program. Free with g_free(). */
char     *cas_trial_dup_version (void);

G_END_DECLS
