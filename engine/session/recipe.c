/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a picture of a job was made with. */

#include "session/recipe.h"

#include <string.h>

#include "io/prompt.h"
#include "session/guides.h"

/* The file by its path in the model's folder. */
static CasMetadataPart
part_of (CasFolder  *folder,
         const char *role,
         CasWeights *ws)
{
  const char *shown = cas_folder_get_display_path (folder);
  const char *file = cas_weights_get_file (ws);
  const gsize length = strlen (shown);
  const gboolean is_inside = g_str_has_prefix (file, shown) && file[length] == G_DIR_SEPARATOR;

  return (CasMetadataPart) {
    .role = g_strdup (role),
    .file = is_inside ? g_strdup (file + length + 1) : g_path_get_basename (file),
  };
}

static gboolean
uses_controlnet (const CasJobParams *job,
                 CasControlKind      kind)
{
  for (guint i = 0; i < job->n_controls; i++)
    if (job->controls[i].kind == kind)
      return TRUE;
  return kind == CAS_CONTROL_INPAINTING && cas_guides_has_canvas (job);
}

void
cas_recipe_foreach (CasLoadedNetworks  *networks,
                    const CasJobParams *job,
                    CasRecipeFunc       func,
                    gpointer            data)
{
  const gboolean encodes = cas_guides_begins_from_picture (job, networks)
                           || uses_controlnet (job, CAS_CONTROL_SUPER_RESOLUTION);

  func ("text_encoder", networks->text->weights, data);
  func ("stage_c", networks->stage_c->unet.weights, data);
  func ("stage_b", networks->stage_b->unet.weights, data);
  func ("stage_a", networks->stage_a->weights, data);
  if (networks->vision && job->n_image_prompts > 0)
    func ("image_encoder", networks->vision->weights, data);
  if (networks->effnet && encodes)
    func ("effnet_encoder", networks->effnet->weights, data);
  if (networks->saliency && job->mask_is_automatic)
    func ("saliency", networks->saliency->weights, data);
  for (CasControlKind kind = 0; kind < CAS_N_CONTROL_KINDS; kind++)
    if (networks->controlnets[kind] && uses_controlnet (job, kind))
      func ("controlnet", networks->controlnets[kind]->weights, data);
}

typedef struct
{
  CasFolder *folder;
  GArray    *parts; /* CasMetadataPart */
} PartList;

static void
add_part (const char *role,
          CasWeights *ws,
          gpointer    data)
{
  PartList *list = data;
  const CasMetadataPart part = part_of (list->folder, role, ws);

  g_array_append_val (list->parts, part);
}

static void
add_picture (GArray     *pictures,
             const char *role,
             CasImage   *image,
             double      weight)
{
  const CasMetadataPicture picture = {
    .role = g_strdup (role),
    .sha256 = cas_image_dup_hash (image),
    .weight = weight,
  };

  g_array_append_val (pictures, picture);
}

/* Which it is shows when it is found. */
static void
add_found_mask (GArray *pictures,
                double  threshold)
{
  const CasMetadataPicture picture = {
    .role = g_strdup ("mask"),
    .weight = 1,
    .threshold = threshold,
  };

  g_array_append_val (pictures, picture);
}

static void
add_control (GArray              *pictures,
             const CasJobControl *control)
{
  CasMetadataPicture *picture;

  add_picture (pictures, cas_control_kind_get_name (control->kind), control->image,
               control->strength);
  picture = &g_array_index (pictures, CasMetadataPicture, pictures->len - 1);
  picture->start = control->start;
  picture->end = control->end;
  picture->is_small = control->is_small && control->kind == CAS_CONTROL_SUPER_RESOLUTION;
  if (control->kind == CAS_CONTROL_CANNY)
    {
      picture->low = control->canny_low;
      picture->high = control->canny_high;
    }
}

static void
describe_pictures (CasMetadata        *m,
                   const CasJobParams *job)
{
  GArray *pictures = g_array_new (FALSE, TRUE, sizeof (CasMetadataPicture));

  if (job->init)
    add_picture (pictures, "init", job->init, job->strength);
  if (job->mask)
    add_picture (pictures, "mask", job->mask, 1);
  if (job->mask_is_automatic)
    add_found_mask (pictures, job->mask_threshold);
  for (guint i = 0; i < job->n_image_prompts; i++)
    add_picture (pictures, "prompt", job->image_prompts[i].image, job->image_prompts[i].weight);
  for (guint i = 0; i < job->n_controls; i++)
    add_control (pictures, &job->controls[i]);

  m->n_pictures = pictures->len;
  m->pictures = (CasMetadataPicture *) g_array_free (pictures, FALSE);
  memcpy (m->outpaint, job->outpaint, sizeof m->outpaint);
}

/* Of the picture as it is handed over: one that is doubled is not asked for by its size. */
static void
describe_size (CasMetadata        *m,
               const CasJobParams *job)
{
  CasImage *doubled = cas_guides_peek_doubled (job);

  m->width = doubled ? 2 * cas_image_get_width (doubled) : job->width;
  m->height = doubled ? 2 * cas_image_get_height (doubled) : job->height;
}

void
cas_recipe_init (CasMetadata        *m,
                 const CasJobParams *job,
                 CasLoadedNetworks  *networks,
                 const char         *kernels,
                 guint               index)
{
  PartList list = { networks->folder, g_array_new (FALSE, TRUE, sizeof (CasMetadataPart)) };

  cas_recipe_foreach (networks, job, add_part, &list);
  *m = (CasMetadata) {
    .prompt = g_strdup (job->prompt),
    .negative_prompt = g_strdup (job->negative),
    .drawn_prompt = cas_prompt_draw (job->prompt, job->seed + index, CAS_PROMPT_POSITIVE),
    .drawn_negative_prompt = cas_prompt_draw (job->negative, job->seed + index,
                                              CAS_PROMPT_NEGATIVE),
    .restores_mean = job->restores_mean,
    .seed = job->seed + index,
    .sampler = g_strdup (cas_sampler_name (job->sampler)),
    .steps = job->steps,
    .cfg = job->cfg,
    .shift = job->shift,
    .decoder_steps = job->decoder_steps,
    .decoder_cfg = job->decoder_cfg,
    .model = g_strdup (cas_folder_get_name (networks->folder)),
    .kernels = g_strdup (kernels),
  };
  m->n_parts = list.parts->len;
  m->parts = (CasMetadataPart *) g_array_free (list.parts, FALSE);
  describe_size (m, job);
  describe_pictures (m, job);
}

void
cas_recipe_set_found_mask (CasMetadata *m,
                           CasImage    *mask)
{
  for (guint i = 0; i < m->n_pictures; i++)
    if (m->pictures[i].threshold > 0 && !m->pictures[i].sha256)
      m->pictures[i].sha256 = cas_image_dup_hash (mask);
}
