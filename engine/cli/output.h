/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where the pictures go, found out before any work is done. */

#pragma once

#include "cascade/job.h"
#include "cli/pattern.h"

/* Absolute paths of all pictures. pattern NULL: {prompt}-{seed}.png in the pictures folder's
 * Weir/, which is made; a folder: the same in it. Fails if a folder is missing or cannot be
 * written to, or if a file exists and overwrite is not set. Free with g_ptr_array_unref(). */
GPtrArray *cli_output_plan           (const char             *pattern,
                                      const CliPatternValues *values,
                                      gboolean                overwrite,
                                      GError                **error);

/* Refuses what an option names where a file with this ending is written: no name at all, standard
 * output, a device, a folder that is not there, a file of another kind. A folder will do. */
gboolean   cli_output_check_name     (const char             *option,
                                      const char             *name,
                                      const char             *ending,
                                      GError                **error);

/* Fails if the file cannot be written, or exists and overwrite is not set. */
gboolean   cli_output_check_file     (const char             *path,
                                      gboolean                overwrite,
                                      GError                **error);

/* Fails if a file system of the paths has less room than the pictures of a job, whose sizes are
 * settled, may need, less what is replaced. One that does not say how much is free has enough. */
gboolean   cli_output_check_room     (const GPtrArray        *paths,
                                      const CasJobParams     *params,
                                      GError                **error);

/* The folder for step pictures, made if missing, as an absolute path. Fails if it holds step
 * pictures of these seeds and overwrite is not set. Free with g_free(). */
char      *cli_output_plan_previews  (const char             *folder,
                                      const CliPatternValues *values,
                                      gboolean                overwrite,
                                      GError                **error);
