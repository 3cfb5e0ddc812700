/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The published networks by the names and shapes of their tensors, so that they can be built and
 * measured where their files are not. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  CAS_PUBLISHED_STAGE_C_3_6B,
  CAS_PUBLISHED_STAGE_C_1B,
  CAS_PUBLISHED_STAGE_B_1_5B,
  CAS_PUBLISHED_STAGE_B_700M,
  CAS_PUBLISHED_STAGE_A,
  CAS_PUBLISHED_CLIP_TEXT,
  CAS_PUBLISHED_PREVIEWER,
  CAS_N_PUBLISHED
} CasPublished;

/* All tensors, as cas_weights_new_from_list() takes them; free with g_free(). is_short: of the
 * blocks that follow each other at one width only the first, and none is repeated. */
char *cas_published_dup_list (CasPublished which,
                              gboolean     is_short);

G_END_DECLS
