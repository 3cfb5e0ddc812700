/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the window holds is written down as it changes, so that the next start goes on from there,
 * however this one ends. */

#pragma once

#include "document.h"
#include "params.h"

G_BEGIN_DECLS

/* Prompts that are remembered. */
#define WEIR_MAX_PROMPTS 200

#define WEIR_TYPE_STATE (weir_state_get_type ())
G_DECLARE_FINAL_TYPE (WeirState, weir_state, WEIR, STATE, GObject)

/* Keeps parameters, prompts that were submitted (of GtkStringObject) and the document's picture in
 * folder; NULL: weir in the user's state folder. Nothing is read or written yet. */
WeirState *weir_state_new     (const char   *folder,
                               WeirParams   *params,
                               GListModel   *prompts,
                               WeirDocument *document);

/* Takes what the last run left: parameters and prompts at once, the picture when it is read. From now on changes are
 * written, within a second. What cannot be read is left as the program begins. */
void       weir_state_restore (WeirState    *self);

/* Writes what is not yet written, and waits for it: before the end. */
void       weir_state_flush   (WeirState    *self);

G_END_DECLS
