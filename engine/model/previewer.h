/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The previewer: a small network that shows what Stage C's latent will look like, at eight times
 * its size (spec 7). */

#pragma once

#include "model/weights.h"

G_BEGIN_DECLS

typedef enum
{
  CAS_PREVIEWER_LINEAR,    /* 1×1 */
  CAS_PREVIEWER_CONV,      /* 3×3 */
  CAS_PREVIEWER_TRANSPOSE, /* 2×2, to twice the size */
} CasPreviewerKind;

typedef struct
{
  CasPreviewerKind kind;
  CasConv          conv;
  CasBatchNorm     norm; /* after GELU; the last layer has neither */
} CasPreviewerLayer;

/* To be read by all, written by cas_previewer_new() alone. */
typedef struct
{
  CasWeights        *weights;
  guint32            c_in;
  guint              factor; /* picture pixels to a side of a latent pixel: 8 */
  CasPreviewerLayer *layers;
  guint              n_layers;
} CasPreviewer;

CasPreviewer *cas_previewer_new     (CasWeights         *ws,
                                     GError            **error);
void          cas_previewer_free    (CasPreviewer       *m);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CasPreviewer, cas_previewer_free)

/* latent [n, h, w, c_in] to RGB [n, h·factor, w·factor, 3], about 0 … 1 and not clamped. */
CasTensor     cas_previewer_forward (CasGraph           *g,
                                     const CasPreviewer *m,
                                     CasTensor           latent);

G_END_DECLS
