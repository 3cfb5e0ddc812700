/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the session's own files share, and what it lends to what works beside its jobs. */

#pragma once

#include "cascade/session.h"
#include "session/face-files.h"
#include "session/loras.h"
#include "session/networks.h"
#include "session/opening.h"
#include "session/residency.h"

G_BEGIN_DECLS

struct _CasSession
{
  CasGpu            *gpu;
  CasLoadedNetworks *networks;
  CasPath            path;
  CasResidency      *residency;
  CasLoras          *loras;
  CasFaceFiles       face_files;
  gboolean           has_profile;
  gboolean           is_running;
};

/* How many parts of CLIP's length the longest prompt has. */
gboolean           cas_session_count_chunks   (CasSession         *session,
                                               const CasJobParams *params,
                                               guint              *n_chunks,
                                               GError            **error);

/* --- for what works beside jobs ------------------------------------------------------------- */

CasLoadedNetworks *cas_session_peek_networks  (CasSession *session);

/* gpu and kernels, as the session's own parts are compiled. */
CasCompileParams   cas_session_get_compile    (CasSession *session);

/* To lodge with. While a job runs it must not be cleared. */
CasResidency      *cas_session_peek_residency (CasSession *session);
gboolean           cas_session_is_running     (CasSession *session);

G_END_DECLS
