/* SPDX-License-Identifier: GPL-3.0-or-later */

/* ControlNets at work: one graph for all of them, whose sums lie in states that a step loads. */

#include "pipeline/controller.h"

/* Times of a schedule are floats: a step that begins where a range does is in it. */
#define TIME_EPS 1e-5f

typedef struct
{
  CasControl      control;
  CasControlRange range;
  float           factor; /* of the last run */
} Source;

struct _CasController
{
  const CasUNet *unet;
  guint32        h, w;
  guint32        c;       /* of the widest ResBlock */
  Source        *sources;
  guint          n_sources;
  CasGraph      *graph;
  CasState     **states;  /* by ResBlock; NULL where nothing is added */
  CasTensor     *tensors;
  float         *factors; /* room for one input of them */
  gboolean       is_made;
  GError        *error;   /* of a ControlNet that does not fit */
};

static void
append (CasController *self,
        guint          index,
        CasTensor     *sums)
{
  CasGraph *g = self->graph;
  const CasControl *control = &self->sources[index].control;
  const CasControlNet *m = control->controlnet;
  g_autofree CasTensor *projections = g_new0 (CasTensor, m->n_projections);
  g_autofree char *picture_name = g_strdup_printf ("picture %u", index);
  g_autofree char *factor_name = g_strdup_printf ("factor %u", index);

  CasTensor picture = cas_graph_input (g, picture_name, CAS_F32,
                                       CAS_SHAPE (1, control->h, control->w, m->c_in));
  CasTensor factor = cas_graph_input (g, factor_name, CAS_F32, CAS_SHAPE (1, 1, 1, self->c));

  cas_controlnet_forward (g, m, picture, projections);
  cas_controlnet_add (g, m, projections, factor, self->h, self->w, sums);
}

static void
build (CasController *self)
{
  g_autofree CasTensor *sums = g_new0 (CasTensor, self->unet->n_res);

  for (guint i = 0; i < self->n_sources; i++)
    append (self, i, sums);

  for (guint i = 0; i < self->unet->n_res; i++)
    if (cas_tensor_is_set (sums[i]))
      {
        g_autofree char *name = g_strdup_printf ("control of ResBlock %u", i);

        self->states[i] = cas_state_new (name, CAS_F32, CAS_SHAPE (1, self->h, self->w,
                                                                   sums[i].shape.c));
        cas_graph_store (self->graph, sums[i], self->states[i]);
      }
}

CasController *
cas_controller_new (const CasUNet    *stage_c,
                    guint32           h,
                    guint32           w,
                    const CasControl *controls,
                    guint             n_controls)
{
  CasController *self = g_new0 (CasController, 1);

  self->unet = stage_c;
  self->h = h;
  self->w = w;
  self->n_sources = n_controls;
  self->sources = g_new0 (Source, n_controls);
  self->graph = cas_graph_new ("ControlNets");
  self->states = g_new0 (CasState *, stage_c->n_res);
  self->tensors = g_new0 (CasTensor, stage_c->n_res);
  for (guint i = 0; i < stage_c->n_levels; i++)
    self->c = MAX (self->c, stage_c->down[i].c);
  self->factors = g_new0 (float, self->c);

  for (guint i = 0; i < n_controls && self->error == NULL; i++)
    {
      self->sources[i].control = controls[i];
      cas_controlnet_check (controls[i].controlnet, stage_c, &self->error);
    }
  if (self->error == NULL)
    build (self);
  return self;
}

void
cas_controller_free (CasController *self)
{
  if (!self)
    return;

  cas_graph_free (self->graph);
  for (guint i = 0; i < self->unet->n_res; i++)
    g_clear_pointer (&self->states[i], cas_state_unref);
  g_clear_error (&self->error);
  g_free (self->states);
  g_free (self->tensors);
  g_free (self->factors);
  g_free (self->sources);
  g_free (self);
}

gboolean
cas_controller_compile (CasController          *self,
                        const CasCompileParams *params,
                        GError                **error)
{
  if (self->error)
    {
      g_propagate_error (error, g_error_copy (self->error));
      return FALSE;
    }

  return cas_graph_compile (self->graph, params, error);
}

void
cas_controller_show (CasController         *self,
                     guint                  index,
                     const float           *picture,
                     const CasControlRange *range)
{
  g_return_if_fail (index < self->n_sources);

  g_autofree char *name = g_strdup_printf ("picture %u", index);

  cas_graph_write (self->graph, name, picture);
  self->sources[index].range = *range;
  self->is_made = FALSE;
}

static float
find_factor (const CasControlRange *range,
             float                  t)
{
  float place = 1.0f - t + TIME_EPS;

  return place >= range->start && place < range->end ? range->strength : 0.0f;
}

static void
write_factor (CasController *self,
              guint          index,
              float          factor)
{
  g_autofree char *name = g_strdup_printf ("factor %u", index);

  for (guint32 c = 0; c < self->c; c++)
    self->factors[c] = factor;
  cas_graph_write (self->graph, name, self->factors);
  self->sources[index].factor = factor;
}

gboolean
cas_controller_prepare (float         t,
                        const CasRun *run,
                        gpointer      data,
                        GError      **error)
{
  CasController *self = data;
  gboolean is_same = self->is_made;

  for (guint i = 0; i < self->n_sources; i++)
    {
      float factor = find_factor (&self->sources[i].range, t);

      if (self->is_made && factor == self->sources[i].factor)
        continue;
      write_factor (self, i, factor);
      is_same = FALSE;
    }

  self->is_made = is_same || cas_run_graph (run, "ControlNets", self->graph, error);
  return self->is_made;
}

const CasTensor *
cas_controller_load (CasController *self,
                     CasGraph      *g)
{
  for (guint i = 0; i < self->unet->n_res; i++)
    if (self->states[i])
      self->tensors[i] = cas_graph_load (g, self->states[i]);
  return self->tensors;
}
