/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The folders of models that the person told of, the built-in one first, and what is in each. */

#pragma once

#include <gio/gio.h>

#include <cascade/control.h>
#include <cascade/model.h>

G_BEGIN_DECLS

typedef enum
{
  WEIR_MODEL_LOOKING,    /* its files are being read */
  WEIR_MODEL_READY,
  WEIR_MODEL_INCOMPLETE, /* parts of it are missing or damaged, as its info says */
  WEIR_MODEL_BROKEN,     /* there is no model, as its summary says */
} WeirModelState;

#define WEIR_TYPE_MODEL (weir_model_get_type ())
G_DECLARE_FINAL_TYPE (WeirModel, weir_model, WEIR, MODEL, GObject)

/* Signal: changed (), when the state is another.
 * The path is "" for the built-in model, as in the settings. Everything is owned by self. */
const char         *weir_model_get_path  (WeirModel *self);
const char         *weir_model_get_name  (WeirModel *self);
WeirModelState      weir_model_get_state (WeirModel *self);

/* Of a model that is ready or incomplete; else NULL. */
const CasModelInfo *weir_model_get_info  (WeirModel *self);

/* Which kinds of ControlNets are among its files, a bit 1 << CasControlKind each. */
guint               weir_model_get_control_kinds (WeirModel *self);

/* Whether a network that finds what a picture is of is among its files. */
gboolean            weir_model_has_saliency  (WeirModel *self);

/* The state and the size for a person; free with g_free(). */
char               *weir_model_dup_summary (WeirModel *self);

/* --- the list ------------------------------------------------------------------------------- */

#define WEIR_TYPE_MODEL_LIST (weir_model_list_get_type ())
G_DECLARE_FINAL_TYPE (WeirModelList, weir_model_list, WEIR, MODEL_LIST, GObject)

/* A GListModel of WeirModel, kept in the keys "models" and "model" of the settings. It begins to look
 * at all folders at once, in threads.
 *
 * Property: selected (WeirModel, read-only, notified when "model" changes); a folder that is selected
 * is in the list. */
WeirModelList *weir_model_list_new          (GSettings     *settings);

/* Owned by self. */
WeirModel     *weir_model_list_get_selected (WeirModelList *self);

void           weir_model_list_select       (WeirModelList *self,
                                             WeirModel     *model);

/* The entry of this folder, an old one if it is known, which is then looked at again. Owned by
 * self. */
WeirModel     *weir_model_list_add          (WeirModelList *self,
                                             const char    *path);

/* Forgets a folder, which stays on the disk; the built-in model cannot be forgotten. If it was
 * selected the built-in one is. */
void           weir_model_list_remove       (WeirModelList *self,
                                             WeirModel     *model);

G_END_DECLS
