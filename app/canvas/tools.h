/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the pointer does on the canvas, and with which brush: a model, without a widget. */

#pragma once

#include <gio/gio.h>

#include "canvas/frame.h"

G_BEGIN_DECLS

typedef enum
{
  WEIR_TOOL_BRUSH,
  WEIR_TOOL_ERASER,
  WEIR_TOOL_LASSO,
  WEIR_TOOL_RECTANGLE,
  WEIR_TOOL_FRAME,
  WEIR_TOOL_HAND,
  WEIR_N_TOOLS
} WeirTool;

#define WEIR_TYPE_TOOL (weir_tool_get_type ())
GType weir_tool_get_type (void);

/* In which the mask is seen. */
typedef enum
{
  WEIR_MASK_MAGENTA,
  WEIR_MASK_RED,
  WEIR_MASK_ORANGE,
  WEIR_MASK_GREEN,
  WEIR_MASK_CYAN,
  WEIR_MASK_BLUE,
} WeirMaskColour;

#define WEIR_TYPE_MASK_COLOUR (weir_mask_colour_get_type ())
GType weir_mask_colour_get_type (void);

/* Of the picture under it that the mask's colour hides. */
#define WEIR_TOOLS_MIN_OPACITY     0.1
#define WEIR_TOOLS_MAX_OPACITY     0.9
#define WEIR_TOOLS_DEFAULT_OPACITY 0.43

/* Pixels of the picture across a brush. */
#define WEIR_TOOLS_MIN_SIZE 1.0
#define WEIR_TOOLS_MAX_SIZE 1024.0

#define WEIR_TYPE_TOOLS (weir_tools_get_type ())
G_DECLARE_FINAL_TYPE (WeirTools, weir_tools, WEIR, TOOLS, GObject)

/* Properties, all of them to read and write, notified:
 *   tool           WeirTool
 *   brush-size     double
 *   eraser-size    double
 *   size           double: of the eraser while that is the tool, else of the brush
 *   softness       double, 0 to 1, as in WeirMaskBrush
 *   subtracts      boolean: what is drawn is taken away from the mask
 *   uses-pressure  boolean
 *   shows-mask     boolean
 *   mask-colour    WeirMaskColour
 *   mask-opacity   double, within the bounds above
 *   mask-stripes   boolean: it is striped as well
 *   frame-snap     uint, pixels, as in weir_frame_drag() */
WeirTools *weir_tools_new            (void);

/* Takes what is remembered there, and remembers there what changes. */
void       weir_tools_bind           (WeirTools *self,
                                      GSettings *settings);
void       weir_tools_unbind         (WeirTools *self);

WeirTool   weir_tools_get_tool       (WeirTools *self);
void       weir_tools_set_tool       (WeirTools *self,
                                      WeirTool   tool);
double     weir_tools_get_size       (WeirTools *self);
double     weir_tools_get_softness   (WeirTools *self);
gboolean   weir_tools_get_shows_mask (WeirTools *self);
gboolean   weir_tools_uses_pressure  (WeirTools *self);
WeirMaskColour weir_tools_get_mask_colour (WeirTools *self);
double     weir_tools_get_mask_opacity (WeirTools *self);
gboolean   weir_tools_has_mask_stripes (WeirTools *self);
guint      weir_tools_get_frame_snap (WeirTools *self);

/* Whether what is drawn is taken away; the eraser always does. */
gboolean   weir_tools_subtracts      (WeirTools *self);

/* By so many steps, each of them about a tenth of the size, or a tenth of all softness. */
void       weir_tools_resize         (WeirTools *self,
                                      double     n_steps);
void       weir_tools_soften         (WeirTools *self,
                                      double     n_steps);

G_END_DECLS
