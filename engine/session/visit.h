/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Networks that come to the device for one piece of work, and leave it again. */

#pragma once

#include "session/networks.h"
#include "session/residency.h"

G_BEGIN_DECLS

/* Where they come to; all borrowed. */
typedef struct
{
  CasLoadedNetworks      *networks;
  CasResidency           *residency; /* makes room if they need it */
  const CasCompileParams *compile;   /* gpu, kernels and profile */
  const CasRun           *run;
} CasVisit;

/* What is done with them. compile has weights of the visit's own, and its cancellable. */
typedef gboolean (*CasVisitFunc) (const CasCompileParams *compile,
                                  gpointer                data,
                                  GError                **error);

/* If there is no room beside what is loaded, that leaves, is loaded again later, and func is called
 * a second time. Errors: those of func. */
gboolean cas_visit_do (const CasVisit *self,
                       CasVisitFunc    func,
                       gpointer        data,
                       GError        **error);

G_END_DECLS
