/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The options of weir-cli generate, as they were typed and as a job. */

#pragma once

#include "session/job-options.h"

/* NULL where an option was not given. */
typedef struct
{
  CasJobOptions job;
  char    *model;
  char    *device;
  char    *kernels;
  char    *output;
  char    *preview;
  char    *control_preview; /* where what ControlNets are shown is written */
  char    *from;        /* a picture whose settings hold where an option is not given */
  char    *from_model;  /* what it calls its model; set by cli_restore() */
  char    *from_mask;   /* the hash of its mask, if that is to be found again; set as that */
  char   **inputs;      /* among which its pictures are looked for */
  gboolean overwrite;
  gboolean json;
  gboolean profile;
  gboolean verbose;
} CliGenerateOptions;

/* Parses a command line. Errors: G_OPTION_ERROR, CLI_ERROR_USAGE,
 * CAS_ERROR_BAD_PARAMETER. */
gboolean cli_generate_options_read    (CliGenerateOptions *options,
                                       int                 argc,
                                       char              **argv,
                                       GError            **error);

/* Parses the command line; on failure says why and returns FALSE. */
gboolean cli_generate_options_parse   (CliGenerateOptions *options,
                                       int                 argc,
                                       char              **argv);
void     cli_generate_options_clear   (CliGenerateOptions *options);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CliGenerateOptions, cli_generate_options_clear)

/* Reads the pictures, and checks everything that can be checked without a model. What was typed in
 * another character set becomes UTF-8. */
CasJob  *cli_generate_options_make_job (CliGenerateOptions *options,
                                        GCancellable       *cancellable,
                                        GError            **error);
