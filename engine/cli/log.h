/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where messages go: warnings to the terminal, everything worth keeping to a file. */

#pragma once

#include <glib.h>

/* Sends our messages, and the warnings of others, to weir/log/weir-cli.log in the user's state
 * folder; warnings and worse to stderr too, and with verbose all of ours. A log that cannot be
 * written is done without. */
void cli_log_init (gboolean verbose);
