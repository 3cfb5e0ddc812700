/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The commands, one file each. */

#pragma once

#include <gio/gio.h>

#include "cli/exit-code.h"

/* argv[0] is the command's own name. */
typedef CliExit (*CliCommandFunc) (int           argc,
                                   char        **argv,
                                   GCancellable *cancellable);

CliExit cli_generate (int           argc,
                      char        **argv,
                      GCancellable *cancellable);
CliExit cli_upscale  (int           argc,
                      char        **argv,
                      GCancellable *cancellable);
CliExit cli_batch    (int           argc,
                      char        **argv,
                      GCancellable *cancellable);
CliExit cli_encode   (int           argc,
                      char        **argv,
                      GCancellable *cancellable);
CliExit cli_decode   (int           argc,
                      char        **argv,
                      GCancellable *cancellable);
CliExit cli_devices  (int           argc,
                      char        **argv,
                      GCancellable *cancellable);
CliExit cli_inspect  (int           argc,
                      char        **argv,
                      GCancellable *cancellable);
CliExit cli_show     (int           argc,
                      char        **argv,
                      GCancellable *cancellable);
CliExit cli_bench    (int           argc,
                      char        **argv,
                      GCancellable *cancellable);
