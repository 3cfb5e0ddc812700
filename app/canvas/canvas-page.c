/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What of the document the page has, and where on the screen that is. */

#include "canvas/canvas-private.h"

#include <math.h>

/* picture: where it is on the page; it stays where it is seen, unless the page fits the view. */
static void
set_page (WeirCanvas         *self,
          int                 width,
          int                 height,
          const GdkRectangle *picture)
{
  const double more_x = (width - self->view.page_width) / 2 - picture->x + self->picture.x;
  const double more_y = (height - self->view.page_height) / 2 - picture->y + self->picture.y;

  if (width == self->view.page_width && height == self->view.page_height &&
      gdk_rectangle_equal (picture, &self->picture))
    return;
  weir_view_set_page (&self->view, width, height);
  if (self->view.is_free && picture->width == self->picture.width &&
      picture->height == self->picture.height)
    weir_view_pan (&self->view, more_x * self->view.zoom, more_y * self->view.zoom);
  self->picture = *picture;
  weir_canvas_view_changed (self);
}

void
weir_canvas_set_plain_page (WeirCanvas *self,
                            int         width,
                            int         height)
{
  set_page (self, width, height, &(GdkRectangle) { 0, 0, width, height });
}

void
weir_canvas_set_document_page (WeirCanvas  *self,
                               WeirPicture *below)
{
  CasImage *image = weir_picture_get_image (below);
  GdkRectangle page = { 0, 0, (int) cas_image_get_width (image),
                        (int) cas_image_get_height (image) };
  GdkRectangle picture = page, frame;

  if (!self->before)
    {
      weir_document_get_frame (self->document, &frame);
      gdk_rectangle_union (&page, &frame, &page);
    }
  picture.x = -page.x;
  picture.y = -page.y;
  set_page (self, page.width, page.height, &picture);
}

/* --- places --------------------------------------------------------------------------------- */

/* Whole pixels of the screen, so that edges are sharp and nothing is blurred at its own size. */
static graphene_rect_t
page_place (WeirCanvas *self)
{
  const WeirView *view = &self->view;

  return GRAPHENE_RECT_INIT (round (view->x), round (view->y),
                             MAX (round (view->page_width * view->zoom), 1),
                             MAX (round (view->page_height * view->zoom), 1));
}

graphene_rect_t
weir_canvas_get_place (WeirCanvas         *self,
                       const GdkRectangle *frame)
{
  const graphene_rect_t page = page_place (self);
  const double x = page.size.width / self->view.page_width;
  const double y = page.size.height / self->view.page_height;
  const int from_x = self->picture.x + frame->x, from_y = self->picture.y + frame->y;
  const double left = round (from_x * x), top = round (from_y * y);

  return GRAPHENE_RECT_INIT (page.origin.x + left, page.origin.y + top,
                             MAX (round ((from_x + frame->width) * x) - left, 1),
                             MAX (round ((from_y + frame->height) * y) - top, 1));
}

graphene_rect_t
weir_canvas_get_picture_place (WeirCanvas *self)
{
  return weir_canvas_get_place (self, &(GdkRectangle) { 0, 0, self->picture.width,
                                                        self->picture.height });
}

graphene_rect_t
weir_canvas_get_fitting_place (WeirCanvas  *self,
                               WeirPyramid *pyramid)
{
  const graphene_rect_t page = weir_canvas_get_picture_place (self);
  const double width = weir_pyramid_get_width (pyramid);
  const double height = weir_pyramid_get_height (pyramid);
  const double zoom = MIN (page.size.width / width, page.size.height / height);
  const double shape = page.size.width / page.size.height * height / width;

  /* the same shape but for what rounding did to the page */
  if (fabs (shape - 1) < 0.01)
    return page;
  return GRAPHENE_RECT_INIT (round (page.origin.x + (page.size.width - width * zoom) / 2),
                             round (page.origin.y + (page.size.height - height * zoom) / 2),
                             MAX (round (width * zoom), 1), MAX (round (height * zoom), 1));
}

double
weir_canvas_get_wipe_x (WeirCanvas *self)
{
  const graphene_rect_t page = page_place (self);

  return round (page.origin.x + page.size.width *
                weir_wipe_handle_get_position (WEIR_WIPE_HANDLE (self->handle)));
}
