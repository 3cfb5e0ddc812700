/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Text to image, and what pictures change in it: the text encoder reads the prompts, Stage C
 * composes a small semantic latent, Stage B turns it into Stage A's latent, Stage A decodes that
 * (specification, sections 1 and 13). */

#include "pipeline/text_to_image.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "io/image-shape.h"

#define RESCALE       0.7 /* of the guided prediction, in both stages */
#define DECODER_SHIFT 1.0

/* A picture on its way. One generator serves all of it: Stage C's start, each of its steps, then
 * the same of Stage B. */
typedef struct
{
  CasParts               *parts;
  const CasJobParams     *job;
  const CasGuide         *guide;
  const CasPipelineHooks *hooks;
  const CasRun           *run;
  guint                   index;
  CasRandom               random;
  const CasWaypoint      *from;     /* where this picture goes on; NULL: from its beginning */

  /* The stage at work. */
  CasPart                 part;
  CasDenoiser            *denoiser;
  guint                   n_steps;
  CasKeep                 keep;     /* has no mask where all is made anew */
  float                  *latent;   /* where what it makes goes */

  CasTexts                texts;
  GHashTable             *told;     /* notices */
  gboolean                is_c_told, is_b_told; /* the stage has been conditioned on these texts */
  float                  *text;     /* [2, tokens, channels] of the prompt and the negative one */
  float                  *pooled;   /* [2, channels] */
  float                  *c_latent; /* what Stage C made */
  float                  *b_latent; /* what Stage B made */
  float                  *start;    /* Stage C's, of the picture to begin from; NULL: noise */
} Picture;

static gboolean
picture_init (Picture *self,
              GError **error)
{
  const CasParts *parts = self->parts;
  const CasNetworks *m = &parts->networks;

  self->told = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->pooled = g_try_new (float, 2 * (gsize) m->text->c_pooled);
  self->c_latent = g_try_new (float, (gsize) parts->c_h * parts->c_w * m->stage_c->c_in);
  self->b_latent = g_try_new (float, (gsize) parts->b_h * parts->b_w * m->stage_b->c_in);
  if (self->pooled && self->c_latent && self->b_latent)
    return TRUE;

  g_set_error (error, CAS_ERROR, CAS_ERROR_OUT_OF_HOST_MEMORY,
               _("There is no memory for latents of %u×%u and %u×%u."), parts->c_w, parts->c_h,
               parts->b_w, parts->b_h);
  return FALSE;
}

static void
picture_clear (Picture *self)
{
  cas_texts_clear (&self->texts);
  g_clear_pointer (&self->told, g_hash_table_unref);
  g_free (self->text);
  g_free (self->pooled);
  g_free (self->c_latent);
  g_free (self->b_latent);
  g_free (self->start);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Picture, picture_clear)

static gboolean
begin (Picture *self,
       CasPart  part,
       guint    n_done,
       GError **error)
{
  if (!self->hooks->need (part, self->hooks->data, error))
    return FALSE;
  self->hooks->on_begin (part, self->index, n_done, self->hooks->data);
  return TRUE;
}

/* What a stage hands on is the picture as its last step predicts it, not that step's x. */
static void
finish_stage (Picture *self)
{
  cas_denoiser_read_x0 (self->denoiser, self->latent);
  if (self->keep.mask)
    cas_keep_mix (&self->keep, cas_denoiser_get_shape (self->denoiser), 1, 0, NULL, self->latent);
}

static void
on_step (guint    n_done,
         gpointer data)
{
  Picture *self = data;
  const gboolean is_c = self->part == CAS_PART_STAGE_C, is_last = n_done == self->n_steps;
  const CasParts *parts = self->parts;

  if (is_last)
    finish_stage (self);

  const float *latent = is_last ? self->latent : cas_denoiser_peek_x (self->denoiser);

  self->hooks->on_step (&(CasWaypoint) {
      .picture = self->index,
      .part = self->part,
      .n_done = n_done,
      .random = self->random,
      .c_latent = is_c ? latent : self->c_latent,
      .n_c = (gsize) parts->c_h * parts->c_w * parts->networks.stage_c->c_in,
      .b_latent = is_c ? NULL : latent,
      .n_b = is_c ? 0 : cas_denoiser_get_length (self->denoiser),
    }, self->hooks->data);
}

/* params: what differs between the stages. */
static gboolean
denoise (Picture          *self,
         CasPart           part,
         CasDenoiser      *denoiser,
         CasDenoiseParams  params,
         double            t_start,
         double            shift,
         GError          **error)
{
  const gboolean is_c = part == CAS_PART_STAGE_C;
  g_autofree CasNoiseLevel *levels = g_new (CasNoiseLevel, params.n_steps + 1);

  self->part = part;
  self->denoiser = denoiser;
  self->n_steps = params.n_steps;
  self->keep = params.keep ? *params.keep : (CasKeep) { 0 };
  self->latent = is_c ? self->c_latent : self->b_latent;

  cas_noise_levels ((float) t_start, shift, params.n_steps, levels);
  if (params.n_done > 0)
    params.start = self->latent;
  params.sampler = self->job->sampler;
  params.levels = levels;
  params.rescale = RESCALE;
  params.draw = cas_draw_random;
  params.draw_source = &self->random;
  params.on_step = on_step;
  params.step_data = self;
  return cas_denoiser_run (denoiser, &params, self->run, error);
}

/* Says each sentence once for all pictures of the job. */
static void
tell_notices (Picture *self)
{
  for (guint side = 0; side < G_N_ELEMENTS (self->texts.sides); side++)
    {
      GPtrArray *notices = self->texts.sides[side]->notices;

      for (guint i = 0; i < notices->len; i++)
        if (g_hash_table_add (self->told, g_strdup (notices->pdata[i])))
          self->hooks->notice (notices->pdata[i], self->hooks->data);
    }
}

/* All pictures of a job have one text, unless it has wildcards. */
static gboolean
read_prompts (Picture *self,
              GError **error)
{
  const CasNetworks *m = &self->parts->networks;

  if (self->text && !cas_texts_differ (self->job))
    return TRUE;

  self->is_c_told = self->is_b_told = FALSE;
  cas_texts_clear (&self->texts);
  if (!cas_texts_init (&self->texts, self->job, self->index, m->tokenizer, m->text->n_positions,
                       error))
    return FALSE;
  tell_notices (self);
  cas_parts_set_n_chunks (self->parts, self->texts.n_chunks);
  g_free (self->text);
  self->text = g_try_new (float, 2 * (gsize) self->parts->n_tokens * m->text->c);
  if (!self->text)
    {
      g_set_error (error, CAS_ERROR, CAS_ERROR_OUT_OF_HOST_MEMORY,
                   _("There is no memory for a text of %u tokens."), self->parts->n_tokens);
      return FALSE;
    }

  return begin (self, CAS_PART_TEXT_ENCODER, 0, error)
         && cas_reader_run (self->parts->reader, &self->texts, self->job->restores_mean, self->text,
                            self->pooled, self->run, error);
}

/* Stage C's condition. The negative half sees no pictures (specification, section 13). */
static gboolean
condition (Picture *self,
           GError **error)
{
  const CasGuide *guide = self->guide;
  const gsize n = (gsize) self->parts->n_images * self->parts->networks.stage_c->c_image;
  g_autofree float *images = guide->n_embeddings > 0 ? g_new0 (float, 2 * n) : NULL;

  if (images)
    memcpy (images, guide->embeddings, n * sizeof *images);
  return cas_composer_condition (self->parts->composer, self->text, self->pooled, images, self->run,
                                 error);
}

/* Ranges are parts of the steps that are made, which for a picture to begin from are the last of the
 * schedule. */
static void
show_controls (Picture *self)
{
  CasParts *parts = self->parts;
  const CasGuide *guide = self->guide;
  const float span = guide->latent ? (float) guide->strength : 1;

  for (guint i = 0; i < guide->n_controls && !parts->is_control_shown; i++)
    {
      CasControlRange range = guide->controls[i].range;

      range.start = 1 - span + range.start * span;
      range.end = range.end < 1 ? 1 - span + range.end * span : 1;
      cas_controller_show (parts->controller, i, guide->controls[i].picture->v, &range);
    }
  parts->is_control_shown = TRUE;
}

static gboolean
make_start (Picture *self,
            GError **error)
{
  const CasParts *parts = self->parts;
  const gsize n_pixels = (gsize) parts->c_h * parts->c_w, c = parts->networks.stage_c->c_in;
  g_autofree float *noise = g_try_new (float, n_pixels * c);

  if (!self->start)
    self->start = g_try_new (float, n_pixels * c);
  if (!noise || !self->start)
    {
      g_set_error (error, CAS_ERROR, CAS_ERROR_OUT_OF_HOST_MEMORY,
                   _("There is no memory for a latent of %u×%u."), parts->c_w, parts->c_h);
      return FALSE;
    }

  cas_random_normal (&self->random, noise, n_pixels * c);
  cas_guide_make_start (self->guide, n_pixels, c, noise, self->start);
  return TRUE;
}

static gboolean
compose (Picture *self,
         GError **error)
{
  const CasJobParams *job = self->job;
  const CasGuide *guide = self->guide;
  CasParts *parts = self->parts;
  const guint n_steps = cas_guide_count_steps (guide, job->steps);
  const guint n_done = cas_waypoint_count_done (self->from, CAS_PART_STAGE_C, n_steps);
  const CasKeep keep = {
    .known = guide->latent, .mask = guide->latent_mask ? guide->latent_mask->v : NULL,
  };

  if (n_done == n_steps)
    return TRUE;
  if (!begin (self, CAS_PART_STAGE_C, n_done, error))
    return FALSE;

  /* a text's condition is kept, unless the part had to make room meanwhile */
  if (!self->is_c_told || !cas_composer_is_conditioned (parts->composer))
    if (!condition (self, error))
      return FALSE;
  self->is_c_told = TRUE;
  show_controls (self);
  if (guide->latent && n_done == 0 && !make_start (self, error))
    return FALSE;

  return denoise (self, CAS_PART_STAGE_C, cas_composer_peek_denoiser (parts->composer),
                  (CasDenoiseParams) {
                    .n_steps = n_steps,
                    .n_done = n_done,
                    .guidance = CAS_GUIDANCE ((float) job->cfg),
                    .start = self->start,
                    .keep = keep.mask ? &keep : NULL,
                    .prepare = parts->controller ? cas_controller_prepare : NULL,
                    .prepare_data = parts->controller,
                  }, guide->latent ? guide->strength : 1, job->shift, error);
}

static gboolean
add_detail (Picture *self,
            GError **error)
{
  const CasJobParams *job = self->job;
  const guint n_steps = job->decoder_steps;
  const guint n_done = cas_waypoint_count_done (self->from, CAS_PART_STAGE_B, n_steps);

  if (n_done == n_steps)
    return TRUE;
  if (!begin (self, CAS_PART_STAGE_B, n_done, error))
    return FALSE;

  CasDetailer *detailer = self->parts->detailer;

  if (!self->is_b_told || !cas_detailer_is_conditioned (detailer))
    if (!cas_detailer_condition (detailer, self->pooled, self->run, error))
      return FALSE;
  self->is_b_told = TRUE;

  return cas_detailer_guide (detailer, self->c_latent, self->run, error)
         && denoise (self, CAS_PART_STAGE_B, cas_detailer_peek_denoiser (detailer),
                     (CasDenoiseParams) {
                       .n_steps = n_steps,
                       .n_done = n_done,
                       .guidance = CAS_GUIDANCE ((float) job->decoder_cfg),
                     }, 1, DECODER_SHIFT, error);
}

/* What was drawn, as it is handed over. */
static CasImage *
finish (const CasGuide *guide,
        CasImage       *drawn,
        GError        **error)
{
  if (guide->canvas)
    return cas_canvas_finish (guide->canvas, drawn, error);
  if (guide->width > 0)
    return cas_image_crop (drawn, 0, 0, guide->width, guide->height, error);
  return cas_image_ref (drawn);
}

static gboolean
decode (Picture *self,
        GError **error)
{
  if (!begin (self, CAS_PART_STAGE_A, 0, error))
    return FALSE;

  g_autoptr (CasImage) drawn = cas_painter_paint (self->parts->painter, self->b_latent,
                                                  self->run, error);
  g_autoptr (CasImage) image = drawn ? finish (self->guide, drawn, error) : NULL;

  return image && self->hooks->on_picture (self->index, image, self->hooks->data, error);
}

/* Puts the generator and the latents where the picture begins. */
static void
set_out (Picture *self)
{
  const CasWaypoint *from = self->from;

  cas_random_init (&self->random, self->job->seed + self->index);
  if (!from || !from->c_latent)
    return;
  self->random = from->random;
  memcpy (self->c_latent, from->c_latent, from->n_c * sizeof (float));
  if (from->b_latent)
    memcpy (self->b_latent, from->b_latent, from->n_b * sizeof (float));
}

gboolean
cas_text_to_image (CasParts               *parts,
                   const CasJobParams     *job,
                   const CasGuide         *guide,
                   const CasWaypoint      *from,
                   const CasPipelineHooks *hooks,
                   const CasRun           *run,
                   GError                **error)
{
  g_auto (Picture) picture = { parts, job, guide, hooks, run };

  if (!picture_init (&picture, error))
    return FALSE;

  for (guint i = from ? from->picture : 0; i < job->n_images; i++)
    {
      picture.index = i;
      picture.from = from && i == from->picture ? from : NULL;
      set_out (&picture);
      if (!read_prompts (&picture, error) || !compose (&picture, error)
          || !add_detail (&picture, error) || !decode (&picture, error))
        return FALSE;
    }
  return TRUE;
}
