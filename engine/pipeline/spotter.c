/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The saliency network at work. */

#include "pipeline/spotter.h"

#include <glib/gi18n-lib.h>

#include "cascade/error.h"

struct _CasSpotter
{
  CasGraph *graph;
  CasShape  map;
};

CasSpotter *
cas_spotter_new (const CasSaliency *saliency,
                 guint32            h,
                 guint32            w)
{
  CasSpotter *self = g_new0 (CasSpotter, 1);
  CasGraph *g = cas_graph_new ("saliency network");
  CasTensor picture
    = cas_graph_input (g, "picture", CAS_F32, CAS_SHAPE (1, h, w, CAS_SALIENCY_C_IN));
  CasTensor map = cas_saliency_forward (g, saliency, picture);

  cas_graph_output (g, "map", map);
  cas_graph_output (g, "not_finite", cas_op_count_not_finite (g, map));
  self->graph = g;
  self->map = map.shape;
  return self;
}

void
cas_spotter_free (CasSpotter *self)
{
  if (!self)
    return;

  cas_graph_free (self->graph);
  g_free (self);
}

gboolean
cas_spotter_compile (CasSpotter             *self,
                     const CasCompileParams *params,
                     GError                **error)
{
  return cas_graph_compile (self->graph, params, error);
}

CasRaster *
cas_spotter_look_at (CasSpotter      *self,
                     const CasRaster *picture,
                     const CasRun    *run,
                     GError         **error)
{
  g_autoptr (CasRaster) map = cas_raster_new (self->map.w, self->map.h, 1, error);
  gint32 n_bad;

  if (!map)
    return NULL;

  cas_graph_write (self->graph, "picture", picture->v);
  if (!cas_run_graph (run, "saliency network", self->graph, error))
    return NULL;

  cas_graph_read (self->graph, "not_finite", &n_bad);
  if (n_bad > 0)
    {
      g_set_error_literal (error, CAS_ERROR, CAS_ERROR_NOT_FINITE,
                           _("The saliency network made numbers that are not finite of the picture."));
      return NULL;
    }
  cas_graph_read (self->graph, "map", map->v);
  return g_steal_pointer (&map);
}
