/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One job, from what it asks to its pictures. */

#include "session/session-private.h"

#include <glib/gi18n-lib.h>

#include "gpu/pipeline.h"
#include "pipeline/text_to_image.h"
#include "session/checkpoint.h"
#include "session/guides.h"
#include "session/identity.h"
#include "session/meter.h"
#include "session/profile.h"
#include "session/recipe.h"

#define PREPARE_INTERVAL_US 100000
#define PREVIEW_INTERVAL_US 250000
/* Composing begins with noise alone, and what its first step makes of it is noise times a large
 * number: nothing for eyes. */
#define FIRST_SHOWN_STEP 2

/* A live preview may take this much of the time that the step before it took. */
#define PREVIEW_SHARE       0.25

typedef struct
{
  CasSession            *session;
  CasJobParams           params; /* resolved */
  const CasJobCallbacks *callbacks;
  gpointer               user_data;
  CasRun                 run;
  CasParts              *parts;
  CasGuide              *guide;
  CasMeter               meter;
  CasIdentity            identity; /* if there are checkpoints */
  const CasWaypoint     *from;     /* NULL: the beginning */
  CasCheckpoint         *last;     /* where it stands now; NULL: at from */
  gboolean               is_placed; /* that is so */
  guint                  n_steps;  /* of Stage C */
  CasProfile            *profile; /* NULL: none is wanted */
  gint64                 picture_start_us;
  gint64                 step_start_us;
  gint64                 preview_us; /* when the last one was made */

  guint                  preparing, n_to_prepare; /* which part of how many */
  guint                  n_pipelines; /* of the device, when last looked at */
  gint64                 prepare_us;  /* when that was last told */
} Job;

/* An operation is ready: either its kernel had to be compiled, or its weights were the work. */
static void
on_prepare (guint    n_done,
            guint    n,
            gpointer data)
{
  Job *self = data;
  const guint n_pipelines = cas_gpu_get_n_pipelines (self->session->gpu);
  const CasPhase phase = n_pipelines > self->n_pipelines ? CAS_PHASE_COMPILING : CAS_PHASE_LOADING;

  self->n_pipelines = n_pipelines;
  if (g_get_monotonic_time () - self->prepare_us < PREPARE_INTERVAL_US)
    return;
  self->prepare_us = g_get_monotonic_time ();
  cas_meter_prepare (&self->meter, phase, self->preparing, self->n_to_prepare, (double) n_done / n);
}

static gboolean
need (CasPart  part,
      gpointer data,
      GError **error)
{
  Job *self = data;

  return cas_residency_need (self->session->residency, part, CAS_N_PARTS, self->run.cancellable,
                             on_prepare, self, error);
}

/* Whether the part has nothing to do any more, or never had. */
static gboolean
is_unused (Job     *self,
           CasPart  part)
{
  const gboolean is_last = self->from && self->from->picture + 1 == self->params.n_images;
  const guint n_done = cas_waypoint_count_done (is_last ? self->from : NULL, CAS_PART_STAGE_C,
                                                self->n_steps);

  switch (part)
    {
    case CAS_PART_PREVIEWER:
      return self->params.previews == CAS_PREVIEW_NONE || !self->parts->networks.previewer
             || n_done == self->n_steps;
    case CAS_PART_STAGE_C:
      return n_done == self->n_steps;
    case CAS_PART_TEXT_ENCODER:
    case CAS_PART_STAGE_B:
    case CAS_PART_STAGE_A:
    case CAS_N_PARTS:
      break;
    }
  return FALSE;
}

/* Everything a picture needs is made ready before the first step, what is needed first last: so
 * what cannot be is known at once, and where memory is short the first parts are those that stay. */
static gboolean
prepare (Job     *self,
         GError **error)
{
  CasJobParams first = self->params;
  guint n_chunks;

  first.n_images = 1;
  if (!cas_session_count_chunks (self->session, &first, &n_chunks, error))
    return FALSE;
  cas_parts_set_n_chunks (self->parts, n_chunks);

  static const CasPart order[] = {
    CAS_PART_STAGE_A, CAS_PART_STAGE_B, CAS_PART_PREVIEWER, CAS_PART_STAGE_C, CAS_PART_TEXT_ENCODER,
  };
  self->n_to_prepare = G_N_ELEMENTS (order);
  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    {
      self->preparing = i;
      if (!is_unused (self, order[i]) && !cas_parts_is_ready (self->parts, order[i])
          && !need (order[i], self, error))
        return FALSE;
    }
  cas_gpu_save_cache (self->session->gpu);
  return TRUE;
}

static gboolean
wants_preview (Job    *self,
               CasPart part,
               CasPart painter,
               guint   n_done)
{
  const gint64 now_us = g_get_monotonic_time ();

  if (self->params.previews == CAS_PREVIEW_NONE || !self->callbacks->preview)
    return FALSE;
  if (painter == CAS_PART_PREVIEWER && !self->parts->networks.previewer)
    return FALSE;
  if (self->params.previews == CAS_PREVIEW_EVERY_STEP)
    return TRUE;
  if (part == CAS_PART_STAGE_C && n_done < FIRST_SHOWN_STEP)
    return FALSE;
  return cas_parts_is_ready (self->parts, painter)
         && now_us - self->preview_us >= PREVIEW_INTERVAL_US
         && cas_parts_get_seconds (self->parts, painter)
              <= PREVIEW_SHARE * (now_us - self->step_start_us) / 1e6;
}

static void
show_preview (Job    *self,
              CasPart part,
              guint   index,
              guint   n_done)
{
  const CasPart painter = part == CAS_PART_STAGE_C ? CAS_PART_PREVIEWER : CAS_PART_STAGE_A;
  g_autoptr (GError) error = NULL;
  g_autoptr (CasImage) image = NULL;

  if (!wants_preview (self, part, painter, n_done))
    return;

  /* trouble here is not the picture's: what concerns it shows in its next step */
  if (!cas_residency_need (self->session->residency, painter, part, self->run.cancellable,
                           on_prepare, self, &error)
      || !(image = cas_parts_preview (self->parts, part, &self->run, &error)))
    {
      g_info ("No preview: %s", error->message);
      return;
    }

  self->preview_us = g_get_monotonic_time ();
  self->callbacks->preview (&(CasPicture) {
      .image = image,
      .index = index,
      .seed = self->params.seed + index,
      .phase = part == CAS_PART_STAGE_C ? CAS_PHASE_COMPOSING : CAS_PHASE_DETAILING,
      .step = n_done,
    }, self->user_data);
}

static void
set_place (Job               *self,
           const CasWaypoint *here)
{
  g_autoptr (GError) error = NULL;
  CasCheckpoint *checkpoint
    = cas_checkpoint_new (&self->identity, here, self->meter.fraction, &error);

  if (checkpoint && self->callbacks->checkpoint)
    self->callbacks->checkpoint (checkpoint, self->user_data);
  if (!checkpoint)
    g_info ("%s", error->message);
  self->is_placed = checkpoint != NULL;
  g_clear_pointer (&self->last, cas_checkpoint_unref);
  self->last = checkpoint;
}

static void
on_begin (CasPart  part,
          guint    index,
          guint    n_done,
          gpointer data)
{
  Job *self = data;

  cas_meter_begin (&self->meter, part, index, n_done);
  self->step_start_us = g_get_monotonic_time ();
}

static void
on_step (const CasWaypoint *here,
         gpointer           data)
{
  Job *self = data;

  cas_meter_step (&self->meter, here->part, here->picture, here->n_done);
  set_place (self, here);
  show_preview (self, here->part, here->picture, here->n_done);
  self->step_start_us = g_get_monotonic_time ();
}

static gboolean
on_picture (guint     index,
            CasImage *image,
            gpointer  data,
            GError  **error)
{
  Job *self = data;
  const gint64 now_us = g_get_monotonic_time ();
  g_auto (CasMetadata) metadata = { 0 };
  const CasPicture picture = {
    .image = image,
    .index = index,
    .seed = self->params.seed + index,
    .metadata = &metadata,
    .phase = CAS_PHASE_SAVING,
    .seconds = (now_us - self->picture_start_us) / 1e6,
  };

  cas_session_describe (self->session, &self->params, index, &metadata);
  /* a part of a picture has its own size, which may be less than what was drawn for it */
  metadata.width = cas_image_get_width (image);
  metadata.height = cas_image_get_height (image);
  if (self->guide->found_mask)
    cas_recipe_set_found_mask (&metadata, self->guide->found_mask);
  cas_meter_save (&self->meter);
  self->picture_start_us = now_us;
  g_info ("Picture %u of %u took %.2f s.", index + 1, self->params.n_images, picture.seconds);
  if (self->callbacks->picture && !self->callbacks->picture (&picture, self->user_data, error))
    return FALSE;
  set_place (self, &(CasWaypoint) { .picture = index + 1, .part = CAS_PART_STAGE_C });
  return TRUE;
}

static void
on_notice (const char *sentence,
           gpointer    data)
{
  Job *self = data;

  g_info ("%s", sentence);
  if (self->callbacks->notice)
    self->callbacks->notice (sentence, self->user_data);
}

static void
on_remark (const char *sentence,
           gpointer    data)
{
  Job *self = data;

  g_info ("%s", sentence);
  if (self->callbacks->remark)
    self->callbacks->remark (sentence, self->user_data);
}

static void
on_run (const char *network,
        CasGraph   *g,
        gpointer    data)
{
  Job *self = data;

  cas_profile_add (self->profile, network, g);
}

/* Who asked for every step's picture would look for those that cannot be. */
static void
tell_of_missing_previews (Job *self)
{
  if (self->params.previews == CAS_PREVIEW_EVERY_STEP && !self->parts->networks.previewer)
    on_notice (_("The model has no previewer that can be read, so the steps that compose the picture "
                 "are not shown."), self);
}

static void
tell_of_missing_inpainting (Job *self)
{
  g_autofree char *sentence = cas_guides_dup_notice (&self->params, self->session->networks);

  if (sentence)
    on_notice (sentence, self);
}

/* What the job's pictures say to the networks, for which the parts are set. */
static gboolean
make_guide (Job     *self,
            GError **error)
{
  CasSession *session = self->session;
  CasGuide *guide = self->guide;
  CasCompileParams compile = cas_session_get_compile (session);
  CasControl controls[CAS_JOB_MAX_CONTROLS + 1];

  compile.profile = session->has_profile;
  if (!cas_guides_make (guide, &self->params, session->networks, session->residency, &compile,
                        &self->run, error))
    return FALSE;

  for (guint i = 0; i < guide->n_controls; i++)
    controls[i] = (CasControl) {
      .controlnet = guide->controls[i].controlnet,
      .h = guide->controls[i].picture->h,
      .w = guide->controls[i].picture->w,
    };
  for (guint i = 0; self->callbacks->control && i < guide->n_controls; i++)
    self->callbacks->control (guide->controls[i].controlnet->kind, guide->controls[i].shown, i,
                              guide->n_controls, self->user_data);
  if (self->callbacks->mask && guide->found_mask)
    self->callbacks->mask (guide->found_mask, self->user_data);
  cas_parts_set_guide (self->parts, guide->n_embeddings, controls, guide->n_controls);
  return TRUE;
}

/* What a checkpoint has to be of, and whether this one is. */
static gboolean
look_at_checkpoint (Job           *self,
                    CasCheckpoint *checkpoint,
                    GError       **error)
{
  CasSession *session = self->session;

  if (!checkpoint && !self->callbacks->checkpoint)
    return TRUE;

  cas_identity_init (&self->identity, &self->params, session->networks, session->loras,
                     cas_gpu_get_info (session->gpu), session->path);
  if (!checkpoint)
    return TRUE;
  self->from = cas_checkpoint_peek_waypoint (checkpoint);
  return cas_checkpoint_check (checkpoint, &self->identity, error);
}

static gboolean
make_pictures (Job     *self,
               GError **error)
{
  const CasPipelineHooks hooks = {
    .need = need,
    .on_begin = on_begin,
    .on_step = on_step,
    .on_picture = on_picture,
    .notice = on_notice,
    .data = self,
  };

  return cas_text_to_image (self->parts, &self->params, self->guide, self->from, &hooks, &self->run,
                            error);
}

/* From the last step on, with as little on the device as can be: what the plan counted on, another
 * program has taken. */
static gboolean
make_rest (Job     *self,
           GError **error)
{
  CasResidency *residency = self->session->residency;
  g_autoptr (CasCheckpoint) last = g_steal_pointer (&self->last);
  const double fraction = self->meter.fraction;
  gboolean is_done;

  on_notice (_("The device ran out of memory. The job goes on after its last step, with one part of "
               "the model on the device at a time."), self);
  if (last)
    self->from = cas_checkpoint_peek_waypoint (last);
  cas_meter_init (&self->meter, &self->params, self->n_steps, self->parts, self->callbacks,
                  self->user_data);
  cas_meter_resume (&self->meter, self->from ? self->from->picture : 0, fraction);
  cas_residency_clear (residency, NULL);
  cas_residency_set_sparing (residency, TRUE);
  is_done = make_pictures (self, error);
  cas_residency_set_sparing (residency, FALSE);
  return is_done;
}

static gboolean
make_all (Job     *self,
          GError **error)
{
  g_autoptr (GError) problem = NULL;

  self->is_placed = TRUE;
  if (prepare (self, &problem) && make_pictures (self, &problem))
    return TRUE;
  if (self->is_placed && g_error_matches (problem, CAS_ERROR, CAS_ERROR_OUT_OF_DEVICE_MEMORY))
    return make_rest (self, error);
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

static gboolean
run (CasSession            *session,
     CasJob                *job,
     CasCheckpoint         *checkpoint,
     const CasJobCallbacks *callbacks,
     gpointer               user_data,
     GCancellable          *cancellable,
     GError               **error)
{
  static const CasJobCallbacks no_callbacks = { 0 };
  g_autoptr (CasProfile) profile = session->has_profile ? cas_profile_new () : NULL;
  g_auto (CasGuide) guide = { 0 };
  Job self = {
    .session = session,
    .guide = &guide,
    .callbacks = callbacks ? callbacks : &no_callbacks,
    .user_data = user_data,
    .run = { .cancellable = cancellable, .on_run = profile ? on_run : NULL, .data = &self },
    .profile = profile,
    .n_pipelines = cas_gpu_get_n_pipelines (session->gpu),
    .picture_start_us = g_get_monotonic_time (),
  };

  if (!cas_session_resolve (session, job, &self.params, error)
      || !look_at_checkpoint (&self, checkpoint, error))
    return FALSE;
  if (self.from && self.from->picture == self.params.n_images)
    return TRUE;

  self.parts = cas_residency_set_size (session->residency, self.params.width, self.params.height);
  if (!make_guide (&self, error))
    return FALSE;
  self.n_steps = cas_guide_count_steps (&guide, self.params.steps);
  if (self.from && !cas_waypoint_check (self.from, self.parts, &self.params, self.n_steps, error))
    return FALSE;
  cas_meter_init (&self.meter, &self.params, self.n_steps, self.parts, self.callbacks, user_data);
  if (self.from)
    cas_meter_resume (&self.meter, self.from->picture, cas_checkpoint_get_fraction (checkpoint));
  tell_of_missing_previews (&self);
  tell_of_missing_inpainting (&self);
  cas_loras_foreach_notice (session->loras, on_notice, on_remark, &self);

  const gboolean is_done = make_all (&self, error);

  g_clear_pointer (&self.last, cas_checkpoint_unref);
  if (!is_done)
    return FALSE;

  cas_gpu_save_cache (session->gpu);
  if (profile && self.callbacks->profile)
    cas_profile_foreach (profile, self.callbacks->profile, user_data);
  return TRUE;
}

gboolean
cas_session_run_from (CasSession            *session,
                      CasJob                *job,
                      CasCheckpoint         *checkpoint,
                      const CasJobCallbacks *callbacks,
                      gpointer               user_data,
                      GCancellable          *cancellable,
                      GError               **error)
{
  gboolean is_done;

  session->is_running = TRUE;
  is_done = run (session, job, checkpoint, callbacks, user_data, cancellable, error);
  session->is_running = FALSE;
  return is_done;
}

gboolean
cas_session_run (CasSession            *session,
                 CasJob                *job,
                 const CasJobCallbacks *callbacks,
                 gpointer               user_data,
                 GCancellable          *cancellable,
                 GError               **error)
{
  return cas_session_run_from (session, job, NULL, callbacks, user_data, cancellable, error);
}
