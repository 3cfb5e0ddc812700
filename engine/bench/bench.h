/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a device can do, and what our kernels and the published networks make of it. Needs no
 * model: the weights are random and made on the device. */

#pragma once

#include "bench/picture.h"
#include "bench/shape.h"

G_BEGIN_DECLS

typedef struct
{
  const char *device;  /* as of CasSessionParams */
  const char *kernels; /* the same */
  const char *only;    /* NULL: everything; else what cas_bench_matches() takes, or the name of
                        * a linear of any size */
} CasBenchParams;

/* All are called on the thread of cas_bench_run(), and none may be NULL. */
typedef struct
{
  void (*device)  (const CasGpuInfo       *info,
                   gpointer                data);
  void (*ceiling) (const CasBenchCeiling  *ceiling,
                   gpointer                data);
  void (*shape)   (const CasBenchShapeResult   *result,
                   const char             *name,
                   double                  share, /* of the best ceiling */
                   gpointer                data);
  void (*network) (const CasBenchNetworkResult *result,
                   gpointer                data);
  /* The steps of a picture, each times what was measured; not told of a processor, which measures
   * no network whole. */
  void (*picture) (const CasBenchPicture  *picture,
                   const CasBenchStep     *sum,
                   gpointer                data);
  /* A shape or network that does not fit the device's memory, and why. */
  void (*skipped) (const char             *name,
                   const char             *reason,
                   gpointer                data);
} CasBenchCallbacks;

/* Whether a shape's, network's or picture's name is asked for: the pattern's * stands for any
 * letters and its ? for one; without those, a part of the name will do. */
gboolean cas_bench_matches (const char              *pattern, /* nullable: everything */
                            const char              *name);

/* Measures, telling each result as it comes. A shape or network that does not fit is skipped.
 * Errors: CAS_ERROR_BAD_PARAMETER if there is nothing of the name; those of opening the device and
 * of running. */
gboolean cas_bench_run     (const CasBenchParams    *params,
                            const CasBenchCallbacks *callbacks,
                            gpointer                 data,
                            GCancellable            *cancellable,
                            GError                 **error);

G_END_DECLS
