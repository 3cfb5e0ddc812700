/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a document was made of, in order: steps of one or more edits, of which the oldest go when
 * they take too much memory. */

#pragma once

#include <gdk/gdk.h>

#include "mask/mask.h"
#include "picture.h"
#include "recipe-change.h"

G_BEGIN_DECLS

/* What a document is, but for what its mask holds. Owns picture and mask. */
typedef struct
{
  WeirPicture *picture; /* nullable */
  WeirMask    *mask;    /* NULL without a picture */
  GdkRectangle frame;
  guint        sheet;   /* what places refer to; those of another one mean nothing here */
  int          x, y;    /* of the sheet's origin in the picture */
} WeirContent;

void weir_content_clear (WeirContent *self);
void weir_content_copy  (WeirContent       *self,
                         const WeirContent *from);
gboolean weir_content_is_same (const WeirContent *self,
                               const WeirContent *other);

/* One of three: the content became another, or the mask's pixels did, or what pictures are made
 * by. */
typedef struct
{
  WeirContent       before, after; /* without a delta and a change */
  WeirMaskDelta    *delta;         /* nullable */
  WeirRecipeChange *change;        /* nullable */
} WeirEdit;

typedef struct _WeirSteps WeirSteps;

/* limit: bytes, about; the last step stays however large it is. */
WeirSteps *weir_steps_new      (gsize              limit);
void       weir_steps_free     (WeirSteps         *self);

void       weir_steps_clear    (WeirSteps         *self);

/* What is added between is one step; may be nested. Without, each edit is a step of its own. */
void       weir_steps_begin    (WeirSteps         *self);
void       weir_steps_end      (WeirSteps         *self);

/* Adds what was done; steps that were undone are gone with that. */
void       weir_steps_add_content (WeirSteps         *self,
                                   const WeirContent *before,
                                   const WeirContent *after);
void       weir_steps_add_delta   (WeirSteps         *self,
                                   WeirMaskDelta     *delta);

/* previous: nullable; the change that was added last, which this one is made part of if it is still
 * the last edit of all. */
void       weir_steps_add_change  (WeirSteps         *self,
                                   WeirRecipeChange  *change,
                                   WeirRecipeChange  *previous);

gboolean   weir_steps_can_undo (WeirSteps         *self);
gboolean   weir_steps_can_redo (WeirSteps         *self);

/* The edits (WeirEdit) of the step before, to be taken back from the last to the first, or of the
 * next one, to be done again in order; owned by the steps. NULL if there is none. */
GArray    *weir_steps_undo     (WeirSteps         *self);
GArray    *weir_steps_redo     (WeirSteps         *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (WeirContent, weir_content_clear)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirSteps, weir_steps_free)

G_END_DECLS
