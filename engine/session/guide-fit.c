/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the pictures of a job would hold on the device, planned before any of it is made. */

#include "session/guides.h"

#include "filter/face-map.h"
#include "pipeline/encoder.h"
#include "pipeline/faces.h"
#include "pipeline/viewer.h"
#include "session/subject.h"

guint
cas_guides_seen_side (guint side)
{
  return side / 4 * 3 + side % 4 * 3 / 4;
}

guint
cas_guides_half_side (guint    side,
                      gboolean is_small)
{
  return is_small ? cas_guides_seen_side (side / 2) : MAX (cas_guides_seen_side (side) / 2, 1);
}

static guint
latent_side (guint side)
{
  return (side + CAS_EFFNET_FACTOR - 1) / CAS_EFFNET_FACTOR;
}

/* --- beside Stage C ------------------------------------------------------------------------ */

static void
add_control (CasDemand           *demand,
             const CasControlNet *controlnet,
             guint                w,
             guint                h)
{
  demand->controls[demand->n_controls++] = (CasControl) { controlnet, h, w };
}

void
cas_guides_add_demand (const CasJobParams *job,
                       CasLoadedNetworks  *networks,
                       CasDemand          *demand)
{
  const guint w = cas_guides_seen_side (job->width), h = cas_guides_seen_side (job->height);

  demand->n_images = job->n_image_prompts;
  for (guint i = 0; i < job->n_controls; i++)
    {
      const CasJobControl *control = &job->controls[i];
      const CasControlNet *controlnet
        = cas_loaded_networks_need_controlnet (networks, control->kind, NULL);

      if (control->kind == CAS_CONTROL_SUPER_RESOLUTION)
        add_control (demand, controlnet,
                     2 * latent_side (cas_guides_half_side (job->width, control->is_small)),
                     2 * latent_side (cas_guides_half_side (job->height, control->is_small)));
      else if (control->kind == CAS_CONTROL_IDENTITY)
        add_control (demand, controlnet, cas_face_map_side (w), cas_face_map_side (h));
      else
        add_control (demand, controlnet, w, h);
    }
  if (cas_guides_uses_inpainting (job, networks))
    add_control (demand,
                 cas_loaded_networks_need_controlnet (networks, CAS_CONTROL_INPAINTING, NULL), w,
                 h);
}

/* --- networks that come and go ------------------------------------------------------------- */

static gboolean
check_viewer (const CasJobParams     *job,
              CasLoadedNetworks      *networks,
              const CasCompileParams *compile,
              GError                **error)
{
  g_autoptr (CasNeeds) needs = cas_needs_new (compile->gpu);
  CasCompileParams plan = *compile;
  const CasClipVision *vision;
  g_autoptr (CasViewer) viewer = NULL;

  if (job->n_image_prompts == 0)
    return TRUE;

  plan.needs = needs;
  vision = cas_loaded_networks_need_vision (networks, error);
  viewer = vision ? cas_viewer_new (vision) : NULL;
  return viewer && cas_viewer_compile (viewer, &plan, error);
}

static gboolean
check_faces (const CasJobParams     *job,
             CasFaceFiles           *files,
             const CasCompileParams *compile,
             GError                **error)
{
  g_autoptr (CasNeeds) needs = cas_needs_new (compile->gpu);
  CasCompileParams plan = *compile;
  g_autoptr (CasFaces) faces = NULL;
  gboolean is_asked = FALSE;

  for (guint i = 0; i < job->n_controls; i++)
    is_asked |= job->controls[i].kind == CAS_CONTROL_IDENTITY;
  if (!is_asked || files->is_checked)
    return TRUE;

  plan.needs = needs;
  faces = cas_faces_new (job->face_detector, job->face_recogniser, error);
  files->is_checked = faces && cas_faces_compile (faces, &plan, error);
  return files->is_checked;
}

gboolean
cas_guides_check_fit (const CasJobParams     *job,
                      CasLoadedNetworks      *networks,
                      CasFaceFiles           *face_files,
                      const CasCompileParams *compile,
                      GError                **error)
{
  return check_viewer (job, networks, compile, error)
         && check_faces (job, face_files, compile, error);
}

static gboolean
check_encoder (CasLoadedNetworks      *networks,
               guint                   w,
               guint                   h,
               const CasCompileParams *compile,
               GError                **error)
{
  g_autoptr (CasNeeds) needs = cas_needs_new (compile->gpu);
  CasCompileParams plan = *compile;
  const CasEffnet *effnet = cas_loaded_networks_need_effnet (networks, error);
  g_autoptr (CasEncoder) encoder = effnet ? cas_encoder_new (effnet, h, w) : NULL;

  plan.needs = needs;
  return encoder && cas_encoder_compile (encoder, &plan, error);
}

gboolean
cas_guides_check_size_fit (const CasJobParams     *job,
                           CasLoadedNetworks      *networks,
                           const CasCompileParams *compile,
                           GError                **error)
{
  if (job->mask_is_automatic
      && !cas_subject_check_fit (networks, job->width, job->height, compile, error))
    return FALSE;

  /* what is halved is less than what is not */
  if (cas_guides_begins_from_picture (job, networks))
    return check_encoder (networks, cas_guides_seen_side (job->width),
                          cas_guides_seen_side (job->height), compile, error);

  for (guint i = 0; i < job->n_controls; i++)
    if (job->controls[i].kind == CAS_CONTROL_SUPER_RESOLUTION
        && !check_encoder (networks, cas_guides_half_side (job->width, job->controls[i].is_small),
                           cas_guides_half_side (job->height, job->controls[i].is_small), compile,
                           error))
      return FALSE;
  return TRUE;
}
