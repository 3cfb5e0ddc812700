/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Files that each become another file: what goes in and where it comes out, found out before any
 * work is done. */

#pragma once

#include <glib.h>

typedef struct
{
  GPtrArray *inputs;
  GPtrArray *outputs; /* one for each */
} CliConversion;

/* names: files, and folders that stand for all files in them that end with one of from, up
 * to NULL, both.
 * output: the one file that is written, or a folder; NULL: the working folder. In a folder an
 * output is named as its input, with another ending. Fails if there is nothing to do, if two outputs
 * are one file, or if an output cannot be written or exists and overwrite is not set. */
gboolean cli_conversion_plan  (CliConversion     *conversion,
                               char             **names,
                               const char *const *from,
                               const char        *to,
                               const char        *output,
                               gboolean           overwrite,
                               GError           **error);
void     cli_conversion_clear (CliConversion     *conversion);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CliConversion, cli_conversion_clear)
