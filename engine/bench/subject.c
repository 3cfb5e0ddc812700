/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Networks without files at work. */

#include "bench/subject.h"

#include "model/clip_text.h"
#include "pipeline/composer.h"
#include "pipeline/detailer.h"
#include "pipeline/painter.h"

#define N_HALVES 2 /* of the guidance: what is wanted and what is not */
#define N_TOKENS 77
#define CFG      4.0f
#define SHIFT    2.0
#define RESCALE  0.7
#define SEMANTIC 24 /* pixels to a side of Stage C's latent */

struct _CasSubject
{
  CasPublished  which;
  gboolean      is_short;
  CasWeights   *weights;

  /* one of these … */
  CasStageC    *stage_c;
  CasStageB    *stage_b;
  CasStageA    *stage_a;
  CasPreviewer *previewer;
  CasClipText  *text;

  /* … and one of these, once compiled */
  CasComposer  *composer;
  CasDetailer  *detailer;
  CasPainter   *painter;
  CasGraph     *reader;
};

/* --- loading --- */

static gboolean
load (CasSubject *self,
      GError    **error)
{
  switch (self->which)
    {
    case CAS_PUBLISHED_STAGE_C_3_6B:
    case CAS_PUBLISHED_STAGE_C_1B:
      return (self->stage_c = cas_stage_c_new (self->weights, NULL, error)) != NULL;
    case CAS_PUBLISHED_STAGE_B_1_5B:
    case CAS_PUBLISHED_STAGE_B_700M:
      return (self->stage_b = cas_stage_b_new (self->weights, error)) != NULL;
    case CAS_PUBLISHED_STAGE_A:
      return (self->stage_a = cas_stage_a_new (self->weights, CAS_STAGE_A_SCALE, error)) != NULL;
    case CAS_PUBLISHED_CLIP_TEXT:
      return (self->text = cas_clip_text_new (self->weights, NULL, error)) != NULL;
    case CAS_PUBLISHED_PREVIEWER:
      return (self->previewer = cas_previewer_new (self->weights, error)) != NULL;
    case CAS_N_PUBLISHED:
      break;
    }
  g_return_val_if_reached (FALSE);
}

CasSubject *
cas_subject_new (CasPublished which,
                 gboolean     is_short,
                 GError     **error)
{
  g_autoptr (CasSubject) self = g_new0 (CasSubject, 1);
  g_autofree char *list = cas_published_dup_list (which, is_short);

  self->which = which;
  self->is_short = is_short;
  self->weights = cas_weights_new_from_list (list, "bench", error);
  if (self->weights == NULL || !load (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

static void
clear_compiled (CasSubject *self)
{
  g_clear_pointer (&self->composer, cas_composer_free);
  g_clear_pointer (&self->detailer, cas_detailer_free);
  g_clear_pointer (&self->painter, cas_painter_free);
  g_clear_pointer (&self->reader, cas_graph_free);
}

void
cas_subject_free (CasSubject *self)
{
  if (self == NULL)
    return;

  clear_compiled (self);
  g_clear_pointer (&self->stage_c, cas_stage_c_free);
  g_clear_pointer (&self->stage_b, cas_stage_b_free);
  g_clear_pointer (&self->stage_a, cas_stage_a_free);
  g_clear_pointer (&self->previewer, cas_previewer_free);
  g_clear_pointer (&self->text, cas_clip_text_free);
  g_clear_pointer (&self->weights, cas_weights_unref);
  g_free (self);
}

guint64
cas_subject_get_weight_bytes (CasSubject *self)
{
  return 2 * cas_weights_get_n_elements (self->weights);
}

guint32
cas_subject_get_side (CasSubject *self)
{
  if (self->text != NULL)
    return N_TOKENS;
  if (self->stage_c != NULL)
    return self->is_short ? SEMANTIC / 2 : SEMANTIC;
  if (self->previewer != NULL)
    return self->is_short ? SEMANTIC / 3 : SEMANTIC;
  if (self->stage_b != NULL)
    return self->is_short ? 64 : 256;
  return self->is_short ? 32 : 256;
}

/* --- compiling --- */

static CasGraph *
build_reader (const CasClipText *text)
{
  CasGraph *g = cas_graph_new ("text encoder");
  CasTensor hidden, pooled;

  cas_clip_text_forward (g, text,
                         cas_graph_input (g, "ids", CAS_I32, CAS_SHAPE (N_HALVES, 1, N_TOKENS, 1)),
                         cas_graph_input (g, "mask", CAS_F32, CAS_SHAPE (N_HALVES, 1, 1, N_TOKENS)),
                         cas_graph_input (g, "position", CAS_I32, CAS_SHAPE (N_HALVES, 1, 1, 1)),
                         &hidden, &pooled);
  cas_graph_output (g, "hidden", hidden);
  cas_graph_output (g, "pooled", pooled);
  return g;
}

gboolean
cas_subject_compile (CasSubject             *self,
                     const CasCompileParams *params,
                     GError                **error)
{
  const guint32 side = cas_subject_get_side (self);

  clear_compiled (self);
  if (self->stage_c != NULL)
    {
      self->composer = cas_composer_new (&(CasComposerParams) {
          .stage_c = self->stage_c,
          .n = 1,
          .h = side,
          .w = side,
          .n_tokens = N_TOKENS,
          .n_images = 1,
        });
      return cas_composer_compile (self->composer, params, error);
    }
  if (self->stage_b != NULL)
    {
      self->detailer = cas_detailer_new (&(CasDetailerParams) {
          .stage_b = self->stage_b,
          .n = 1,
          .h = side,
          .w = side,
          .effnet_h = SEMANTIC,
          .effnet_w = SEMANTIC,
        });
      return cas_detailer_compile (self->detailer, params, error);
    }
  if (self->text != NULL)
    {
      self->reader = build_reader (self->text);
      return cas_graph_compile (self->reader, params, error);
    }

  self->painter = self->stage_a != NULL
                    ? cas_painter_new_stage_a (self->stage_a, side, side)
                    : cas_painter_new_previewer (self->previewer, side, side);
  return cas_painter_compile (self->painter, params, error);
}

/* --- running --- */

/* n normal numbers; free with g_free(). */
static float *
draw (gsize n)
{
  CasRandom random;
  float *numbers = g_new (float, n);

  cas_random_init (&random, 1);
  cas_random_normal (&random, numbers, n);
  return numbers;
}

typedef struct
{
  guint         n;
  const CasRun *run;
  void        (*on_step) (guint    n_done,
                          gpointer data);
  gpointer      data;
} Steps;

static gboolean
denoise (CasDenoiser *denoiser,
         const Steps *steps,
         GError     **error)
{
  g_autofree CasNoiseLevel *levels = g_new (CasNoiseLevel, steps->n + 1);
  CasRandom random;

  cas_random_init (&random, 1);
  cas_noise_levels (1.0f, SHIFT, steps->n, levels);
  return cas_denoiser_run (denoiser, &(CasDenoiseParams) {
      .sampler = CAS_SAMPLER_DDPM,
      .levels = levels,
      .n_steps = steps->n,
      .guidance = CAS_GUIDANCE (CFG),
      .rescale = RESCALE,
      .draw = cas_draw_random,
      .draw_source = &random,
      .on_step = steps->on_step,
      .step_data = steps->data,
    }, steps->run, error);
}

static gboolean
compose (CasSubject  *self,
         const Steps *steps,
         GError     **error)
{
  g_autofree float *text = draw ((gsize) N_HALVES * N_TOKENS * self->stage_c->c_text);
  g_autofree float *pooled = draw ((gsize) N_HALVES * self->stage_c->c_pooled);

  return cas_composer_condition (self->composer, text, pooled, NULL, NULL, error)
         && denoise (cas_composer_peek_denoiser (self->composer), steps, error);
}

static gboolean
detail (CasSubject  *self,
        const Steps *steps,
        GError     **error)
{
  g_autofree float *pooled = draw ((gsize) N_HALVES * self->stage_b->c_pooled);
  g_autofree float *effnet = draw ((gsize) SEMANTIC * SEMANTIC * self->stage_b->c_effnet);

  return cas_detailer_condition (self->detailer, pooled, NULL, error)
         && cas_detailer_guide (self->detailer, effnet, NULL, error)
         && denoise (cas_detailer_peek_denoiser (self->detailer), steps, error);
}

static gboolean
paint (CasSubject  *self,
       const Steps *steps,
       GError     **error)
{
  const guint32 side = cas_subject_get_side (self);
  const guint32 c = self->stage_a != NULL ? self->stage_a->c_latent : self->previewer->c_in;
  g_autofree float *latent = draw ((gsize) side * side * c);

  for (guint i = 0; i < steps->n; i++)
    {
      g_autoptr (CasImage) image = cas_painter_paint (self->painter, latent, steps->run, error);

      if (image == NULL)
        return FALSE;
      steps->on_step (i + 1, steps->data);
    }
  return TRUE;
}

static gboolean
read_texts (CasSubject  *self,
            const Steps *steps,
            GError     **error)
{
  gint32 ids[N_HALVES * N_TOKENS], position[N_HALVES] = { N_TOKENS - 1, N_TOKENS - 1 };
  float mask[N_HALVES * N_TOKENS];
  g_autofree float *hidden = g_new (float, (gsize) N_HALVES * N_TOKENS * self->text->c);
  g_autofree float *pooled = g_new (float, (gsize) N_HALVES * self->text->c_pooled);

  for (guint i = 0; i < N_HALVES * N_TOKENS; i++)
    {
      ids[i] = (gint32) (i * 331 % self->text->n_vocabulary);
      mask[i] = 1;
    }

  for (guint i = 0; i < steps->n; i++)
    {
      cas_graph_write (self->reader, "ids", ids);
      cas_graph_write (self->reader, "mask", mask);
      cas_graph_write (self->reader, "position", position);
      if (!cas_run_graph (steps->run, "text encoder", self->reader, error))
        return FALSE;
      cas_graph_read (self->reader, "hidden", hidden);
      cas_graph_read (self->reader, "pooled", pooled);
      steps->on_step (i + 1, steps->data);
    }
  return TRUE;
}

gboolean
cas_subject_run (CasSubject   *self,
                 guint         n,
                 const CasRun *run,
                 void        (*on_step) (guint    n_done,
                                         gpointer data),
                 gpointer      data,
                 GError      **error)
{
  const Steps steps = { n, run, on_step, data };

  if (self->composer != NULL)
    return compose (self, &steps, error);
  if (self->detailer != NULL)
    return detail (self, &steps, error);
  if (self->reader != NULL)
    return read_texts (self, &steps, error);
  return paint (self, &steps, error);
}
