/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a file says about its picture, by gexiv2. */

#pragma once

#include "base/decoded.h"

G_BEGIN_DECLS

typedef struct
{
  guint             orientation; /* of EXIF: 1 … 8, 0 if there is none */
  guint             n_texts;
  GByteArray       *texts;   /* key, NUL, value, NUL, and so on; UTF-8 */
  CasDecodedTrouble trouble; /* with the first that was left out */
} DecodeTexts;

/* Metadata that cannot be read is as if there were none. A text that does not fit what is left
 * of the limits is left out. Of PNG there is the orientation alone: who wants its texts reads the
 * file. */
void decode_texts_read (DecodeTexts  *texts,
                        const char   *format,
                        const guint8 *data,
                        gsize         size);

G_END_DECLS
