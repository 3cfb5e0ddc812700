/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pictures that are given to the tool. */

#pragma once

#include "cascade/job.h"
#include "cli/report.h"

/* A picture of any format; what is transparent in it is seen on white. Errors: CLI_ERROR_INPUT,
 * those of cas_image_load() but for G_IO_ERROR. */
CasImage *cli_picture_load        (const char         *path,
                                   GCancellable       *cancellable,
                                   GError            **error);

/* Of a picture of this size little comes. */
gboolean  cli_picture_is_small    (CasImage           *image);

/* Says which of a job's pictures are so small. where: which job, or NULL if there is but one. */
void      cli_pictures_tell_small (const CasJobParams *params,
                                   const char         *where,
                                   CliReport          *report);
