/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Finding where in a network numbers stop being finite. It costs a reduction for every block, so
 * it is done only in a second run, after the first has gone wrong. */

#pragma once

#include "ops/graph.h"

G_BEGIN_DECLS

/* Between building and compiling: counts the numbers that are not finite after each scope. */
void  cas_graph_watch            (CasGraph *g);

/* After a run of a watched graph: the first scope, or where there is none the first operation,
 * whose result is not finite; NULL if all are. Free with g_free(). */
char *cas_graph_find_not_finite  (CasGraph *g);

G_END_DECLS
