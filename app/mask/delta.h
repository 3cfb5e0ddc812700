/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What tells a mask from the one it was before, packed. The same delta leads either way. */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

typedef struct _WeirMaskDelta WeirMaskDelta;

#define WEIR_TYPE_MASK_DELTA (weir_mask_delta_get_type ())
GType          weir_mask_delta_get_type (void);

WeirMaskDelta *weir_mask_delta_ref      (WeirMaskDelta *self);
void           weir_mask_delta_unref    (WeirMaskDelta *self);

/* Memory that it takes, in bytes: hardly more than its tiles have pixels. */
gsize          weir_mask_delta_get_size (WeirMaskDelta *self);

/* --- for the mask --------------------------------------------------------------------------- */

WeirMaskDelta *weir_mask_delta_new      (void);

/* Adds the difference of two tiles; NULL is one of zeros. FALSE: there is none. */
gboolean       weir_mask_delta_add      (WeirMaskDelta *self,
                                         guint          index,
                                         const guint8  *before,
                                         const guint8  *after);

guint          weir_mask_delta_get_n_tiles (WeirMaskDelta *self);

/* Of the tile that was added as number i, which is 0 up to their number. */
guint          weir_mask_delta_get_index   (WeirMaskDelta *self,
                                            guint          i);

/* Changes the one of two tiles into the other. */
void           weir_mask_delta_apply_tile  (WeirMaskDelta *self,
                                            guint          i,
                                            guint8        *tile);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirMaskDelta, weir_mask_delta_unref)

G_END_DECLS
