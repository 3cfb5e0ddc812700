/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A device with a model on it, and what a job will be there. */

#include "session/session-private.h"

#include "gpu/pipeline.h"
#include "pipeline/text_to_image.h"
#include "session/guides.h"
#include "session/opening.h"
#include "session/recipe.h"
#include "session/size.h"

CasSession *
cas_session_new (const CasSessionParams *params,
                 GError                **error)
{
  g_autoptr (CasSession) self = g_new0 (CasSession, 1);
  const CasOpeningParams opening = {
    .device = params->device,
    .kernels = params->kernels,
    .cache_folder = params->cache_folder,
    .validate = params->validate,
    .pulse = params->pulse,
  };

  if (!cas_opening_check (&opening, error))
    return NULL;

  self->has_profile = params->profile;
  self->networks = cas_loaded_networks_new (params->model, error);
  if (!self->networks)
    return NULL;

  self->gpu = cas_opening_open (&opening, &self->path, error);
  if (!self->gpu)
    return NULL;

  const CasNetworks networks = cas_loaded_networks_borrow (self->networks);

  self->residency = cas_residency_new (&networks, &(CasCompileParams) {
      .gpu = self->gpu,
      .kernels = cas_path_get_name (self->path),
      .profile = params->profile,
    });
  self->loras = cas_loras_new (self->networks, self->residency);
  g_info ("Model “%s” on “%s”, kernels “%s”.", cas_folder_get_name (self->networks->folder),
          cas_gpu_get_info (self->gpu)->name, cas_path_get_name (self->path));
  return g_steal_pointer (&self);
}

void
cas_session_free (CasSession *self)
{
  if (!self)
    return;

  cas_face_files_clear (&self->face_files);
  g_clear_pointer (&self->loras, cas_loras_free);
  g_clear_pointer (&self->residency, cas_residency_free);
  g_clear_pointer (&self->gpu, cas_gpu_free);
  g_clear_pointer (&self->networks, cas_loaded_networks_free);
  g_free (self);
}

const char *
cas_session_get_device_name (CasSession *self)
{
  return cas_gpu_get_info (self->gpu)->name;
}

const char *
cas_session_get_model_name (CasSession *self)
{
  return cas_folder_get_name (self->networks->folder);
}

/* --- what a job will be --------------------------------------------------------------------- */

/* What is left to the model. */
static void
fill (CasJobParams           *job,
      const CasModelDefaults *defaults)
{
  if (job->width == 0)
    job->width = defaults->width;
  if (job->height == 0)
    job->height = defaults->height;
  if (job->steps == 0)
    job->steps = defaults->steps;
  if (job->decoder_steps == 0)
    job->decoder_steps = defaults->decoder_steps;
  if (job->cfg == 0 && !job->has_cfg)
    job->cfg = defaults->cfg;
  if (job->decoder_cfg == 0 && !job->has_decoder_cfg)
    job->decoder_cfg = defaults->decoder_cfg;
  if (job->shift == 0)
    job->shift = defaults->shift;
}

gboolean
cas_session_count_chunks (CasSession         *self,
                          const CasJobParams *params,
                          guint              *n_chunks,
                          GError            **error)
{
  return cas_texts_count (params, self->networks->tokenizer, self->networks->text->n_positions,
                          n_chunks, error);
}

gboolean
cas_session_advise (CasSession    *self,
                    CasJob        *job,
                    CasJobParams  *params,
                    CasSizeAdvice *advice,
                    GError       **error)
{
  const CasCompileParams compile = cas_session_get_compile (self);
  CasSizeParams size = {
    .residency = self->residency,
    .networks = self->networks,
    .compile = &compile,
    .job = params,
    .face_files = &self->face_files,
    .advice = advice,
  };

  *advice = (CasSizeAdvice) { 0 };
  *params = *cas_job_get_params (job);
  cas_guides_resolve (params, cas_folder_get_defaults (self->networks->folder));
  fill (params, cas_folder_get_defaults (self->networks->folder));
  if (!cas_guides_check (params, self->networks, error))
    return FALSE;
  cas_face_files_set (&self->face_files, params);
  return cas_loras_set (self->loras, params, error)
         && cas_session_count_chunks (self, params, &size.n_chunks, error)
         && cas_size_check (&size, error)
         && cas_face_files_hash (&self->face_files, params, error);
}

gboolean
cas_session_resolve (CasSession    *self,
                     CasJob        *job,
                     CasJobParams  *params,
                     GError       **error)
{
  CasSizeAdvice advice;

  return cas_session_advise (self, job, params, &advice, error);
}

void
cas_session_describe (CasSession         *self,
                      const CasJobParams *params,
                      guint               index,
                      CasMetadata        *metadata)
{
  cas_recipe_init (metadata, params, self->networks, cas_path_get_name (self->path), index);
  cas_face_files_describe (&self->face_files, params, metadata);
  cas_loras_describe (self->loras, metadata);
}

/* --- what works beside jobs ---------------------------------------------------------------- */

CasLoadedNetworks *
cas_session_peek_networks (CasSession *self)
{
  return self->networks;
}

CasResidency *
cas_session_peek_residency (CasSession *self)
{
  return self->residency;
}

gboolean
cas_session_is_running (CasSession *self)
{
  return self->is_running;
}

CasCompileParams
cas_session_get_compile (CasSession *self)
{
  return (CasCompileParams) { .gpu = self->gpu, .kernels = cas_path_get_name (self->path) };
}
