/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The guides of the next picture. */

#pragma once

#include "panels/guide-row.h"

G_BEGIN_DECLS

#define WEIR_TYPE_GUIDANCE_PANEL (weir_guidance_panel_get_type ())
G_DECLARE_FINAL_TYPE (WeirGuidancePanel, weir_guidance_panel, WEIR, GUIDANCE_PANEL, GtkWidget)

/* Property: guides (GListStore of WeirGuide, write-only). Activates win.add-guide with the word of a
 * kind.
 * Signals, of a guide that is shown:
 *   wanted (WeirGuide *, WeirGuideSource)  a picture from there
 *   dropped (WeirGuide *, GFile *)         the picture in this file */
GtkWidget *weir_guidance_panel_new       (void);

/* Which kinds the model has ControlNets for, a bit 1 << kind each. The others cannot be added, and
 * say why. */
void       weir_guidance_panel_set_kinds (WeirGuidancePanel *self,
                                          guint              kinds);

/* Moves the focus to a guide's row, and so scrolls to it, as soon as it has a place. */
void       weir_guidance_panel_reveal    (WeirGuidancePanel *self,
                                          WeirGuide         *guide);

G_END_DECLS
