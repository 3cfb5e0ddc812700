/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A folder that holds jobs: jobs.jsonl, a line each, and their pictures by the hashes of their
 * pixels. One thread at a time, any. */

#pragma once

#include "queue/job.h"

G_BEGIN_DECLS

typedef struct _WeirJobFolder WeirJobFolder;

/* The folder need not be there. */
WeirJobFolder *weir_job_folder_new   (const char     *path);
void           weir_job_folder_free  (WeirJobFolder  *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirJobFolder, weir_job_folder_free)

/* Makes these jobs (WeirJob), with their models, places and masks, what the folder holds; whatever
 * happens meanwhile, it holds them or those before. Errors: G_IO_ERROR, G_FILE_ERROR, those of cas_job_line_write(). */
gboolean       weir_job_folder_write (WeirJobFolder  *self,
                                      GPtrArray      *jobs,
                                      GError        **error);

/* The jobs that it holds, WeirJob, as far as they can be read; their places are of another run. If not all of them can, the folder is
 * renamed, and *sentence says so (free with g_free()); else that is NULL. */
GPtrArray     *weir_job_folder_read  (const char     *path,
                                      CasPreviewRate  previews,
                                      char          **sentence);

G_END_DECLS
