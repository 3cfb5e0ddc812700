/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Faces in a picture and whose they are, by two networks that a user has as ONNX files: a detector
 * of SCRFD's form and a recogniser of ArcFace's, with the sizes and rules of the published face
 * identity filter. */

#pragma once

#include "filter/raster.h"
#include "pipeline/run.h"

G_BEGIN_DECLS

#define CAS_FACES_MAX      4
#define CAS_FACES_IDENTITY 512

typedef struct _CasFaces CasFaces;

typedef struct
{
  float left, top, right, bottom; /* whole pixels; may lie beyond the picture */
  float score;                    /* 0.5 … 1 */
  float identity[CAS_FACES_IDENTITY]; /* of length 1 */
} CasFoundFace;

/* Errors: those of cas_onnx_network_open(), CAS_ERROR_BAD_MODEL for networks of another form. */
CasFaces  *cas_faces_new     (const char              *detector_path,
                              const char              *recogniser_path,
                              GError                 **error);
void       cas_faces_free    (CasFaces                *faces);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CasFaces, cas_faces_free)

gboolean   cas_faces_compile (CasFaces                *faces,
                              const CasCompileParams  *params,
                              GError                 **error);

/* At most CAS_FACES_MAX of CasFoundFace, perhaps none. picture: RGB, with three channels. run may
 * be NULL. After cas_faces_compile(). Errors: CAS_ERROR_BAD_MODEL for a recogniser that says
 * nothing of a face, those of cas_graph_run(), CAS_ERROR_OUT_OF_HOST_MEMORY. */
GArray    *cas_faces_find    (CasFaces                *faces,
                              const CasRaster         *picture,
                              const CasRun            *run,
                              GError                 **error);

/* The face identity ControlNet's input for a picture of w × h in which they were found: see
 * cas_face_map(). */
CasRaster *cas_faces_to_map  (const GArray            *found,
                              guint                    w,
                              guint                    h,
                              gboolean                 fills_map,
                              GError                 **error);

G_END_DECLS
