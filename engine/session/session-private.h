/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a session lends to what works beside its jobs. */

#pragma once

#include "cascade/session.h"
#include "session/networks.h"
#include "session/residency.h"

G_BEGIN_DECLS

CasLoadedNetworks *cas_session_peek_networks  (CasSession *session);

/* gpu and kernels, as the session's own parts are compiled. */
CasCompileParams   cas_session_get_compile    (CasSession *session);

/* To lodge with. While a job runs it must not be cleared. */
CasResidency      *cas_session_peek_residency (CasSession *session);
gboolean           cas_session_is_running     (CasSession *session);

G_END_DECLS
