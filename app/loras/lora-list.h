/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Every LoRA file there is: in the model's folder, in the user's, and those that were told of. */

#pragma once

#include "loras/lora.h"

G_BEGIN_DECLS

#define WEIR_TYPE_LORA_LIST (weir_lora_list_get_type ())
G_DECLARE_FINAL_TYPE (WeirLoraList, weir_lora_list, WEIR, LORA_LIST, GObject)

/* A GListModel of WeirLora, by name; files that were told of are kept in the key “loras” of the
 * settings. Folders are watched: a file that is put there is in the list soon after. Those of
 * another model's folder leave the list, and come back as they were. */
WeirLoraList *weir_lora_list_new       (GSettings    *settings);

/* Looks at the files again for the model of this folder. */
void          weir_lora_list_set_model (WeirLoraList *self,
                                        const char   *folder);

/* A file from anywhere. Owned by self. Fails for a path that is no valid UTF-8, which the settings
 * cannot keep. */
WeirLora     *weir_lora_list_add       (WeirLoraList *self,
                                        const char   *path,
                                        GError      **error);

/* Whether it is in the list only because it was added. */
gboolean      weir_lora_list_is_added  (WeirLoraList *self,
                                        WeirLora     *lora);

/* Forgets one that was added; its file stays. */
void          weir_lora_list_remove    (WeirLoraList *self,
                                        WeirLora     *lora);

/* That of this path, of those in the list; owned by self, nullable. */
WeirLora     *weir_lora_list_find      (WeirLoraList *self,
                                        const char   *path);

/* The same, else the first one whose file is called as the one at this path was. */
WeirLora     *weir_lora_list_find_like (WeirLoraList *self,
                                        const char   *path);

G_END_DECLS
