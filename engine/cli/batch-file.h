/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A file of jobs as a run of the tool takes it. */

#pragma once

#include "cascade/job-line.h"

/* As cas_job_lines_read(). Errors: CLI_ERROR_INPUT, CAS_ERROR_OUT_OF_HOST_MEMORY. */
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
