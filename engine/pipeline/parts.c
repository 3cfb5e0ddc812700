/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The networks of a model at work: what is ready, and making it so. */

#include "pipeline/parts.h"

#include <glib/gi18n-lib.h>

#include "sample/latent-size.h"

CasParts *
cas_parts_new (const CasNetworks *networks,
               guint              width,
               guint              height)
{
  CasParts *self = g_new0 (CasParts, 1);

  self->networks = *networks;
  self->c_h = cas_latent_side_stage_c (height);
  self->c_w = cas_latent_side_stage_c (width);
  self->b_h = cas_latent_side_stage_b (height);
  self->b_w = cas_latent_side_stage_b (width);
  self->n_tokens = networks->text->n_positions;
  self->n_images = 1;
  return self;
}

void
cas_parts_free (CasParts *self)
{
  if (!self)
    return;

  for (CasPart part = 0; part < CAS_N_PARTS; part++)
    cas_parts_release (self, part);
  g_free (self->controls);
  g_free (self);
}

void
cas_parts_set_n_chunks (CasParts *self,
                        guint     n_chunks)
{
  const guint32 n_tokens = n_chunks * self->networks.text->n_positions;

  if (self->n_tokens != n_tokens)
    cas_parts_release (self, CAS_PART_STAGE_C);
  self->n_tokens = n_tokens;
}

static gboolean
prepare_text (CasParts               *self,
              const CasCompileParams *params,
              GError                **error)
{
  const CasNetworks *m = &self->networks;

  self->reader = cas_reader_new (m->text, m->tokenizer);
  return cas_reader_compile (self->reader, params, error);
}

static gboolean
is_same (const CasControl *a,
         const CasControl *b,
         guint             n)
{
  for (guint i = 0; i < n; i++)
    if (a[i].controlnet != b[i].controlnet || a[i].h != b[i].h || a[i].w != b[i].w)
      return FALSE;
  return TRUE;
}

void
cas_parts_set_guide (CasParts         *self,
                     guint             n_images,
                     const CasControl *controls,
                     guint             n_controls)
{
  self->is_control_shown = FALSE;
  if (self->n_images == MAX (n_images, 1) && self->n_controls == n_controls
      && is_same (self->controls, controls, n_controls))
    return;

  cas_parts_release (self, CAS_PART_STAGE_C);
  g_free (self->controls);
  self->n_images = MAX (n_images, 1);
  self->controls = g_memdup2 (controls, n_controls * sizeof *controls);
  self->n_controls = n_controls;
}

/* Their weights are apart from Stage C's, which stay when the ControlNets go. */
static gboolean
prepare_controller (CasParts               *self,
                    const CasCompileParams *params,
                    GError                **error)
{
  CasCompileParams own = *params;

  if (self->n_controls == 0)
    return TRUE;

  own.params = self->control_params = cas_params_new (params->gpu);
  self->is_control_shown = FALSE;
  self->controller = cas_controller_new (&self->networks.stage_c->unet, self->c_h, self->c_w,
                                         self->controls, self->n_controls);
  return cas_controller_compile (self->controller, &own, error);
}

static gboolean
prepare_stage_c (CasParts               *self,
                 const CasCompileParams *params,
                 GError                **error)
{
  if (!prepare_controller (self, params, error))
    return FALSE;

  self->composer = cas_composer_new (&(CasComposerParams) {
      .stage_c = self->networks.stage_c,
      .n = 1,
      .h = self->c_h,
      .w = self->c_w,
      .n_tokens = self->n_tokens,
      .n_images = self->n_images,
      .controller = self->controller,
    });
  return cas_composer_compile (self->composer, params, error);
}

static gboolean
prepare_stage_b (CasParts               *self,
                 const CasCompileParams *params,
                 GError                **error)
{
  self->detailer = cas_detailer_new (&(CasDetailerParams) {
      .stage_b = self->networks.stage_b,
      .n = 1,
      .h = self->b_h,
      .w = self->b_w,
      .effnet_h = self->c_h,
      .effnet_w = self->c_w,
    });
  return cas_detailer_compile (self->detailer, params, error);
}

static gboolean
prepare_stage_a (CasParts               *self,
                 const CasCompileParams *params,
                 GError                **error)
{
  self->painter = cas_painter_new_stage_a (self->networks.stage_a, self->b_h, self->b_w);
  return cas_painter_compile (self->painter, params, error);
}

static gboolean
prepare_previewer (CasParts               *self,
                   const CasCompileParams *params,
                   GError                **error)
{
  self->previewer = cas_painter_new_previewer (self->networks.previewer, self->c_h, self->c_w);
  return cas_painter_compile (self->previewer, params, error);
}

gboolean
cas_parts_prepare (CasParts               *self,
                   CasPart                 part,
                   const CasCompileParams *params,
                   GError                **error)
{
  static gboolean (*const prepare[CAS_N_PARTS]) (CasParts *, const CasCompileParams *, GError **) = {
    [CAS_PART_TEXT_ENCODER] = prepare_text,
    [CAS_PART_STAGE_C] = prepare_stage_c,
    [CAS_PART_STAGE_B] = prepare_stage_b,
    [CAS_PART_STAGE_A] = prepare_stage_a,
    [CAS_PART_PREVIEWER] = prepare_previewer,
  };

  if (cas_parts_is_ready (self, part) || prepare[part] (self, params, error))
    return TRUE;

  cas_parts_release (self, part);
  return FALSE;
}

gboolean
cas_parts_check_fit (CasParts               *self,
                     CasPart                 part,
                     const CasCompileParams *params,
                     GError                **error)
{
  g_autoptr (CasNeeds) needs = cas_needs_new (params->gpu);
  CasCompileParams plan = *params;
  gboolean fits;

  g_return_val_if_fail (!cas_parts_is_ready (self, part), FALSE);

  plan.needs = needs;
  fits = cas_parts_prepare (self, part, &plan, error);
  cas_parts_release (self, part); /* its graphs were only measured */
  return fits;
}

gboolean
cas_parts_is_ready (CasParts *self,
                    CasPart   part)
{
  const gpointer parts[CAS_N_PARTS] = {
    [CAS_PART_TEXT_ENCODER] = self->reader, [CAS_PART_STAGE_C] = self->composer,
    [CAS_PART_STAGE_B] = self->detailer, [CAS_PART_STAGE_A] = self->painter,
    [CAS_PART_PREVIEWER] = self->previewer,
  };

  return parts[part] != NULL;
}

void
cas_parts_release (CasParts *self,
                   CasPart   part)
{
  switch (part)
    {
    case CAS_PART_TEXT_ENCODER:
      g_clear_pointer (&self->reader, cas_reader_free);
      break;
    case CAS_PART_STAGE_C:
      g_clear_pointer (&self->composer, cas_composer_free);
      g_clear_pointer (&self->controller, cas_controller_free);
      g_clear_pointer (&self->control_params, cas_params_free);
      break;
    case CAS_PART_STAGE_B:
      g_clear_pointer (&self->detailer, cas_detailer_free);
      break;
    case CAS_PART_STAGE_A:
      g_clear_pointer (&self->painter, cas_painter_free);
      break;
    case CAS_PART_PREVIEWER:
      g_clear_pointer (&self->previewer, cas_painter_free);
      break;
    case CAS_N_PARTS:
      break;
    }
}

double
cas_parts_get_seconds (CasParts *self,
                       CasPart   part)
{
  if (!cas_parts_is_ready (self, part))
    return 0;

  switch (part)
    {
    case CAS_PART_TEXT_ENCODER:
      return cas_reader_get_seconds (self->reader);
    case CAS_PART_STAGE_C:
      return cas_denoiser_get_step_seconds (cas_composer_peek_denoiser (self->composer));
    case CAS_PART_STAGE_B:
      return cas_denoiser_get_step_seconds (cas_detailer_peek_denoiser (self->detailer));
    case CAS_PART_STAGE_A:
      return cas_painter_get_seconds (self->painter);
    case CAS_PART_PREVIEWER:
      return cas_painter_get_seconds (self->previewer);
    case CAS_N_PARTS:
      break;
    }
  g_return_val_if_reached (0);
}

CasImage *
cas_parts_preview (CasParts     *self,
                   CasPart       part,
                   const CasRun *run,
                   GError      **error)
{
  const gboolean is_c = part == CAS_PART_STAGE_C;
  CasPainter *painter = is_c ? self->previewer : self->painter;
  CasDenoiser *denoiser = is_c ? cas_composer_peek_denoiser (self->composer)
                               : cas_detailer_peek_denoiser (self->detailer);
  g_autofree float *latent = g_try_new (float, cas_denoiser_get_length (denoiser));

  if (!latent)
    {
      g_set_error_literal (error, CAS_ERROR, CAS_ERROR_OUT_OF_HOST_MEMORY,
                           _("There is no memory for a preview."));
      return NULL;
    }
  cas_denoiser_read_x0 (denoiser, latent);
  return cas_painter_paint (painter, latent, run, error);
}
