/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From noise to a latent with one network, step by step (specification, section 12). The whole
 * step (network, guidance, sampler) is one graph, compiled once and replayed. */

#pragma once

#include "cascade/sampler.h"
#include "model/unet.h"
#include "pipeline/run.h"
#include "sample/random.h"
#include "sample/schedule.h"

G_BEGIN_DECLS

typedef struct _CasDenoiser CasDenoiser;

/* Appends the network: the predicted noise of x, of x's shape. */
typedef CasTensor (*CasPredictFunc) (CasGraph *g,
                                     CasTensor x,
                                     CasTensor modulation,
                                     gpointer  data);

typedef struct
{
  const char    *name;              /* "Stage C", in messages and in the profile */
  const CasUNet *unet;              /* whose timestep blocks are modulated */
  CasPredictFunc predict;
  gpointer       predict_data;
  CasShape       latent;
  gboolean       is_unguided;       /* one pass; else predict sees a batch of twice the pictures:
                                     * conditional halves first, then unconditional */
  gboolean       whole_batch;       /* guidance statistics over all pictures, as the reference's */
  gboolean       keeps_prediction;  /* for cas_denoiser_read_prediction() */
} CasDenoiserParams;

/* Builds the graphs. Never NULL: a network's misfit shows in cas_denoiser_compile(). */
CasDenoiser *cas_denoiser_new               (const CasDenoiserParams *params);
void         cas_denoiser_free              (CasDenoiser             *denoiser);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CasDenoiser, cas_denoiser_free)

gboolean     cas_denoiser_compile           (CasDenoiser             *denoiser,
                                             const CasCompileParams  *params,
                                             GError                 **error);

/* Estimated seconds of a step. */
double       cas_denoiser_get_step_seconds  (CasDenoiser             *denoiser);

/* One draw of n normal numbers, in the order of an [n, c, h, w] tensor. */
typedef void (*CasDrawFunc) (gpointer source,
                             float   *out,
                             gsize    n);

/* CasDrawFunc of a CasRandom. */
void         cas_draw_random                (gpointer                 random,
                                             float                   *out,
                                             gsize                    n);

/* What of a latent is known before: where mask is 0, every step's latent is that of known as noisy
 * as the step wants it, with noise of its own; where it is 1 the network decides. */
typedef struct
{
  const float *known; /* channels-last, of the latent's shape */
  const float *mask;  /* one number a pixel of the latent, of all pictures */
} CasKeep;

/* x becomes mask · x + (1 − mask) · (a · known + b · noise); noise may be NULL where b is 0. */
void         cas_keep_mix                   (const CasKeep           *keep,
                                             CasShape                 shape,
                                             float                    a,
                                             float                    b,
                                             const float             *noise,
                                             float                   *x);

typedef struct
{
  CasSampler           sampler;
  double               eta;      /* of DDIM */
  const CasNoiseLevel *levels;   /* n_steps + 1 */
  guint                n_steps;
  CasGuidance          guidance;
  double               rescale;  /* 0: none */
  const float         *start;    /* the first x, channels-last; NULL: a draw */
  guint                n_done;   /* steps that were done before; start is then what
                                  * cas_denoiser_peek_x() was after them */
  const CasKeep       *keep;     /* NULL: all is made anew */
  CasDrawFunc          draw;     /* the start, then once a step; with keep each time once more */
  gpointer             draw_source;
  /* Before each step, for what depends on the time t; may be NULL. FALSE ends the run. */
  gboolean           (*prepare)  (float         t,
                                  const CasRun *run,
                                  gpointer      data,
                                  GError      **error);
  gpointer             prepare_data;
  /* After each step, with the number of steps done; may be NULL. */
  void               (*on_step)  (guint    n_done,
                                  gpointer data);
  gpointer             step_data;
} CasDenoiseParams;

/* Runs all steps; the result is then cas_denoiser_read_x0()'s, where keep does not yet count.
 * Errors: CAS_ERROR_NOT_FINITE, naming stage and step; those of cas_graph_run(). */
gboolean     cas_denoiser_run               (CasDenoiser             *denoiser,
                                             const CasDenoiseParams  *params,
                                             const CasRun            *run,
                                             GError                 **error);

CasShape     cas_denoiser_get_shape         (CasDenoiser             *denoiser);

/* Numbers of a latent. */
gsize        cas_denoiser_get_length        (CasDenoiser             *denoiser);

/* What the next step begins with, channels-last: keep counts. Valid until that step. */
const float *cas_denoiser_peek_x            (CasDenoiser             *denoiser);

/* Of the last step, channels-last, into room for the latent: the picture as predicted, the latent
 * before the next step, and the noise after guidance. */
void         cas_denoiser_read_x0           (CasDenoiser             *denoiser,
                                             float                   *x0);
void         cas_denoiser_read_x            (CasDenoiser             *denoiser,
                                             float                   *x);
void         cas_denoiser_read_prediction   (CasDenoiser             *denoiser,
                                             float                   *prediction);

G_END_DECLS
