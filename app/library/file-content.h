/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A PNG file for clipboards and drags: as a file, and as the bytes that are in it, so that its
 * settings come along. */

#pragma once

#include <gdk/gdk.h>

G_BEGIN_DECLS

GdkContentProvider *weir_file_content_new (const char *path);

G_END_DECLS
