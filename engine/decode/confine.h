/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What this process gives up before it looks at a picture. */

#pragma once

#include <glib.h>

/* Limits on memory, time, files and descriptors; no core file, no new privileges, and no life
 * after the parent's. FALSE with errno if the system refuses one. */
gboolean decode_confine (void);
