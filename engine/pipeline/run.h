/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What every run of a graph happens under: it can be cancelled, and be watched. */

#pragma once

#include "ops/graph.h"

G_BEGIN_DECLS

typedef struct
{
  GCancellable *cancellable;
  /* After each run, with the name of the network that ran; may be NULL. */
  void        (*on_run) (const char *network,
                         CasGraph   *g,
                         gpointer    data);
  gpointer      data;
} CasRun;

/* cas_graph_run(). run may be NULL. */
gboolean cas_run_graph (const CasRun *run,
                        const char   *network,
                        CasGraph     *g,
                        GError      **error);

G_END_DECLS
