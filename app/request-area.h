/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What of a document a job begins from: the picture and the mask within the frame, as large as what
 * will be made, so that nothing is scaled. */

#pragma once

#include <cascade/job.h>

#include "request.h"

G_BEGIN_DECLS

typedef struct
{
  CasImage    *init;          /* what is in the frame; nullable */
  CasImage    *mask;          /* of init's size; nullable */
  guint        outpaint[4];   /* as CasJobParams has it */
  guint        width, height; /* 0: the engine takes the size from init */
  GdkRectangle frame;
  WeirMask    *placed;        /* of the frame's size: what will be put in its place; NULL: all */
} WeirRequestArea;

void     weir_request_area_clear (WeirRequestArea  *self);

/* Whether the frame, or a mask, says what is made. FALSE: the picture is one of its own. */
gboolean weir_request_has_area   (WeirDocument     *document);

/* Errors: CAS_ERROR_BAD_PARAMETER where nothing in the frame is masked,
 * CAS_ERROR_OUT_OF_HOST_MEMORY. */
gboolean weir_request_area_fill  (WeirRequestArea  *self,
                                  WeirDocument     *document,
                                  WeirVerb          verb,
                                  GError          **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (WeirRequestArea, weir_request_area_clear)

G_END_DECLS
