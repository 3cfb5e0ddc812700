/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A line of steps and a place in it. A step costs what it alone holds: what was before it. */

#include "document-steps.h"

typedef struct
{
  GArray *edits;
  gsize   size; /* bytes */
} Step;

struct _WeirSteps
{
  GPtrArray *steps;     /* of Step; the oldest first */
  guint      n_done;
  Step      *open;      /* the last of steps, to which edits are added; nullable */
  guint      n_begun;
  gsize      limit;
};

/* --- content --------------------------------------------------------------------------------- */

void
weir_content_clear (WeirContent *self)
{
  g_clear_object (&self->picture);
  g_clear_object (&self->mask);
}

void
weir_content_copy (WeirContent       *self,
                   const WeirContent *from)
{
  WeirContent old = *self;

  *self = *from;
  if (self->picture)
    g_object_ref (self->picture);
  if (self->mask)
    g_object_ref (self->mask);
  weir_content_clear (&old);
}

gboolean
weir_content_is_same (const WeirContent *self,
                      const WeirContent *other)
{
  return self->picture == other->picture && self->mask == other->mask &&
         gdk_rectangle_equal (&self->frame, &other->frame) && self->sheet == other->sheet &&
         self->x == other->x && self->y == other->y;
}

/* --- steps ----------------------------------------------------------------------------------- */

static void
edit_clear (gpointer data)
{
  WeirEdit *edit = data;

  weir_content_clear (&edit->before);
  weir_content_clear (&edit->after);
  g_clear_pointer (&edit->delta, weir_mask_delta_unref);
  g_clear_pointer (&edit->change, weir_recipe_change_unref);
}

static Step *
step_new (void)
{
  Step *step = g_new0 (Step, 1);

  step->edits = g_array_new (FALSE, TRUE, sizeof (WeirEdit));
  g_array_set_clear_func (step->edits, edit_clear);
  return step;
}

static void
step_free (gpointer data)
{
  Step *step = data;

  g_array_unref (step->edits);
  g_free (step);
}

static gsize
measure_mask (WeirMask *mask)
{
  const guint n_columns = (weir_mask_get_width (mask) + WEIR_MASK_TILE - 1) / WEIR_MASK_TILE;
  const guint n_rows = (weir_mask_get_height (mask) + WEIR_MASK_TILE - 1) / WEIR_MASK_TILE;
  gsize size = 0;

  for (guint row = 0; row < n_rows; row++)
    for (guint column = 0; column < n_columns; column++)
      if (weir_mask_get_tile (mask, column, row))
        size += WEIR_MASK_TILE * WEIR_MASK_TILE;
  return size;
}

static gsize
measure_edit (const WeirEdit *edit)
{
  const WeirContent *before = &edit->before, *after = &edit->after;
  gsize size = sizeof *edit;

  if (edit->delta)
    return size + weir_mask_delta_get_size (edit->delta);
  if (edit->change)
    return size + weir_recipe_change_get_size (edit->change);
  if (before->picture && before->picture != after->picture)
    {
      CasImage *image = weir_picture_get_image (before->picture);

      size += cas_image_get_stride (image) * cas_image_get_height (image);
    }
  if (before->mask && before->mask != after->mask)
    size += measure_mask (before->mask);
  return size;
}

WeirSteps *
weir_steps_new (gsize limit)
{
  WeirSteps *self = g_new0 (WeirSteps, 1);

  self->steps = g_ptr_array_new_with_free_func (step_free);
  self->limit = limit;
  return self;
}

void
weir_steps_free (WeirSteps *self)
{
  if (!self)
    return;
  g_ptr_array_unref (self->steps);
  g_free (self);
}

void
weir_steps_clear (WeirSteps *self)
{
  self->open = NULL;
  self->n_done = 0;
  g_ptr_array_set_size (self->steps, 0);
}

void
weir_steps_begin (WeirSteps *self)
{
  self->n_begun++;
}

void
weir_steps_end (WeirSteps *self)
{
  g_return_if_fail (self->n_begun > 0);

  if (--self->n_begun == 0)
    self->open = NULL;
}

static void
drop_oldest (WeirSteps *self)
{
  gsize size = 0;

  for (guint i = self->steps->len; i > 0; i--)
    {
      size += ((Step *) self->steps->pdata[i - 1])->size;
      if (size > self->limit && i < self->steps->len)
        {
          g_ptr_array_remove_range (self->steps, 0, i);
          break;
        }
    }
  self->n_done = self->steps->len;
}

/* The step that an edit goes to. */
static Step *
open_step (WeirSteps *self)
{
  Step *step = self->open;

  if (step)
    return step;
  g_ptr_array_set_size (self->steps, (int) self->n_done);
  step = step_new ();
  g_ptr_array_add (self->steps, step);
  self->n_done++;
  if (self->n_begun > 0)
    self->open = step;
  return step;
}

/* A change that came to nothing is none. */
static void
drop_if_empty (WeirSteps *self,
               Step      *step)
{
  if (step->edits->len > 0)
    return;
  self->open = NULL;
  g_ptr_array_set_size (self->steps, (int) --self->n_done);
}

static WeirEdit *
get_last_edit (Step *step)
{
  return step && step->edits->len > 0 ? &g_array_index (step->edits, WeirEdit,
                                                        step->edits->len - 1) : NULL;
}

void
weir_steps_add_content (WeirSteps         *self,
                        const WeirContent *before,
                        const WeirContent *after)
{
  Step *step = open_step (self);
  WeirEdit *last = get_last_edit (step);

  if (!last || last->delta || last->change)
    {
      g_array_set_size (step->edits, step->edits->len + 1);
      last = &g_array_index (step->edits, WeirEdit, step->edits->len - 1);
      weir_content_copy (&last->before, before);
    }
  else
    step->size -= measure_edit (last);
  weir_content_copy (&last->after, after);
  if (weir_content_is_same (&last->before, &last->after))
    g_array_set_size (step->edits, step->edits->len - 1);
  else
    step->size += measure_edit (last);
  drop_if_empty (self, step);
  drop_oldest (self);
}

void
weir_steps_add_delta (WeirSteps     *self,
                      WeirMaskDelta *delta)
{
  Step *step = open_step (self);
  const WeirEdit edit = { .delta = weir_mask_delta_ref (delta) };

  g_array_append_val (step->edits, edit);
  step->size += measure_edit (&edit);
  drop_oldest (self);
}

/* A change within the last edit of a step, which is that one's. */
static void
merge_change (WeirSteps        *self,
              Step             *step,
              WeirRecipeChange *change)
{
  WeirEdit *edit = get_last_edit (step);

  step->size -= measure_edit (edit);
  weir_recipe_change_merge (edit->change, change);
  if (weir_recipe_change_is_empty (edit->change))
    g_array_set_size (step->edits, step->edits->len - 1);
  else
    step->size += measure_edit (edit);
  drop_if_empty (self, step);
}

void
weir_steps_add_change (WeirSteps        *self,
                       WeirRecipeChange *change,
                       WeirRecipeChange *previous)
{
  const gboolean is_last = self->n_done > 0 && self->n_done == self->steps->len;
  Step *top = is_last ? self->steps->pdata[self->n_done - 1] : NULL;
  WeirEdit *last = get_last_edit (self->open ? self->open : top);

  if (last && last->change && (self->open || last->change == previous))
    merge_change (self, self->open ? self->open : top, change);
  else
    {
      Step *step = open_step (self);
      const WeirEdit edit = { .change = weir_recipe_change_ref (change) };

      g_array_append_val (step->edits, edit);
      step->size += measure_edit (&edit);
    }
  drop_oldest (self);
}

gboolean
weir_steps_can_undo (WeirSteps *self)
{
  return self->n_done > 0;
}

gboolean
weir_steps_can_redo (WeirSteps *self)
{
  return self->n_done < self->steps->len;
}

GArray *
weir_steps_undo (WeirSteps *self)
{
  self->open = NULL;
  if (self->n_done == 0)
    return NULL;
  return ((Step *) self->steps->pdata[--self->n_done])->edits;
}

GArray *
weir_steps_redo (WeirSteps *self)
{
  self->open = NULL;
  if (self->n_done == self->steps->len)
    return NULL;
  return ((Step *) self->steps->pdata[self->n_done++])->edits;
}
