/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a picture of a job was made with. */

#pragma once

#include "cascade/job.h"
#include "cascade/metadata.h"
#include "session/networks.h"

G_BEGIN_DECLS

/* The networks that make pictures of a job (resolved), by their role in the metadata, whatever else
 * is open. Those that its pictures need are open by now, if the model has them. */
typedef void (*CasRecipeFunc) (const char *role,
                               CasWeights *ws,
                               gpointer    data);
void cas_recipe_foreach (CasLoadedNetworks  *networks,
                         const CasJobParams *job,
                         CasRecipeFunc       func,
                         gpointer            data);

/* job: resolved. index: of the picture in the job. Clear m afterwards. */
void cas_recipe_init (CasMetadata        *m,
                      const CasJobParams *job,
                      CasLoadedNetworks  *networks,
                      const char         *kernels,
                      guint               index);

/* The mask that was found since, where the job left that to the model. */
void cas_recipe_set_found_mask (CasMetadata *m,
                                CasImage    *mask);

G_END_DECLS
