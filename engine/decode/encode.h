/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Writes a picture as gdk-pixbuf's savers do, with what is said of it. */

#pragma once

#include "base/decoded.h"

/* request: all that came, as base/decoded.h says. Answers and ends the process. */
void decode_encode (const guint8 *request,
                    gsize         size) G_GNUC_NORETURN;
