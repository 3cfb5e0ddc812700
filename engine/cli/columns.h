/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Text in columns as a terminal shows them: a Korean syllable fills two. */

#pragma once

#include <glib.h>

/* Appends a UTF-8 text and what it lacks of a width in spaces: before it, or, as of printf(), after
 * it where the width is negative. */
void  cli_columns_append    (GString    *line,
                             const char *text,
                             int         width);

/* As much of a text as n columns hold. Free with g_free(). */
char *cli_columns_dup_cut   (const char *text,
                             guint       n);

/* Prints a line of a list: what it is, and its value, whose further lines are indented. Both may be
 * a stranger's. */
void  cli_columns_print_row (const char *label,
                             const char *value);
