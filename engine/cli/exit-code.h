/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the program's end says to a script. Documented in --help and in the manual page. */

#pragma once

#include <glib.h>

typedef enum
{
  CLI_EXIT_OK = 0,
  CLI_EXIT_FAILED = 1,     /* also: a picture, latent or file of jobs that cannot be read */
  CLI_EXIT_USAGE = 2,      /* an option, or a number, that cannot be */
  CLI_EXIT_DEVICE = 3,     /* no device, or one that lacks something */
  CLI_EXIT_MODEL = 4,      /* a model's file is missing or damaged */
  CLI_EXIT_MEMORY = 5,
  CLI_EXIT_OUTPUT = 6,     /* the picture cannot be written */
  CLI_EXIT_CANCELLED = 130,
} CliExit;

/* What is the tool's own to find. */
#define CLI_ERROR (cli_error_quark ())

typedef enum
{
  CLI_ERROR_USAGE,
  CLI_ERROR_INPUT,  /* a picture, latent or file of jobs that cannot be read */
  CLI_ERROR_OUTPUT,
} CliError;

GQuark   cli_error_quark     (void);

CliExit  cli_exit_from_error (const GError *error);

/* Hands on what was wrong with a picture, a latent or a file of jobs, of which G_IO_ERROR alone does
 * not say that it was no model's. Takes cause; always FALSE. */
gboolean cli_exit_fail_input (GError       *cause,
                              GError      **error);
