/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a picture was made with, as text inside the picture: the line that galleries read, our own
 * JSON from which the same picture can be made again, and what it says of itself to everyone. */

#pragma once

#include "cascade/metadata.h"

G_BEGIN_DECLS

/* The keys of the two texts in a PNG. */
#define CAS_METADATA_INFOTEXT_KEY "parameters"
#define CAS_METADATA_JSON_KEY     "weir"

/* Under this one every picture says, as XMP, that a trained model made it or a part of it (IPTC's
 * digital source type). */
#define CAS_METADATA_XMP_KEY      "XML:com.adobe.xmp"

/* Without settings (NULL) the model made all of it. json (nullable) is put in. Free with g_free(). */
char *cas_metadata_to_xmp (const CasMetadata *m,
                           const char        *json);

G_END_DECLS
