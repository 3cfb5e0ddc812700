/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The pictures that steered one, in our JSON. */

#pragma once

#include <json-glib/json-glib.h>

#include "cascade/metadata.h"

G_BEGIN_DECLS

/* Whether pixels were added to a picture. */
gboolean cas_metadata_is_outpaint     (const CasMetadata *m);

/* Members of the object that json is in the middle of; nothing without pictures. */
void     cas_metadata_append_pictures (GString           *json,
                                       const CasMetadata *m);

/* Reads them; what is missing stays empty. Errors: CAS_ERROR_BAD_IMAGE. */
gboolean cas_metadata_take_pictures   (JsonObject        *object,
                                       CasMetadata       *m,
                                       GError           **error);

G_END_DECLS
