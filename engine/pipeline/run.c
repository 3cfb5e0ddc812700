/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Running a graph. */

#include "pipeline/run.h"

gboolean
cas_run_graph (const CasRun *run,
               const char   *network,
               CasGraph     *g,
               GError      **error)
{
  if (!cas_graph_run (g, run ? run->cancellable : NULL, error))
    return FALSE;

  if (run && run->on_run)
    run->on_run (network, g, run->data);
  return TRUE;
}
