/* SPDX-License-Identifier: GPL-3.0-or-later */

/* weir-worker on a device that is lost after a step, once. It is linked with --wrap.
 *
 * In the folder $WEIR_LOSSY, “lose-at” holds the number of the checkpoint at which that happens, and
 * goes with it; “checkpoints” has a byte for each that was made, by whatever process. */

#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>

#include "gpu/gpu-private.h"
#include "session/session-private.h"
#include "worker/server/server.h"

CasSession *__real_cas_session_new          (const CasSessionParams *params,
                                             GError                **error);
CasSession *__wrap_cas_session_new          (const CasSessionParams *params,
                                             GError                **error);
void        __real_server_outbox_checkpoint (ServerOutbox           *outbox,
                                             CasCheckpoint          *checkpoint);
void        __wrap_server_outbox_checkpoint (ServerOutbox           *outbox,
                                             CasCheckpoint          *checkpoint);

static CasSession *session;

CasSession *
__wrap_cas_session_new (const CasSessionParams *params,
                        GError                **error)
{
  session = __real_cas_session_new (params, error);
  return session;
}

static void
count (void)
{
  g_autofree char *path = g_build_filename (g_getenv ("WEIR_LOSSY"), "checkpoints", NULL);
  FILE *file = fopen (path, "ab");

  putc ('.', file);
  fclose (file);
}

static gboolean
is_time (void)
{
  g_autofree char *path = g_build_filename (g_getenv ("WEIR_LOSSY"), "lose-at", NULL);
  g_autofree char *text = NULL;
  static int n_checkpoints;

  n_checkpoints++;
  return g_file_get_contents (path, &text, NULL, NULL) && n_checkpoints == atoi (text)
         && g_unlink (path) == 0;
}

void
__wrap_server_outbox_checkpoint (ServerOutbox  *outbox,
                                 CasCheckpoint *checkpoint)
{
  count ();
  __real_server_outbox_checkpoint (outbox, checkpoint);
  if (is_time ())
    cas_session_get_compile (session).gpu->is_lost = TRUE;
}
