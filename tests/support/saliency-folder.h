/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The demo model with a saliency network beside it, for the window: what is bright is a subject. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A new folder of links. Free with test_saliency_folder_free(). */
char *test_saliency_folder_new  (void);
void  test_saliency_folder_free (char *folder);

G_END_DECLS
