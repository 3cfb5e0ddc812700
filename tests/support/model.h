/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The demo model's folder with something less or more in it. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A new folder of links to all that is in the demo model's but left_out (NULL: nothing). Free with
 * test_model_free(). */
char *test_model_link_demo    (const char *left_out);
void  test_model_free         (char       *folder);

/* Writes a saliency network in the published layout, for which what is brighter than most of a
 * picture stands out: it gives about 0.02 elsewhere and 0.98 there. */
void  test_model_add_saliency (const char *folder);
/* The same, but that its last tensors, “segmentator.6”, take another number of channels. */
void  test_model_add_broken_saliency (const char *folder);

G_END_DECLS
