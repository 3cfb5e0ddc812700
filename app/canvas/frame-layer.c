/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Rectangles, most of them what one rectangle leaves of another. */

#include "canvas/frame-layer.h"

#include <math.h>

/* Sides, in pixels of the widget. */
#define CHECK  8
#define HANDLE 10

#define LABEL_DISTANCE 6
#define LABEL_PADDING  6

static const GdkRGBA white = { 1, 1, 1, 1 }, shade = { 0, 0, 0, 0.5f }, edge = { 0, 0, 0, 0.7f };

/* The up to four rectangles that cover what is in all and not in hole; those of no size are there
 * too. */
static void
subtract (const graphene_rect_t *all,
          const graphene_rect_t *hole,
          graphene_rect_t        rest[4])
{
  const float left = all->origin.x, top = all->origin.y;
  const float right = left + all->size.width, bottom = top + all->size.height;
  const float x0 = CLAMP (hole->origin.x, left, right);
  const float y0 = CLAMP (hole->origin.y, top, bottom);
  const float x1 = CLAMP (hole->origin.x + hole->size.width, left, right);
  const float y1 = CLAMP (hole->origin.y + hole->size.height, top, bottom);

  graphene_rect_init (&rest[0], left, top, right - left, y0 - top);
  graphene_rect_init (&rest[1], left, y1, right - left, bottom - y1);
  graphene_rect_init (&rest[2], left, y0, x0 - left, y1 - y0);
  graphene_rect_init (&rest[3], x1, y0, right - x1, y1 - y0);
}

static gboolean
has_size (const graphene_rect_t *rect)
{
  return rect->size.width > 0 && rect->size.height > 0;
}

static void
draw_checks (GtkSnapshot           *snapshot,
             const graphene_rect_t *rect,
             const graphene_rect_t *frame,
             int                    scale)
{
  static const GdkRGBA light = { 0.6f, 0.6f, 0.6f, 1 }, dark = { 0.45f, 0.45f, 0.45f, 1 };
  const float side = (float) (CHECK * scale), x = frame->origin.x, y = frame->origin.y;

  /* of the whole frame, so that the parts have no seam */
  gtk_snapshot_push_clip (snapshot, rect);
  gtk_snapshot_push_repeat (snapshot, frame, &GRAPHENE_RECT_INIT (x, y, 2 * side, 2 * side));
  gtk_snapshot_append_color (snapshot, &light, &GRAPHENE_RECT_INIT (x, y, 2 * side, 2 * side));
  gtk_snapshot_append_color (snapshot, &dark, &GRAPHENE_RECT_INIT (x + side, y, side, side));
  gtk_snapshot_append_color (snapshot, &dark, &GRAPHENE_RECT_INIT (x, y + side, side, side));
  gtk_snapshot_pop (snapshot);
  gtk_snapshot_pop (snapshot);
}

static void
draw_border (GtkSnapshot           *snapshot,
             const graphene_rect_t *rect,
             float                  outset,
             float                  width,
             const GdkRGBA         *colour)
{
  const float widths[4] = { width, width, width, width };
  const GdkRGBA colours[4] = { *colour, *colour, *colour, *colour };
  graphene_rect_t outer = *rect;
  GskRoundedRect rounded;

  graphene_rect_inset (&outer, -outset, -outset);
  gsk_rounded_rect_init_from_rect (&rounded, &outer, 0);
  gtk_snapshot_append_border (snapshot, &rounded, widths, colours);
}

static void
draw_handles (const WeirFrameLook *look,
              GtkSnapshot         *snapshot)
{
  const float side = (float) (HANDLE * look->scale), line = (float) look->scale;
  const graphene_rect_t *frame = &look->frame;

  for (guint i = 0; i < 9; i++)
    {
      const float right = frame->size.width * (float) (i % 3) / 2;
      const float down = frame->size.height * (float) (i / 3) / 2;
      const float x = roundf (frame->origin.x + right - side / 2);
      const float y = roundf (frame->origin.y + down - side / 2);

      if (i == 4) /* the middle */
        continue;
      gtk_snapshot_append_color (snapshot, &edge, &GRAPHENE_RECT_INIT (x, y, side, side));
      gtk_snapshot_append_color (snapshot, &white,
                                 &GRAPHENE_RECT_INIT (x + line, y + line, side - 2 * line,
                                                      side - 2 * line));
    }
}

/* Under the frame's middle, or within it where there is no room below. */
static void
draw_label (const WeirFrameLook *look,
            GtkWidget           *widget,
            GtkSnapshot         *snapshot)
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (widget, look->label);
  const float scale = (float) look->scale;
  const float x = (look->frame.origin.x + look->frame.size.width / 2) / scale;
  float y = (look->frame.origin.y + look->frame.size.height) / scale + HANDLE / 2;
  GskRoundedRect pill;
  int width, height;

  pango_layout_get_pixel_size (layout, &width, &height);
  y += LABEL_DISTANCE;
  if (y > (float) (gtk_widget_get_height (widget) - height - LABEL_DISTANCE))
    y -= (float) height + HANDLE + 2 * LABEL_DISTANCE;
  /* where that is out of sight as well */
  y = MIN (y, (float) (gtk_widget_get_height (widget) - height - LABEL_DISTANCE));

  gtk_snapshot_save (snapshot);
  gtk_snapshot_scale (snapshot, scale, scale);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (roundf (x - (float) width / 2),
                                                          roundf (y)));
  gsk_rounded_rect_init_from_rect (
    &pill, &GRAPHENE_RECT_INIT (-LABEL_PADDING, -2, (float) (width + 2 * LABEL_PADDING),
                                (float) (height + 4)), (float) (height + 4) / 2);
  gtk_snapshot_push_rounded_clip (snapshot, &pill);
  gtk_snapshot_append_color (snapshot, &edge, &pill.bounds);
  gtk_snapshot_pop (snapshot);
  gtk_snapshot_append_layout (snapshot, layout, &white);
  gtk_snapshot_restore (snapshot);
}

void
weir_frame_layer_snapshot (const WeirFrameLook *look,
                           GtkWidget           *widget,
                           GtkSnapshot         *snapshot)
{
  graphene_rect_t rest[4];

  subtract (&look->frame, &look->picture, rest);
  for (guint i = 0; i < G_N_ELEMENTS (rest); i++)
    if (has_size (&rest[i]))
      draw_checks (snapshot, &rest[i], &look->frame, look->scale);
  subtract (&look->picture, &look->frame, rest);
  for (guint i = 0; i < G_N_ELEMENTS (rest); i++)
    if (has_size (&rest[i]))
      gtk_snapshot_append_color (snapshot, &shade, &rest[i]);

  draw_border (snapshot, &look->frame, 1, 3, &edge);
  draw_border (snapshot, &look->frame, 0, 1, &white);
  if (look->label)
    {
      draw_handles (look, snapshot);
      draw_label (look, widget, snapshot);
    }
}
