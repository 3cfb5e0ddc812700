/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The step graph and the loop around it. What changes from step to step goes in through small
 * inputs: a row of the modulation table, guidance, coefficients, noise. */

#include "pipeline/denoiser.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "ops/watch.h"
#include "sample/guidance.h"
#include "sample/step.h"
#include "sample/timestep.h"

/* Steps whose modulation is computed at once: enough for most runs, little memory for all. */
#define N_ROWS 32

struct _CasDenoiser
{
  CasDenoiserParams params;
  char             *name;
  CasGraph         *modulation; /* N_ROWS steps' embeddings to the table */
  CasGraph         *step;
  CasState         *table;      /* [1, 1, N_ROWS, c_modulation] */
  float            *embeddings; /* [N_ROWS, n_conditions, CAS_TIMESTEP_SIZE] */
  float            *planes;     /* a draw, [n, c, h, w] */
  float            *noise;      /* the same channels-last */
  float            *x;          /* the latent before the step */
  CasCompileParams  compile;    /* for compiling the step anew */
};

/* --- building ------------------------------------------------------------------------------ */

static void
build_modulation (CasDenoiser *self)
{
  CasGraph *g = self->modulation;
  const CasUNet *unet = self->params.unet;

  CasTensor t = cas_graph_input (g, "t", CAS_F32,
                                 CAS_SHAPE (N_ROWS, 1, 1, unet->n_conditions * CAS_TIMESTEP_SIZE));
  CasTensor rows = cas_unet_modulation (g, unet, t);

  rows = cas_tensor_reshape (g, rows, CAS_SHAPE (1, 1, N_ROWS, unet->c_modulation));
  cas_graph_store (g, rows, self->table);
}

static CasGraph *
build_step (CasDenoiser *self)
{
  CasGraph *g = cas_graph_new (self->name);
  const CasDenoiserParams *p = &self->params;

  CasTensor x = cas_graph_input (g, "x", CAS_F32, p->latent);
  CasTensor noise = cas_graph_input (g, "noise", CAS_F32, p->latent);
  CasTensor row = cas_graph_input (g, "row", CAS_I32, CAS_SHAPE (1, 1, 1, 1));
  CasTensor coefficients = cas_graph_input (g, "coefficients", CAS_F32, CAS_SHAPE (1, 1, 1, 8));
  CasTensor modulation = cas_op_select (g, cas_graph_load (g, self->table), row);
  CasTensor prediction, x0, next;

  if (p->is_unguided)
    prediction = p->predict (g, x, modulation, p->predict_data);
  else
    {
      CasTensor scalars = cas_graph_input (g, "guidance", CAS_F32, CAS_SHAPE (1, 1, 1, 2));
      CasTensor halves = cas_op_concat_batch (g, x, x);

      halves = p->predict (g, halves, modulation, p->predict_data);
      prediction = cas_op_guidance (g, halves, scalars, p->whole_batch);
    }
  cas_op_sampler_step (g, x, prediction, noise, coefficients, &x0, &next);

  if (p->keeps_prediction)
    cas_graph_output (g, "prediction", prediction);
  cas_graph_output (g, "x0", x0);
  cas_graph_output (g, "next", next);
  cas_graph_output (g, "not_finite", cas_op_count_not_finite (g, x0));
  return g;
}

CasDenoiser *
cas_denoiser_new (const CasDenoiserParams *params)
{
  CasDenoiser *self = g_new0 (CasDenoiser, 1);
  g_autofree char *modulation_name = g_strconcat (params->name, " modulation", NULL);

  self->params = *params;
  self->name = g_strdup (params->name);
  self->modulation = cas_graph_new (modulation_name);
  self->table = cas_state_new (modulation_name, CAS_F32,
                               CAS_SHAPE (1, 1, N_ROWS, params->unet->c_modulation));
  build_modulation (self);
  self->step = build_step (self);
  return self;
}

void
cas_denoiser_free (CasDenoiser *self)
{
  if (!self)
    return;

  cas_graph_free (self->step);
  cas_graph_free (self->modulation);
  cas_state_unref (self->table);
  g_free (self->embeddings);
  g_free (self->planes);
  g_free (self->noise);
  g_free (self->x);
  g_free (self->name);
  g_free (self);
}

CasShape
cas_denoiser_get_shape (CasDenoiser *self)
{
  return self->params.latent;
}

gsize
cas_denoiser_get_length (CasDenoiser *self)
{
  CasShape shape = self->params.latent;

  return (gsize) shape.n * shape.h * shape.w * shape.c;
}

static gboolean
allocate (CasDenoiser *self,
          GError     **error)
{
  gsize length = cas_denoiser_get_length (self);
  gsize n_embeddings = (gsize) N_ROWS * self->params.unet->n_conditions * CAS_TIMESTEP_SIZE;

  if (self->x)
    return TRUE;

  self->embeddings = g_try_new0 (float, n_embeddings);
  self->planes = g_try_new (float, length);
  self->noise = g_try_new (float, length);
  self->x = g_try_new (float, length);
  if (self->embeddings && self->planes && self->noise && self->x)
    return TRUE;

  g_set_error (error, CAS_ERROR, CAS_ERROR_OUT_OF_HOST_MEMORY,
               _("There is no memory for a latent of %zu numbers."), length);
  return FALSE;
}

gboolean
cas_denoiser_compile (CasDenoiser            *self,
                      const CasCompileParams *params,
                      GError                **error)
{
  self->compile = *params;
  self->compile.cancellable = NULL;
  self->compile.progress = NULL;
  return cas_graph_compile (self->modulation, params, error)
         && cas_graph_compile (self->step, params, error)
         && allocate (self, error);
}

double
cas_denoiser_get_step_seconds (CasDenoiser *self)
{
  return cas_graph_get_seconds (self->step);
}

/* --- running ------------------------------------------------------------------------------- */

void
cas_draw_random (gpointer random,
                 float   *out,
                 gsize    n)
{
  cas_random_normal (random, out, n);
}

/* Draws [n, c, h, w] and turns it channels-last. */
static void
draw (CasDenoiser            *self,
      const CasDenoiseParams *params,
      float                  *out)
{
  CasShape shape = self->params.latent;
  gsize n_pixels = (gsize) shape.h * shape.w;
  const float *plane = self->planes;

  params->draw (params->draw_source, self->planes, cas_denoiser_get_length (self));
  for (gsize n = 0; n < shape.n; n++)
    for (gsize c = 0; c < shape.c; c++, plane += n_pixels)
      for (gsize i = 0; i < n_pixels; i++)
        out[(n * n_pixels + i) * shape.c + c] = plane[i];
}

/* The table's rows for the steps from first on: r of each, and 0 for sca and crp. */
static gboolean
fill_table (CasDenoiser            *self,
            const CasDenoiseParams *params,
            guint                   first,
            const CasRun           *run,
            GError                **error)
{
  float *embedding = self->embeddings;

  for (guint i = first; i < first + N_ROWS; i++)
    for (guint condition = 0; condition < self->params.unet->n_conditions; condition++)
      {
        float value = condition == 0 && i < params->n_steps ? params->levels[i].r : 0;

        cas_timestep_embedding (value, embedding);
        embedding += CAS_TIMESTEP_SIZE;
      }

  cas_graph_write (self->modulation, "t", self->embeddings);
  return cas_run_graph (run, self->name, self->modulation, error);
}

/* What goes into a step. */
static void
write_inputs (CasDenoiser            *self,
              CasGraph               *g,
              const CasDenoiseParams *params,
              guint                   i)
{
  const CasStep step = cas_step_make (params->sampler, params->eta, &params->levels[i],
                                      &params->levels[i + 1]);
  const float t = params->levels[i].t;
  const gboolean is_on = t >= params->guidance.t_min && t <= params->guidance.t_max;
  const float guidance[2] = { cas_guidance_scale (&params->guidance, t),
                              is_on ? params->rescale : 0 };
  const float coefficients[8] = { params->levels[i].a, params->levels[i].b, step.next_x0,
                                  step.next_eps, step.next_noise };
  const gint32 row = i % N_ROWS;

  cas_graph_write (g, "x", self->x);
  cas_graph_write (g, "noise", self->noise);
  cas_graph_write (g, "row", &row);
  cas_graph_write (g, "coefficients", coefficients);
  if (!self->params.is_unguided)
    cas_graph_write (g, "guidance", guidance);
}

/* The block in which the numbers of a step stop being finite, from doing the step once more; NULL
 * if that cannot be done. */
static char *
find_culprit (CasDenoiser            *self,
              const CasDenoiseParams *params,
              guint                   i)
{
  g_autoptr (CasGraph) g = build_step (self);

  cas_graph_watch (g);
  if (!cas_graph_compile (g, &self->compile, NULL))
    return NULL;
  write_inputs (self, g, params, i);
  return cas_graph_run (g, NULL, NULL) ? cas_graph_find_not_finite (g) : NULL;
}

static gboolean
check_finite (CasDenoiser            *self,
              const CasDenoiseParams *params,
              guint                   i,
              GError                **error)
{
  gint32 n_bad;

  cas_graph_read (self->step, "not_finite", &n_bad);
  if (n_bad == 0)
    return TRUE;

  g_autofree char *culprit = find_culprit (self, params, i);

  g_set_error (error, CAS_ERROR, CAS_ERROR_NOT_FINITE,
               _("%s, step %u of %u: numbers stopped being finite in “%s”, so no picture was made."),
               self->name, i + 1, params->n_steps, culprit ? culprit : "?");
  return FALSE;
}

void
cas_keep_mix (const CasKeep *keep,
              CasShape       shape,
              float          a,
              float          b,
              const float   *noise,
              float         *x)
{
  const gsize n_pixels = (gsize) shape.n * shape.h * shape.w;

  for (gsize i = 0; i < n_pixels; i++)
    for (guint32 c = 0; c < shape.c; c++)
      {
        const gsize k = i * shape.c + c;
        const float kept = a * keep->known[k] + (noise ? b * noise[k] : 0);

        x[k] = keep->mask[i] * x[k] + (1 - keep->mask[i]) * kept;
      }
}

/* What is kept, as noisy as the latent is now. */
static void
keep (CasDenoiser            *self,
      const CasDenoiseParams *params,
      const CasNoiseLevel    *level)
{
  if (!params->keep)
    return;

  draw (self, params, self->noise);
  cas_keep_mix (params->keep, self->params.latent, level->a, level->b, self->noise, self->x);
}

gboolean
cas_denoiser_run (CasDenoiser            *self,
                  const CasDenoiseParams *params,
                  const CasRun           *run,
                  GError                **error)
{
  if (params->start)
    memcpy (self->x, params->start, cas_denoiser_get_length (self) * sizeof (float));
  else
    draw (self, params, self->x);
  if (params->n_done == 0)
    keep (self, params, &params->levels[0]);

  for (guint i = params->n_done; i < params->n_steps; i++)
    {
      if ((i % N_ROWS == 0 || i == params->n_done)
          && !fill_table (self, params, i - i % N_ROWS, run, error))
        return FALSE;

      if (params->prepare
          && !params->prepare (params->levels[i].t, run, params->prepare_data, error))
        return FALSE;

      draw (self, params, self->noise);
      write_inputs (self, self->step, params, i);
      if (!cas_run_graph (run, self->name, self->step, error)
          || !check_finite (self, params, i, error))
        return FALSE;

      cas_graph_read (self->step, "next", self->x);
      if (i + 1 < params->n_steps)
        keep (self, params, &params->levels[i + 1]);
      if (params->on_step)
        params->on_step (i + 1, params->step_data);
    }
  return TRUE;
}

const float *
cas_denoiser_peek_x (CasDenoiser *self)
{
  return self->x;
}

void
cas_denoiser_read_x0 (CasDenoiser *self,
                      float       *x0)
{
  cas_graph_read (self->step, "x0", x0);
}

void
cas_denoiser_read_x (CasDenoiser *self,
                     float       *x)
{
  cas_graph_read (self->step, "next", x);
}

void
cas_denoiser_read_prediction (CasDenoiser *self,
                              float       *prediction)
{
  cas_graph_read (self->step, "prediction", prediction);
}
