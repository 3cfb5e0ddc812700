/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The options of a job that name pictures, and those pictures. */

#pragma once

#include "cascade/job-line.h"

G_BEGIN_DECLS

#define CAS_JOB_LINE_MIN_STRENGTH 0.01
#define CAS_JOB_LINE_MAX_CANNY    2040

/* NULL where an option was not given. */
typedef struct
{
  char  *init, *strength, *outpaint;
  char  *mask; /* FILE, “auto” or “auto:THRESHOLD” */
  char  *face_detector, *face_recogniser; /* ONNX files */
  char **canny;         /* LOW,HIGH */
  char **image_prompts; /* FILE or FILE:WEIGHT */
  char **controls;      /* KIND=FILE[:STRENGTH[:START-END]] */
} CasJobPictureOptions;

void            cas_job_picture_options_clear       (CasJobPictureOptions       *options);

/* Whether a picture says what is wanted, so that words need not. */
gboolean        cas_job_picture_options_stand_alone (const CasJobPictureOptions *options);

typedef struct _CasJobPictures CasJobPictures;

/* Reads them all, of any format; what is transparent in them is seen on white.
 * Errors: CAS_ERROR_BAD_PARAMETER, those of cas_image_load(). */
CasJobPictures *cas_job_pictures_load (const CasJobPictureOptions *options,
                                       const CasJobPlace          *place,
                                       GCancellable               *cancellable,
                                       GError                    **error);
void            cas_job_pictures_free (CasJobPictures             *pictures);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CasJobPictures, cas_job_pictures_free)

/* Puts them into a job's parameters, which borrow them. */
void            cas_job_pictures_fill (const CasJobPictures       *pictures,
                                       CasJobParams               *params);

G_END_DECLS
