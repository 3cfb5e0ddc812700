/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The last lines that the program said, kept for those who look for a fault. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define WEIR_LOG_MAX_LINES 200

typedef struct _WeirLog WeirLog;

WeirLog *weir_log_new      (void);

void     weir_log_free     (WeirLog    *log);

/* From now on everything that GLib logs goes here too, but for what is only for debugging. Once in
 * a process, before other threads; log must live as long as the process. */
void     weir_log_install  (WeirLog    *log);

/* Keeps a line and forgets the oldest one if there are too many. Any thread. */
void     weir_log_add      (WeirLog    *log,
                            const char *line);

/* All lines, the oldest first, each with a newline. Any thread; free with g_free(). */
char    *weir_log_dup_text (WeirLog    *log);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirLog, weir_log_free)

G_END_DECLS
