/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a whole picture would take: the measured steps of its networks, added up. */

#pragma once

#include "bench/network.h"

G_BEGIN_DECLS

/* One run of the text encoder reads both prompts; a step of Stages C and B does both halves of the
 * guidance. */
typedef struct
{
  const char *name; /* "picture-large" */
  struct
  {
    CasPublished network;
    guint        n_steps;
  } terms[4];
} CasBenchPicture;

guint                  cas_bench_picture_get_n       (void);
const CasBenchPicture *cas_bench_picture_get_nth     (guint nth);

gboolean               cas_bench_picture_has_network (const CasBenchPicture *picture,
                                                      CasPublished           network);

/* Of one step; seconds 0: not measured whole. */
typedef struct
{
  double seconds, ideal_seconds;
} CasBenchStep;

/* FALSE if a network of it was not measured. */
gboolean               cas_bench_picture_add_up      (const CasBenchPicture *picture,
                                                      const CasBenchStep     steps[CAS_N_PUBLISHED],
                                                      CasBenchStep          *sum);

/* "1 × text-encoder + 20 × stage-c-3.6b …"; free with g_free(). */
char                  *cas_bench_picture_dup_terms   (const CasBenchPicture *picture);

G_END_DECLS
