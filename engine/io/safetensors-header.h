/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The JSON header of a safetensors file, parsed and checked. Inside io/ only. */

#pragma once

#include "io/safetensors.h"

G_BEGIN_DECLS

typedef struct
{
  const char *key;
  const char *value;
} CasSafetensorsRemark;

typedef struct
{
  char                       *text;    /* every string below lies in here */
  CasSafetensorsEntry        *entries; /* by offset */
  const CasSafetensorsEntry **by_name;
  guint                       n_entries;
  CasSafetensorsRemark       *remarks; /* by key */
  guint                       n_remarks;
} CasSafetensorsHeader;

/* Takes text, which g_free must be able to free, also on failure. data_offset is where the data
 * begin in the file, file_size its length; file is its name for messages. The header is to be
 * cleared in any case. */
gboolean cas_safetensors_header_parse (CasSafetensorsHeader *header,
                                       char                 *text,
                                       gsize                 length,
                                       guint64               data_offset,
                                       guint64               file_size,
                                       const char           *file,
                                       GError              **error);
void     cas_safetensors_header_clear (CasSafetensorsHeader *header);

G_END_DECLS
