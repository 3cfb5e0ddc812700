/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The rectangle: from where the pointer is pressed to where it is let go; with Shift a square. */

#include "canvas/editing.h"

#include <math.h>

static graphene_rect_t
spanned (WeirEditing *editing)
{
  const double x = round (editing->begin.x), y = round (editing->begin.y);
  double width = round (editing->point.x) - x, height = round (editing->point.y) - y;
  graphene_rect_t rectangle;

  if (editing->point.state & GDK_SHIFT_MASK)
    {
      const double side = MAX (fabs (width), fabs (height));

      width = copysign (side, width);
      height = copysign (side, height);
    }
  graphene_rect_init (&rectangle, (float) x, (float) y, (float) width, (float) height);
  graphene_rect_normalize (&rectangle);
  return rectangle;
}

static void
begin (WeirEditing         *editing,
       const WeirToolPoint *point)
{
  editing->begin = *point;
  editing->subtracts = weir_editing_subtracts (editing, point);
}

static void
move (WeirEditing         *editing,
      const WeirToolPoint *point)
{
  gtk_widget_queue_draw (GTK_WIDGET (editing->canvas));
}

static void
end (WeirEditing *editing)
{
  const graphene_rect_t rectangle = spanned (editing);

  if (rectangle.size.width > 0 && rectangle.size.height > 0)
    weir_mask_fill_rectangle (editing->mask, &rectangle, editing->subtracts);
  gtk_widget_queue_draw (GTK_WIDGET (editing->canvas));
}

static void
cancel (WeirEditing *editing)
{
  gtk_widget_queue_draw (GTK_WIDGET (editing->canvas));
}

static void
draw (WeirEditing *editing,
      GtkSnapshot *snapshot)
{
  graphene_rect_t r;

  if (editing->active != &weir_tool_rectangle)
    return;
  r = spanned (editing);
  weir_editing_draw_outline (editing, snapshot, (const graphene_point_t[]) {
    r.origin,
    { r.origin.x + r.size.width, r.origin.y },
    { r.origin.x + r.size.width, r.origin.y + r.size.height },
    { r.origin.x, r.origin.y + r.size.height },
  }, 4, TRUE);
}

static const char *
get_cursor (WeirEditing *editing)
{
  return "crosshair";
}

const WeirToolInput weir_tool_rectangle = {
  .begin = begin,
  .move = move,
  .end = end,
  .cancel = cancel,
  .draw = draw,
  .get_cursor = get_cursor,
};
