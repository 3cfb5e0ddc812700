/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The options of weir-cli generate that name pictures, and those pictures. */

#pragma once

#include "cascade/job.h"
#include "cli/report.h"

/* NULL where an option was not given. */
typedef struct
{
  char  *init, *strength, *outpaint, *canny;
  char  *mask; /* FILE, “auto” or “auto:THRESHOLD” */
  char  *face_detector, *face_recogniser; /* ONNX files */
  char  *control_preview; /* where what ControlNets are shown is written */
  char **image_prompts; /* FILE or FILE:WEIGHT */
  char **controls;      /* KIND=FILE[:STRENGTH[:START-END]] */
} CliPictureOptions;

void         cli_picture_options_clear (CliPictureOptions       *options);

/* Whether a picture says what is wanted, so that words need not. */
gboolean     cli_picture_options_stand_alone (const CliPictureOptions *options);

/* A picture of any format; what is transparent in it is seen on white. Errors: CLI_ERROR_INPUT,
 * those of cas_image_load() but for G_IO_ERROR. */
CasImage    *cli_picture_load          (const char              *path,
                                        GCancellable            *cancellable,
                                        GError                 **error);

typedef struct _CliPictures CliPictures;

/* Reads them all. Errors: CLI_ERROR_USAGE, those of cas_image_load(). */
CliPictures *cli_pictures_load         (const CliPictureOptions *options,
                                        GCancellable            *cancellable,
                                        GError                 **error);
void         cli_pictures_free         (CliPictures             *pictures);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CliPictures, cli_pictures_free)

/* Puts them into a job's parameters, which borrow them. */
void         cli_pictures_fill         (const CliPictures       *pictures,
                                        CasJobParams            *params);

/* Of a picture of this size little comes. */
gboolean     cli_picture_is_small      (CasImage                *image);

/* Says which of a job's pictures are so small. where: which job, or NULL if there is but one. */
void         cli_pictures_tell_small   (const CasJobParams      *params,
                                        const char              *where,
                                        CliReport               *report);
