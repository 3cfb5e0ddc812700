/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Text on terminals that do not read UTF-8. */

#pragma once

#include <glib.h>

/* From now on g_print() and g_printerr() speak the locale's character set.
 * Call after setlocale(). */
void  cli_console_init    (void);

/* UTF-8 in another character set: quotes, dashes and the like that it does not have become their
 * plain forms, what else it does not have, or what is no UTF-8, stays as it is: most likely it is
 * part of a path. Free with g_free(). */
char *cli_console_convert (const char *text,
                           const char *charset);
