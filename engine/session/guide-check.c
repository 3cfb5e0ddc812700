/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the pictures of a job leave to the model or ask of it, known before anything is computed. */

#include "session/guides.h"

#include <math.h>

#include <glib/gi18n-lib.h>

#include "filter/mask.h"
#include "sample/latent-size.h"

#define DEFAULT_STRENGTH      0.8
#define DEFAULT_MASK_STRENGTH 1.0

static gboolean
is_outpaint (const CasJobParams *job)
{
  const guint *out = job->outpaint;

  return out[0] > 0 || out[1] > 0 || out[2] > 0 || out[3] > 0;
}

gboolean
cas_guides_has_canvas (const CasJobParams *job)
{
  return job->mask || job->mask_is_automatic || is_outpaint (job);
}

guint
cas_guides_padded_side (guint side)
{
  return (side + CAS_IMAGE_SIDE_STEP - 1) / CAS_IMAGE_SIDE_STEP * CAS_IMAGE_SIDE_STEP;
}

/* With what is added. */
static guint
canvas_width (const CasJobParams *job)
{
  return job->outpaint[0] + cas_image_get_width (job->init) + job->outpaint[2];
}

static guint
canvas_height (const CasJobParams *job)
{
  return job->outpaint[1] + cas_image_get_height (job->init) + job->outpaint[3];
}

gboolean
cas_guides_has_own_size (const CasJobParams *job)
{
  return cas_guides_padded_side (canvas_width (job)) == job->width
         && cas_guides_padded_side (canvas_height (job)) == job->height;
}

/* The model's number of pixels in the picture's proportions. */
static void
resolve_proportions (CasJobParams           *job,
                     const CasModelDefaults *defaults)
{
  const double w = canvas_width (job), h = canvas_height (job);
  const double pixels = (double) defaults->width * defaults->height;

  if (job->width == 0 && job->height == 0)
    {
      /* a strip's shorter side is no shorter than can be drawn, and its longer one gives way */
      job->width = cas_image_side_round ((gint64) MAX (sqrt (pixels * w / h), CAS_IMAGE_MIN_SIDE));
      job->height = cas_image_side_round ((gint64) MIN (sqrt (pixels * h / w),
                                                        pixels / CAS_IMAGE_MIN_SIDE));
      job->width = MIN (job->width, cas_image_side_round ((gint64) (pixels / CAS_IMAGE_MIN_SIDE)));
    }
  else if (job->width == 0)
    job->width = cas_image_side_round ((gint64) (job->height * w / h));
  else if (job->height == 0)
    job->height = cas_image_side_round ((gint64) (job->width * h / w));
}

/* The picture that is drawn at twice its size, where that is asked for. */
static CasImage *
find_small (const CasJobParams *job)
{
  for (guint i = 0; i < job->n_controls; i++)
    if (job->controls[i].kind == CAS_CONTROL_SUPER_RESOLUTION && job->controls[i].is_small)
      return job->controls[i].image;
  return NULL;
}

CasImage *
cas_guides_peek_doubled (const CasJobParams *job)
{
  return job->is_doubled ? find_small (job) : NULL;
}

void
cas_guides_resolve (CasJobParams           *job,
                    const CasModelDefaults *defaults)
{
  CasImage *small = find_small (job);

  job->is_doubled
    = small && !cas_guides_has_canvas (job) && job->width == 0 && job->height == 0;
  if (job->is_doubled)
    {
      job->width = cas_guides_padded_side (2 * cas_image_get_width (small));
      job->height = cas_guides_padded_side (2 * cas_image_get_height (small));
    }
  if (!job->init)
    return;

  if (job->strength == 0)
    job->strength = cas_guides_has_canvas (job) ? DEFAULT_MASK_STRENGTH : DEFAULT_STRENGTH;
  if (job->mask_is_automatic && job->mask_threshold == 0)
    job->mask_threshold = CAS_SALIENCY_THRESHOLD;
  if (cas_guides_has_canvas (job) && job->width == 0 && job->height == 0)
    {
      job->width = cas_guides_padded_side (canvas_width (job));
      job->height = cas_guides_padded_side (canvas_height (job));
    }
  else
    resolve_proportions (job, defaults);
}

gboolean
cas_guides_uses_inpainting (const CasJobParams *job,
                            CasLoadedNetworks  *networks)
{
  return cas_guides_has_canvas (job)
         && cas_loaded_networks_have_controlnet (networks, CAS_CONTROL_INPAINTING);
}

gboolean
cas_guides_begins_from_picture (const CasJobParams *job,
                                CasLoadedNetworks  *networks)
{
  return job->init && (!cas_guides_uses_inpainting (job, networks) || job->strength < 1);
}

char *
cas_guides_dup_notice (const CasJobParams *job,
                       CasLoadedNetworks  *networks)
{
  const GError *unreadable = cas_folder_get_unreadable (networks->folder);

  if (!unreadable || !cas_guides_has_canvas (job) || cas_guides_uses_inpainting (job, networks))
    return NULL;
  return g_strdup_printf (_("The hole is filled without a ControlNet for it: the model has none "
                            "that can be read. %s"), unreadable->message);
}

/* What is added says how large the picture is. */
static gboolean
check_canvas (const CasJobParams *job,
              GError            **error)
{
  if (!is_outpaint (job) || cas_guides_has_own_size (job))
    return TRUE;

  g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_PARAMETER,
               _("With what is added the picture has %u×%u pixels, so its size cannot be %u×%u."),
               canvas_width (job), canvas_height (job), job->width, job->height);
  return FALSE;
}

/* A ControlNet for holes that is broken, or for another Stage C, is not taken for none. */
static gboolean
check_inpainting (const CasJobParams *job,
                  CasLoadedNetworks  *networks,
                  GError            **error)
{
  g_autoptr (GError) trouble = NULL;

  if (!cas_guides_has_canvas (job)
      || cas_loaded_networks_need_controlnet (networks, CAS_CONTROL_INPAINTING, &trouble)
      || g_error_matches (trouble, CAS_ERROR, CAS_ERROR_MISSING_MODEL))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&trouble));
  return FALSE;
}

/* Whether what a ControlNet of the kind is shown can be made. */
static gboolean
check_kind (const CasJobParams *job,
            CasLoadedNetworks  *networks,
            CasControlKind      kind,
            GError            **error)
{
  if (kind == CAS_CONTROL_CANNY || kind == CAS_CONTROL_SUPER_RESOLUTION)
    return TRUE;
  if (kind != CAS_CONTROL_IDENTITY)
    {
      g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_PARAMETER,
                   _("Pictures for the ControlNet “%s” cannot be made here; masks go to the one for "
                     "holes by themselves."), cas_control_kind_get_name (kind));
      return FALSE;
    }
  if (!cas_loaded_networks_have_controlnet (networks, kind))
    {
      g_set_error (error, CAS_ERROR, CAS_ERROR_MISSING_MODEL,
                   _("The model has no ControlNet for faces: none was ever published, so there is one "
                     "only where somebody trained it."));
      return FALSE;
    }
  if (job->face_detector && job->face_recogniser)
    return TRUE;
  g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_PARAMETER,
               _("Faces need two ONNX files: one that finds them, and one that says whose they are."));
  return FALSE;
}

gboolean
cas_guides_check (const CasJobParams *job,
                  CasLoadedNetworks  *networks,
                  GError            **error)
{
  gboolean needs_encoder;

  if (!check_canvas (job, error) || !check_inpainting (job, networks, error))
    return FALSE;
  needs_encoder = cas_guides_begins_from_picture (job, networks);
  if (job->mask_is_automatic && !cas_loaded_networks_need_saliency (networks, error))
    return FALSE;
  if (job->n_image_prompts > 0 && !cas_loaded_networks_need_vision (networks, error))
    return FALSE;
  for (guint i = 0; i < job->n_controls; i++)
    {
      const CasControlKind kind = job->controls[i].kind;

      if (!check_kind (job, networks, kind, error)
          || !cas_loaded_networks_need_controlnet (networks, kind, error))
        return FALSE;
      needs_encoder |= kind == CAS_CONTROL_SUPER_RESOLUTION;
    }
  return !needs_encoder || cas_loaded_networks_need_effnet (networks, error);
}
