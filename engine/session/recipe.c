/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a picture of a job was made with. */

#include "session/recipe.h"

static CasMetadataPart
part_of (const char *role,
         CasWeights *ws)
{
  return (CasMetadataPart) {
    .role = g_strdup (role),
    .file = g_path_get_basename (cas_weights_get_file (ws)),
  };
}

void
cas_recipe_init (CasMetadata             *m,
                 const CasJobParams      *job,
                 const CasLoadedNetworks *networks,
                 const char              *kernels,
                 guint                    index)
{
  const CasMetadataPart parts[] = {
    part_of ("text_encoder", networks->text->weights),
    part_of ("stage_c", networks->stage_c->unet.weights),
    part_of ("stage_b", networks->stage_b->unet.weights),
    part_of ("stage_a", networks->stage_a->weights),
  };

  *m = (CasMetadata) {
    .prompt = g_strdup (job->prompt),
    .negative_prompt = g_strdup (job->negative),
    .width = job->width,
    .height = job->height,
    .seed = job->seed + index,
    .sampler = g_strdup (cas_sampler_name (job->sampler)),
    .steps = job->steps,
    .cfg = job->cfg,
    .shift = job->shift,
    .decoder_steps = job->decoder_steps,
    .decoder_cfg = job->decoder_cfg,
    .model = g_strdup (cas_folder_get_name (networks->folder)),
    .parts = g_memdup2 (parts, sizeof parts),
    .n_parts = G_N_ELEMENTS (parts),
    .kernels = g_strdup (kernels),
  };
}
