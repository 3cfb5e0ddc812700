/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a job is asked for by: options with a text each, as they were typed or stand in a file of
 * jobs. */

#pragma once

#include "cascade/job-line.h"
#include "session/job-pictures.h"

G_BEGIN_DECLS

/* NULL where an option was not given. */
typedef struct _CasJobOptions
{
  char    *prompt;
  char    *negative;
  char    *width, *height;
  char    *steps, *cfg, *shift;
  char    *decoder_steps, *decoder_cfg;
  char    *sampler;
  char    *seed;
  char    *count;
  char   **loras;       /* FILE or FILE:WEIGHT */
  char   **lora_tokens; /* NAME=RULE */
  gboolean restores_mean;
  CasJobPictureOptions pictures;
} CasJobOptions;

void     cas_job_options_clear        (CasJobOptions       *options);

/* A prompt that is not there is empty, where pictures say what is wanted; else
 * CAS_ERROR_BAD_PARAMETER. */
gboolean cas_job_options_check_prompt (CasJobOptions       *options,
                                       GError             **error);

/* Reads the pictures, and checks everything that can be checked without a model.
 * Errors: those of cas_job_new() and cas_image_load(). */
CasJob  *cas_job_options_make_job     (const CasJobOptions *options,
                                       const CasJobPlace   *place,
                                       GCancellable        *cancellable,
                                       GError             **error);

G_END_DECLS
