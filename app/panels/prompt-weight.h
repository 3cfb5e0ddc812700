/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Raises and lowers the weight of words in a prompt, in A1111's syntax. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The prompt with the weight of what is selected changed by delta: of characters begin to end, or,
 * where nothing is selected, of the bracket or else the word that begin is in or at. A weight of 1
 * loses its brackets. begin and end become the selection that holds the same words afterwards.
 * NULL if there is nothing to weigh. text is UTF-8. */
char *weir_prompt_nudge (const char *text,
                         guint      *begin,
                         guint      *end,
                         double      delta);

G_END_DECLS
