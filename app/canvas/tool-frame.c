/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The frame's handles, and the keys that do the same. */

#include "canvas/editing.h"

/* Pixels of the screen around a handle's edge that take the pointer. */
#define REACH 10

static void
set_frame (WeirEditing        *editing,
           const GdkRectangle *frame)
{
  editing->frame = *frame;
  gtk_widget_queue_draw (GTK_WIDGET (editing->canvas));
}

static GdkRectangle
dragged (WeirEditing     *editing,
         WeirFrameHandle  handle,
         double           dx,
         double           dy,
         gboolean         is_fine,
         gboolean         keeps_ratio)
{
  return weir_frame_drag (&editing->frame_before, handle, dx, dy,
                          is_fine ? WEIR_FRAME_FINE_SNAP
                                  : weir_tools_get_frame_snap (editing->tools), keeps_ratio,
                          weir_mask_get_width (editing->mask),
                          weir_mask_get_height (editing->mask));
}

static WeirFrameHandle
hit (WeirEditing         *editing,
     const WeirToolPoint *point)
{
  return weir_frame_hit (&editing->frame, point->x, point->y,
                         REACH / weir_editing_get_zoom (editing));
}

static void
begin (WeirEditing         *editing,
       const WeirToolPoint *point)
{
  editing->handle = hit (editing, point);
  editing->frame_before = editing->frame;
  editing->begin = *point;
  if (editing->handle == WEIR_FRAME_NONE)
    editing->active = NULL;
}

static void
move (WeirEditing         *editing,
      const WeirToolPoint *point)
{
  const GdkRectangle frame =
    dragged (editing, editing->handle, point->x - editing->begin.x, point->y - editing->begin.y,
             (point->state & GDK_ALT_MASK) != 0, (point->state & GDK_SHIFT_MASK) != 0);

  set_frame (editing, &frame);
}

static void
end (WeirEditing *editing)
{
  editing->handle = WEIR_FRAME_NONE;
  weir_document_set_frame (editing->document, &editing->frame);
}

static void
cancel (WeirEditing *editing)
{
  editing->handle = WEIR_FRAME_NONE;
  set_frame (editing, &editing->frame_before);
}

/* The arrows move the frame, and with Shift its right and lower edge. */
static gboolean
press_key (WeirEditing     *editing,
           guint            key,
           GdkModifierType  state)
{
  static const struct { guint key, keypad_key; int x, y; } arrows[] = {
    { GDK_KEY_Left, GDK_KEY_KP_Left, -1, 0 },
    { GDK_KEY_Right, GDK_KEY_KP_Right, 1, 0 },
    { GDK_KEY_Up, GDK_KEY_KP_Up, 0, -1 },
    { GDK_KEY_Down, GDK_KEY_KP_Down, 0, 1 },
  };
  const gboolean is_fine = (state & GDK_CONTROL_MASK) != 0;
  const int step = is_fine ? WEIR_FRAME_FINE_SNAP
                           : (int) weir_tools_get_frame_snap (editing->tools);

  if (editing->active || state & GDK_ALT_MASK)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (arrows); i++)
    if (key == arrows[i].key || key == arrows[i].keypad_key)
      {
        const WeirFrameHandle edge = arrows[i].x ? WEIR_FRAME_RIGHT : WEIR_FRAME_BOTTOM;
        GdkRectangle frame;

        editing->frame_before = editing->frame;
        frame = dragged (editing, state & GDK_SHIFT_MASK ? edge : WEIR_FRAME_INSIDE,
                         arrows[i].x * step, arrows[i].y * step, is_fine, FALSE);
        weir_document_set_frame (editing->document, &frame);
        return TRUE;
      }
  return FALSE;
}

static const char *
get_cursor (WeirEditing *editing)
{
  static const struct { WeirFrameHandle handle; const char *name; } cursors[] = {
    { WEIR_FRAME_LEFT | WEIR_FRAME_TOP, "nwse-resize" },
    { WEIR_FRAME_RIGHT | WEIR_FRAME_BOTTOM, "nwse-resize" },
    { WEIR_FRAME_RIGHT | WEIR_FRAME_TOP, "nesw-resize" },
    { WEIR_FRAME_LEFT | WEIR_FRAME_BOTTOM, "nesw-resize" },
    { WEIR_FRAME_LEFT, "ew-resize" },
    { WEIR_FRAME_RIGHT, "ew-resize" },
    { WEIR_FRAME_TOP, "ns-resize" },
    { WEIR_FRAME_BOTTOM, "ns-resize" },
    { WEIR_FRAME_INSIDE, "move" },
  };
  const WeirFrameHandle handle = editing->active ? editing->handle
                                                 : hit (editing, &editing->point);

  for (guint i = 0; i < G_N_ELEMENTS (cursors); i++)
    if (cursors[i].handle == handle)
      return cursors[i].name;
  return NULL;
}

const WeirToolInput weir_tool_frame = {
  .begin = begin,
  .move = move,
  .end = end,
  .cancel = cancel,
  .press_key = press_key,
  .get_cursor = get_cursor,
};
