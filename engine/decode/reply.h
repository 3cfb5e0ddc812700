/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What weir-decode answers: a picture in sealed memory, or why there is none. Either ends the
 * process. */

#pragma once

#include "base/decoded.h"

G_BEGIN_DECLS

typedef struct
{
  guint       width, height; /* 0 if not known */
  const char *format;        /* nullable */
} DecodeSubject;

/* detail is the decoder's own message, or NULL. */
void decode_refuse       (CasDecodedResult         result,
                          const DecodeSubject     *subject,
                          const char              *detail) G_GNUC_NORETURN;

/* memory is a memfd that can be sealed and is not mapped any more. */
void decode_hand_over    (const DecodeSubject     *subject,
                          int                      memory) G_GNUC_NORETURN;

G_END_DECLS
