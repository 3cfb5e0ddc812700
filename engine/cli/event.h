/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What --json prints: one JSON object a line, whose first member is "event". */

#pragma once

#include <glib.h>

GString *cli_event_begin       (const char *name);
void     cli_event_add_string  (GString    *event,
                                const char *name,
                                const char *value);
void     cli_event_add_integer (GString    *event,
                                const char *name,
                                guint64     value);
/* To a ten-thousandth: more digits would only be noise. */
void     cli_event_add_number  (GString    *event,
                                const char *name,
                                double      value);
/* To six digits, for what may be very small or large. */
void     cli_event_add_measure (GString    *event,
                                const char *name,
                                double      value);
void     cli_event_add_boolean (GString    *event,
                                const char *name,
                                gboolean    value);
/* Prints it. */
void     cli_event_end         (GString    *event);
