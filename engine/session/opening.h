/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Opening a device, and choosing its kernels. */

#pragma once

#include "ops/path.h"

G_BEGIN_DECLS

/* Where compiled kernels are kept; wanted as in CasSessionParams. NULL: nowhere. Free with
 * g_free(). */
char    *cas_opening_dup_cache_folder (const char             *wanted);

typedef struct
{
  const char *device, *kernels, *cache_folder; /* as in CasSessionParams */
  gboolean    validate;
  int        *pulse;
} CasOpeningParams;

/* Whether the kernels that are named there, or in $CAS_WITHOUT_KERNELS, exist at all: known without a
 * device.
 * Errors: CAS_ERROR_BAD_PARAMETER. */
gboolean cas_opening_check            (const CasOpeningParams *params,
                                       GError                **error);

/* The device, and the path its kernels are of: the one that was named, or what is best by a trial
 * that the first opening makes. */
CasGpu  *cas_opening_open             (const CasOpeningParams *params,
                                       CasPath                *path,
                                       GError                **error);

G_END_DECLS
