/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Ctrl-C and kill: the first cancels the work, the second ends the program at once. */

#pragma once

#include <gio/gio.h>

/* Call it first of all: threads that exist already would still take the signals. The returned
 * object is cancelled by the first SIGINT, SIGTERM or SIGHUP. */
GCancellable *cli_signals_init (void);
