/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which kernels a device gets where nobody names them. On graphics cards the faster ones are tried
 * once against the simplest: what is wrong, or not half as fast, is not used. A processor always
 * gets the register tiles, which are made for it. */

#pragma once

#include "cascade/device.h"
#include "session/verdicts.h"

G_BEGIN_DECLS

/* Paths that are turned off; bit p for path p. */
typedef guint CasPathSet;

/* From $CAS_WITHOUT_KERNELS, a list of names with commas between them. Errors:
 * CAS_ERROR_BAD_PARAMETER for a name that is none. */
gboolean        cas_choice_read_without  (CasPathSet         *without,
                                          GError            **error);

/* params opens the device that info is of once more, for trials; its cache_folder is where verdicts
 * are kept. has_tried: some were made, and what else is open of the device may be lost with theirs.
 * Errors: CAS_ERROR_UNSUPPORTED_DEVICE if all that the device offers is turned off. */
gboolean        cas_choice_make          (const CasGpuParams *params,
                                          const CasGpuInfo   *info,
                                          CasPathSet          without,
                                          CasPath            *path,
                                          gboolean           *has_tried,
                                          GError            **error);

/* Tries all that the device offers, whatever is remembered. Errors: those of cas_gpu_new(). */
gboolean        cas_choice_check_all     (const CasGpuParams *params,
                                          GError            **error);

/* How a path stands by what is remembered. */
CasKernelsState cas_choice_get_state     (CasVerdicts        *verdicts,
                                          CasPath             path);

/* The one that cas_choice_make() would take by what is remembered; CAS_N_PATHS if it would first
 * try some, or has none. */
CasPath         cas_choice_foretell      (CasVerdicts        *verdicts,
                                          const CasGpuInfo   *info,
                                          CasPathSet          without);

G_END_DECLS
