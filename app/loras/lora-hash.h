/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which file a LoRA is, whatever it is called. */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The SHA-256 of a file in hexadecimal digits, as pictures have it in their settings; free with
 * g_free(). NULL if it cannot be read. Takes seconds for a large one; any thread. */
char *weir_lora_dup_hash (const char   *path,
                          GCancellable *cancellable);

G_END_DECLS
