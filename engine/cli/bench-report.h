/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What weir-cli bench prints: tables for a person, or with --json a line of JSON for each
 * result. */

#pragma once

#include "bench/bench.h"

typedef struct _CliBenchReport CliBenchReport;

CliBenchReport          *cli_bench_report_new           (gboolean        is_json);
void                     cli_bench_report_free          (CliBenchReport *report);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CliBenchReport, cli_bench_report_free)

/* To be called with the report as their data. */
const CasBenchCallbacks *cli_bench_report_get_callbacks (CliBenchReport *report);
