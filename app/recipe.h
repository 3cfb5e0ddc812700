/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What pictures are made by: everything that the panels show, beside the document; and when of it
 * one change ends and another begins. */

#pragma once

#include "loras/lora-list.h"
#include "params.h"
#include "recipe-change.h"

G_BEGIN_DECLS

/* After so long without a change the next one is another step. */
#define WEIR_RECIPE_PAUSE_MS 2000

/* The properties that are kept, NULL at the end. */
extern const char *const weir_recipe_param_names[];
extern const char *const weir_recipe_guide_names[];
extern const char *const weir_recipe_reference_names[];
extern const char *const weir_recipe_lora_names[];

#define WEIR_TYPE_RECIPE (weir_recipe_get_type ())
G_DECLARE_FINAL_TYPE (WeirRecipe, weir_recipe, WEIR, RECIPE, GObject)

/* guides holds WeirGuide, references WeirReference, loras WeirLora (nullable: none).
 *
 * Signals:
 *   changed  something is another, whoever changed it
 *   edited   (WeirRecipeChange change, WeirRecipeChange previous) a person changed something; or
 *            what they opened did. previous: nullable; the change that was told last, which this
 *            one goes on with: both are one. What a model adopts, and seeds that are drawn, are no
 *            edits */
WeirRecipe *weir_recipe_new      (WeirParams       *params,
                                  GListStore       *guides,
                                  GListStore       *references,
                                  WeirLoraList     *loras);

/* Whatever comes now is another change: the focus went elsewhere, something else was done. */
void        weir_recipe_end_edit (WeirRecipe       *self);

/* Undoes or, is_forth, redoes a change, which is no edit. */
void        weir_recipe_apply    (WeirRecipe       *self,
                                  WeirRecipeChange *change,
                                  gboolean          is_forth);

/* From now on until weir_recipe_end_taking() nothing is an edit (is_first), or everything is. */
void        weir_recipe_begin_taking (WeirRecipe   *self,
                                      gboolean      is_first);
void        weir_recipe_end_taking   (WeirRecipe   *self);

G_END_DECLS
