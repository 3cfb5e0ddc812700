/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What pictures are called. */

#pragma once

#include <glib.h>

#include <cascade/export.h>

G_BEGIN_DECLS

/* What stands for the words in braces. */
typedef struct
{
  const char *prompt; /* {prompt}: its words; nullable */
  guint64     seed;   /* {seed} */
  guint       index;  /* {index}, from 1; 0: there is none */
  GDateTime  *date;   /* {date} and {time}, as 2026-11-23 and 16-05-59; NULL: there are none */
} CasFileNameValues;

/* Fills a pattern, in which {{ is a brace. Nothing is added, and what is no word stays as it is,
 * folders too. Free with g_free(). Errors: CAS_ERROR_BAD_PARAMETER for other words. */
CAS_EXPORT
char *cas_file_name_expand    (const char              *pattern,
                               const CasFileNameValues *values,
                               GError                 **error);

/* Part of a file name that keeps the text's words: letters and digits of any script, "-" for the
 * rest; at most 80 bytes; "picture" if nothing is left. Free with g_free(). */
CAS_EXPORT
char *cas_file_name_from_text (const char              *text);

G_END_DECLS
