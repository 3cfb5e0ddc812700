/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Settings as one text, also those of other programs, which lack what ours may not lack. */

#pragma once

#include <cascade/metadata.h>

G_BEGIN_DECLS

/* fields: what is known; those that are 0 are taken out. NULL if there is no text that could be
 * unpacked. Free with g_free(). */
char    *weir_settings_pack   (const CasMetadata *metadata,
                               CasSettingsFields *fields);

/* FALSE, with metadata empty, if the text is none. */
gboolean weir_settings_unpack (const char        *packed,
                               CasSettingsFields  fields,
                               CasMetadata       *metadata);

G_END_DECLS
