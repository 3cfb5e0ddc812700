/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The brush and the eraser: strokes upon the mask, and the circle that shows how wide they are. */

#include "canvas/editing.h"

#include <math.h>

/* Pixels of the screen: where a circle is too small to be seen the pointer is a cross. */
#define MIN_CIRCLE 6

static void
begin (WeirEditing         *editing,
       const WeirToolPoint *point)
{
  const WeirMaskBrush brush = {
    .size = weir_tools_get_size (editing->tools),
    .softness = weir_tools_get_softness (editing->tools),
    .subtracts = weir_editing_subtracts (editing, point),
    .follows_pressure = weir_tools_uses_pressure (editing->tools),
  };

  weir_mask_begin_stroke (editing->mask, &brush, point->x, point->y, point->pressure);
}

static void
move (WeirEditing         *editing,
      const WeirToolPoint *point)
{
  weir_mask_extend_stroke (editing->mask, point->x, point->y, point->pressure);
}

static void
end (WeirEditing *editing)
{
  weir_mask_end_stroke (editing->mask);
}

static void
cancel (WeirEditing *editing)
{
  weir_mask_cancel_stroke (editing->mask);
}

static double
circle_size (WeirEditing *editing)
{
  return weir_tools_get_size (editing->tools) * weir_editing_get_zoom (editing);
}

static void
draw_circle (GtkSnapshot            *snapshot,
             const graphene_point_t *middle,
             double                  radius,
             const GdkRGBA          *colour)
{
  const float width[4] = { 1, 1, 1, 1 };
  const GdkRGBA colours[4] = { *colour, *colour, *colour, *colour };
  GskRoundedRect circle;

  gsk_rounded_rect_init_from_rect (
    &circle,
    &GRAPHENE_RECT_INIT ((float) (middle->x - radius), (float) (middle->y - radius),
                         (float) (2 * radius), (float) (2 * radius)),
    (float) radius);
  gtk_snapshot_append_border (snapshot, &circle, width, colours);
}

/* White within black, and a bar in the middle where the mask is taken away. */
static void
draw (WeirEditing *editing,
      GtkSnapshot *snapshot)
{
  static const GdkRGBA light = { 1, 1, 1, 0.95f }, dark = { 0, 0, 0, 0.6f };
  const graphene_point_t middle = weir_editing_to_screen (editing, editing->point.x,
                                                          editing->point.y);
  const double radius = circle_size (editing) / 2;

  if (!editing->has_pointer || radius * 2 < MIN_CIRCLE)
    return;
  draw_circle (snapshot, &middle, radius + 1, &dark);
  draw_circle (snapshot, &middle, radius, &light);
  if (radius >= 8 && weir_editing_subtracts (editing, &editing->point))
    {
      const float x = roundf (middle.x), y = roundf (middle.y);

      gtk_snapshot_append_color (snapshot, &dark, &GRAPHENE_RECT_INIT (x - 5, y - 2, 10, 4));
      gtk_snapshot_append_color (snapshot, &light, &GRAPHENE_RECT_INIT (x - 4, y - 1, 8, 2));
    }
}

static const char *
get_cursor (WeirEditing *editing)
{
  return circle_size (editing) < MIN_CIRCLE ? "crosshair" : "none";
}

const WeirToolInput weir_tool_brush = {
  .begin = begin,
  .move = move,
  .end = end,
  .cancel = cancel,
  .draw = draw,
  .get_cursor = get_cursor,
};
