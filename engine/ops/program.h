/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What compiling makes of a graph, for those who record it and those who run it. */

#pragma once

#include "ops/graph-private.h"

G_BEGIN_DECLS

/* One recorded dispatch, for the profile. */
typedef struct
{
  const char *kernel;
  const char *family;
  const char *scope;
  guint       commands; /* index */
  guint       timestamp;
  guint64     flop;
  guint64     bytes;
} CasDispatch;

struct _CasProgram
{
  CasGpu     *gpu;
  CasParams  *params;
  CasPath     path;
  gboolean    profile;
  GPtrArray  *arena; /* CasBuffer */
  CasBuffer  *inputs;
  CasBuffer  *outputs;
  CasBuffer  *blocks;
  GPtrArray  *commands; /* CasCommands */
  GArray     *dispatches;
  GHashTable *kernels; /* names */
  double      flop;
  double      seconds;
};

G_END_DECLS
