/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How far a job is. Time left is what the graphs say of themselves: estimates at first, measured
 * times as soon as they have run. */

#include "session/meter.h"

#define PREPARING_SHARE 0.1 /* of the bar, when something has to be prepared */

void
cas_meter_init (CasMeter              *self,
                const CasJobParams    *job,
                guint                  n_steps,
                CasParts              *parts,
                const CasJobCallbacks *callbacks,
                gpointer               user_data)
{
  *self = (CasMeter) {
    .job = job,
    .n_steps = n_steps,
    .parts = parts,
    .callbacks = callbacks,
    .user_data = user_data,
  };
}

void
cas_meter_resume (CasMeter *self,
                  guint     n_pictures,
                  double    fraction)
{
  self->picture = n_pictures;
  self->prepared = self->fraction = fraction;
}

static void
tell (CasMeter *self,
      CasPhase  phase,
      guint     n_done,
      guint     n,
      double    fraction,
      double    seconds_left)
{
  self->fraction = CLAMP (fraction, self->fraction, 1);
  if (!self->callbacks->progress)
    return;

  const CasProgress progress = {
    .phase = phase,
    .step = n_done,
    .n_steps = n,
    .picture = self->picture + 1,
    .n_pictures = self->job->n_images,
    .fraction = self->fraction,
    .seconds_left = seconds_left,
  };

  self->callbacks->progress (&progress, self->user_data);
}

void
cas_meter_prepare (CasMeter *self,
                   CasPhase  phase,
                   guint     nth,
                   guint     n,
                   double    share)
{
  if (self->work_start_us == 0)
    self->prepared = MAX (self->prepared, PREPARING_SHARE * (nth + share) / n);
  tell (self, phase, nth + 1, n, self->prepared, -1);
}

static double
seconds_of (CasMeter *self,
            CasPart   part,
            guint     n_steps)
{
  return n_steps * cas_parts_get_seconds (self->parts, part);
}

/* From after n_done steps of part of the current picture to the end of the job. */
static double
estimate_left (CasMeter *self,
               CasPart   part,
               guint     n_done)
{
  const CasJobParams *job = self->job;
  const double c = seconds_of (self, CAS_PART_STAGE_C, self->n_steps);
  const double b = seconds_of (self, CAS_PART_STAGE_B, job->decoder_steps);
  const double a = seconds_of (self, CAS_PART_STAGE_A, 1);
  const double done = seconds_of (self, part, n_done);
  double left = (job->n_images - 1 - self->picture) * (c + b + a);

  switch (part)
    {
    case CAS_PART_TEXT_ENCODER:
      left += seconds_of (self, part, 1) + c + b + a - done;
      break;
    case CAS_PART_STAGE_C:
      left += c + b + a - done;
      break;
    case CAS_PART_STAGE_B:
      left += b + a - done;
      break;
    case CAS_PART_STAGE_A:
      left += a - done;
      break;
    case CAS_PART_PREVIEWER:
    case CAS_N_PARTS:
      break;
    }
  return left;
}

static void
tell_work (CasMeter *self,
           CasPhase  phase,
           guint     n_done,
           guint     n,
           double    left)
{
  const double worked = (g_get_monotonic_time () - self->work_start_us) / 1e6;
  const double share = worked / MAX (worked + left, 1e-9);

  tell (self, phase, n_done, n, self->prepared + (1 - self->prepared) * share,
        self->is_measured ? left : -1);
}

void
cas_meter_begin (CasMeter *self,
                 CasPart   part,
                 guint     picture,
                 guint     n_done)
{
  static const CasPhase phases[CAS_N_PARTS] = {
    [CAS_PART_TEXT_ENCODER] = CAS_PHASE_READING,
    [CAS_PART_STAGE_C] = CAS_PHASE_COMPOSING,
    [CAS_PART_STAGE_B] = CAS_PHASE_DETAILING,
    [CAS_PART_STAGE_A] = CAS_PHASE_DECODING,
  };
  const guint n_steps[CAS_N_PARTS] = {
    [CAS_PART_STAGE_C] = self->n_steps,
    [CAS_PART_STAGE_B] = self->job->decoder_steps,
  };

  if (self->work_start_us == 0)
    self->work_start_us = g_get_monotonic_time ();
  self->picture = picture;
  tell_work (self, phases[part], n_done, n_steps[part], estimate_left (self, part, n_done));
}

void
cas_meter_step (CasMeter *self,
                CasPart   part,
                guint     picture,
                guint     n_done)
{
  self->is_measured = TRUE;
  cas_meter_begin (self, part, picture, n_done);
}

void
cas_meter_save (CasMeter *self)
{
  tell_work (self, CAS_PHASE_SAVING, 0, 0, estimate_left (self, CAS_PART_STAGE_A, 1));
}
