/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where a prompt is typed: what is weighted is tinted, Ctrl+Up and Ctrl+Down weigh what is
 * selected, Alt+Up and Alt+Down go through the prompts of before. */

#pragma once

#include <gtk/gtk.h>

#include <cascade/prompt.h>

G_BEGIN_DECLS

#define WEIR_TYPE_PROMPT_VIEW (weir_prompt_view_get_type ())
G_DECLARE_FINAL_TYPE (WeirPromptView, weir_prompt_view, WEIR, PROMPT_VIEW, GtkTextView)

/* Properties:
 *   text          string, never NULL
 *   history       GListModel of GtkStringObject, the newest first; nullable
 *   n-tokens, n-chunks  uint, read-only; 0 while there is no reader
 *   notice        string, read-only: what of the text is not supported; NULL if nothing */
GtkWidget *weir_prompt_view_new        (void);

/* Who knows the model's tokens; the view does not own it, and NULL takes it away. */
void       weir_prompt_view_set_reader (WeirPromptView  *self,
                                        CasPromptReader *reader);

G_END_DECLS
