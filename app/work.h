/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a person works on: the document and what the panels show beside it, as one thing that is
 * kept, saved and opened. */

#pragma once

#include "document.h"
#include "guide.h"
#include "loras/lora-list.h"
#include "params.h"
#include "project/project.h"

G_BEGIN_DECLS

#define WEIR_TYPE_WORK (weir_work_get_type ())
G_DECLARE_FINAL_TYPE (WeirWork, weir_work, WEIR, WORK, GObject)

/* guides holds WeirGuide, references WeirReference, loras WeirLora (nullable: none). From now on
 * what is changed of all of it can be undone by the document, which is of one work.
 *
 * Properties, notified:
 *   path        string, nullable: the file of the project, once it has one
 *   is-unsaved  boolean: something is other than in that file
 * Signal: changed: something of it has changed; also in a stroke that goes on. */
WeirWork    *weir_work_new              (WeirDocument *document,
                                         WeirParams   *params,
                                         GListStore   *guides,
                                         GListStore   *references,
                                         WeirLoraList *loras);

/* Owned by self; nullable. */
const char  *weir_work_get_path         (WeirWork     *self);
gboolean     weir_work_get_is_unsaved   (WeirWork     *self);

/* The project's name for a person; free with g_free(). NULL if it has no file. */
char        *weir_work_dup_name         (WeirWork     *self);

/* Another one with each change; and with each of the mask. */
guint        weir_work_get_serial       (WeirWork     *self);
guint        weir_work_get_mask_serial  (WeirWork     *self);

/* As it is now. The mask, unless it is empty, is a copy; pictures never change.
 * Free with weir_project_free(). */
WeirProject *weir_work_capture          (WeirWork     *self,
                                         gboolean      with_mask);

/* Shows the settings and LoRAs that are in params, and of those that are not leaves what is there.
 * It is one step that can be undone, or if is_first there is nothing before it. Returns what of it
 * cannot be had here, as a sentence; NULL: nothing. Free with g_free(). */
char        *weir_work_take_settings    (WeirWork     *self,
                                         JsonNode     *params,
                                         gboolean      is_first);

/* Shows what is made of pictures: the document, guides and references. It is one step that can be
 * undone, or if is_first there is nothing before it. */
void         weir_work_take_pictures    (WeirWork     *self,
                                         WeirProject  *project,
                                         gboolean      is_first);

/* Nothing is on the canvas or guides. */
gboolean     weir_work_is_empty         (WeirWork     *self);

/* An empty canvas and no guides, references, LoRAs and file. It is one step, but
 * for the file. */
void         weir_work_clear            (WeirWork     *self);

/* From which file it is, or in which it was saved. */
void         weir_work_set_path         (WeirWork     *self,
                                         const char   *path,
                                         gboolean      is_unsaved);

/* Whatever is written or dragged from now on is a step of its own, as the focus went elsewhere. */
void         weir_work_end_edit         (WeirWork     *self);

/* A new guide, whose edges are of the size of the next picture. */
WeirGuide   *weir_work_new_guide        (WeirWork       *self,
                                         CasControlKind  kind);

G_END_DECLS
