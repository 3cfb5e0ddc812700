/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One run of weir-decode, the process that reads and writes pictures so that this one need not. */

#pragma once

#include <gio/gio.h>

#include "base/decoded.h"

G_BEGIN_DECLS

/* Lets the program (NULL: $WEIR_DECODE, or the one built or installed with us) have the open file and
 * waits for its answer: as long as timeout_ms, or until cancellable says so. The process is gone when
 * this returns. argument is CAS_ENCODED_ARGUMENT, or NULL to read a picture; name is what messages
 * call the picture. *memory is the descriptor that came with the answer, or -1; close it. Neither it
 * nor the answer has been looked at but for the answer's size and version. Any thread; no main loop.
 * Errors: CAS_ERROR_WORKER_DIED if it crashed, took too long or cannot be started,
 * CAS_ERROR_PROTOCOL, G_IO_ERROR_CANCELLED. */
gboolean cas_decoder_run (const char       *program,
                          const char       *argument,
                          int               picture,
                          const char       *name,
                          guint             timeout_ms,
                          GCancellable     *cancellable,
                          CasDecodedReply  *reply,
                          int              *memory,
                          GError          **error);

/* Whether nobody can change the memory any more, and its size. */
gboolean cas_decoder_is_sealed  (int                    memory,
                                 guint64               *size);

/* Reads all of size bytes. By pread and not through a mapping: memory that cannot be had is then an
 * error, no signal. */
gboolean cas_decoder_read       (int                    memory,
                                 gsize                  at,
                                 void                  *data,
                                 gsize                  size);

/* The program's own words, to stand within a sentence of ours. */
char    *cas_decoder_dup_detail (const CasDecodedReply *reply);

G_END_DECLS
