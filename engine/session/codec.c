/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pictures to latents and back (specification, section 13: reconstruction). The picture is padded
 * by its edge to sides that Stage B can make, and cropped back. */

#include "cascade/latent.h"

#include <math.h>
#include <string.h>

#include <glib/gi18n-lib.h>

#include "cascade/error.h"
#include "filter/resize.h"
#include "io/image-shape.h"
#include "pipeline/encoder.h"
#include "pipeline/parts.h"
#include "sample/latent-size.h"
#include "session/session-private.h"

#define RESCALE       0.7
#define DECODER_SHIFT 1.0
#define MAX_PIXELS    (G_GUINT64_CONSTANT (1) << 28) /* that a picture may have */
#define ENCODER_STEP  32                             /* pixels a side of one of the latent's */

/* Weights are freed after what uses them. */
struct _CasCodec
{
  CasSession  *session;

  CasParams   *encoder_params;
  CasEncoder  *encoder;
  guint        encoder_h, encoder_w;

  float       *pooled; /* [2, channels] of no words */
  CasParams   *detailer_params;
  CasDetailer *detailer;
  CasParams   *painter_params;
  CasPainter  *painter;
  guint        b_h, b_w, c_h, c_w;
};

/* --- room ---------------------------------------------------------------------------------- */

/* Each FALSE if nothing was there. */
static gboolean
release_encoder (CasCodec *self)
{
  const gboolean was_there = self->encoder_params != NULL;

  g_clear_pointer (&self->encoder, cas_encoder_free);
  g_clear_pointer (&self->encoder_params, cas_params_free);
  return was_there;
}

static gboolean
release_detailer (CasCodec *self)
{
  const gboolean was_there = self->detailer_params != NULL;

  g_clear_pointer (&self->detailer, cas_detailer_free);
  g_clear_pointer (&self->detailer_params, cas_params_free);
  return was_there;
}

static gboolean
release_painter (CasCodec *self)
{
  const gboolean was_there = self->painter_params != NULL;

  g_clear_pointer (&self->painter, cas_painter_free);
  g_clear_pointer (&self->painter_params, cas_params_free);
  return was_there;
}

static gboolean
release_all (gpointer data)
{
  CasCodec *self = data;
  gboolean was_there = release_encoder (self);

  was_there |= release_detailer (self);
  was_there |= release_painter (self);
  return was_there;
}

/* What stands idle goes: what the session keeps for its next job, or else that of the codec which
 * release (or NULL) lets go of. */
static gboolean
make_room (CasCodec  *self,
           gboolean (*release) (CasCodec *self))
{
  return (!cas_session_is_running (self->session)
          && cas_residency_clear (cas_session_peek_residency (self->session), self))
         || (release && release (self));
}

/* prepare makes a part ready, with as much else off the device as it takes. */
static gboolean
prepare_with_room (CasCodec     *self,
                   gboolean    (*prepare) (CasCodec     *self,
                                           const CasRun *run,
                                           GError      **error),
                   gboolean    (*release) (CasCodec     *self),
                   const CasRun *run,
                   GError      **error)
{
  g_autoptr (GError) problem = NULL;

  while (!prepare (self, run, &problem))
    {
      if (!g_error_matches (problem, CAS_ERROR, CAS_ERROR_OUT_OF_DEVICE_MEMORY)
          || !make_room (self, release))
        {
          g_propagate_error (error, g_steal_pointer (&problem));
          return FALSE;
        }
      g_clear_error (&problem);
    }
  return TRUE;
}

/* --- all of it ----------------------------------------------------------------------------- */

CasCodec *
cas_codec_new (CasSession *session)
{
  CasCodec *self = g_new0 (CasCodec, 1);

  self->session = session;
  cas_residency_add_lodger (cas_session_peek_residency (session), release_all, self);
  return self;
}

void
cas_codec_free (CasCodec *self)
{
  if (!self)
    return;

  cas_residency_remove_lodger (cas_session_peek_residency (self->session), self);
  release_all (self);
  g_free (self->pooled);
  g_free (self);
}

static void
fail_memory (guint    width,
             guint    height,
             GError **error)
{
  g_set_error (error, CAS_ERROR, CAS_ERROR_OUT_OF_HOST_MEMORY,
               _("There is no memory for a latent of %u×%u."), width, height);
}

static CasCompileParams
get_compile (CasCodec     *self,
             CasParams   **params,
             GCancellable *cancellable)
{
  CasCompileParams compile = cas_session_get_compile (self->session);

  if (!*params)
    *params = cas_params_new (compile.gpu);
  compile.params = *params;
  compile.cancellable = cancellable;
  return compile;
}

static guint
pad_side (guint side)
{
  return (side + CAS_IMAGE_SIDE_STEP - 1) / CAS_IMAGE_SIDE_STEP * CAS_IMAGE_SIDE_STEP;
}

static gboolean
check_size (guint    width,
            guint    height,
            GError **error)
{
  if (width >= CAS_IMAGE_MIN_SIDE && height >= CAS_IMAGE_MIN_SIDE)
    return TRUE;

  g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_IMAGE,
               _("The picture has %u×%u pixels, and the encoder needs %d each way."), width, height,
               CAS_IMAGE_MIN_SIDE);
  return FALSE;
}

/* --- encoding ------------------------------------------------------------------------------ */

static gboolean
prepare_encoder (CasCodec     *self,
                 const CasRun *run,
                 GError      **error)
{
  const CasEffnet *effnet
    = cas_loaded_networks_need_effnet (cas_session_peek_networks (self->session), error);

  if (!effnet)
    return FALSE;
  if (self->encoder)
    return TRUE;

  const CasCompileParams compile = get_compile (self, &self->encoder_params, run->cancellable);

  self->encoder = cas_encoder_new (effnet, self->encoder_h, self->encoder_w);
  if (cas_encoder_compile (self->encoder, &compile, error))
    return TRUE;

  release_encoder (self);
  return FALSE;
}

/* What was made for another size goes, and the decoder. */
static void
set_encoder_size (CasCodec *self,
                  guint     h,
                  guint     w)
{
  release_detailer (self);
  release_painter (self);
  if (self->encoder_h == h && self->encoder_w == w)
    return;
  g_clear_pointer (&self->encoder, cas_encoder_free);
  self->encoder_h = h;
  self->encoder_w = w;
}

/* The padded picture at h rows of w columns, each the nearest of its own. */
static CasRaster *
resize_nearest (CasImage *image,
                guint     h,
                guint     w,
                GError  **error)
{
  g_autoptr (CasImage) padded = cas_image_pad (image, CAS_IMAGE_SIDE_STEP, error);
  g_autoptr (CasRaster) raster = padded ? cas_raster_from_image (padded, error) : NULL;

  return raster ? cas_resize (raster, w, h, CAS_RESIZE_NEAREST, error) : NULL;
}

CasLatent *
cas_codec_encode (CasCodec     *self,
                  CasImage     *image,
                  GCancellable *cancellable,
                  GError      **error)
{
  const CasRun run = { .cancellable = cancellable };
  const guint width = cas_image_get_width (image), height = cas_image_get_height (image);
  const guint h = cas_encoded_side (pad_side (height)), w = cas_encoded_side (pad_side (width));

  if (!check_size (width, height, error))
    return NULL;
  set_encoder_size (self, h, w);
  if (!prepare_with_room (self, prepare_encoder, NULL, &run, error))
    return NULL;

  const CasShape shape = cas_encoder_get_latent (self->encoder);
  g_autoptr (CasRaster) rgb = resize_nearest (image, h, w, error);
  g_autoptr (CasLatent) latent = g_new0 (CasLatent, 1);

  *latent = (CasLatent) {
    .width = width,
    .height = height,
    .n_columns = shape.w,
    .n_rows = shape.h,
    .n_channels = shape.c,
    .values = g_try_new (float, (gsize) shape.h * shape.w * shape.c),
  };
  if (rgb && !latent->values)
    fail_memory (shape.w, shape.h, error);
  if (!rgb || !latent->values || !cas_encoder_encode (self->encoder, rgb->v, latent->values, &run, error))
    return NULL;
  return g_steal_pointer (&latent);
}

/* --- decoding ------------------------------------------------------------------------------ */

/* What the text encoder says to no words, once. */
static gboolean
read_nothing (CasCodec     *self,
              const CasRun *run,
              GError      **error)
{
  static const CasJobParams nothing = { .prompt = "", .negative = "" };
  const CasLoadedNetworks *m = cas_session_peek_networks (self->session);
  g_autoptr (CasParams) params = NULL;
  g_autoptr (CasReader) reader = NULL;
  g_auto (CasTexts) texts = { 0 };

  if (self->pooled)
    return TRUE;
  if (!cas_texts_init (&texts, &nothing, 0, m->tokenizer, m->text->n_positions, error))
    return FALSE;

  const CasCompileParams compile = get_compile (self, &params, run->cancellable);
  g_autofree float *hidden = g_new (float, 2 * (gsize) m->text->n_positions * m->text->c);
  g_autofree float *pooled = g_new (float, 2 * (gsize) m->text->c_pooled);

  reader = cas_reader_new (m->text, m->tokenizer);
  if (!cas_reader_compile (reader, &compile, error)
      || !cas_reader_run (reader, &texts, FALSE, hidden, pooled, run, error))
    {
      g_clear_pointer (&reader, cas_reader_free); /* before its weights */
      return FALSE;
    }
  g_clear_pointer (&reader, cas_reader_free);
  self->pooled = g_steal_pointer (&pooled);
  return TRUE;
}

static gboolean
prepare_detailer (CasCodec     *self,
                  const CasRun *run,
                  GError      **error)
{
  if (self->detailer)
    return TRUE;

  const CasCompileParams compile = get_compile (self, &self->detailer_params, run->cancellable);

  self->detailer = cas_detailer_new (&(CasDetailerParams) {
      .stage_b = cas_session_peek_networks (self->session)->stage_b,
      .n = 1,
      .h = self->b_h,
      .w = self->b_w,
      .effnet_h = self->c_h,
      .effnet_w = self->c_w,
    });
  if (cas_detailer_compile (self->detailer, &compile, error))
    return TRUE;

  release_detailer (self);
  return FALSE;
}

static gboolean
prepare_painter (CasCodec     *self,
                 const CasRun *run,
                 GError      **error)
{
  if (self->painter)
    return TRUE;

  const CasCompileParams compile = get_compile (self, &self->painter_params, run->cancellable);

  self->painter = cas_painter_new_stage_a (cas_session_peek_networks (self->session)->stage_a,
                                           self->b_h, self->b_w);
  if (cas_painter_compile (self->painter, &compile, error))
    return TRUE;

  release_painter (self);
  return FALSE;
}

static gboolean
add_detail (CasCodec        *self,
            const CasLatent *latent,
            guint64          seed,
            float           *b_latent,
            const CasRun    *run,
            GError         **error)
{
  const CasModelDefaults *defaults
    = cas_folder_get_defaults (cas_session_peek_networks (self->session)->folder);
  CasDenoiser *denoiser = cas_detailer_peek_denoiser (self->detailer);
  g_autofree CasNoiseLevel *levels = g_new (CasNoiseLevel, defaults->decoder_steps + 1);
  CasRandom random;

  cas_random_init (&random, seed);
  cas_noise_levels (1.0f, DECODER_SHIFT, defaults->decoder_steps, levels);
  if (!cas_detailer_is_conditioned (self->detailer)
      && !cas_detailer_condition (self->detailer, self->pooled, run, error))
    return FALSE;
  if (!cas_detailer_guide (self->detailer, latent->values, run, error)
      || !cas_denoiser_run (denoiser, &(CasDenoiseParams) {
           .sampler = CAS_SAMPLER_DDPM,
           .levels = levels,
           .n_steps = defaults->decoder_steps,
           .guidance = CAS_GUIDANCE ((float) defaults->decoder_cfg),
           .rescale = RESCALE,
           .draw = cas_draw_random,
           .draw_source = &random,
         }, run, error))
    return FALSE;

  cas_denoiser_read_x0 (denoiser, b_latent);
  return TRUE;
}

static void
set_sizes (CasCodec        *self,
           const CasLatent *latent)
{
  const guint b_h = cas_latent_side_stage_b (pad_side (latent->height));
  const guint b_w = cas_latent_side_stage_b (pad_side (latent->width));

  if (self->b_h == b_h && self->b_w == b_w && self->c_h == latent->n_rows
      && self->c_w == latent->n_columns)
    return;

  g_clear_pointer (&self->detailer, cas_detailer_free);
  g_clear_pointer (&self->painter, cas_painter_free);
  self->b_h = b_h;
  self->b_w = b_w;
  self->c_h = latent->n_rows;
  self->c_w = latent->n_columns;
}

/* Whether a side of the latent can be that of a picture of such a side. One more or less is, as
 * not everyone rounds as the encoder does. */
static gboolean
is_side_of (guint found,
            guint wanted)
{
  return found + 1 >= wanted && found <= wanted + 1;
}

/* What is decoded has the size that the latent says its picture has, so that size is checked. */
static gboolean
check_latent_size (const CasLatent *latent,
                   GError         **error)
{
  if (!check_size (latent->width, latent->height, error))
    return FALSE;
  if ((guint64) latent->width * latent->height > MAX_PIXELS)
    {
      g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_IMAGE,
                   _("The latent is of a picture of %u×%u pixels, wanted at most %u in all."),
                   latent->width, latent->height, (guint) MAX_PIXELS);
      return FALSE;
    }

  const guint n_columns = cas_encoded_side (pad_side (latent->width)) / ENCODER_STEP;
  const guint n_rows = cas_encoded_side (pad_side (latent->height)) / ENCODER_STEP;

  if (is_side_of (latent->n_columns, n_columns) && is_side_of (latent->n_rows, n_rows))
    return TRUE;
  g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_IMAGE,
               _("The latent has %u×%u numbers a channel, and that of a picture of %u×%u pixels "
                 "has %u×%u."), latent->n_columns, latent->n_rows, latent->width, latent->height,
               n_columns, n_rows);
  return FALSE;
}

static gboolean
check_latent (CasCodec        *self,
              const CasLatent *latent,
              GError         **error)
{
  const guint wanted = cas_session_peek_networks (self->session)->stage_b->c_effnet;

  if (latent->n_channels != wanted)
    {
      g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_IMAGE,
                   _("The latent has %u channels, and this model's have %u."), latent->n_channels,
                   wanted);
      return FALSE;
    }
  if (!check_latent_size (latent, error))
    return FALSE;
  for (gsize i = 0; i < (gsize) latent->n_rows * latent->n_columns * latent->n_channels; i++)
    if (!isfinite (latent->values[i]))
      {
        g_set_error_literal (error, CAS_ERROR, CAS_ERROR_BAD_IMAGE,
                             _("The latent holds numbers that are not finite."));
        return FALSE;
      }
  return TRUE;
}

/* The upper left part of a picture. */
CasImage *
cas_codec_decode (CasCodec        *self,
                  const CasLatent *latent,
                  guint64          seed,
                  GCancellable    *cancellable,
                  GError         **error)
{
  const CasRun run = { .cancellable = cancellable };

  if (!check_latent (self, latent, error))
    return NULL;

  release_encoder (self);
  set_sizes (self, latent);

  const gsize n = (gsize) self->b_h * self->b_w
                  * cas_session_peek_networks (self->session)->stage_b->c_in;
  g_autofree float *b_latent = g_try_new (float, n);

  if (!b_latent)
    {
      fail_memory (self->b_w, self->b_h, error);
      return NULL;
    }
  if (!prepare_with_room (self, read_nothing, NULL, &run, error)
      || !prepare_with_room (self, prepare_detailer, release_painter, &run, error)
      || !add_detail (self, latent, seed, b_latent, &run, error)
      || !prepare_with_room (self, prepare_painter, release_detailer, &run, error))
    return NULL;

  g_autoptr (CasImage) image = cas_painter_paint (self->painter, b_latent, &run, error);

  return image ? cas_image_crop (image, 0, 0, latent->width, latent->height, error) : NULL;
}
