/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The program: one window, its settings, and what lives as long as it does. */

#pragma once

#include <adwaita.h>

#include "library/library.h"
#include "log.h"
#include "models/model-list.h"
#include "queue/picture-saver.h"

G_BEGIN_DECLS

#define WEIR_TYPE_APPLICATION (weir_application_get_type ())
G_DECLARE_FINAL_TYPE (WeirApplication, weir_application, WEIR, APPLICATION, AdwApplication)

/* Properties, read-only: worker (CasWorker), which is another one when the model or the device is
 * another, and library (WeirLibrary), another one for another folder.
 * Signal: “told” (string), a sentence for a person.
 * log (nullable) outlives the application. */
WeirApplication *weir_application_new          (GApplicationFlags flags,
                                                WeirLog          *log);

/* What follows is owned by the application, which has it from its start-up on. */

/* What the person prefers, by the keys of the schema. */
GSettings       *weir_application_get_settings (WeirApplication  *self);
CasWorker       *weir_application_get_worker   (WeirApplication  *self);
WeirQueue       *weir_application_get_queue    (WeirApplication  *self);
WeirQueueStore  *weir_application_get_queue_store (WeirApplication *self);
WeirPictureSaver *weir_application_get_saver  (WeirApplication  *self);
WeirLibrary     *weir_application_get_library  (WeirApplication  *self);
WeirModelList   *weir_application_get_models   (WeirApplication  *self);
/* Of WeirStyle. */
GListModel      *weir_application_get_styles   (WeirApplication  *self);
/* Prompts that were submitted, of GtkStringObject, the newest first. */
GListModel      *weir_application_get_prompts  (WeirApplication  *self);

/* Puts a prompt at the front of those. */
void             weir_application_remember     (WeirApplication  *self,
                                                const char       *prompt);

/* Between these a file is being written: the program does not end before it is there. */
void             weir_application_begin_writing (WeirApplication *self);
void             weir_application_end_writing   (WeirApplication *self);

G_END_DECLS
