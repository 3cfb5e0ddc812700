/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where the device's time went: sums by network and family of operations. */

#pragma once

#include "cascade/session.h"
#include "ops/graph.h"

G_BEGIN_DECLS

typedef struct _CasProfile CasProfile;

CasProfile *cas_profile_new     (void);
void        cas_profile_free    (CasProfile *profile);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CasProfile, cas_profile_free)

/* Adds the graph's last run; it was compiled with profile. */
void        cas_profile_add     (CasProfile *profile,
                                 const char *network,
                                 CasGraph   *g);

/* Every sum, the longest first. */
void        cas_profile_foreach (CasProfile *profile,
                                 void      (*func) (const CasProfileEntry *entry,
                                                    gpointer               data),
                                 gpointer    data);

G_END_DECLS
