/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The present content, and the steps that led to it. Pictures never change, so steps share them. */

#include "document.h"

#include "canvas/frame.h"
#include "document-steps.h"
#include "patch.h"

struct _WeirDocument
{
  GObject parent;

  WeirContent content;
  WeirSteps  *steps;
  WeirRecipe *recipe;    /* nullable */
  guint       n_sheets;
  gboolean    could_undo, could_redo;
  gulong      edited_id; /* of the content's mask */
};

G_DEFINE_FINAL_TYPE (WeirDocument, weir_document, G_TYPE_OBJECT)

enum
{
  PROP_PICTURE = 1,
  PROP_MASK,
  PROP_FRAME,
  PROP_CAN_UNDO,
  PROP_CAN_REDO,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

/* --- the content ----------------------------------------------------------------------------- */

static void
notify (WeirDocument *self,
        guint         property)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

static void
notify_steps (WeirDocument *self)
{
  const gboolean can_undo = weir_steps_can_undo (self->steps);
  const gboolean can_redo = weir_steps_can_redo (self->steps);
  const gboolean has_undo = can_undo != self->could_undo, has_redo = can_redo != self->could_redo;

  self->could_undo = can_undo;
  self->could_redo = can_redo;
  if (has_undo)
    notify (self, PROP_CAN_UNDO);
  if (has_redo)
    notify (self, PROP_CAN_REDO);
}

/* What comes next of the recipe does not go on with what came before. */
static void
end_edit (WeirDocument *self)
{
  if (self->recipe)
    weir_recipe_end_edit (self->recipe);
}

static void
mask_edited (WeirDocument  *self,
             WeirMaskDelta *delta)
{
  end_edit (self);
  weir_steps_add_delta (self->steps, delta);
  notify_steps (self);
}

static void
recipe_edited (WeirDocument     *self,
               WeirRecipeChange *change,
               WeirRecipeChange *previous)
{
  weir_steps_add_change (self->steps, change, previous);
  notify_steps (self);
}

/* Makes content what there is, and tells of it once no one holds it up. */
static void
take_content (WeirDocument      *self,
              const WeirContent *content)
{
  g_auto (WeirContent) old = { 0 };

  weir_content_copy (&old, &self->content);
  weir_content_copy (&self->content, content);
  if (content->mask != old.mask)
    {
      g_clear_signal_handler (&self->edited_id, old.mask);
      if (content->mask)
        self->edited_id = g_signal_connect_object (content->mask, "edited",
                                                   G_CALLBACK (mask_edited), self,
                                                   G_CONNECT_SWAPPED);
      notify (self, PROP_MASK);
    }
  if (content->picture != old.picture)
    notify (self, PROP_PICTURE);
  if (!gdk_rectangle_equal (&content->frame, &old.frame))
    notify (self, PROP_FRAME);
}

/* The same as one step. */
static void
change_content (WeirDocument      *self,
                const WeirContent *content)
{
  end_edit (self);
  g_object_freeze_notify (G_OBJECT (self));
  weir_steps_add_content (self->steps, &self->content, content);
  take_content (self, content);
  notify_steps (self);
  g_object_thaw_notify (G_OBJECT (self));
}

static void
end_stroke (WeirDocument *self)
{
  if (self->content.mask)
    weir_mask_end_stroke (self->content.mask);
}

static gboolean
is_of_size (WeirPicture *picture,
            WeirPicture *other)
{
  CasImage *a = picture ? weir_picture_get_image (picture) : NULL;
  CasImage *b = other ? weir_picture_get_image (other) : NULL;

  return a && b && cas_image_get_width (a) == cas_image_get_width (b) &&
         cas_image_get_height (a) == cas_image_get_height (b);
}

/* Of a picture alone, owned by the caller. */
static WeirContent
content_new (WeirDocument *self,
             WeirPicture  *picture)
{
  CasImage *image = picture ? weir_picture_get_image (picture) : NULL;
  WeirContent content = { .sheet = ++self->n_sheets };

  if (image)
    {
      const guint width = cas_image_get_width (image), height = cas_image_get_height (image);

      content.picture = g_object_ref (picture);
      content.mask = weir_mask_new (width, height);
      content.frame = (GdkRectangle) { 0, 0, (int) width, (int) height };
    }
  return content;
}

WeirDocument *
weir_document_new (void)
{
  return g_object_new (WEIR_TYPE_DOCUMENT, NULL);
}

void
weir_document_set_recipe (WeirDocument *self,
                          WeirRecipe   *recipe)
{
  g_return_if_fail (WEIR_IS_DOCUMENT (self));
  g_return_if_fail (!self->recipe);

  self->recipe = g_object_ref (recipe);
  g_signal_connect_object (recipe, "edited", G_CALLBACK (recipe_edited), self, G_CONNECT_SWAPPED);
}

WeirPicture *
weir_document_get_picture (WeirDocument *self)
{
  g_return_val_if_fail (WEIR_IS_DOCUMENT (self), NULL);

  return self->content.picture;
}

WeirMask *
weir_document_get_mask (WeirDocument *self)
{
  g_return_val_if_fail (WEIR_IS_DOCUMENT (self), NULL);

  return self->content.mask;
}

void
weir_document_get_frame (WeirDocument *self,
                         GdkRectangle *frame)
{
  g_return_if_fail (WEIR_IS_DOCUMENT (self));

  *frame = self->content.frame;
}

/* --- changes --------------------------------------------------------------------------------- */

void
weir_document_set_frame (WeirDocument       *self,
                         const GdkRectangle *frame)
{
  WeirContent content;

  g_return_if_fail (WEIR_IS_DOCUMENT (self));
  g_return_if_fail (frame->width > 0 && frame->height > 0);

  if (!self->content.picture || gdk_rectangle_equal (frame, &self->content.frame))
    return;
  content = self->content;
  content.frame = *frame;
  change_content (self, &content);
}

void
weir_document_begin_change (WeirDocument *self)
{
  g_return_if_fail (WEIR_IS_DOCUMENT (self));

  end_edit (self);
  weir_steps_begin (self->steps);
}

void
weir_document_end_change (WeirDocument *self)
{
  g_return_if_fail (WEIR_IS_DOCUMENT (self));

  end_edit (self);
  weir_steps_end (self->steps);
}

void
weir_document_set_picture (WeirDocument *self,
                           WeirPicture  *picture)
{
  g_return_if_fail (WEIR_IS_DOCUMENT (self));

  if (picture == self->content.picture)
    return;
  end_stroke (self);
  if (is_of_size (picture, self->content.picture))
    {
      WeirContent content = self->content;

      content.picture = picture;
      change_content (self, &content);
    }
  else
    {
      g_auto (WeirContent) content = content_new (self, picture);

      change_content (self, &content);
    }
}

void
weir_document_begin (WeirDocument *self,
                     WeirPicture  *picture)
{
  weir_document_begin_with (self, picture, NULL, NULL);
}

void
weir_document_begin_with (WeirDocument       *self,
                          WeirPicture        *picture,
                          WeirMask           *mask,
                          const GdkRectangle *frame)
{
  g_auto (WeirContent) content = { 0 };

  g_return_if_fail (WEIR_IS_DOCUMENT (self));
  g_return_if_fail (WEIR_IS_PICTURE (picture));

  end_stroke (self);
  content = content_new (self, picture);
  if (mask && weir_mask_get_width (mask) == weir_mask_get_width (content.mask) &&
      weir_mask_get_height (mask) == weir_mask_get_height (content.mask))
    g_set_object (&content.mask, mask);
  if (frame && frame->width > 0 && frame->height > 0)
    content.frame = *frame;
  g_object_freeze_notify (G_OBJECT (self));
  weir_steps_clear (self->steps);
  take_content (self, &content);
  notify_steps (self);
  g_object_thaw_notify (G_OBJECT (self));
}

/* What is known of how a picture was made is known of one that has it as a part. */
static WeirPicture *
put_part (WeirPicture        *picture,
          WeirPicture        *part,
          const GdkRectangle *frame,
          WeirMask           *mask,
          const guint         outside[4])
{
  const CasMetadata *metadata = weir_picture_get_metadata (part);
  g_autoptr (CasImage) image =
    weir_patch_put (weir_picture_get_image (picture), weir_picture_get_image (part), frame,
                    mask, outside, NULL);

  if (!image)
    return NULL;
  return weir_picture_new (image, metadata ? metadata : weir_picture_get_metadata (picture));
}

gboolean
weir_document_place (WeirDocument       *self,
                     WeirPicture        *part,
                     const GdkRectangle *frame)
{
  return weir_document_place_masked (self, part, frame, NULL);
}

gboolean
weir_document_place_masked (WeirDocument       *self,
                            WeirPicture        *part,
                            const GdkRectangle *frame,
                            WeirMask           *mask)
{
  g_auto (WeirContent) content = { 0 };
  guint width, height, outside[4];

  g_return_val_if_fail (WEIR_IS_DOCUMENT (self), FALSE);
  g_return_val_if_fail (frame->width > 0 && frame->height > 0, FALSE);
  g_return_val_if_fail (!mask || (weir_mask_get_width (mask) == (guint) frame->width &&
                                  weir_mask_get_height (mask) == (guint) frame->height), FALSE);

  if (!self->content.picture)
    {
      weir_document_set_picture (self, part);
      return TRUE;
    }
  end_stroke (self);
  weir_content_copy (&content, &self->content);
  width = weir_mask_get_width (content.mask);
  height = weir_mask_get_height (content.mask);
  weir_frame_measure (frame, width, height, outside);

  g_object_unref (content.picture);
  content.picture = put_part (self->content.picture, part, frame, mask, outside);
  if (!content.picture)
    return FALSE;
  if (!is_of_size (content.picture, self->content.picture))
    {
      const int left = (int) outside[0], top = (int) outside[1];
      const GdkRectangle whole = { -left, -top, (int) (outside[0] + width + outside[2]),
                                   (int) (outside[1] + height + outside[3]) };

      g_object_unref (content.mask);
      content.mask = weir_mask_crop (self->content.mask, &whole);
      content.frame.x += left;
      content.frame.y += top;
      content.x += left;
      content.y += top;
    }
  change_content (self, &content);
  return TRUE;
}

/* --- back and forth -------------------------------------------------------------------------- */

static void
apply (WeirDocument   *self,
       const WeirEdit *edit,
       gboolean        is_forth)
{
  if (edit->change)
    weir_recipe_apply (self->recipe, edit->change, is_forth);
  else if (edit->delta)
    weir_mask_apply (self->content.mask, edit->delta);
  else
    take_content (self, is_forth ? &edit->after : &edit->before);
}

void
weir_document_undo (WeirDocument *self)
{
  GArray *edits;

  g_return_if_fail (WEIR_IS_DOCUMENT (self));

  if (self->content.mask && weir_mask_has_stroke (self->content.mask))
    {
      weir_mask_cancel_stroke (self->content.mask);
      return;
    }
  end_edit (self);
  g_object_freeze_notify (G_OBJECT (self));
  edits = weir_steps_undo (self->steps);
  for (guint i = edits ? edits->len : 0; i > 0; i--)
    apply (self, &g_array_index (edits, WeirEdit, i - 1), FALSE);
  notify_steps (self);
  g_object_thaw_notify (G_OBJECT (self));
}

void
weir_document_redo (WeirDocument *self)
{
  GArray *edits;

  g_return_if_fail (WEIR_IS_DOCUMENT (self));

  if (self->content.mask)
    weir_mask_cancel_stroke (self->content.mask);
  end_edit (self);
  g_object_freeze_notify (G_OBJECT (self));
  edits = weir_steps_redo (self->steps);
  for (guint i = 0; edits && i < edits->len; i++)
    apply (self, &g_array_index (edits, WeirEdit, i), TRUE);
  notify_steps (self);
  g_object_thaw_notify (G_OBJECT (self));
}

/* --- places ---------------------------------------------------------------------------------- */

WeirPlace
weir_document_get_place (WeirDocument       *self,
                         const GdkRectangle *frame)
{
  WeirPlace place = { 0 };

  g_return_val_if_fail (WEIR_IS_DOCUMENT (self), place);

  place.sheet = self->content.sheet;
  place.area = *frame;
  place.area.x -= self->content.x;
  place.area.y -= self->content.y;
  place.x = self->content.x;
  place.y = self->content.y;
  if (self->content.mask)
    {
      place.width = weir_mask_get_width (self->content.mask);
      place.height = weir_mask_get_height (self->content.mask);
    }
  return place;
}

WeirPlace
weir_place_new_for_size (const GdkRectangle *frame,
                         guint               width,
                         guint               height)
{
  return (WeirPlace) { .area = *frame, .width = width, .height = height };
}

void
weir_place_get_frame (const WeirPlace *self,
                      GdkRectangle    *frame)
{
  *frame = self->area;
  frame->x += self->x;
  frame->y += self->y;
}

gboolean
weir_document_find_place (WeirDocument    *self,
                          const WeirPlace *place,
                          GdkRectangle    *frame)
{
  g_return_val_if_fail (WEIR_IS_DOCUMENT (self), FALSE);

  if (!self->content.picture)
    return FALSE;
  if (place->sheet == 0)
    {
      weir_place_get_frame (place, frame);
      return place->width == weir_mask_get_width (self->content.mask) &&
             place->height == weir_mask_get_height (self->content.mask);
    }
  if (place->sheet != self->content.sheet)
    return FALSE;
  *frame = place->area;
  frame->x += self->content.x;
  frame->y += self->content.y;
  return TRUE;
}

/* --- the object ------------------------------------------------------------------------------ */

static void
weir_document_get_property (GObject    *object,
                            guint       id,
                            GValue     *value,
                            GParamSpec *pspec)
{
  WeirDocument *self = WEIR_DOCUMENT (object);

  switch (id)
    {
    case PROP_PICTURE:
      g_value_set_object (value, self->content.picture);
      break;
    case PROP_MASK:
      g_value_set_object (value, self->content.mask);
      break;
    case PROP_FRAME:
      g_value_set_boxed (value, &self->content.frame);
      break;
    case PROP_CAN_UNDO:
      g_value_set_boolean (value, weir_steps_can_undo (self->steps));
      break;
    case PROP_CAN_REDO:
      g_value_set_boolean (value, weir_steps_can_redo (self->steps));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
weir_document_finalize (GObject *object)
{
  WeirDocument *self = WEIR_DOCUMENT (object);

  weir_content_clear (&self->content);
  g_clear_pointer (&self->steps, weir_steps_free);
  g_clear_object (&self->recipe);
  G_OBJECT_CLASS (weir_document_parent_class)->finalize (object);
}

static void
weir_document_class_init (WeirDocumentClass *class)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->get_property = weir_document_get_property;
  object_class->finalize = weir_document_finalize;

  properties[PROP_PICTURE] =
    g_param_spec_object ("picture", NULL, NULL, WEIR_TYPE_PICTURE, flags);
  properties[PROP_MASK] = g_param_spec_object ("mask", NULL, NULL, WEIR_TYPE_MASK, flags);
  properties[PROP_FRAME] = g_param_spec_boxed ("frame", NULL, NULL, GDK_TYPE_RECTANGLE, flags);
  properties[PROP_CAN_UNDO] = g_param_spec_boolean ("can-undo", NULL, NULL, FALSE, flags);
  properties[PROP_CAN_REDO] = g_param_spec_boolean ("can-redo", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
weir_document_init (WeirDocument *self)
{
  self->steps = weir_steps_new (WEIR_DOCUMENT_UNDO_BYTES);
}
