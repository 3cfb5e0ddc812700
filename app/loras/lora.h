/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A file that changes what the model draws, and how much it is to count. */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define WEIR_LORA_MAX_WEIGHT 2.0 /* either way */

#define WEIR_TYPE_LORA (weir_lora_get_type ())
G_DECLARE_FINAL_TYPE (WeirLora, weir_lora, WEIR, LORA, GObject)

/* Properties, with notification only on change:
 *   is-on      boolean: pictures are made with it
 *   weight     double, −2 to 2; 1 is as it was trained
 *   is-known   boolean, read-only: its file was read for the model that is used now
 *   reason     string, read-only: why it cannot be used with this model; NULL if it can */
WeirLora           *weir_lora_new          (const char *path);

/* Owned by self. */
const char         *weir_lora_get_path     (WeirLora   *self);
const char         *weir_lora_get_name     (WeirLora   *self);
const char         *weir_lora_get_reason   (WeirLora   *self);

/* Words to put into the prompt, NULL at the end, as the file tells; none before it is known. */
const char *const  *weir_lora_get_triggers (WeirLora   *self);

/* TRUE if it is on and no reason is known against it: while its file is read it counts, and the engine
 * says what is wrong with it. */
gboolean            weir_lora_get_is_used  (WeirLora   *self);
double              weir_lora_get_weight   (WeirLora   *self);

/* Reads the file's header in a thread, to see whether it fits the model of this folder; what was
 * begun before is forgotten. */
void                weir_lora_look         (WeirLora   *self,
                                            const char *model);

G_END_DECLS
