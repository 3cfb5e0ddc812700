/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Words that are looked for in texts of any script. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Without case, accents and forms of the same letter; free with g_free(). */
char    *weir_search_fold    (const char        *text);

/* The words of a query, folded; free with g_strfreev(). */
char   **weir_search_split   (const char        *query);

/* Whether every word begins a word of the folded text. In scripts that put nothing between words,
 * it may begin anywhere. */
gboolean weir_search_matches (const char        *folded,
                              const char *const *words);

G_END_DECLS
