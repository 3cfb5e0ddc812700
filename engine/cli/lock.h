/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A claim on a file that is to be made: “.NAME.lock” beside it, so that of several runs, on one
 * machine or on many that share a folder, only one makes it. A claim dies with its program: at once
 * where that can be seen, which is on the same machine, outside of containers or in the same one;
 * elsewhere when it was not renewed for CLI_LOCK_SECONDS. */

#pragma once

#include <gio/gio.h>

#define CLI_LOCK_SECONDS 600

typedef struct _CliLock CliLock;

/* NULL without an error: another run has it. Errors: CLI_ERROR_OUTPUT. */
CliLock *cli_lock_take    (const char *path,
                           GError    **error);

/* Gives it back. While it is held, a thread of its own renews it. */
void     cli_lock_release (CliLock    *lock);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CliLock, cli_lock_release)
