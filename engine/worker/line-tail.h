/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The last lines that a process said. However much it says, and whatever, what is kept is small
 * and UTF-8. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define CAS_LINE_TAIL_MAX_LINES 50
#define CAS_LINE_TAIL_MAX_BYTES 1000 /* of a line; the rest of it is left out */

typedef struct _CasLineTail CasLineTail;

CasLineTail *cas_line_tail_new  (void);
void         cas_line_tail_free (CasLineTail *tail);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CasLineTail, cas_line_tail_free)

/* What came next: a part of a line, or several. */
void         cas_line_tail_add  (CasLineTail *tail,
                                 const char  *data,
                                 gsize        size);

/* The lines, each with its end, the oldest first; free with g_free(). */
char        *cas_line_tail_dup  (CasLineTail *tail);

G_END_DECLS
