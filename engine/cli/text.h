/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Words from the command line, and words for it. */

#pragma once

#include <glib.h>

/* The argument as UTF-8: as it is if it is UTF-8, else from the locale's character set.
 * what names it in the error. Free with g_free(). */
char    *cli_text_from_argument (const char *what,
                                 const char *argument,
                                 GError    **error);

/* "12 s", "3 min 5 s", "2 h 10 min". Free with g_free(). */
char    *cli_text_dup_duration  (double      seconds);

/* A stranger's text: control characters in it are shown, not sent. line_end stands where a line
 * ends; NULL: that is a control character too. Free with g_free(). */
char    *cli_text_dup_visible   (const char *text,
                                 const char *line_end);
