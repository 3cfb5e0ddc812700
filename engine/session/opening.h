/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What everything that opens a device looks at first. */

#pragma once

#include "cascade/error.h"

G_BEGIN_DECLS

/* Where compiled kernels are kept; wanted as in CasSessionParams. NULL: nowhere. Free with
 * g_free(). */
char    *cas_opening_dup_cache_folder (const char *wanted);

/* kernels as in CasSessionParams. Errors: CAS_ERROR_BAD_PARAMETER if there are none of that name. */
gboolean cas_opening_check_kernels    (const char *kernels,
                                       GError    **error);

G_END_DECLS
