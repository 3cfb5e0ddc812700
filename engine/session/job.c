/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A job: what is asked for, checked once and never changed. */

#include "cascade/job.h"

#include <math.h>
#include <string.h>

#include <glib/gi18n-lib.h>
#include <inttypes.h>

#include "cascade/error.h"
#include "filter/canny.h"

struct _CasJob
{
  gatomicrefcount ref_count;
  CasJobParams    params;
  char           *prompt;
  char           *negative;
  CasJobLora     *loras;
  char          **lora_tokens;
  CasJobImage    *image_prompts;
  CasJobControl  *controls;
  char           *face_detector, *face_recogniser;
};

static gboolean
fail (GError    **error,
      const char *format,
      ...) G_GNUC_PRINTF (2, 3);

static gboolean
fail (GError    **error,
      const char *format,
      ...)
{
  va_list args;

  va_start (args, format);
  if (error)
    *error = g_error_new_valist (CAS_ERROR, CAS_ERROR_BAD_PARAMETER, format, args);
  va_end (args);
  return FALSE;
}

static gboolean
check_text (const char *what,
            const char *text,
            GError    **error)
{
  gsize length = strlen (text);

  if (length > CAS_JOB_MAX_PROMPT)
    return fail (error, _("%s is %zu bytes long, and it may be %u."), what, length,
                 CAS_JOB_MAX_PROMPT);
  if (!g_utf8_validate (text, length, NULL))
    return fail (error, _("%s is not valid UTF-8."), what);
  return TRUE;
}

static gboolean
check_count (const char *what,
             guint       count,
             guint       max,
             GError    **error)
{
  if (count > max)
    return fail (error, _("%s: %u were asked for, and it may be 1 to %u."), what, count, max);
  return TRUE;
}

static gboolean
check_number (const char *what,
              double      number,
              double      min,
              double      max,
              GError    **error)
{
  if (number == 0 || (number >= min && number <= max)) /* false for NaN */
    return TRUE;
  return fail (error, _("%s is %g, and it may be %g to %g."), what, number, min, max);
}

static gboolean
check_seed (const CasJobParams *params,
            GError            **error)
{
  guint64 last = (params->n_images ? params->n_images : 1) - 1;

  if (params->seed > (guint64) G_MAXINT64 - last)
    return fail (error,
                 g_dngettext (GETTEXT_PACKAGE,
                              "The seed %" PRIu64 " leaves no room for %" PRIu64
                              " picture: the last one's seed may be %" PRIi64 ".",
                              "The seed %" PRIu64 " leaves no room for %" PRIu64
                              " pictures: the last one's seed may be %" PRIi64 ".",
                              last + 1),
                 params->seed, last + 1, G_MAXINT64);
  return TRUE;
}

static gboolean
check_loras (const CasJobParams *params,
             GError            **error)
{
  guint n_tokens = params->lora_tokens ? g_strv_length ((char **) params->lora_tokens) : 0;

  if (params->n_loras > CAS_JOB_MAX_LORAS)
    return fail (error, _("%u LoRAs were asked for, and there may be %u."), params->n_loras,
                 CAS_JOB_MAX_LORAS);
  for (guint i = 0; i < params->n_loras; i++)
    {
      const CasJobLora *lora = &params->loras[i];

      if (!lora->path || *lora->path == '\0')
        return fail (error, _("The LoRA's file is an empty name."));
      if (!check_number (_("The LoRA's weight"), lora->weight, -CAS_JOB_MAX_LORA_WEIGHT,
                         CAS_JOB_MAX_LORA_WEIGHT, error))
        return FALSE;
    }

  if (n_tokens > CAS_JOB_MAX_LORA_TOKENS)
    return fail (error, _("%u tokens were named, and there may be %u."), n_tokens,
                 CAS_JOB_MAX_LORA_TOKENS);
  for (guint i = 0; i < n_tokens; i++)
    if (!check_text (_("The name of a token"), params->lora_tokens[i], error))
      return FALSE;
  return TRUE;
}

static gboolean
check_image_prompts (const CasJobParams *params,
                     GError            **error)
{
  if (params->n_image_prompts > CAS_JOB_MAX_IMAGE_PROMPTS)
    return fail (error, _("%u pictures were given as prompts, and there may be %u."),
                 params->n_image_prompts, CAS_JOB_MAX_IMAGE_PROMPTS);
  for (guint i = 0; i < params->n_image_prompts; i++)
    if (!params->image_prompts[i].image)
      return fail (error, _("A picture that is a prompt is missing."));
    else if (!check_number (_("The weight of a picture"), params->image_prompts[i].weight, -10, 10, error))
      return FALSE;
  return TRUE;
}

/* What a zero stands for. */
static void
fill_control (CasJobControl *control)
{
  if (control->strength == 0)
    control->strength = 1;
  if (control->end == 0)
    control->end = 1;
  if (control->canny_low == 0)
    control->canny_low = CAS_CANNY_LOW;
  if (control->canny_high == 0)
    control->canny_high = CAS_CANNY_HIGH;
}

static gboolean
check_controls (const CasJobParams *params,
                GError            **error)
{
  if (params->n_controls > CAS_JOB_MAX_CONTROLS)
    return fail (error, _("%u ControlNets were asked for, and there may be %u."), params->n_controls,
                 CAS_JOB_MAX_CONTROLS);
  for (guint i = 0; i < params->n_controls; i++)
    {
      CasJobControl control = params->controls[i];

      fill_control (&control);
      if (!control.image || control.kind >= CAS_N_CONTROL_KINDS)
        return fail (error, _("A picture for a ControlNet is missing."));
      if (!check_number (_("The strength of a ControlNet"), control.strength, 0, 10, error))
        return FALSE;
      if (!(control.start >= 0 && control.start < control.end && control.end <= 1)) /* TRUE for NaN */
        return fail (error, _("A ControlNet goes from %g to %g of the steps; it may be any part of 0 "
                              "to 1."), control.start, control.end);
      if (control.canny_low > control.canny_high)
        return fail (error, _("The lower threshold of edges is %u, above the upper one, %u."),
                     control.canny_low, control.canny_high);
    }
  return TRUE;
}

static gboolean
check_init (const CasJobParams *params,
            GError            **error)
{
  const guint *out = params->outpaint;
  const gboolean is_outpaint = out[0] > 0 || out[1] > 0 || out[2] > 0 || out[3] > 0;
  const gboolean has_mask = params->mask || params->mask_is_automatic;

  for (guint i = 0; i < G_N_ELEMENTS (params->outpaint); i++)
    if (out[i] > CAS_JOB_MAX_OUTPAINT)
      return fail (error, _("%u pixels are to be added, and it may be %u."), out[i],
                   CAS_JOB_MAX_OUTPAINT);
  if (!check_number (_("The strength"), params->strength, 0, 1, error))
    return FALSE;
  if (!params->init && (has_mask || is_outpaint))
    return fail (error, _("There is no picture to begin from, which a mask and outpainting need."));
  if (has_mask && is_outpaint)
    return fail (error, _("A mask and outpainting cannot be had at once."));
  if (params->mask && params->mask_is_automatic)
    return fail (error, _("There is a mask, so none is to be found."));
  if (params->mask_threshold != 0 && !params->mask_is_automatic)
    return fail (error, _("There is a threshold for a mask that is not to be found."));
  if (!check_number (_("The threshold of the mask"), params->mask_threshold,
                     CAS_JOB_MIN_MASK_THRESHOLD, CAS_JOB_MAX_MASK_THRESHOLD, error))
    return FALSE;
  if (params->mask
      && (cas_image_get_width (params->mask) != cas_image_get_width (params->init)
          || cas_image_get_height (params->mask) != cas_image_get_height (params->init)))
    return fail (error, _("The mask has %u×%u pixels, and the picture %u×%u."),
                 cas_image_get_width (params->mask), cas_image_get_height (params->mask),
                 cas_image_get_width (params->init), cas_image_get_height (params->init));
  return TRUE;
}

static gboolean
check (const CasJobParams *params,
       GError            **error)
{
  return check_text (_("The prompt"), params->prompt, error)
         && check_text (_("The negative prompt"), params->negative, error)
         && check_count (_("Pictures"), params->n_images, CAS_JOB_MAX_IMAGES, error)
         && check_count (_("Steps"), params->steps, CAS_JOB_MAX_STEPS, error)
         && check_count (_("Decoder steps"), params->decoder_steps, CAS_JOB_MAX_STEPS, error)
         && check_number (_("The guidance"), params->cfg, 0, CAS_JOB_MAX_CFG, error)
         && check_number (_("The decoder's guidance"), params->decoder_cfg, 0, CAS_JOB_MAX_CFG, error)
         && check_number (_("The shift"), params->shift, CAS_JOB_MIN_SHIFT, CAS_JOB_MAX_SHIFT, error)
         && check_seed (params, error) && check_loras (params, error)
         && check_image_prompts (params, error) && check_controls (params, error)
         && check_init (params, error);
}

static CasJobLora *
dup_loras (const CasJobLora *loras,
           guint             n)
{
  CasJobLora *copy = g_new (CasJobLora, n);

  for (guint i = 0; i < n; i++)
    copy[i] = (CasJobLora) { g_strdup (loras[i].path), loras[i].weight };
  return copy;
}

static CasImage *
ref (CasImage *image)
{
  return image ? cas_image_ref (image) : NULL;
}

/* Takes what the parameters only borrowed. */
static void
keep_pictures (CasJob *job)
{
  CasJobParams *params = &job->params;

  job->image_prompts = g_memdup2 (params->image_prompts,
                                  params->n_image_prompts * sizeof *params->image_prompts);
  job->controls = g_memdup2 (params->controls, params->n_controls * sizeof *params->controls);
  for (guint i = 0; i < params->n_image_prompts; i++)
    cas_image_ref (job->image_prompts[i].image);
  for (guint i = 0; i < params->n_controls; i++)
    {
      fill_control (&job->controls[i]);
      cas_image_ref (job->controls[i].image);
    }
  params->image_prompts = job->image_prompts;
  params->controls = job->controls;
  params->face_detector = job->face_detector = g_strdup (params->face_detector);
  params->face_recogniser = job->face_recogniser = g_strdup (params->face_recogniser);
  ref (params->init);
  ref (params->mask);
}

static void
drop_pictures (CasJob *job)
{
  for (guint i = 0; i < job->params.n_image_prompts; i++)
    cas_image_unref (job->image_prompts[i].image);
  for (guint i = 0; i < job->params.n_controls; i++)
    cas_image_unref (job->controls[i].image);
  g_free (job->image_prompts);
  g_free (job->controls);
  g_free (job->face_detector);
  g_free (job->face_recogniser);
  g_clear_pointer (&job->params.init, cas_image_unref);
  g_clear_pointer (&job->params.mask, cas_image_unref);
}

CasJob *
cas_job_new (const CasJobParams *params,
             GError            **error)
{
  CasJobParams wanted = *params;

  g_return_val_if_fail (wanted.sampler < CAS_N_SAMPLERS, NULL);

  if (!wanted.prompt)
    wanted.prompt = "";
  if (!wanted.negative)
    wanted.negative = "";
  if (!check (&wanted, error))
    return NULL;

  if (!wanted.has_seed && wanted.seed == 0)
    wanted.seed = g_random_int ();
  wanted.has_seed = TRUE;
  wanted.n_images = MAX (wanted.n_images, 1);
  wanted.is_doubled = FALSE;

  CasJob *job = g_new0 (CasJob, 1);

  g_atomic_ref_count_init (&job->ref_count);
  job->prompt = g_strdup (wanted.prompt);
  job->negative = g_strdup (wanted.negative);
  job->params = wanted;
  job->params.prompt = job->prompt;
  job->params.negative = job->negative;
  job->loras = dup_loras (wanted.loras, wanted.n_loras);
  job->lora_tokens = g_strdupv ((char **) wanted.lora_tokens);
  job->params.loras = job->loras;
  job->params.lora_tokens = (const char *const *) job->lora_tokens;
  keep_pictures (job);
  return job;
}

CasJob *
cas_job_ref (CasJob *job)
{
  g_atomic_ref_count_inc (&job->ref_count);
  return job;
}

void
cas_job_unref (CasJob *job)
{
  if (!job || !g_atomic_ref_count_dec (&job->ref_count))
    return;

  g_free (job->prompt);
  g_free (job->negative);
  for (guint i = 0; i < job->params.n_loras; i++)
    g_free ((char *) job->loras[i].path);
  g_free (job->loras);
  g_strfreev (job->lora_tokens);
  drop_pictures (job);
  g_free (job);
}

const CasJobParams *
cas_job_get_params (CasJob *job)
{
  return &job->params;
}
