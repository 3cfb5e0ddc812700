/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a picture was made with, as text inside the picture: the line that galleries read, and
 * our own JSON from which the same picture can be made again. */

#pragma once

#include "cascade/metadata.h"

G_BEGIN_DECLS

/* The keys of the two texts in a PNG. */
#define CAS_METADATA_INFOTEXT_KEY "parameters"
#define CAS_METADATA_JSON_KEY     "weir"

G_END_DECLS
