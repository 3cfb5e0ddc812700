/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The semantic encoder at work. */

#include "pipeline/encoder.h"

#include <glib/gi18n-lib.h>

#include "cascade/error.h"

struct _CasEncoder
{
  CasGraph *graph;
  CasShape  latent;
};

CasEncoder *
cas_encoder_new (const CasEffnet *effnet,
                 guint32          h,
                 guint32          w)
{
  CasEncoder *self = g_new0 (CasEncoder, 1);
  CasGraph *g = cas_graph_new ("encoder");
  CasTensor image = cas_graph_input (g, "image", CAS_F32, CAS_SHAPE (1, h, w, 3));
  CasTensor latent = cas_effnet_encode (g, effnet, image);

  cas_graph_output (g, "latent", latent);
  cas_graph_output (g, "not_finite", cas_op_count_not_finite (g, latent));
  self->graph = g;
  self->latent = latent.shape;
  return self;
}

void
cas_encoder_free (CasEncoder *self)
{
  if (!self)
    return;

  cas_graph_free (self->graph);
  g_free (self);
}

gboolean
cas_encoder_compile (CasEncoder             *self,
                     const CasCompileParams *params,
                     GError                **error)
{
  return cas_graph_compile (self->graph, params, error);
}

CasShape
cas_encoder_get_latent (CasEncoder *self)
{
  return self->latent;
}

gboolean
cas_encoder_encode (CasEncoder   *self,
                    const float  *rgb,
                    float        *latent,
                    const CasRun *run,
                    GError      **error)
{
  gint32 n_bad;

  cas_graph_write (self->graph, "image", rgb);
  if (!cas_run_graph (run, "encoder", self->graph, error))
    return FALSE;

  cas_graph_read (self->graph, "not_finite", &n_bad);
  if (n_bad > 0)
    {
      g_set_error_literal (error, CAS_ERROR, CAS_ERROR_NOT_FINITE,
                           _("The encoder made numbers that are not finite of the picture."));
      return FALSE;
    }
  cas_graph_read (self->graph, "latent", latent);
  return TRUE;
}
