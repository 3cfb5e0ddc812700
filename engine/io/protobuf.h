/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Protocol buffers as they lie in a file: a message is a row of numbered fields. Nothing is copied
 * and nothing read beyond the message; what a field means is the reader's business. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  CAS_PROTOBUF_VARINT,
  CAS_PROTOBUF_FIXED64,
  CAS_PROTOBUF_BYTES, /* a string, a message, or numbers one after another */
  CAS_PROTOBUF_FIXED32 = 5,
} CasProtobufType;

/* What is left of a message. */
typedef struct
{
  const guint8 *data;
  gsize         size;
} CasProtobuf;

typedef struct
{
  guint32         number;
  CasProtobufType type;
  guint64         value; /* but of bytes */
  CasProtobuf     bytes;
} CasProtobufField;

typedef enum
{
  CAS_PROTOBUF_FIELD,
  CAS_PROTOBUF_END,
  CAS_PROTOBUF_BROKEN, /* cut off, or no protocol buffer; so is all that follows */
} CasProtobufStatus;

/* Takes the next field off message. */
CasProtobufStatus cas_protobuf_next        (CasProtobuf      *message,
                                            CasProtobufField *field);

/* Takes one number off bytes that hold several. FALSE if there is none whole. */
gboolean          cas_protobuf_next_varint (CasProtobuf      *bytes,
                                            guint64          *value);

/* The bits of a FIXED32 as the float that they are. */
float             cas_protobuf_to_float    (guint64           value);

G_END_DECLS
