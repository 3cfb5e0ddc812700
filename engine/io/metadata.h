/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a picture was made with, as text inside the picture: the line that galleries read, our own
 * JSON from which the same picture can be made again, and what it says of itself to everyone. */

#pragma once

#include "cascade/metadata.h"

G_BEGIN_DECLS

/* The keys of the two texts in a PNG. */
#define CAS_METADATA_INFOTEXT_KEY "parameters"
#define CAS_METADATA_JSON_KEY     "weir"

/* Under this one every picture says that a trained model made it (IPTC's digital source type), as
 * XMP. */
#define CAS_METADATA_XMP_KEY      "XML:com.adobe.xmp"
extern const char cas_metadata_xmp[];

G_END_DECLS
