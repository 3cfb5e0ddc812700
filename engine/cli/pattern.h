/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The pattern behind --output: what the files are called. */

#pragma once

#include <glib.h>

typedef struct
{
  const char *prompt;
  guint64     seed;    /* of the first picture */
  guint       n_images;
} CliPatternValues;

/* Refuses a path that an option gives to what is written as wanted (".png", ".safetensors") and that
 * ends as a file of another kind. Errors: CLI_ERROR_USAGE. */
gboolean   cli_pattern_check_ending (const char *option,
                                     const char *path,
                                     const char *wanted,
                                     GError    **error);

/* The paths of all pictures, from a pattern that may hold {seed}, {index} (from 1) and {prompt},
 * and {{ for a brace. If the pattern would give two pictures one name, -1, -2, … come before the
 * ending; ".png" is added if the pattern does not have it. No path is looked at on disk.
 * Free with g_ptr_array_unref(). Errors: CLI_ERROR_USAGE. */
GPtrArray *cli_pattern_expand (const char             *pattern,
                               const CliPatternValues *values,
                               GError                **error);
