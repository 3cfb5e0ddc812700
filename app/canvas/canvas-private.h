/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the canvas' own files share. Places are pixels of the screen, as in WeirView. */

#pragma once

#include "canvas/canvas.h"
#include "canvas/editing.h"
#include "canvas/masked-preview.h"
#include "canvas/pyramid.h"
#include "canvas/view.h"
#include "canvas/wipe-handle.h"

G_BEGIN_DECLS

typedef enum
{
  WEIR_DRAG_NONE,
  WEIR_DRAG_PAN,
  WEIR_DRAG_WIPE,
} WeirDrag;

struct _WeirCanvas
{
  GtkWidget parent;

  WeirDocument *document;
  WeirStaging  *staging;
  WeirPicture  *before; /* in place of the document */
  GSignalGroup *document_signals;
  GSignalGroup *staging_signals;

  GHashTable  *pyramids; /* WeirPyramid by WeirPicture */
  WeirPyramid *preview;
  guint        preview_width, preview_height;
  GdkTexture  *masked_preview; /* what of it is seen, if that is not all */
  GdkRectangle preview_frame; /* its place in the document; of no size where it is not a part */

  WeirEditing *editing;

  WeirView   view;
  int        covered_start, covered_top; /* pixels of the widget */
  GdkRectangle picture; /* on the page, which has more than it where the frame reaches beyond */
  gboolean   is_comparing;
  GtkWidget *handle;
  guint      idle_id; /* tells of a zoom that changed in an allocation */

  /* canvas-input.c */
  double   pointer_x, pointer_y; /* of the widget */
  double   last_x, last_y;       /* of a drag, so far */
  double   pinch_zoom;           /* when it began */
  WeirDrag drag;
  gboolean is_peeking;           /* the document alone, while a key is held */
  gboolean is_hand;              /* the pointer pans, while a key is held */
};

/* After any change of self->view. */
void     weir_canvas_view_changed (WeirCanvas *self);

/* Whether there are two things to compare, and they are compared. */
gboolean weir_canvas_has_wipe     (WeirCanvas *self);

void     weir_canvas_set_compare  (WeirCanvas *self,
                                   gboolean    is_comparing);

/* --- canvas-zoom.c -------------------------------------------------------------------------- */

/* Tells self->view what lies over it, in the direction of the language. */
void     weir_canvas_cover        (WeirCanvas *self);

/* --- canvas-page.c -------------------------------------------------------------------------- */

/* A page with nothing but a picture, or with the document's and the frame. below: what is shown as
 * the document's, which may be self->before; then it is alone. */
void     weir_canvas_set_plain_page    (WeirCanvas  *self,
                                        int          width,
                                        int          height);
void     weir_canvas_set_document_page (WeirCanvas  *self,
                                        WeirPicture *below);

/* All in whole pixels of the screen, so that edges are sharp and parts meet what is around them: of
 * a part of the picture, of the whole, of another one in the middle of it as large as it can be
 * there, and of the handle. */
graphene_rect_t weir_canvas_get_place         (WeirCanvas         *self,
                                               const GdkRectangle *frame);
graphene_rect_t weir_canvas_get_picture_place (WeirCanvas         *self);
graphene_rect_t weir_canvas_get_fitting_place (WeirCanvas         *self,
                                               WeirPyramid        *pyramid);
double          weir_canvas_get_wipe_x        (WeirCanvas         *self);

/* --- canvas.c ------------------------------------------------------------------------------- */

/* Says for those who do not see it what is shown. */
void     weir_canvas_describe     (WeirCanvas *self);

/* By pixels of the widget (canvas-input.c). */
void     weir_canvas_pan          (WeirCanvas *self,
                                   double      dx,
                                   double      dy);

/* Of the comparison; x, y: of the widget. */
gboolean weir_canvas_is_on_handle (WeirCanvas *self,
                                   double      x,
                                   double      y);

/* After a change of what the pointer would do. */
void     weir_canvas_show_cursor  (WeirCanvas *self);

/* Adds the controllers. */
void     weir_canvas_init_input   (WeirCanvas *self);

G_END_DECLS
