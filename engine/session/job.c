/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A job: what is asked for, checked once and never changed. */

#include "cascade/job.h"

#include <math.h>
#include <string.h>

#include <glib/gi18n-lib.h>
#include <inttypes.h>

#include "cascade/error.h"

struct _CasJob
{
  gatomicrefcount ref_count;
  CasJobParams    params;
  char           *prompt;
  char           *negative;
  CasJobLora     *loras;
  char          **lora_tokens;
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
         && check_seed (params, error) && check_loras (params, error);
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
  g_free (job);
}

const CasJobParams *
cas_job_get_params (CasJob *job)
{
  return &job->params;
}
