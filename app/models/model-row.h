/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A row that says what a model is and opens to show its parts. */

#pragma once

#include <adwaita.h>

#include "models/model-list.h"

G_BEGIN_DECLS

#define WEIR_TYPE_MODEL_ROW (weir_model_row_get_type ())
G_DECLARE_FINAL_TYPE (WeirModelRow, weir_model_row, WEIR, MODEL_ROW, AdwExpanderRow)

/* Its round button selects the model in the list, and is one of group's (nullable). */
GtkWidget      *weir_model_row_new       (WeirModelList  *models,
                                          WeirModel      *model,
                                          GtkCheckButton *group);

GtkCheckButton *weir_model_row_get_check (WeirModelRow   *self);

G_END_DECLS
