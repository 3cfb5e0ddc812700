/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One run of weir-decode, the process that reads pictures so that this one need not. */

#pragma once

#include <gio/gio.h>

#include "base/decoded.h"

G_BEGIN_DECLS

/* Lets the program have the open file and waits for its answer: as long as timeout_ms, or until
 * cancellable says so. The process is gone when this returns. name is what messages call the
 * picture. *memory is the descriptor that came with the answer, or -1; close it. Neither it nor
 * the answer has been looked at but for the answer's size and version. Any thread; no main loop.
 * Errors: CAS_ERROR_WORKER_DIED if it crashed, took too long or cannot be started,
 * CAS_ERROR_PROTOCOL, G_IO_ERROR_CANCELLED. */
gboolean cas_decoder_run (const char       *program,
                          int               picture,
                          const char       *name,
                          guint             timeout_ms,
                          GCancellable     *cancellable,
                          CasDecodedReply  *reply,
                          int              *memory,
                          GError          **error);

G_END_DECLS
