/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A file of jobs, one JSON object a line: the options of “weir-cli generate” by their names. */

#pragma once

#include "cli/generate-options.h"

typedef struct
{
  guint              number;  /* of the line, from 1 */
  CliGenerateOptions options; /* with a seed, whatever the line says */
  GError            *error;   /* NULL; else why the line is no job */
} CliBatchLine;

/* All lines but the empty ones; elements are CliBatchLine, free with g_ptr_array_unref(). A line
 * without a seed gets one that is made from the line, so that it is the same in every run; a line
 * that is there twice gets two.
 * Errors: CLI_ERROR_INPUT, CAS_ERROR_OUT_OF_HOST_MEMORY. */
GPtrArray *cli_batch_file_read (const char *path,
                                GError    **error);

/* Whether each of several jobs can get a name of its own where it has none. Error: CLI_ERROR_USAGE. */
gboolean   cli_batch_lines_check_output (const GPtrArray *lines,
                                         const char      *output,
                                         GError         **error);

/* "2/8", the shard from 0; NULL: all in one. Error: CLI_ERROR_USAGE. */
gboolean   cli_batch_shard_parse        (const char      *text,
                                         guint           *shard,
                                         guint           *n_shards,
                                         GError         **error);
