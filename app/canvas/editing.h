/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the canvas' own files and those of the tools share: the mask and the frame while they are
 * drawn upon. */

#pragma once

#include "canvas/canvas.h"
#include "canvas/frame.h"
#include "canvas/mask-layer.h"
#include "canvas/tools.h"

G_BEGIN_DECLS

/* Where a tool is, in pixels of the picture. */
typedef struct
{
  double          x, y;
  double          pressure; /* 0 to 1; 1 of all that is no pen */
  gboolean        is_eraser; /* of a pen that is turned around */
  GdkModifierType state;
} WeirToolPoint;

typedef struct _WeirEditing WeirEditing;

/* What a tool does between a press and a release. One that goes on after a release, or has nothing
 * to do after a press, sets editing->active by itself. */
typedef struct
{
  void        (*begin)      (WeirEditing         *editing,
                             const WeirToolPoint *point);
  void        (*move)       (WeirEditing         *editing,
                             const WeirToolPoint *point);
  void        (*end)        (WeirEditing         *editing);
  void        (*cancel)     (WeirEditing         *editing);

  /* All of these may be NULL. hover: moved while nothing is pressed. finish: closes what goes on
   * after a release. press_key: whether the key was one of the tool's. draw: in pixels of the
   * screen. */
  void        (*hover)      (WeirEditing         *editing,
                             const WeirToolPoint *point);
  void        (*finish)     (WeirEditing         *editing);
  gboolean    (*press_key)  (WeirEditing         *editing,
                             guint                key,
                             GdkModifierType      state);
  void        (*draw)       (WeirEditing         *editing,
                             GtkSnapshot         *snapshot);
  const char *(*get_cursor) (WeirEditing         *editing);
} WeirToolInput;

extern const WeirToolInput weir_tool_brush, weir_tool_lasso, weir_tool_rectangle, weir_tool_frame;

struct _WeirEditing
{
  WeirCanvas    *canvas;
  WeirTools     *tools;            /* nullable */
  GSignalGroup  *tools_signals;
  WeirDocument  *document;         /* nullable */
  GSignalGroup  *document_signals;
  WeirMask      *mask;             /* nullable */
  GSignalGroup  *mask_signals;
  WeirMaskLayer *layer;
  GdkRectangle   frame;            /* also while it is dragged */
  gboolean       can_edit;
  guint          describe_id;

  /* editing-input.c */
  const WeirToolInput *active;     /* that has begun and not ended */
  gboolean             is_pressed, is_panning, has_pointer;
  double               last_x, last_y; /* of the widget */
  WeirToolPoint        point;      /* the pointer's */

  /* of the tools, while they are active */
  gboolean        subtracts;
  GArray         *outline;         /* graphene_point_t, pixels of the picture */
  gboolean        is_polygon;      /* the outline goes on after a release */
  gint64          corner_time;     /* when its last corner was set */
  WeirToolPoint   begin;
  GdkRectangle    frame_before;
  WeirFrameHandle handle;
};

WeirEditing *weir_editing_new          (WeirCanvas          *canvas);
void         weir_editing_free         (WeirEditing         *self);

void         weir_editing_set_document (WeirEditing         *self,
                                        WeirDocument        *document);
void         weir_editing_set_tools    (WeirEditing         *self,
                                        WeirTools           *tools);

/* can_edit: the document alone is shown, and nothing that would take its place. */
void         weir_editing_update       (WeirEditing         *self,
                                        gboolean             can_edit);

/* Over the picture, in pixels of the screen. */
void         weir_editing_snapshot     (WeirEditing         *self,
                                        GtkSnapshot         *snapshot,
                                        gboolean             shows_mask);

/* The pointer's where it is not one of the canvas' own; NULL: as everywhere. */
const char  *weir_editing_get_cursor   (WeirEditing         *self);

/* The current tool's; NULL where it leaves the pointer to the canvas. */
const WeirToolInput *weir_editing_get_input (WeirEditing    *self);

/* Take back what has begun and not ended; what interrupts keeps a stroke as it is by then. */
void         weir_editing_cancel       (WeirEditing         *self);
void         weir_editing_interrupt    (WeirEditing         *self);

/* Whether what begins there is taken away from the mask. */
gboolean     weir_editing_subtracts    (WeirEditing         *self,
                                        const WeirToolPoint *point);

/* Pixels of the screen that one of the picture takes, and where a place of it is. */
double           weir_editing_get_zoom (WeirEditing         *self);
graphene_point_t weir_editing_to_screen (WeirEditing        *self,
                                        double               x,
                                        double               y);

/* Adds the controllers (editing-input.c). */
void         weir_editing_init_input   (WeirEditing         *self);

/* How hard what draws is pressed, 0 to 1, when its axis of pressure is there. A mouse, a finger, and a
 * pen that does not feel it draw as if they were pressed as hard as can be: with the size that is
 * set. tool: nullable, as a mouse has none. */
double       weir_editing_find_pressure (GdkDeviceTool      *tool,
                                        double               axis);

/* A line that is seen on any picture, closed or not (tool-lasso.c). */
void         weir_editing_draw_outline (WeirEditing            *self,
                                        GtkSnapshot            *snapshot,
                                        const graphene_point_t *points,
                                        guint                   n_points,
                                        gboolean                is_closed);

G_END_DECLS
