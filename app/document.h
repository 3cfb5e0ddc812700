/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the canvas holds: a picture, a mask of what of it is made anew, and a frame around what is
 * made; and what all that was before. */

#pragma once

#include "mask/mask.h"
#include "picture.h"
#include "recipe.h"

G_BEGIN_DECLS

/* About how many bytes what can be undone takes, in packed strokes and whole pictures: some 170 of
 * a megapixel, ten of 4096×4096. What is older is forgotten, but never the last step. */
#define WEIR_DOCUMENT_UNDO_BYTES ((gsize) 512 << 20)

#define WEIR_TYPE_DOCUMENT (weir_document_get_type ())
G_DECLARE_FINAL_TYPE (WeirDocument, weir_document, WEIR, DOCUMENT, GObject)

/* Properties, read-only, notified:
 *   picture             WeirPicture, nullable
 *   mask                WeirMask, nullable: of the picture's size; another one, empty, for another
 *                       size, and else the same. What it is given is undone and redone with the
 *                       rest: weir_mask_apply() is the document's to call
 *   frame               GdkRectangle: in the picture's pixels, beyond which it may reach
 *   can-undo, can-redo  boolean */
WeirDocument *weir_document_new         (void);

/* What of it is edited is undone and redone with the rest. Once. */
void          weir_document_set_recipe  (WeirDocument       *self,
                                         WeirRecipe         *recipe);

/* Owned by the document; NULL while it is empty. */
WeirPicture  *weir_document_get_picture (WeirDocument       *self);
WeirMask     *weir_document_get_mask    (WeirDocument       *self);

/* The whole picture at first; nothing, of no size, while the document is empty. */
void          weir_document_get_frame   (WeirDocument       *self,
                                         GdkRectangle       *frame);

/* One step that can be undone. In an empty document nothing happens. */
void          weir_document_set_frame   (WeirDocument       *self,
                                         const GdkRectangle *frame);

/* Whatever changes between is one step; may be nested. */
void          weir_document_begin_change (WeirDocument      *self);
void          weir_document_end_change   (WeirDocument      *self);

/* One step that can be undone. picture: NULL empties the document. One of the same size has the
 * mask and the frame that there are, and any other an empty mask and the whole as frame. */
void          weir_document_set_picture (WeirDocument       *self,
                                         WeirPicture        *picture);

/* What an empty document begins with: there is nothing before it. */
void          weir_document_begin       (WeirDocument       *self,
                                         WeirPicture        *picture);

/* The same of a document that had a mask, of the picture's size, and a frame. NULL: an empty mask;
 * the whole picture. The mask becomes the document's. */
void          weir_document_begin_with  (WeirDocument       *self,
                                         WeirPicture        *picture,
                                         WeirMask           *mask,
                                         const GdkRectangle *frame);

/* Puts a part at its place, which is one step; what else there is stays as it is, to the bit. Where
 * the frame reaches beyond the picture that grows, and mask and frame move along. In an empty
 * document the part is the picture. What the part says of how it was made goes for the whole.
 * FALSE: there is no memory for it, and nothing happened. */
gboolean      weir_document_place       (WeirDocument       *self,
                                         WeirPicture        *part,
                                         const GdkRectangle *frame);

/* The same of what a mask of the frame's size has anything of; what else is within the frame stays
 * as it is. NULL: all. */
gboolean      weir_document_place_masked (WeirDocument       *self,
                                          WeirPicture        *part,
                                          const GdkRectangle *frame,
                                          WeirMask           *mask);

/* Do nothing where there is nothing to undo or redo. A stroke that goes on is all that undo takes
 * back then. */
void          weir_document_undo        (WeirDocument       *self);
void          weir_document_redo        (WeirDocument       *self);

/* --- places that last ------------------------------------------------------------------------ */

/* A part of the picture, wherever that begins when it has grown to the left or the top. */
typedef struct
{
  guint        sheet; /* 0: of another run, and of whichever picture has that one's size */
  GdkRectangle area;
  int          x, y;  /* of what area counts from, in the picture as it was */
  guint        width, height; /* of the picture as it was */
} WeirPlace;

WeirPlace     weir_document_get_place   (WeirDocument       *self,
                                         const GdkRectangle *frame);

/* Of another run, in a picture of this size. */
WeirPlace     weir_place_new_for_size   (const GdkRectangle *frame,
                                         guint               width,
                                         guint               height);

/* Where it was in the picture as it was. */
void          weir_place_get_frame      (const WeirPlace    *self,
                                         GdkRectangle       *frame);

/* Where it is now. FALSE if the picture has been replaced by one of another size. */
gboolean      weir_document_find_place  (WeirDocument       *self,
                                         const WeirPlace    *place,
                                         GdkRectangle       *frame);

G_END_DECLS
