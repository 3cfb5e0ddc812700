/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From options to a job. Numbers are taken as text, so that a zero is not mistaken for an option that
 * is not there, and so that every refusal names the option and its range. */

#include "session/job-options.h"

#include <glib/gi18n-lib.h>

#include "cascade/error.h"
#include "sample/latent-size.h"
#include "session/job-text.h"

void
cas_job_options_clear (CasJobOptions *options)
{
  char **texts[] = {
    &options->prompt, &options->negative, &options->width, &options->height, &options->steps,
    &options->cfg, &options->shift, &options->decoder_steps, &options->decoder_cfg,
    &options->sampler, &options->seed, &options->count,
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_clear_pointer (texts[i], g_free);
  cas_job_picture_options_clear (&options->pictures);
  g_clear_pointer (&options->loras, g_strfreev);
  g_clear_pointer (&options->lora_tokens, g_strfreev);
}

gboolean
cas_job_options_check_prompt (CasJobOptions *options,
                              GError       **error)
{
  if (!options->prompt && cas_job_picture_options_stand_alone (&options->pictures))
    options->prompt = g_strdup ("");
  if (options->prompt)
    return TRUE;
  g_set_error_literal (error, CAS_ERROR, CAS_ERROR_BAD_PARAMETER,
                       _("The prompt is missing: say what the picture should show."));
  return FALSE;
}

static gboolean
check_names (const CasJobPictureOptions *pictures,
             GError                    **error)
{
  return cas_job_text_check_name ("--init", pictures->init, error)
         && cas_job_text_check_name ("--mask", pictures->mask, error)
         && cas_job_text_check_name ("--face-detector", pictures->face_detector, error)
         && cas_job_text_check_name ("--face-recogniser", pictures->face_recogniser, error);
}

static gboolean
parse_guint (const char *option,
             const char *text,
             guint       max,
             guint      *value,
             GError    **error)
{
  guint64 wide = 0;

  if (text && !cas_job_text_parse_integer (option, text, 1, max, &wide, error))
    return FALSE;
  *value = wide;
  return TRUE;
}

/* Any number is read, so that the refusal can name the nearest ones that work; the session's, which
 * knows what fits, but for a 0, which would leave the size to the model. */
static gboolean
parse_side (const char *option,
            const char *text,
            guint      *side,
            GError    **error)
{
  guint64 wide = 0;

  if (text && !cas_job_text_parse_integer (option, text, 0, G_MAXUINT, &wide, NULL))
    {
      g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_PARAMETER,
                   _("%s is “%s”, and it may be a multiple of 8 from %d up."), option, text,
                   CAS_IMAGE_MIN_SIDE);
      return FALSE;
    }
  *side = wide;
  return TRUE;
}

static gboolean
parse_size (const char   *width,
            const char   *height,
            CasJobParams *job,
            GError      **error)
{
  return parse_side ("--width", width, &job->width, error)
         && parse_side ("--height", height, &job->height, error)
         && cas_image_size_check (width && job->width == 0 ? 0 : CAS_IMAGE_MIN_SIDE,
                                  height && job->height == 0 ? 0 : CAS_IMAGE_MIN_SIDE,
                                  CAS_IMAGE_MAX_SIDE, CAS_IMAGE_MAX_SIDE, error);
}

static gboolean
parse_sampler (const char *text,
               CasSampler *sampler,
               GError    **error)
{
  if (!text || cas_sampler_from_name (text, sampler))
    return TRUE;

  g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_PARAMETER,
               _("--sampler is “%s”, and it may be ddpm, ddim or lcm."), text);
  return FALSE;
}

static gboolean
parse_numbers (const CasJobOptions *o,
               CasJobParams        *job,
               GError             **error)
{
  job->has_seed = o->seed != NULL;
  job->has_cfg = o->cfg != NULL;
  job->has_decoder_cfg = o->decoder_cfg != NULL;

  return parse_size (o->width, o->height, job, error)
         && parse_guint ("--count", o->count, CAS_JOB_MAX_IMAGES, &job->n_images, error)
         && parse_guint ("--steps", o->steps, CAS_JOB_MAX_STEPS, &job->steps, error)
         && parse_guint ("--decoder-steps", o->decoder_steps, CAS_JOB_MAX_STEPS,
                         &job->decoder_steps, error)
         && (!o->cfg || cas_job_text_parse_number ("--cfg", o->cfg, 0, CAS_JOB_MAX_CFG, &job->cfg,
                                                   error))
         && (!o->decoder_cfg || cas_job_text_parse_number ("--decoder-cfg", o->decoder_cfg, 0,
                                                           CAS_JOB_MAX_CFG, &job->decoder_cfg, error))
         && (!o->shift || cas_job_text_parse_number ("--shift", o->shift, CAS_JOB_MIN_SHIFT,
                                                     CAS_JOB_MAX_SHIFT, &job->shift, error))
         && (!o->seed || cas_job_text_parse_integer ("--seed", o->seed, 0, G_MAXINT64, &job->seed,
                                                     error))
         && parse_sampler (o->sampler, &job->sampler, error);
}

static gboolean
parse_lora (const char *text,
            const char *folder,
            CasJobLora *lora,
            GError    **error)
{
  const char *weight;
  g_autofree char *path = cas_job_text_split_number (text, folder, &weight);

  *lora = (CasJobLora) { cas_job_text_dup_path (path, folder), 1.0 };
  return !weight
         || cas_job_text_parse_number (_("The weight of --lora"), weight, -CAS_JOB_MAX_LORA_WEIGHT,
                                       CAS_JOB_MAX_LORA_WEIGHT, &lora->weight, error);
}

static void
clear_lora (gpointer data)
{
  g_free ((char *) ((CasJobLora *) data)->path);
}

/* CasJobLora; NULL if one cannot be read. */
static GArray *
parse_loras (const CasJobOptions *o,
             const char          *folder,
             GError             **error)
{
  g_autoptr (GArray) loras = g_array_new (FALSE, TRUE, sizeof (CasJobLora));

  if (o->lora_tokens && !o->loras)
    {
      g_set_error_literal (error, CAS_ERROR, CAS_ERROR_BAD_PARAMETER,
                           _("--lora-token is of no use without --lora FILE."));
      return NULL;
    }
  g_array_set_clear_func (loras, clear_lora);
  for (guint i = 0; o->loras && o->loras[i]; i++)
    {
      CasJobLora lora;
      const gboolean ok = parse_lora (o->loras[i], folder, &lora, error);

      g_array_append_val (loras, lora);
      if (!ok)
        return NULL;
    }
  return g_steal_pointer (&loras);
}

static char *
dup_path (const char *path,
          const char *folder)
{
  return path ? cas_job_text_dup_path (path, folder) : NULL;
}

CasJob *
cas_job_options_make_job (const CasJobOptions *options,
                          const CasJobPlace   *place,
                          GCancellable        *cancellable,
                          GError             **error)
{
  const CasJobPictureOptions *names = &options->pictures;
  CasJobParams params = { .previews = place->previews };
  g_autofree char *detector = dup_path (names->face_detector, place->folder);
  g_autofree char *recogniser = dup_path (names->face_recogniser, place->folder);
  g_autoptr (GArray) loras = NULL;
  g_autoptr (CasJobPictures) pictures = NULL;

  if (!check_names (names, error) || !parse_numbers (options, &params, error)
      || !(loras = parse_loras (options, place->folder, error))
      || !(pictures = cas_job_pictures_load (names, place, cancellable, error)))
    return NULL;

  cas_job_pictures_fill (pictures, &params);
  params.face_detector = detector;
  params.face_recogniser = recogniser;
  params.loras = (const CasJobLora *) loras->data;
  params.n_loras = loras->len;
  params.lora_tokens = (const char *const *) options->lora_tokens;
  params.prompt = options->prompt;
  params.negative = options->negative;
  params.restores_mean = options->restores_mean;
  return cas_job_new (&params, error);
}
