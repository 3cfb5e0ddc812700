/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the job at work does, how far it is and how long it will take, and a button that ends it.
 * Hidden while there is none. */

#pragma once

#include <gtk/gtk.h>

#include <cascade/session.h>

G_BEGIN_DECLS

#define WEIR_TYPE_PROGRESS_LINE (weir_progress_line_get_type ())
G_DECLARE_FINAL_TYPE (WeirProgressLine, weir_progress_line, WEIR, PROGRESS_LINE, GtkWidget)

GtkWidget  *weir_progress_line_new      (void);

void        weir_progress_line_set      (WeirProgressLine  *self,
                                         const CasProgress *progress);

/* No job is at work. */
void        weir_progress_line_clear    (WeirProgressLine  *self);

/* A job has ended; words are told aloud: how. */
void        weir_progress_line_end      (WeirProgressLine  *self,
                                         const char        *words);

/* The text of a progress, for other places that tell of it; free with g_free(). */
char       *weir_progress_dup_text      (const CasProgress *progress);

G_END_DECLS
