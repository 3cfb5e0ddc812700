/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From the window's state to a job. */

#include "request.h"

#include <string.h>

#include <glib/gi18n.h>

#include "canvas/frame.h"
#include "guide.h"
#include "loras/lora.h"
#include "reference.h"
#include "request-area.h"

/* How much of a picture is made anew when it is made larger: enough for new detail, and too little
 * for a new scene. */
#define DOUBLED_STRENGTH 0.3

static double
get_strength (const WeirRequest *request)
{
  double strength;

  g_object_get (request->params, "strength", &strength, NULL);
  return strength;
}

static gboolean
is_frame_beyond (WeirDocument *document)
{
  WeirMask *mask = weir_document_get_mask (document);
  GdkRectangle frame;
  guint outside[4];

  weir_document_get_frame (document, &frame);
  return weir_frame_measure (&frame, weir_mask_get_width (mask), weir_mask_get_height (mask),
                             outside);
}

WeirVerb
weir_request_get_verb (const WeirRequest *request)
{
  if (weir_document_get_picture (request->document))
    {
      const gboolean is_part = get_strength (request) < 1;
      const gboolean is_masked =
        !weir_mask_is_empty (weir_document_get_mask (request->document));

      if (is_frame_beyond (request->document))
        return is_masked ? WEIR_VERB_FILL_AND_EXPAND : WEIR_VERB_EXPAND;
      if (is_masked)
        return is_part ? WEIR_VERB_REFINE_AREA : WEIR_VERB_FILL;
      if (is_part)
        return WEIR_VERB_REFINE;
    }
  return g_list_model_get_n_items (request->references) > 0 ? WEIR_VERB_VARY : WEIR_VERB_GENERATE;
}

gboolean
weir_verb_expands (WeirVerb verb)
{
  return verb == WEIR_VERB_EXPAND || verb == WEIR_VERB_FILL_AND_EXPAND;
}

const char *
weir_verb_get_label (WeirVerb verb)
{
  static const char *const labels[] = {
    [WEIR_VERB_GENERATE] = N_("_Generate"),
    [WEIR_VERB_REFINE] = N_("_Refine"),
    [WEIR_VERB_VARY] = N_("_Vary"),
    [WEIR_VERB_FILL] = N_("_Fill"),
    [WEIR_VERB_REFINE_AREA] = N_("_Refine Area"),
    [WEIR_VERB_EXPAND] = N_("_Expand"),
    [WEIR_VERB_FILL_AND_EXPAND] = N_("_Fill and Expand"),
  };

  return _(labels[verb]);
}

/* Their pictures and weights, for a job; the images stay theirs. */
static GArray *
list_image_prompts (GListModel *references)
{
  GArray *prompts = g_array_new (FALSE, FALSE, sizeof (CasJobImage));

  for (guint i = 0; i < g_list_model_get_n_items (references); i++)
    {
      g_autoptr (WeirReference) reference = g_list_model_get_item (references, i);
      const CasJobImage prompt = {
        .image = weir_picture_get_image (weir_reference_get_picture (reference)),
        .weight = weir_reference_get_weight (reference),
      };

      /* 0 would be the default, which is 1 */
      if (prompt.weight > 0)
        g_array_append_val (prompts, prompt);
    }
  return prompts;
}

/* Those that are used; paths stay theirs. */
static GArray *
list_loras (GListModel *loras)
{
  GArray *list = g_array_new (FALSE, FALSE, sizeof (CasJobLora));

  for (guint i = 0; i < g_list_model_get_n_items (loras); i++)
    {
      g_autoptr (WeirLora) lora = g_list_model_get_item (loras, i);
      const CasJobLora used = {
        .path = weir_lora_get_path (lora),
        .weight = weir_lora_get_weight (lora),
      };

      if (weir_lora_get_is_used (lora))
        g_array_append_val (list, used);
    }
  return list;
}

/* NULL if one that is used has no picture. */
static GArray *
list_controls (GListModel *guides,
               GError    **error)
{
  g_autoptr (GArray) list = g_array_new (FALSE, FALSE, sizeof (CasJobControl));

  for (guint i = 0; i < g_list_model_get_n_items (guides); i++)
    {
      g_autoptr (WeirGuide) guide = g_list_model_get_item (guides, i);
      CasJobControl control;

      if (!weir_guide_get_is_used (guide))
        continue;
      if (!weir_guide_fill (guide, &control, error))
        return NULL;
      g_array_append_val (list, control);
    }
  return g_steal_pointer (&list);
}

/* What it begins from, and how much of that is made anew: all of what is not there yet. */
static void
take_area (const WeirRequest     *request,
           WeirVerb               verb,
           const WeirRequestArea *area,
           CasJobParams          *params)
{
  params->init = area->init;
  params->mask = area->mask;
  memcpy (params->outpaint, area->outpaint, sizeof params->outpaint);
  params->width = area->width;
  params->height = area->height;
  if (area->init)
    params->strength = weir_verb_expands (verb) ? 1 : get_strength (request);
}

static WeirJob *
make_item (const WeirRequest     *request,
           const WeirRequestArea *area,
           const CasJobParams    *params,
           GError               **error)
{
  g_autoptr (CasJob) job = cas_job_new (params, error);
  WeirPlace place;

  if (!job)
    return NULL;
  if (area->frame.width == 0)
    return weir_job_new (job);
  place = weir_document_get_place (request->document, &area->frame);
  return weir_job_new_for_place (job, &place, area->placed);
}

WeirJob *
weir_request_make_job (const WeirRequest *request,
                       GError           **error)
{
  const WeirVerb verb = weir_request_get_verb (request);
  g_auto (WeirRequestArea) area = { 0 };
  g_autoptr (GArray) prompts = list_image_prompts (request->references);
  g_autoptr (GArray) loras = list_loras (request->loras);
  g_autoptr (GArray) controls = list_controls (request->guides, error);
  g_autofree char *id = NULL;
  g_autoptr (WeirStyle) style = NULL;
  g_autofree char *prompt = NULL;
  g_autofree char *negative = NULL;
  CasJobParams params = {
    .previews = request->has_previews ? CAS_PREVIEW_LIVE : CAS_PREVIEW_NONE,
    .image_prompts = (const CasJobImage *) prompts->data,
    .n_image_prompts = prompts->len,
    .loras = (const CasJobLora *) loras->data,
    .n_loras = loras->len,
  };

  if (!controls)
    return NULL;
  params.controls = (const CasJobControl *) controls->data;
  params.n_controls = controls->len;
  weir_params_fill (request->params, &params);
  g_object_get (request->params, "style", &id, NULL);
  style = weir_styles_find (request->styles, id);
  if (style)
    {
      prompt = weir_style_apply (style, params.prompt);
      negative = weir_style_apply_negative (style, params.negative);
      params.prompt = prompt;
      params.negative = negative;
    }
  if (weir_request_has_area (request->document))
    {
      if (!weir_request_area_fill (&area, request->document, verb, error))
        return NULL;
      take_area (request, verb, &area, &params);
    }
  else if (verb == WEIR_VERB_REFINE)
    {
      params.init = weir_picture_get_image (weir_document_get_picture (request->document));
      params.strength = get_strength (request);
    }
  /* 0 would be the default, which is more */
  if (params.init)
    params.strength = MAX (params.strength, 0.01);
  return make_item (request, &area, &params, error);
}

CasJob *
weir_request_make_doubled (WeirPicture *picture,
                           gboolean     has_previews,
                           GError     **error)
{
  const CasMetadata *metadata = weir_picture_get_metadata (picture);
  const CasJobControl control = {
    .kind = CAS_CONTROL_SUPER_RESOLUTION,
    .is_small = TRUE,
    .image = weir_picture_get_image (picture),
  };
  CasJobParams params = {
    .controls = &control,
    .n_controls = 1,
    .init = control.image,
    .strength = DOUBLED_STRENGTH,
    .previews = has_previews ? CAS_PREVIEW_LIVE : CAS_PREVIEW_NONE,
  };

  if (metadata)
    params.prompt = metadata->drawn_prompt ? metadata->drawn_prompt : metadata->prompt;
  return cas_job_new (&params, error);
}
