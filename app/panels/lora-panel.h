/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The LoRA files: which count, and how much. */

#pragma once

#include <gtk/gtk.h>

#include "loras/lora-list.h"

G_BEGIN_DECLS

#define WEIR_TYPE_LORA_PANEL (weir_lora_panel_get_type ())
G_DECLARE_FINAL_TYPE (WeirLoraPanel, weir_lora_panel, WEIR, LORA_PANEL, GtkWidget)

/* Property: loras (WeirLoraList, write-only). Activates win.add-lora, and win.insert-word with a word
 * for the prompt. */
GtkWidget *weir_lora_panel_new (void);

G_END_DECLS
