/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From a latent to pixels. */

#include "pipeline/painter.h"

#include <glib/gi18n-lib.h>

struct _CasPainter
{
  char     *name;
  CasGraph *graph;
  CasShape  picture; /* [1, height, width, 3] */
  float    *values;
};

static CasPainter *
painter_new (const char *name)
{
  CasPainter *self = g_new0 (CasPainter, 1);

  self->name = g_strdup (name);
  self->graph = cas_graph_new (name);
  return self;
}

static void
set_picture (CasPainter *self,
             CasTensor   picture)
{
  self->picture = picture.shape;
  cas_graph_output (self->graph, "picture", picture);
  cas_graph_output (self->graph, "not_finite", cas_op_count_not_finite (self->graph, picture));
}

CasPainter *
cas_painter_new_stage_a (const CasStageA *stage_a,
                         guint32          h,
                         guint32          w)
{
  CasPainter *self = painter_new ("Stage A");
  CasTensor latent = cas_graph_input (self->graph, "latent", CAS_F32,
                                      CAS_SHAPE (1, h, w, stage_a->c_latent));

  set_picture (self, cas_stage_a_decode (self->graph, stage_a, latent));
  return self;
}

CasPainter *
cas_painter_new_previewer (const CasPreviewer *previewer,
                           guint32             h,
                           guint32             w)
{
  CasPainter *self = painter_new ("Previewer");
  CasTensor latent = cas_graph_input (self->graph, "latent", CAS_F32,
                                      CAS_SHAPE (1, h, w, previewer->c_in));

  set_picture (self, cas_previewer_forward (self->graph, previewer, latent));
  return self;
}

void
cas_painter_free (CasPainter *self)
{
  if (!self)
    return;

  cas_graph_free (self->graph);
  g_free (self->values);
  g_free (self->name);
  g_free (self);
}

static gsize
n_values (CasPainter *self)
{
  return (gsize) self->picture.h * self->picture.w * self->picture.c;
}

gboolean
cas_painter_compile (CasPainter             *self,
                     const CasCompileParams *params,
                     GError                **error)
{
  if (!cas_graph_compile (self->graph, params, error))
    return FALSE;

  if (!self->values)
    self->values = g_try_new (float, n_values (self));
  if (self->values)
    return TRUE;

  g_set_error (error, CAS_ERROR, CAS_ERROR_OUT_OF_HOST_MEMORY,
               _("There is no memory for a picture of %u×%u pixels."), self->picture.w,
               self->picture.h);
  return FALSE;
}

static gboolean
check_finite (CasPainter *self,
              GError    **error)
{
  gint32 n_bad;

  cas_graph_read (self->graph, "not_finite", &n_bad);
  if (n_bad == 0)
    return TRUE;

  g_set_error (error, CAS_ERROR, CAS_ERROR_NOT_FINITE,
               _("%s: %d of %" G_GSIZE_FORMAT " numbers of the picture are not finite, so no picture "
                 "was made."),
               self->name, n_bad, n_values (self));
  return FALSE;
}

CasImage *
cas_painter_paint (CasPainter   *self,
                   const float  *latent,
                   const CasRun *run,
                   GError      **error)
{
  cas_graph_write (self->graph, "latent", latent);
  if (!cas_run_graph (run, self->name, self->graph, error) || !check_finite (self, error))
    return NULL;

  CasImage *image = cas_image_new (self->picture.w, self->picture.h, error);

  if (!image)
    return NULL;

  guint8 *pixels = cas_image_get_pixels (image);

  cas_graph_read (self->graph, "picture", self->values);
  for (gsize i = 0; i < n_values (self); i++)
    pixels[i] = (guint8) (CLAMP (self->values[i], 0.0f, 1.0f) * 255.0f);
  return image;
}

void
cas_painter_read (CasPainter *self,
                  float      *rgb)
{
  cas_graph_read (self->graph, "picture", rgb);
}

double
cas_painter_get_seconds (CasPainter *self)
{
  return cas_graph_get_seconds (self->graph);
}
