/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The state of one job, in words. */

#include "queue/job.h"

#include <glib/gi18n.h>

#define TITLE_CHARACTERS 80

struct _WeirJob
{
  GObject parent;

  CasJob      *job;
  char        *title;
  WeirJobState state;
  CasProgress  progress;
  GError      *error;
  guint        n_pictures;
  gboolean     has_place;
  WeirPlace    place;
  WeirMask    *mask;
  GArray      *saving; /* the numbers of pictures, from 0, in their order */
  gboolean     repeats;
  char        *model;  /* nullable */
  gboolean     awaits_model;
  CasJob      *rest;   /* nullable; the last that was asked for */
};

G_DEFINE_FINAL_TYPE (WeirJob, weir_job, G_TYPE_OBJECT)

G_DEFINE_ENUM_TYPE (WeirJobState, weir_job_state,
                    G_DEFINE_ENUM_VALUE (WEIR_JOB_PENDING, "pending"),
                    G_DEFINE_ENUM_VALUE (WEIR_JOB_RUNNING, "running"),
                    G_DEFINE_ENUM_VALUE (WEIR_JOB_DONE, "done"),
                    G_DEFINE_ENUM_VALUE (WEIR_JOB_FAILED, "failed"),
                    G_DEFINE_ENUM_VALUE (WEIR_JOB_CANCELLED, "cancelled"))

enum
{
  PROP_TITLE = 1,
  PROP_STATE,
  PROP_STATUS,
  PROP_FRACTION,
  PROP_N_PICTURES,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

/* What is going on, with the step where there are steps: “Composing 12 of 20”. */
static char *
dup_progress (const CasProgress *progress)
{
  if (progress->n_steps == 0)
    return g_strdup (cas_phase_get_name (progress->phase));
  /* Translators: a phase of the work, steps done, steps in all */
  return g_strdup_printf (_("%s %u of %u"), cas_phase_get_name (progress->phase), progress->step,
                          progress->n_steps);
}

static char *
dup_wait (WeirJob *self)
{
  g_autofree char *name = NULL;

  if (!self->awaits_model)
    return g_strdup (_("Waiting"));
  if (*self->model == '\0')
    return g_strdup (_("Waits for the built-in model"));
  name = g_filename_display_basename (self->model);
  return g_strdup_printf (_("Waits for the model “%s”"), name);
}

static char *
dup_status (WeirJob *self)
{
  switch (self->state)
    {
    case WEIR_JOB_PENDING:
      return dup_wait (self);
    case WEIR_JOB_RUNNING:
      return dup_progress (&self->progress);
    case WEIR_JOB_DONE:
      return g_strdup_printf (g_dngettext (NULL, "%u image", "%u images", self->n_pictures),
                              self->n_pictures);
    case WEIR_JOB_FAILED:
      return g_strdup (self->error->message);
    case WEIR_JOB_CANCELLED:
    default:
      return g_strdup (_("Cancelled"));
    }
}

static void
weir_job_get_property (GObject    *object,
                       guint       id,
                       GValue     *value,
                       GParamSpec *pspec)
{
  WeirJob *self = WEIR_JOB (object);

  switch (id)
    {
    case PROP_TITLE:
      g_value_set_string (value, self->title);
      break;
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    case PROP_STATUS:
      g_value_take_string (value, dup_status (self));
      break;
    case PROP_FRACTION:
      g_value_set_double (value, self->state == WEIR_JOB_DONE ? 1 : self->progress.fraction);
      break;
    case PROP_N_PICTURES:
      g_value_set_uint (value, self->n_pictures);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
weir_job_finalize (GObject *object)
{
  WeirJob *self = WEIR_JOB (object);

  g_clear_pointer (&self->job, cas_job_unref);
  g_clear_pointer (&self->rest, cas_job_unref);
  g_clear_pointer (&self->saving, g_array_unref);
  g_clear_pointer (&self->title, g_free);
  g_clear_object (&self->mask);
  g_clear_pointer (&self->model, g_free);
  g_clear_error (&self->error);
  G_OBJECT_CLASS (weir_job_parent_class)->finalize (object);
}

static void
weir_job_class_init (WeirJobClass *class)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->get_property = weir_job_get_property;
  object_class->finalize = weir_job_finalize;

  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  properties[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, weir_job_state_get_type (),
                                              WEIR_JOB_PENDING, flags);
  properties[PROP_STATUS] = g_param_spec_string ("status", NULL, NULL, NULL, flags);
  properties[PROP_FRACTION] = g_param_spec_double ("fraction", NULL, NULL, 0, 1, 0, flags);
  properties[PROP_N_PICTURES] = g_param_spec_uint ("n-pictures", NULL, NULL, 0, G_MAXUINT, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
weir_job_init (WeirJob *self)
{
  self->progress.seconds_left = -1;
  self->saving = g_array_new (FALSE, FALSE, sizeof (guint));
}

/* The prompt's beginning with its line breaks as spaces. */
static char *
dup_title (const char *prompt)
{
  const glong length = g_utf8_strlen (prompt, -1);
  g_autofree char *beginning = g_utf8_substring (prompt, 0, MIN (length, TITLE_CHARACTERS));

  for (char *c = beginning; *c != '\0'; c++)
    if (g_ascii_iscntrl (*c))
      *c = ' ';
  g_strstrip (beginning);
  if (*beginning == '\0')
    return g_strdup (_("No prompt"));
  return g_strconcat (beginning, length > TITLE_CHARACTERS ? "…" : "", NULL);
}

WeirJob *
weir_job_new (CasJob *job)
{
  WeirJob *self = g_object_new (WEIR_TYPE_JOB, NULL);

  self->job = cas_job_ref (job);
  self->title = dup_title (cas_job_get_params (job)->prompt);
  return self;
}

WeirJob *
weir_job_new_for_place (CasJob          *job,
                        const WeirPlace *place,
                        WeirMask        *mask)
{
  WeirJob *self = weir_job_new (job);

  self->has_place = TRUE;
  self->place = *place;
  g_set_object (&self->mask, mask);
  return self;
}

WeirJob *
weir_job_new_like (WeirJob *self,
                   CasJob  *job)
{
  WeirJob *like;

  g_return_val_if_fail (WEIR_IS_JOB (self), NULL);

  like = self->has_place ? weir_job_new_for_place (job, &self->place, self->mask)
                         : weir_job_new (job);
  weir_job_set_model (like, self->model);
  return like;
}

const WeirPlace *
weir_job_get_place (WeirJob *self)
{
  g_return_val_if_fail (WEIR_IS_JOB (self), NULL);

  return self->has_place ? &self->place : NULL;
}

WeirMask *
weir_job_get_mask (WeirJob *self)
{
  g_return_val_if_fail (WEIR_IS_JOB (self), NULL);

  return self->mask;
}

CasJob *
weir_job_get_job (WeirJob *self)
{
  g_return_val_if_fail (WEIR_IS_JOB (self), NULL);

  return self->job;
}

void
weir_job_set_model (WeirJob    *self,
                    const char *model)
{
  g_return_if_fail (WEIR_IS_JOB (self));

  g_free (self->model);
  self->model = g_strdup (model);
}

const char *
weir_job_get_model (WeirJob *self)
{
  g_return_val_if_fail (WEIR_IS_JOB (self), NULL);

  return self->model;
}

void
weir_job_await_model (WeirJob  *self,
                      gboolean  is_awaited)
{
  g_return_if_fail (WEIR_IS_JOB (self));
  g_return_if_fail (self->model || !is_awaited);

  if (self->awaits_model == is_awaited)
    return;
  self->awaits_model = is_awaited;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATUS]);
}

gboolean
weir_job_awaits_model (WeirJob *self)
{
  g_return_val_if_fail (WEIR_IS_JOB (self), FALSE);

  return self->awaits_model;
}

void
weir_job_set_repeats (WeirJob  *self,
                      gboolean  repeats)
{
  g_return_if_fail (WEIR_IS_JOB (self));

  self->repeats = repeats;
}

gboolean
weir_job_get_repeats (WeirJob *self)
{
  g_return_val_if_fail (WEIR_IS_JOB (self), FALSE);

  return self->repeats;
}

/* Picture i has the seed + i, so that what is left of a job is a job. */
static CasJob *
make_part (CasJob *job,
           guint   first,
           guint   end)
{
  CasJobParams params = *cas_job_get_params (job);

  params.seed += first;
  params.has_seed = TRUE;
  params.n_images = end - first;
  return cas_job_new (&params, NULL);
}

CasJob *
weir_job_get_rest (WeirJob *self,
                   gboolean is_over)
{
  const CasJobParams *params, *last;
  guint first, end;

  g_return_val_if_fail (WEIR_IS_JOB (self), NULL);

  params = cas_job_get_params (self->job);
  first = self->saving->len > 0 ? g_array_index (self->saving, guint, 0) : self->n_pictures;
  end = is_over ? self->n_pictures : params->n_images;
  if (first >= end)
    return NULL;
  if (first == 0 && end == params->n_images)
    return self->job;
  /* the same one for the same question, as it is known by its address */
  last = self->rest ? cas_job_get_params (self->rest) : NULL;
  if (!last || last->seed != params->seed + first || last->n_images != end - first)
    {
      g_clear_pointer (&self->rest, cas_job_unref);
      self->rest = make_part (self->job, first, end);
    }
  return self->rest;
}

WeirJobState
weir_job_get_state (WeirJob *self)
{
  g_return_val_if_fail (WEIR_IS_JOB (self), WEIR_JOB_CANCELLED);

  return self->state;
}

const GError *
weir_job_get_error (WeirJob *self)
{
  g_return_val_if_fail (WEIR_IS_JOB (self), NULL);

  return self->error;
}

const CasProgress *
weir_job_get_progress (WeirJob *self)
{
  g_return_val_if_fail (WEIR_IS_JOB (self), NULL);

  return &self->progress;
}

static void
notify_all (WeirJob *self)
{
  g_object_freeze_notify (G_OBJECT (self));
  for (guint i = PROP_STATE; i < N_PROPS; i++)
    g_object_notify_by_pspec (G_OBJECT (self), properties[i]);
  g_object_thaw_notify (G_OBJECT (self));
}

void
weir_job_begin (WeirJob *self)
{
  self->state = WEIR_JOB_RUNNING;
  notify_all (self);
}

void
weir_job_proceed (WeirJob           *self,
                  const CasProgress *progress)
{
  self->progress = *progress;
  notify_all (self);
}

void
weir_job_count (WeirJob *self)
{
  self->n_pictures++;
  notify_all (self);
}

guint
weir_job_begin_saving (WeirJob *self)
{
  const guint picture = self->n_pictures - 1;

  g_array_append_val (self->saving, picture);
  return picture;
}

void
weir_job_end_saving (WeirJob *self,
                     guint    picture)
{
  for (guint i = 0; i < self->saving->len; i++)
    if (g_array_index (self->saving, guint, i) == picture)
      {
        g_array_remove_index (self->saving, i);
        return;
      }
}

void
weir_job_end (WeirJob      *self,
              const GError *error)
{
  if (!error)
    self->state = WEIR_JOB_DONE;
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    self->state = WEIR_JOB_CANCELLED;
  else
    {
      self->state = WEIR_JOB_FAILED;
      self->error = g_error_copy (error);
    }
  notify_all (self);
}
