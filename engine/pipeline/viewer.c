/* SPDX-License-Identifier: GPL-3.0-or-later */

/* CLIP's vision tower at work. */

#include "pipeline/viewer.h"

#include <glib/gi18n-lib.h>

#include "model/clip_image.h"

struct _CasViewer
{
  const CasClipVision *vision;
  CasGraph            *graph;
};

CasViewer *
cas_viewer_new (const CasClipVision *vision)
{
  CasViewer *self = g_new0 (CasViewer, 1);
  CasGraph *g = cas_graph_new ("image encoder");
  CasTensor pixels = cas_graph_input (g, "pixels", CAS_F32,
                                      CAS_SHAPE (1, vision->size, vision->size, 3));
  CasTensor embedding = cas_clip_vision_forward (g, vision, pixels);

  cas_graph_output (g, "embedding", embedding);
  cas_graph_output (g, "not_finite", cas_op_count_not_finite (g, embedding));
  self->vision = vision;
  self->graph = g;
  return self;
}

void
cas_viewer_free (CasViewer *self)
{
  if (!self)
    return;

  cas_graph_free (self->graph);
  g_free (self);
}

gboolean
cas_viewer_compile (CasViewer              *self,
                    const CasCompileParams *params,
                    GError                **error)
{
  return cas_graph_compile (self->graph, params, error);
}

static gboolean
look (CasViewer       *self,
      const CasPixels *picture,
      float           *embedding,
      const CasRun    *run,
      GError         **error)
{
  g_autofree float *pixels
    = cas_clip_image_prepare (picture, self->vision->size, CAS_CLIP_IMAGE_REAL, error);
  gint32 n_bad;

  if (!pixels)
    return FALSE;

  cas_graph_write (self->graph, "pixels", pixels);
  if (!cas_run_graph (run, "image encoder", self->graph, error))
    return FALSE;

  cas_graph_read (self->graph, "not_finite", &n_bad);
  if (n_bad > 0)
    {
      g_set_error_literal (error, CAS_ERROR, CAS_ERROR_NOT_FINITE,
                           _("The image encoder made numbers that are not finite of the picture."));
      return FALSE;
    }
  cas_graph_read (self->graph, "embedding", embedding);
  return TRUE;
}

gboolean
cas_viewer_look (CasViewer    *self,
                 CasImage     *image,
                 float        *embedding,
                 const CasRun *run,
                 GError      **error)
{
  const CasPixels picture = {
    .bytes = cas_image_get_pixels (image),
    .width = cas_image_get_width (image),
    .height = cas_image_get_height (image),
    .n_channels = 3,
    .stride = cas_image_get_stride (image),
  };

  return look (self, &picture, embedding, run, error);
}

gboolean
cas_viewer_look_at (CasViewer       *self,
                    const CasRaster *picture,
                    float           *embedding,
                    const CasRun    *run,
                    GError         **error)
{
  const CasPixels pixels = {
    .floats = picture->v,
    .width = picture->w,
    .height = picture->h,
    .n_channels = picture->c,
    .stride = (gsize) picture->c * picture->w,
  };

  return look (self, &pixels, embedding, run, error);
}
