/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the job at work does, how far it is and how long it will take, and a button that ends it.
 * Hidden while there is none. */

#pragma once

#include <gtk/gtk.h>

#include <cascade/session.h>

G_BEGIN_DECLS

#define WEIR_TYPE_PROGRESS_LINE (weir_progress_line_get_type ())
G_DECLARE_FINAL_TYPE (WeirProgressLine, weir_progress_line, WEIR, PROGRESS_LINE, GtkWidget)

/* Properties, read-only; 0, -1 or "" while no job is at work:
 *   busy             boolean
 *   phase-name       string, in the person's language
 *   step, n-steps    uint, of the phase
 *   fraction         double, of the job
 *   seconds-left     double; below 0 while there is no telling
 *   text             string: “Composing 12 of 20 · about 9 s left” */
GtkWidget  *weir_progress_line_new      (void);

void        weir_progress_line_set      (WeirProgressLine  *self,
                                         const CasProgress *progress);

/* The job has ended. */
void        weir_progress_line_clear    (WeirProgressLine  *self);

/* The text of a progress, for other places that tell of it; free with g_free(). */
char       *weir_progress_dup_text      (const CasProgress *progress);

G_END_DECLS
