/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Stage C at work: the condition's keys and values once for a prompt, then the steps. */

#include "pipeline/composer.h"

#include <glib/gi18n-lib.h>

#include "pipeline/keys.h"

struct _CasComposer
{
  CasComposerParams params;
  guint32           n_batch;   /* pictures, twice if guided */
  CasGraph         *condition;
  CasKeys          *keys;
  CasDenoiser      *denoiser;
  gboolean          is_conditioned;
};

static CasTensor
predict (CasGraph *g,
         CasTensor x,
         CasTensor modulation,
         gpointer  data)
{
  CasComposer *self = data;
  CasController *controller = self->params.controller;

  return cas_stage_c_forward (g, self->params.stage_c, x, modulation, cas_keys_load (self->keys, g),
                              controller ? cas_controller_load (controller, g) : NULL);
}

static void
build_condition (CasComposer *self)
{
  CasGraph *g = self->condition;
  const CasStageC *m = self->params.stage_c;
  const guint32 n = self->n_batch;

  CasTensor text = cas_graph_input (g, "text", CAS_F32,
                                    CAS_SHAPE (n, 1, self->params.n_tokens, m->c_text));
  CasTensor pooled = cas_graph_input (g, "pooled", CAS_F32, CAS_SHAPE (n, 1, 1, m->c_pooled));
  CasTensor images = cas_graph_input (g, "images", CAS_F32,
                                      CAS_SHAPE (n, 1, self->params.n_images, m->c_image));

  cas_keys_store (self->keys, g, cas_stage_c_condition (g, m, text, pooled, images));
}

CasComposer *
cas_composer_new (const CasComposerParams *params)
{
  CasComposer *self = g_new0 (CasComposer, 1);
  const CasStageC *m = params->stage_c;

  self->params = *params;
  self->n_batch = params->is_unguided ? params->n : 2 * params->n;
  self->condition = cas_graph_new ("Stage C condition");
  /* the text's tokens, 4 of the pooled text, 4 of each image (specification, section 3) */
  self->keys = cas_keys_new (&m->unet, self->n_batch, params->n_tokens + 4 + 4 * params->n_images);
  build_condition (self);
  self->denoiser = cas_denoiser_new (&(CasDenoiserParams) {
      .name = "Stage C",
      .unet = &m->unet,
      .predict = predict,
      .predict_data = self,
      .latent = CAS_SHAPE (params->n, params->h, params->w, m->c_in),
      .is_unguided = params->is_unguided,
      .whole_batch = params->whole_batch,
      .keeps_prediction = params->keeps_prediction,
    });
  return self;
}

void
cas_composer_free (CasComposer *self)
{
  if (!self)
    return;

  cas_denoiser_free (self->denoiser);
  cas_graph_free (self->condition);
  cas_keys_free (self->keys);
  g_free (self);
}

gboolean
cas_composer_compile (CasComposer            *self,
                      const CasCompileParams *params,
                      GError                **error)
{
  return cas_graph_compile (self->condition, params, error)
         && cas_denoiser_compile (self->denoiser, params, error);
}

gboolean
cas_composer_condition (CasComposer  *self,
                        const float  *text,
                        const float  *pooled,
                        const float  *images,
                        const CasRun *run,
                        GError      **error)
{
  const gsize n = (gsize) self->n_batch * self->params.n_images * self->params.stage_c->c_image;
  g_autofree float *zeros = images ? NULL : g_try_new0 (float, n);

  if (!images && !zeros)
    {
      g_set_error (error, CAS_ERROR, CAS_ERROR_OUT_OF_HOST_MEMORY,
                   _("There is no memory for image embeddings of %zu numbers."), n);
      return FALSE;
    }

  cas_graph_write (self->condition, "text", text);
  cas_graph_write (self->condition, "pooled", pooled);
  cas_graph_write (self->condition, "images", images ? images : zeros);
  self->is_conditioned = cas_run_graph (run, "Stage C", self->condition, error);
  return self->is_conditioned;
}

gboolean
cas_composer_is_conditioned (CasComposer *self)
{
  return self->is_conditioned;
}

CasDenoiser *
cas_composer_peek_denoiser (CasComposer *self)
{
  return self->denoiser;
}
