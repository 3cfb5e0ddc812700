/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The two directions are the same arithmetic: an edge before and one behind. */

#include "canvas/frame.h"

#include <math.h>

#define HORIZONTAL (WEIR_FRAME_LEFT | WEIR_FRAME_RIGHT)
#define VERTICAL   (WEIR_FRAME_TOP | WEIR_FRAME_BOTTOM)

/* Which of a side's edges is at a place; the nearer one. */
static WeirFrameHandle
hit_edges (double          place,
           int             begin,
           int             length,
           double          reach,
           WeirFrameHandle before,
           WeirFrameHandle behind)
{
  const double to_begin = fabs (place - begin), to_end = fabs (place - begin - length);

  if (MIN (to_begin, to_end) > reach)
    return WEIR_FRAME_NONE;
  return to_begin < to_end ? before : behind;
}

WeirFrameHandle
weir_frame_hit (const GdkRectangle *frame,
                double              x,
                double              y,
                double              reach)
{
  const double right = frame->x + frame->width, bottom = frame->y + frame->height;
  WeirFrameHandle edges;

  if (x < frame->x - reach || x > right + reach || y < frame->y - reach || y > bottom + reach)
    return WEIR_FRAME_NONE;
  edges = hit_edges (x, frame->x, frame->width, reach, WEIR_FRAME_LEFT, WEIR_FRAME_RIGHT) |
          hit_edges (y, frame->y, frame->height, reach, WEIR_FRAME_TOP, WEIR_FRAME_BOTTOM);
  return edges ? edges : WEIR_FRAME_INSIDE;
}

static int
snap_to (double value,
         guint  snap)
{
  return (int) (floor (CLAMP (value, -1e6, 1e6) / snap + 0.5) * snap);
}

static int
snap_length (double value,
             guint  snap)
{
  return CLAMP (snap_to (value, snap), WEIR_FRAME_MIN, WEIR_FRAME_MAX);
}

/* Some of the picture's length is between begin and end. */
static int
keep_in_touch (int   begin,
               int   length,
               guint snap,
               guint of_picture)
{
  const int least = MIN ((int) snap, (int) of_picture);

  return CLAMP (begin, least - length, (int) of_picture - least);
}

static void
drag_side (int      *begin,
           int      *length,
           double    by,
           gboolean  is_begin,
           guint     snap,
           guint     of_picture)
{
  const int end = *begin + *length;

  *length = snap_length (is_begin ? *length - by : *length + by, snap);
  if (is_begin)
    *begin = end - *length;
  if (*begin + *length <= 0 || *begin >= (int) of_picture)
    *begin = keep_in_touch (*begin, *length, snap, of_picture);
}

GdkRectangle
weir_frame_drag (const GdkRectangle *frame,
                 WeirFrameHandle     handle,
                 double              dx,
                 double              dy,
                 guint               snap,
                 gboolean            keeps_ratio,
                 guint               width,
                 guint               height)
{
  GdkRectangle r = *frame;

  if (handle & WEIR_FRAME_INSIDE)
    {
      r.x = keep_in_touch (snap_to (r.x + dx, snap), r.width, snap, width);
      r.y = keep_in_touch (snap_to (r.y + dy, snap), r.height, snap, height);
      return r;
    }
  if (handle & HORIZONTAL)
    drag_side (&r.x, &r.width, dx, handle & WEIR_FRAME_LEFT, snap, width);
  if (keeps_ratio && handle & HORIZONTAL)
    dy = (handle & WEIR_FRAME_TOP ? -1 : 1) *
         ((double) r.width * frame->height / frame->width - frame->height);
  if (handle & VERTICAL || (keeps_ratio && handle & HORIZONTAL))
    drag_side (&r.y, &r.height, dy, handle & WEIR_FRAME_TOP, snap, height);
  if (keeps_ratio && !(handle & HORIZONTAL) && handle & VERTICAL)
    drag_side (&r.x, &r.width, (double) r.height * frame->width / frame->height - frame->width,
               FALSE, snap, width);
  return r;
}

gboolean
weir_frame_measure (const GdkRectangle *frame,
                    guint               width,
                    guint               height,
                    guint               outside[4])
{
  outside[0] = (guint) MAX (0, -frame->x);
  outside[1] = (guint) MAX (0, -frame->y);
  outside[2] = (guint) MAX (0, frame->x + frame->width - (int) width);
  outside[3] = (guint) MAX (0, frame->y + frame->height - (int) height);
  return outside[0] || outside[1] || outside[2] || outside[3];
}
