/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What of a recipe became other at once: each value with what it was and what it is. */

#pragma once

#include "guide.h"

G_BEGIN_DECLS

typedef struct _WeirRecipeChange WeirRecipeChange;

#define WEIR_TYPE_RECIPE_CHANGE (weir_recipe_change_get_type ())
GType             weir_recipe_change_get_type  (void);

WeirRecipeChange *weir_recipe_change_new       (void);
WeirRecipeChange *weir_recipe_change_ref       (WeirRecipeChange *self);
void              weir_recipe_change_unref     (WeirRecipeChange *self);

/* A property of object. */
void              weir_recipe_change_add_value (WeirRecipeChange *self,
                                                GObject          *object,
                                                GParamSpec       *pspec,
                                                const GValue     *before,
                                                const GValue     *after);

/* The same; and even if it is not changed by this it is what it was again when this is undone. */
void              weir_recipe_change_keep_value (WeirRecipeChange *self,
                                                 GObject          *object,
                                                 GParamSpec       *pspec,
                                                 const GValue     *before,
                                                 const GValue     *after);

/* The picture of a guide, with what it is called; the one that it has now comes after. */
void              weir_recipe_change_add_picture (WeirRecipeChange *self,
                                                  WeirGuide        *guide,
                                                  WeirPicture      *before,
                                                  const char       *name_before);

/* What is in a list; what is in it now comes after. before holds objects. */
void              weir_recipe_change_add_items (WeirRecipeChange *self,
                                                GListStore       *list,
                                                GPtrArray        *before);

/* pspec: that of a property; NULL for the items of a list. */
gboolean          weir_recipe_change_has       (WeirRecipeChange *self,
                                                gpointer          object,
                                                GParamSpec       *pspec);

/* Adds what came after it. What is as it was before all of that is left out. */
void              weir_recipe_change_merge     (WeirRecipeChange *self,
                                                WeirRecipeChange *later);

gboolean          weir_recipe_change_is_empty  (WeirRecipeChange *self);

/* Memory that it alone takes, in bytes, about. */
gsize             weir_recipe_change_get_size  (WeirRecipeChange *self);

/* Makes everything what it was after (is_forth) or before. */
void              weir_recipe_change_apply     (WeirRecipeChange *self,
                                                gboolean          is_forth);

/* Whether two values of a property are the same. */
gboolean          weir_recipe_change_is_same   (GParamSpec       *pspec,
                                                const GValue     *a,
                                                const GValue     *b);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirRecipeChange, weir_recipe_change_unref)

G_END_DECLS
