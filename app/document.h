/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the canvas holds: a picture, and the pictures it was before. */

#pragma once

#include "picture.h"

G_BEGIN_DECLS

#define WEIR_TYPE_DOCUMENT (weir_document_get_type ())
G_DECLARE_FINAL_TYPE (WeirDocument, weir_document, WEIR, DOCUMENT, GObject)

/* Properties, read-only: picture (WeirPicture, nullable), can-undo, can-redo (boolean). */
WeirDocument *weir_document_new         (void);

/* Owned by the document; NULL while it is empty. */
WeirPicture  *weir_document_get_picture (WeirDocument *self);

/* One step that can be undone. picture: NULL empties the document. */
void          weir_document_set_picture (WeirDocument *self,
                                         WeirPicture  *picture);

/* What an empty document begins with: there is nothing before it. */
void          weir_document_begin       (WeirDocument *self,
                                         WeirPicture  *picture);

/* Do nothing where there is nothing to undo or redo. */
void          weir_document_undo        (WeirDocument *self);
void          weir_document_redo        (WeirDocument *self);

G_END_DECLS
