/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Draws the document, and over it what grows or waits; zooms and pans. */

#pragma once

#include "canvas/staging.h"
#include "canvas/tools.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define WEIR_TYPE_CANVAS (weir_canvas_get_type ())
G_DECLARE_FINAL_TYPE (WeirCanvas, weir_canvas, WEIR, CANVAS, GtkWidget)

/* What is shown: the selected candidate; where there is none, what grows; else the document.
 * Properties:
 *   document  WeirDocument, nullable
 *   staging   WeirStaging, nullable
 *   zoom      double, notified: 1 is a pixel of the picture on one of the screen
 *   compare   boolean: left of a handle the document is shown, right of it what is over it. Becomes
 *             FALSE when nothing waits any more
 *   before    WeirPicture, nullable: is shown in place of the document
 *   tools     WeirTools, nullable: without them nothing can be drawn
 *   can-edit  boolean, read-only, notified: the mask and the frame are shown and can be changed, as
 *             the document has a picture and no candidate is shown instead */
GtkWidget *weir_canvas_new         (void);

/* What grows, where the result will be, whose size is width × height. image: NULL for nothing; must
 * not change any more. */
void       weir_canvas_set_preview (WeirCanvas *self,
                                    CasImage   *image,
                                    guint       width,
                                    guint       height);

/* The same of a part of the document, whose place that is in the document's pixels: as much of it as
 * a mask of the frame's size lets through. NULL: all. */
void       weir_canvas_set_preview_at (WeirCanvas         *self,
                                       CasImage           *image,
                                       const GdkRectangle *frame,
                                       WeirMask           *mask);

/* What else lies over the canvas, in pixels of the widget: as wide at its beginning, and as high at
 * its top. A picture that fits has its place beside and below. */
void       weir_canvas_set_covered (WeirCanvas *self,
                                    int         start,
                                    int         top);

/* The middle of what is seen stays where it is. */
void       weir_canvas_zoom_in     (WeirCanvas *self);
void       weir_canvas_zoom_out    (WeirCanvas *self);
void       weir_canvas_set_zoom    (WeirCanvas *self,
                                    double      zoom);
double     weir_canvas_get_zoom    (WeirCanvas *self);

/* Shows the whole picture, and goes on to when its size or the window's changes. */
void       weir_canvas_fit         (WeirCanvas *self);

G_END_DECLS
