/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which models there are, what is in each, and which one is used. */

#pragma once

#include <adwaita.h>

#include "models/model-list.h"

G_BEGIN_DECLS

#define WEIR_TYPE_MODELS_DIALOG (weir_models_dialog_get_type ())
G_DECLARE_FINAL_TYPE (WeirModelsDialog, weir_models_dialog, WEIR, MODELS_DIALOG, AdwWindow)

/* Present it. */
GtkWindow *weir_models_dialog_new         (GtkWindow        *parent,
                                           WeirModelList    *models);

/* Asks for a folder, adds it, and selects it if it is complete: what the button does, and the one
 * on the first page. parent: the dialog, or the window without it. */
void       weir_models_dialog_open_folder (GtkWindow        *parent,
                                           WeirModelList    *models);

G_END_DECLS
