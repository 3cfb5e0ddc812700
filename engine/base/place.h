/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where things are that are installed or built together with this code. They are found from where
 * it was loaded from, so that a prefix may be moved as a whole. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The path of a thing, or NULL if it is nowhere:
 * - installed is looked for in the prefix that this code was loaded from ("share/weir/demo");
 * - uninstalled is its path where this code was loaded from the build folder;
 * - then the prefix is tried that the build was configured for.
 * A folder counts if it has the file proof in it; with proof NULL the thing is a program.
 * Free with g_free. */
char *cas_place_dup (const char *installed,
                     const char *uninstalled,
                     const char *proof);

G_END_DECLS
