/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From a detector's numbers to faces: boxes and five points, and which of them count. The rules are
 * those with which the published face identity filter was trained. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define CAS_FACE_N_POINTS  5 /* eyes, nose, corners of the mouth */
#define CAS_FACE_N_ANCHORS 2 /* guesses of a cell */

typedef struct
{
  float left, top, right, bottom; /* in pixels */
  float score;
  float points[CAS_FACE_N_POINTS][2]; /* x, y */
} CasFaceBox;

/* What a detector says of cells of stride pixels: for each of the h · w cells CAS_FACE_N_ANCHORS
 * rows, in which distances are counted in strides from the cell's first pixel. */
typedef struct
{
  guint        stride;
  guint        h, w;
  const float *scores; /* 1 number a row */
  const float *boxes;  /* 4: to the left, the top, the right and the bottom */
  const float *points; /* 10: x, y of each */
} CasFaceLevel;

/* CasFaceBox of a picture that is scale times as large in the detector's eyes, the best first, of
 * those that lie over one another only the best. */
GArray *cas_face_boxes_find (const CasFaceLevel *levels,
                             guint               n_levels,
                             float               scale);

/* At most n of them stay: those that are large and near the middle of a picture of w × h. Fewer
 * stay in their order. */
void    cas_face_boxes_keep (GArray             *boxes,
                             guint               n,
                             guint               w,
                             guint               h);

G_END_DECLS
