/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Whether a stranger's text may be given to the JSON parser, which calls itself for each level of
 * brackets and takes far more memory for a value than its text has. */

#pragma once

#include <glib.h>

#include <cascade/export.h>

G_BEGIN_DECLS

/* NULL if it may; else why not, as a clause: "brackets nest deeper than 16". Free with g_free().
 * What the parser reads and JSON does not have is refused where it would hide brackets: comments,
 * texts in ', escapes that take the closing quote along. */
CAS_EXPORT
char *cas_json_dup_fault (const char *json,
                          guint       max_depth,
                          guint       max_values);

G_END_DECLS
