/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One line on a terminal that says what is being done and for how long still. */

#pragma once

#include "cascade/session.h"

typedef struct _CliProgressBar CliProgressBar;

/* NULL where stderr is no terminal; the other functions accept that. */
CliProgressBar *cli_progress_bar_new   (void);
void            cli_progress_bar_free  (CliProgressBar    *bar);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CliProgressBar, cli_progress_bar_free)

void            cli_progress_bar_show  (CliProgressBar    *bar,
                                        const CasProgress *progress);

/* Takes the line away, before something else is written. */
void            cli_progress_bar_clear (CliProgressBar    *bar);
