/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The options of weir-cli generate, as they were typed and as a job. */

#pragma once

#include "cli/pictures.h"

/* NULL where an option was not given. */
typedef struct
{
  char    *prompt;
  char    *negative;
  char    *model;
  char    *device;
  char    *kernels;
  char    *width, *height;
  char    *steps, *cfg, *shift;
  char    *decoder_steps, *decoder_cfg;
  char    *sampler;
  char    *seed;
  char    *count;
  char    *output;
  char    *preview;
  char   **loras;       /* FILE or FILE:WEIGHT */
  char   **lora_tokens; /* NAME=RULE */
  CliPictureOptions pictures;
  char    *from;        /* a picture whose settings hold where an option is not given */
  char    *from_model;  /* what it calls its model; set by cli_restore() */
  char    *from_mask;   /* the hash of its mask, if that is to be found again; set as that */
  char   **inputs;      /* among which its pictures are looked for */
  gboolean restore_mean;
  gboolean overwrite;
  gboolean json;
  gboolean profile;
  gboolean verbose;
} CliGenerateOptions;

/* Parses a command line. Errors: G_OPTION_ERROR, CLI_ERROR_USAGE. */
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

/* Reads the pictures, and checks everything that can be checked without a model. */
CasJob  *cli_generate_options_make_job (const CliGenerateOptions *options,
                                        GCancellable             *cancellable,
                                        GError                  **error);
