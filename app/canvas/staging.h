/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The results that wait for a decision. All of them are in the library already: what is discarded
 * here is not lost. */

#pragma once

#include <gio/gio.h>

#include "document.h"

G_BEGIN_DECLS

#define WEIR_TYPE_STAGING (weir_staging_get_type ())
G_DECLARE_FINAL_TYPE (WeirStaging, weir_staging, WEIR, STAGING, GObject)

/* A GListModel of WeirPicture. Properties:
 *   selected        uint: place of the candidate that is shown, or GTK_INVALID_LIST_POSITION
 *                   (G_MAXUINT) where there is none and while the document is looked at instead:
 *                   once that is set, what comes is not selected either
 *   picture         WeirPicture, nullable, read-only: the one at that place
 *   has-candidates  boolean, read-only
 *   has-selected    boolean, read-only
 *   can-compare     boolean, read-only: one is selected, and the document has a picture
 *   position-label  string, read-only: “2 of 4”, in the person's language; "" without candidates
 * Signals:
 *   refused (const char *sentence)  what was to be kept was not, and why
 *   is-busy → boolean               asked before one that comes is selected. TRUE, of whoever works
 *                                   on the document: it is not, and only counted */
WeirStaging *weir_staging_new         (WeirDocument *document);

/* Appends. Selects it if none is, unless a person left the others for the document, or someone is
 * busy with that. */
void         weir_staging_add         (WeirStaging  *self,
                                       WeirPicture  *picture);

/* The same of a part of the document: what of it a mask of the place's size has anything of (NULL:
 * all). What is beyond the place is left out. place: NULL where it is a picture of its own. */
void         weir_staging_add_at      (WeirStaging     *self,
                                       WeirPicture     *picture,
                                       const WeirPlace *place,
                                       WeirMask        *mask);

/* The same of what was made of one of the former pictures. It goes where the last candidate of these
 * goes if it has its size. FALSE: none of them waits here any more, and it is a picture of its own. */
gboolean     weir_staging_add_version (WeirStaging  *self,
                                       WeirPicture  *picture,
                                       GPtrArray    *former);

/* Where the selected one goes in the document as it is now. FALSE if it goes nowhere: none is
 * selected, it is a picture of its own, or it belongs to another picture. */
gboolean     weir_staging_get_frame   (WeirStaging  *self,
                                       GdkRectangle *frame);

/* Owned by the staging; NULL where none is selected. */
WeirPicture *weir_staging_get_picture (WeirStaging  *self);

guint        weir_staging_get_selected (WeirStaging *self);
void         weir_staging_set_selected (WeirStaging *self,
                                        guint        selected);

/* Selects none, so that what grows is seen: the next that comes is selected. */
void         weir_staging_make_room   (WeirStaging  *self);

/* What made room is back, unless a person left it or someone is busy with the document. */
void         weir_staging_show_again  (WeirStaging  *self);

/* Round and round; from no selection to the last and the first. */
void         weir_staging_previous    (WeirStaging  *self);
void         weir_staging_next        (WeirStaging  *self);

/* Puts the selected one into the document, at its place if it is a part, which is one step to undo;
 * clears away the others. They are back when that step is undone, unless there are newer ones, and
 * gone again when it is redone. Where it cannot be there is “refused” instead. */
void         weir_staging_keep        (WeirStaging  *self);

/* Removes the selected one; the next takes its place. */
void         weir_staging_discard     (WeirStaging  *self);

/* Removes one, if it is there. */
void         weir_staging_remove      (WeirStaging  *self,
                                       WeirPicture  *picture);

void         weir_staging_discard_all (WeirStaging  *self);

G_END_DECLS
