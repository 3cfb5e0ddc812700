/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Stage B at work: the condition's keys and values once for a prompt, the guide once for a picture,
 * then the steps. */

#include "pipeline/detailer.h"

#include "pipeline/keys.h"

#define N_TOKENS 4 /* of the pooled text (specification, section 4) */

struct _CasDetailer
{
  CasDetailerParams params;
  guint32           n_batch; /* pictures, twice if guided */
  CasGraph         *condition;
  CasGraph         *guide_graph;
  CasKeys          *keys;
  CasState         *guide;
  CasDenoiser      *denoiser;
  gboolean          is_conditioned;
};

static CasTensor
predict (CasGraph *g,
         CasTensor x,
         CasTensor modulation,
         gpointer  data)
{
  CasDetailer *self = data;

  return cas_stage_b_forward (g, self->params.stage_b, x, cas_graph_load (g, self->guide), modulation,
                              cas_keys_load (self->keys, g));
}

static void
build_condition (CasDetailer *self)
{
  CasGraph *g = self->condition;
  const CasStageB *m = self->params.stage_b;
  CasTensor pooled = cas_graph_input (g, "pooled", CAS_F32,
                                      CAS_SHAPE (self->n_batch, 1, 1, m->c_pooled));

  cas_keys_store (self->keys, g, cas_stage_b_condition (g, m, pooled));
}

static void
build_guide (CasDetailer *self)
{
  CasGraph *g = self->guide_graph;
  const CasDetailerParams *p = &self->params;
  const CasStageB *m = p->stage_b;
  CasTensor effnet = cas_graph_input (g, "effnet", CAS_F32,
                                      CAS_SHAPE (p->n, p->effnet_h, p->effnet_w, m->c_effnet));

  if (!p->is_unguided)
    effnet = cas_op_concat_batch (g, effnet, cas_op_scale (g, effnet, 0));
  cas_graph_store (g, cas_stage_b_guide (g, m, effnet, CAS_NO_TENSOR, p->h, p->w), self->guide);
}

CasDetailer *
cas_detailer_new (const CasDetailerParams *params)
{
  CasDetailer *self = g_new0 (CasDetailer, 1);
  const CasStageB *m = params->stage_b;

  self->params = *params;
  self->n_batch = params->is_unguided ? params->n : 2 * params->n;
  self->condition = cas_graph_new ("Stage B condition");
  self->guide_graph = cas_graph_new ("Stage B guide");
  self->keys = cas_keys_new (&m->unet, self->n_batch, N_TOKENS);
  self->guide = cas_state_new ("guide", CAS_F32,
                               CAS_SHAPE (self->n_batch, params->h / CAS_STAGE_B_PATCH,
                                          params->w / CAS_STAGE_B_PATCH, m->unet.down[0].c));
  build_condition (self);
  build_guide (self);
  self->denoiser = cas_denoiser_new (&(CasDenoiserParams) {
      .name = "Stage B",
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
cas_detailer_free (CasDetailer *self)
{
  if (!self)
    return;

  cas_denoiser_free (self->denoiser);
  cas_graph_free (self->condition);
  cas_graph_free (self->guide_graph);
  cas_keys_free (self->keys);
  cas_state_unref (self->guide);
  g_free (self);
}

gboolean
cas_detailer_compile (CasDetailer            *self,
                      const CasCompileParams *params,
                      GError                **error)
{
  return cas_graph_compile (self->condition, params, error)
         && cas_graph_compile (self->guide_graph, params, error)
         && cas_denoiser_compile (self->denoiser, params, error);
}

gboolean
cas_detailer_condition (CasDetailer  *self,
                        const float  *pooled,
                        const CasRun *run,
                        GError      **error)
{
  cas_graph_write (self->condition, "pooled", pooled);
  self->is_conditioned = cas_run_graph (run, "Stage B", self->condition, error);
  return self->is_conditioned;
}

gboolean
cas_detailer_is_conditioned (CasDetailer *self)
{
  return self->is_conditioned;
}

gboolean
cas_detailer_guide (CasDetailer  *self,
                    const float  *effnet,
                    const CasRun *run,
                    GError      **error)
{
  cas_graph_write (self->guide_graph, "effnet", effnet);
  return cas_run_graph (run, "Stage B", self->guide_graph, error);
}

CasDenoiser *
cas_detailer_peek_denoiser (CasDetailer *self)
{
  return self->denoiser;
}
