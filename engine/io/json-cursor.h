/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A strict reader of JSON for files of known shape that nobody vouches for: the caller asks for
 * what has to come next. Strings are decoded in place, nothing is allocated, nothing recurses. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  char       *start;
  char       *p;
  char       *end;
  guint       line;    /* from 1 */
  const char *problem; /* what was wrong at p, for a person; set by what returned FALSE */
} CasJsonCursor;

/* The text must be valid UTF-8 without NUL and stay as long as the strings taken from it. */
void     cas_json_cursor_init   (CasJsonCursor *cursor,
                                 char          *text,
                                 gsize          length);

/* Skips white space and takes the character if it comes next; FALSE is no problem. */
gboolean cas_json_cursor_take   (CasJsonCursor *cursor,
                                 char           c);

/* As take, but FALSE is a problem. */
gboolean cas_json_cursor_expect (CasJsonCursor *cursor,
                                 char           c);

/* The string lies in the cursor's text, NUL-terminated; \u0000 is a problem. */
gboolean cas_json_cursor_string (CasJsonCursor *cursor,
                                 char         **string);

/* A whole number without sign, fraction or exponent that fits. */
gboolean cas_json_cursor_u64    (CasJsonCursor *cursor,
                                 guint64       *value);

/* Nothing but white space follows. */
gboolean cas_json_cursor_at_end (CasJsonCursor *cursor);

G_END_DECLS
