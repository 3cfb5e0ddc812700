/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Options as they were typed, on a command line or in a line of a file of jobs. Errors are
 * CAS_ERROR_BAD_PARAMETER and name the option as the command line has it: "--steps". */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Refuses the empty name of a file; NULL is none. */
gboolean cas_job_text_check_name    (const char  *option,
                                     const char  *name,
                                     GError     **error);

/* A whole number from min to max. */
gboolean cas_job_text_parse_integer (const char  *option,
                                     const char  *text,
                                     guint64      min,
                                     guint64      max,
                                     guint64     *value,
                                     GError     **error);

/* The same of a decimal number, with a point in every locale. */
gboolean cas_job_text_parse_number  (const char  *option,
                                     const char  *text,
                                     double       min,
                                     double       max,
                                     double      *value,
                                     GError     **error);

/* “FILE:NUMBER”: the file, and where the number begins, NULL without one. A file whose name ends
 * like a number is still that file. folder: as below. Free with g_free(). */
char    *cas_job_text_split_number  (const char  *text,
                                     const char  *folder,
                                     const char **number);

/* The path as seen from folder; NULL: from the working folder. Free with g_free(). */
char    *cas_job_text_dup_path      (const char  *path,
                                     const char  *folder);

G_END_DECLS
