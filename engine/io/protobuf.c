/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The wire format of protocol buffers. */

#include "io/protobuf.h"

#include <string.h>

#define MAX_VARINT_BYTES 10

gboolean
cas_protobuf_next_varint (CasProtobuf *bytes,
                          guint64     *value)
{
  *value = 0;
  for (gsize i = 0; i < MAX_VARINT_BYTES && i < bytes->size; i++)
    {
      guint64 byte = bytes->data[i];

      if (i == MAX_VARINT_BYTES - 1 && byte > 1)
        return FALSE; /* more than 64 bits */
      *value |= (byte & 0x7f) << (7 * i);
      if (byte < 0x80)
        {
          bytes->data += i + 1;
          bytes->size -= i + 1;
          return TRUE;
        }
    }

  return FALSE;
}

static gboolean
next_fixed (CasProtobuf *message,
            gsize        size,
            guint64     *value)
{
  if (message->size < size)
    return FALSE;

  *value = 0;
  for (gsize i = 0; i < size; i++)
    *value |= (guint64) message->data[i] << (8 * i);
  message->data += size;
  message->size -= size;
  return TRUE;
}

static gboolean
next_bytes (CasProtobuf *message,
            CasProtobuf *bytes)
{
  guint64 size;

  if (!cas_protobuf_next_varint (message, &size) || size > message->size)
    return FALSE;

  *bytes = (CasProtobuf) { .data = message->data, .size = size };
  message->data += size;
  message->size -= size;
  return TRUE;
}

/* The two types that are missing here are groups, which no file of ours has. */
static gboolean
next_value (CasProtobuf      *message,
            CasProtobufField *field)
{
  switch (field->type)
    {
    case CAS_PROTOBUF_VARINT:
      return cas_protobuf_next_varint (message, &field->value);
    case CAS_PROTOBUF_FIXED64:
      return next_fixed (message, 8, &field->value);
    case CAS_PROTOBUF_BYTES:
      return next_bytes (message, &field->bytes);
    case CAS_PROTOBUF_FIXED32:
      return next_fixed (message, 4, &field->value);
    default:
      return FALSE;
    }
}

CasProtobufStatus
cas_protobuf_next (CasProtobuf      *message,
                   CasProtobufField *field)
{
  guint64 key;

  if (message->size == 0)
    return CAS_PROTOBUF_END;

  *field = (CasProtobufField) { 0 };
  if (!cas_protobuf_next_varint (message, &key) || key > G_MAXUINT32 || key >> 3 == 0)
    return CAS_PROTOBUF_BROKEN;
  field->number = key >> 3;
  field->type = key & 7;
  return next_value (message, field) ? CAS_PROTOBUF_FIELD : CAS_PROTOBUF_BROKEN;
}

float
cas_protobuf_to_float (guint64 value)
{
  guint32 bits = value;
  float number;

  memcpy (&number, &bits, sizeof number);
  return number;
}
