/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A mask or added pixels: then the engine makes the picture it is given, padded to what it can draw
 * and cut again. Neither: then it makes a size that is named, and must be one that it can draw. */

#include "request-area.h"

#include <string.h>

#include <glib/gi18n.h>

#include <cascade/error.h>

#include "canvas/frame.h"
#include "patch.h"

#define SIDE_STEP 8 /* of what the engine draws */

void
weir_request_area_clear (WeirRequestArea *self)
{
  g_clear_pointer (&self->init, cas_image_unref);
  g_clear_pointer (&self->mask, cas_image_unref);
  g_clear_object (&self->placed);
}

static GdkRectangle
get_whole (WeirDocument *document)
{
  CasImage *image = weir_picture_get_image (weir_document_get_picture (document));

  return (GdkRectangle) { 0, 0, (int) cas_image_get_width (image),
                          (int) cas_image_get_height (image) };
}

gboolean
weir_request_has_area (WeirDocument *document)
{
  GdkRectangle frame, whole;

  if (!weir_document_get_picture (document))
    return FALSE;
  weir_document_get_frame (document, &frame);
  whole = get_whole (document);
  return !gdk_rectangle_equal (&frame, &whole) ||
         !weir_mask_is_empty (weir_document_get_mask (document));
}

/* The document's own image, where that is all that is wanted. */
static CasImage *
cut (WeirDocument       *document,
     const GdkRectangle *area,
     GError            **error)
{
  CasImage *image = weir_picture_get_image (weir_document_get_picture (document));
  const GdkRectangle whole = get_whole (document);

  return gdk_rectangle_equal (area, &whole) ? cas_image_ref (image)
                                            : weir_patch_cut (image, area, error);
}

/* What of the frame is not the picture has to be made, too. */
static void
mask_outside (WeirMask    *mask,
              const guint  outside[4])
{
  const float width = weir_mask_get_width (mask), height = weir_mask_get_height (mask);
  const graphene_rect_t sides[] = {
    GRAPHENE_RECT_INIT (0, 0, outside[0], height),
    GRAPHENE_RECT_INIT (0, 0, width, outside[1]),
    GRAPHENE_RECT_INIT (width - outside[2], 0, outside[2], height),
    GRAPHENE_RECT_INIT (0, height - outside[3], width, outside[3]),
  };

  for (guint i = 0; i < G_N_ELEMENTS (sides); i++)
    if (outside[i] > 0)
      weir_mask_fill_rectangle (mask, &sides[i], FALSE);
}

static gboolean
fill_masked (WeirRequestArea *self,
             WeirDocument    *document,
             GError         **error)
{
  const GdkRectangle whole = get_whole (document);
  guint outside[4];
  const gboolean is_beyond = weir_frame_measure (&self->frame, (guint) whole.width,
                                                 (guint) whole.height, outside);
  GdkRectangle inside;
  gboolean is_empty;

  self->placed = weir_mask_crop (weir_document_get_mask (document), &self->frame);
  is_empty = weir_mask_is_empty (self->placed);
  mask_outside (self->placed, outside);
  if (is_empty && is_beyond && gdk_rectangle_intersect (&self->frame, &whole, &inside))
    {
      memcpy (self->outpaint, outside, sizeof outside);
      self->init = cut (document, &inside, error);
      return self->init != NULL;
    }
  if (weir_mask_is_empty (self->placed))
    {
      g_set_error_literal (error, CAS_ERROR, CAS_ERROR_BAD_PARAMETER,
                           _("Nothing in the frame is masked. Paint there, or clear the mask."));
      return FALSE;
    }
  self->init = cut (document, &self->frame, error);
  self->mask = self->init ? weir_mask_to_image (self->placed, error) : NULL;
  return self->mask != NULL;
}

static int
round_up (int side)
{
  return (side + SIDE_STEP - 1) / SIDE_STEP * SIDE_STEP;
}

gboolean
weir_request_area_fill (WeirRequestArea *self,
                        WeirDocument    *document,
                        WeirVerb         verb,
                        GError         **error)
{
  GdkRectangle drawn;

  weir_document_get_frame (document, &self->frame);
  if (verb == WEIR_VERB_FILL || verb == WEIR_VERB_REFINE_AREA || weir_verb_expands (verb))
    return fill_masked (self, document, error);

  drawn = self->frame;
  drawn.width = round_up (drawn.width);
  drawn.height = round_up (drawn.height);
  self->width = (guint) drawn.width;
  self->height = (guint) drawn.height;
  if (verb != WEIR_VERB_REFINE)
    return TRUE;
  self->init = cut (document, &drawn, error);
  return self->init != NULL;
}
