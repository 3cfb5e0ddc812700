/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pieces of JSON text, the same in every locale. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The UTF-8 string in quotation marks, with escapes where JSON wants them. */
void cas_json_append_string (GString    *json,
                             const char *string);

/* The shortest decimal that reads back as the same number; the number must be finite. Good for
 * text that is no JSON too. */
void cas_json_append_double (GString    *json,
                             double      value);

G_END_DECLS
