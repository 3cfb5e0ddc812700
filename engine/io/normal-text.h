/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Text as the tokenizer takes it: in NFC, in lower case, with one space for each run of white space
 * (spec 10). */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* CasNormalText text that remembers where each of its bytes comes from. */
typedef struct
{
  GString *text;
  GArray  *origins; /* gsize per byte: where its segment begins in the original */
} CasNormalText;

void     cas_normal_text_init     (CasNormalText *n);
void     cas_normal_text_clear    (CasNormalText *n);

/* The text from begin to end, valid UTF-8, which lies at origin in the original, in place of what
 * was there. */
void     cas_normal_text_set      (CasNormalText *n,
                                   const char    *begin,
                                   const char    *end,
                                   gsize          origin);

/* Unicode's White_Space, which g_unichar_isspace is not. */
gboolean cas_normal_text_is_space (gunichar c);

G_END_DECLS
