/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the program's end says to a script. Documented in --help and in the manual page. */

#pragma once

#include <glib.h>

typedef enum
{
  CLI_EXIT_OK = 0,
  CLI_EXIT_FAILED = 1,
  CLI_EXIT_USAGE = 2,      /* an option, or a number, that cannot be */
  CLI_EXIT_DEVICE = 3,     /* no device, or one that lacks something */
  CLI_EXIT_MODEL = 4,      /* the model is missing or damaged */
  CLI_EXIT_MEMORY = 5,
  CLI_EXIT_OUTPUT = 6,     /* the picture cannot be written */
  CLI_EXIT_CANCELLED = 130,
} CliExit;

/* A mistake on the command line that is the tool's own to find. */
#define CLI_ERROR (cli_error_quark ())

typedef enum
{
  CLI_ERROR_USAGE,
  CLI_ERROR_OUTPUT,
} CliError;

GQuark  cli_error_quark     (void);

CliExit cli_exit_from_error (const GError *error);
