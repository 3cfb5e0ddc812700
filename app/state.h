/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the window holds is written down as it changes, so that the next start goes on from there,
 * however this one ends. */

#pragma once

#include "work.h"

G_BEGIN_DECLS

/* Prompts that are remembered. */
#define WEIR_MAX_PROMPTS 200

#define WEIR_TYPE_STATE (weir_state_get_type ())
G_DECLARE_FINAL_TYPE (WeirState, weir_state, WEIR, STATE, GObject)

/* Keeps the work and prompts that were submitted (of GtkStringObject) in folder; NULL: weir in the
 * user's state folder. Nothing is read or written yet.
 *
 * Signals, once and after weir_state_restore():
 *   recovered                    what is shown is from a run that broke off
 *   put-aside (const char *dir)  a run broke off in showing it, and it is not shown again, or not all
 *                                of it could be read: as it was it lies there */
WeirState *weir_state_new     (const char *folder,
                               WeirWork   *work,
                               GListModel *prompts);

/* Takes what the last run left: settings and prompts at once, pictures when they are read. From now on
 * changes are written, within a second. What cannot be read is left as the program begins. */
void       weir_state_restore (WeirState  *self);

/* Writes what is not yet written, and waits for it: before the end, which is a good one. */
void       weir_state_flush   (WeirState  *self);

G_END_DECLS
