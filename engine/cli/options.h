/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Parsing a command's options. */

#pragma once

#include "cli/report.h"

/* What a command line is made of. */
typedef struct
{
  const char         *usage;       /* after the command's name: "PROMPT", "FILE" or "" */
  const char         *summary;     /* before the options in --help */
  const char         *description; /* after them */
  const GOptionEntry *entries;
} CliOptions;

/* Says what is wrong with a command line, to a program too if it asks for JSON. */
void     cli_options_refuse (int               argc,
                             char            **argv,
                             const char       *sentence);

/* Parses. Errors: G_OPTION_ERROR. */
gboolean cli_options_read   (const CliOptions *options,
                             int              *argc,
                             char           ***argv,
                             GError          **error);

/* Parses; --help prints and ends the program. On failure says so and returns FALSE. */
gboolean cli_options_parse  (const CliOptions *options,
                             int              *argc,
                             char           ***argv);
