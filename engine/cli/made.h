/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pictures that other runs, or this one before, have made. */

#pragma once

#include "cascade/metadata.h"

/* Whether the whole picture is there, with these settings, which lose what may differ from machine
 * to machine. */
gboolean cli_made_is_there     (const char  *path,
                                CasMetadata *wanted);

/* Removes what a run that was killed may leave on a file system without links, where a picture's
 * place is taken by an empty file. Its lock is held. */
void     cli_made_remove_empty (const char  *path);
