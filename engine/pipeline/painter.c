/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From a latent to pixels. */

#include "pipeline/painter.h"

#include <glib/gi18n-lib.h>

#include "ops/watch.h"

struct _CasPainter
{
  const char         *name;
  const CasStageA    *stage_a;   /* one of the two */
  const CasPreviewer *previewer;
  CasShape            latent;
  CasShape            picture;   /* [1, height, width, 3] */
  CasGraph           *graph;
  CasCompileParams    compile;   /* for compiling it anew */
  float              *values;
};

static CasGraph *
build (CasPainter *self)
{
  CasGraph *g = cas_graph_new (self->name);
  CasTensor latent = cas_graph_input (g, "latent", CAS_F32, self->latent);
  CasTensor picture = self->stage_a ? cas_stage_a_decode (g, self->stage_a, latent)
                                    : cas_previewer_forward (g, self->previewer, latent);

  self->picture = picture.shape;
  cas_graph_output (g, "picture", picture);
  cas_graph_output (g, "not_finite", cas_op_count_not_finite (g, picture));
  return g;
}

CasPainter *
cas_painter_new_stage_a (const CasStageA *stage_a,
                         guint32          h,
                         guint32          w)
{
  CasPainter *self = g_new0 (CasPainter, 1);

  self->name = "Stage A";
  self->stage_a = stage_a;
  self->latent = CAS_SHAPE (1, h, w, stage_a->c_latent);
  self->graph = build (self);
  return self;
}

CasPainter *
cas_painter_new_previewer (const CasPreviewer *previewer,
                           guint32             h,
                           guint32             w)
{
  CasPainter *self = g_new0 (CasPainter, 1);

  self->name = "Previewer";
  self->previewer = previewer;
  self->latent = CAS_SHAPE (1, h, w, previewer->c_in);
  self->graph = build (self);
  return self;
}

void
cas_painter_free (CasPainter *self)
{
  if (!self)
    return;

  cas_graph_free (self->graph);
  g_free (self->values);
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
  self->compile = *params;
  self->compile.cancellable = NULL;
  self->compile.progress = NULL;
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

/* The block in which the numbers stop being finite, from painting once more; NULL if that cannot be
 * done. */
static char *
find_culprit (CasPainter  *self,
              const float *latent)
{
  g_autoptr (CasGraph) g = build (self);

  cas_graph_watch (g);
  if (!cas_graph_compile (g, &self->compile, NULL))
    return NULL;
  cas_graph_write (g, "latent", latent);
  return cas_graph_run (g, NULL, NULL) ? cas_graph_find_not_finite (g) : NULL;
}

static gboolean
check_finite (CasPainter  *self,
              const float *latent,
              GError     **error)
{
  gint32 n_bad;

  cas_graph_read (self->graph, "not_finite", &n_bad);
  if (n_bad == 0)
    return TRUE;

  g_autofree char *culprit = find_culprit (self, latent);

  g_set_error (error, CAS_ERROR, CAS_ERROR_NOT_FINITE,
               _("%s: numbers stopped being finite in “%s”, so no picture was made."), self->name,
               culprit ? culprit : "?");
  return FALSE;
}

CasImage *
cas_painter_paint (CasPainter   *self,
                   const float  *latent,
                   const CasRun *run,
                   GError      **error)
{
  cas_graph_write (self->graph, "latent", latent);
  if (!cas_run_graph (run, self->name, self->graph, error) || !check_finite (self, latent, error))
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
