/* SPDX-License-Identifier: GPL-3.0-or-later */

/* --from: a picture's settings as the options that make it again. */

#pragma once

#include "cli/generate-options.h"

/* Gives the options that were not given the values of the picture that --from names, and finds its
 * pictures and LoRAs, by their hashes, among the files that --input and --lora name; no path in the
 * picture is opened. notices (char *) gets a sentence for each setting that cannot be restored.
 * Errors: CAS_ERROR_BAD_IMAGE for a picture without settings, CLI_ERROR_USAGE for files that are
 * missing, CLI_ERROR_INPUT. */
gboolean cli_restore (CliGenerateOptions *options,
                      GPtrArray          *notices,
                      GCancellable       *cancellable,
                      GError            **error);
