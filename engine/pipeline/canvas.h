/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A picture of which a part is made anew: the picture and its soft mask at the size that is drawn,
 * the mask in Stage C's latent, and putting both together in the end. */

#pragma once

#include "filter/raster.h"

G_BEGIN_DECLS

/* To be read by all, written by cas_canvas_new() alone. */
typedef struct
{
  CasImage *picture;       /* of the size that is drawn: padded by its edge */
  guint8   *mask;          /* the same size: 255 made anew, 0 stays */
  guint     width, height; /* of the part that is handed over, from the upper left corner */
} CasCanvas;

/* picture with so many pixels added at left, top, right and bottom, which are made anew, or with a
 * mask of its size (NULL: none), then padded to width × height. Errors: CAS_ERROR_OUT_OF_HOST_MEMORY. */
CasCanvas *cas_canvas_new         (CasImage         *picture,
                                   CasImage         *mask,
                                   const guint       margins[4],
                                   guint             width,
                                   guint             height,
                                   GError          **error);
void       cas_canvas_free        (CasCanvas        *canvas);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CasCanvas, cas_canvas_free)

/* Instead of the mask that there is: what is made anew is where one of any size, of one channel, is
 * above one half. */
void       cas_canvas_set_mask    (CasCanvas        *canvas,
                                   const CasRaster  *mask);

/* The mask of the part that is handed over. Errors: CAS_ERROR_OUT_OF_HOST_MEMORY. */
CasImage  *cas_canvas_mask_to_image (const CasCanvas *canvas,
                                     GError         **error);

/* 1 where a cell of w × h holds a pixel that is made anew for the most part, else 0: one channel. */
CasRaster *cas_canvas_reduce_mask (const CasCanvas  *canvas,
                                   guint             w,
                                   guint             h,
                                   GError          **error);

/* What was made, through the mask over the picture: pixels of mask 0 are the picture's to the bit. */
CasImage  *cas_canvas_finish      (const CasCanvas  *canvas,
                                   CasImage         *made,
                                   GError          **error);

G_END_DECLS
