/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the program says while it works: to a person (paths on stdout, the rest on stderr), or with
 * --json to a program (one JSON object a line on stdout). */

#pragma once

#include "cascade/latent.h"
#include "cascade/session.h"
#include "cli/exit-code.h"

typedef struct _CliReport CliReport;

CliReport *cli_report_new      (gboolean           is_json);
void       cli_report_free     (CliReport         *report);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CliReport, cli_report_free)

/* A seed that was drawn because none was given is told to a person too. */
void       cli_report_start    (CliReport         *report,
                                const char        *device,
                                const char        *model,
                                guint64            seed,
                                gboolean           is_drawn);
void       cli_report_progress (CliReport         *report,
                                const CasProgress *progress);
void       cli_report_preview  (CliReport         *report,
                                const CasPicture  *picture,
                                const char        *path);
void       cli_report_picture  (CliReport         *report,
                                const CasPicture  *picture,
                                const char        *path);
void       cli_report_latent   (CliReport         *report,
                                const CasLatent   *latent,
                                const char        *path);
void       cli_report_notice   (CliReport         *report,
                                const char        *sentence);
void       cli_report_profile  (CliReport             *report,
                                const CasProfileEntry *entry);

/* What became of the pictures of a batch: made now, there before, left to other runs, failed. */
void       cli_report_batch    (CliReport             *report,
                                guint                  n_made,
                                guint                  n_there,
                                guint                  n_elsewhere,
                                guint                  n_failed);

/* Says what went wrong and returns the exit code for it. */
CliExit    cli_report_error    (CliReport         *report,
                                const GError      *error);
