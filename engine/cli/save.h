/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Saving pictures: one that was made is never lost, and none that is there either. */

#pragma once

#include "cli/report.h"

/* Writes the picture to its path and reports it. If a file came there since the path was found to
 * be free, the picture goes beside it as NAME-2.png, NAME-3.png, …, which is told; with overwrite the
 * file is replaced. Errors: CLI_ERROR_OUTPUT. */
gboolean cli_save_picture (const CasPicture *picture,
                           const char       *path,
                           gboolean          overwrite,
                           CliReport        *report,
                           GError          **error);
