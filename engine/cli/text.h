/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Words and numbers from the command line, and words for it. */

#pragma once

#include <glib.h>

/* The argument as UTF-8: as it is if it is UTF-8, else from the locale's character set.
 * what names it in the error. Free with g_free(). */
char    *cli_text_from_argument (const char *what,
                                 const char *argument,
                                 GError    **error);

/* Refuses the empty name of a file; NULL is none. option names it in the error: "--init". */
gboolean cli_text_check_name    (const char *option,
                                 const char *name,
                                 GError    **error);

/* A whole number from min to max. option names it in the error: "--steps". */
gboolean cli_text_parse_integer (const char *option,
                                 const char *text,
                                 guint64     min,
                                 guint64     max,
                                 guint64    *value,
                                 GError    **error);

/* The same of a decimal number, with a point in every locale. */
gboolean cli_text_parse_number  (const char *option,
                                 const char *text,
                                 double      min,
                                 double      max,
                                 double     *value,
                                 GError    **error);

/* “FILE:NUMBER”: the file, and where the number begins, NULL without one. A file whose name ends
 * like a number is still that file. Free with g_free(). */
char    *cli_text_split_number  (const char  *text,
                                 const char **number);

/* "12 s", "3 min 5 s", "2 h 10 min". Free with g_free(). */
char    *cli_text_dup_duration  (double      seconds);

/* A stranger's text: control characters in it are shown, not sent. line_end stands where a line
 * ends; NULL: that is a control character too. Free with g_free(). */
char    *cli_text_dup_visible   (const char *text,
                                 const char *line_end);
