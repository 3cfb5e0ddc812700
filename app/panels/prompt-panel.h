/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the picture shall show, what it shall not, and in which style. */

#pragma once

#include <gtk/gtk.h>

#include <cascade/prompt.h>

#include "panels/styles.h"
#include "params.h"

G_BEGIN_DECLS

#define WEIR_TYPE_PROMPT_PANEL (weir_prompt_panel_get_type ())
G_DECLARE_FINAL_TYPE (WeirPromptPanel, weir_prompt_panel, WEIR, PROMPT_PANEL, GtkWidget)

/* Properties: params (WeirParams); history (GListModel of GtkStringObject, the newest prompt
 * first); styles (GListModel of WeirStyle). */
GtkWidget *weir_prompt_panel_new        (void);

/* Who counts the tokens; the panel owns it from now on. NULL: the meter is not shown. */
void       weir_prompt_panel_set_reader (WeirPromptPanel *self,
                                         CasPromptReader *reader);

/* Gives the prompt the focus, with all of it selected. */
void       weir_prompt_panel_edit       (WeirPromptPanel *self);

G_END_DECLS
