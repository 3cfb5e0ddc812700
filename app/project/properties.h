/* SPDX-License-Identifier: GPL-3.0-or-later */

/* An object's properties as members of JSON, and back. */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Texts, numbers and booleans. names: those that are meant, NULL at the end. */
void weir_properties_describe (GObject           *object,
                               const char *const *names,
                               JsonObject        *json);

/* Sets those that are there, of their types and in their ranges; leaves the others alone. */
void weir_properties_take     (GObject           *object,
                               const char *const *names,
                               JsonObject        *json);

G_END_DECLS
