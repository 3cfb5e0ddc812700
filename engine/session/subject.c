/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The subject of a picture: found for a job as its mask, or for a person alone. */

#include "session/subject.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "cascade/error.h"
#include "cascade/session.h"
#include "filter/mask.h"
#include "filter/resize.h"
#include "gpu/pipeline.h"
#include "io/image-shape.h"
#include "pipeline/spotter.h"
#include "sample/latent-size.h"
#include "session/guides.h"
#include "session/session-private.h"

/* --- the network --------------------------------------------------------------------------- */

/* Where the eye goes in which picture. */
typedef struct
{
  const CasVisit  *visit;
  const CasRaster *small;
  CasRaster       *map;
} Spotting;

static gboolean
spot (const CasCompileParams *compile,
      gpointer                data,
      GError                **error)
{
  Spotting *self = data;
  const CasRaster *small = self->small;
  const CasSaliency *saliency = cas_loaded_networks_need_saliency (self->visit->networks, error);
  g_autoptr (CasSpotter) spotter = saliency ? cas_spotter_new (saliency, small->h, small->w) : NULL;

  if (!spotter || !cas_spotter_compile (spotter, compile, error))
    return FALSE;
  self->map = cas_spotter_look_at (spotter, small, self->visit->run, error);
  return self->map != NULL;
}

/* It sees pictures of one shorter side, and of the proportions of what is drawn. */
gboolean
cas_subject_check_fit (CasLoadedNetworks      *networks,
                       guint                   width,
                       guint                   height,
                       const CasCompileParams *compile,
                       GError                **error)
{
  const guint w = cas_guides_seen_side (width), h = cas_guides_seen_side (height);
  const guint shorter = MIN (w, h);
  g_autoptr (CasNeeds) needs = cas_needs_new (compile->gpu);
  CasCompileParams plan = *compile;
  const CasSaliency *saliency = cas_loaded_networks_need_saliency (networks, error);
  g_autoptr (CasSpotter) spotter
    = saliency ? cas_spotter_new (saliency, (guint32) ((guint64) CAS_SALIENCY_SIDE * h / shorter),
                                  (guint32) ((guint64) CAS_SALIENCY_SIDE * w / shorter))
               : NULL;

  plan.needs = needs;
  return spotter && cas_spotter_compile (spotter, &plan, error);
}

/* --- the mask ------------------------------------------------------------------------------ */

/* A mask of nothing would give the picture back, and one of everything would take nothing of it. */
static gboolean
check_found (const CasRaster *mask,
             double           threshold,
             GError         **error)
{
  const gsize n = (gsize) mask->w * mask->h;
  gsize n_anew = 0;

  for (gsize i = 0; i < n; i++)
    n_anew += mask->v[i] > 0;
  if (n_anew > 0 && n_anew < n)
    return TRUE;

  g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_PARAMETER,
               n_anew == 0
                 ? _("Nothing in the picture stands out enough for a mask with the threshold %g; a "
                     "lower one finds more.")
                 : _("Everything in the picture stands out, so with the threshold %g nothing of it "
                     "would stay; a higher one finds less."), threshold);
  return FALSE;
}

/* The mask is cut where networks see the picture, whose pixels the published blur counts
 * (specification, section 8). */
CasRaster *
cas_subject_find (const CasVisit *visit,
                  CasCanvas      *canvas,
                  double          threshold,
                  GError        **error)
{
  CasImage *picture = canvas->picture;
  g_autoptr (CasImage) covering
    = cas_image_cover (picture, cas_guides_seen_side (cas_image_get_width (picture)),
                       cas_guides_seen_side (cas_image_get_height (picture)), error);
  g_autoptr (CasRaster) seen = covering ? cas_raster_from_image (covering, error) : NULL;
  g_autoptr (CasRaster) small
    = seen ? cas_resize_shorter (seen, CAS_SALIENCY_SIDE, CAS_RESIZE_ANTIALIASED, error) : NULL;
  Spotting spotting = { .visit = visit, .small = small };
  g_autoptr (CasRaster) map = NULL;
  g_autoptr (CasRaster) rough = NULL;
  g_autoptr (CasRaster) mask = NULL;

  if (!small || !cas_visit_do (visit, spot, &spotting, error))
    return NULL;
  map = spotting.map;
  rough = cas_mask_above (map, (float) threshold, error);
  mask = rough ? cas_mask_round (rough, seen->w, seen->h, NULL, error) : NULL;
  if (!mask || !check_found (mask, threshold, error))
    return NULL;

  cas_canvas_set_mask (canvas, mask);
  return g_steal_pointer (&mask);
}

/* --- for a person -------------------------------------------------------------------------- */

static gboolean
check_question (CasImage *image,
                double    threshold,
                GError  **error)
{
  const guint width = cas_image_get_width (image), height = cas_image_get_height (image);

  if (MIN (width, height) < CAS_IMAGE_MIN_SIDE || MAX (width, height) > CAS_IMAGE_MAX_SIDE)
    g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_PARAMETER,
                 _("The picture has %u×%u pixels, and for its subject to be found it must have %d to "
                   "%d on each side."), width, height, CAS_IMAGE_MIN_SIDE, CAS_IMAGE_MAX_SIDE);
  else if (!(threshold >= CAS_JOB_MIN_MASK_THRESHOLD && threshold <= CAS_JOB_MAX_MASK_THRESHOLD))
    g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_PARAMETER,
                 _("The threshold of a mask is %g, and it may be %g to %g."), threshold,
                 CAS_JOB_MIN_MASK_THRESHOLD, CAS_JOB_MAX_MASK_THRESHOLD);
  else
    return TRUE;
  return FALSE;
}

/* Of the part that is handed over. */
static GBytes *
copy_mask (const CasCanvas *canvas,
           GError         **error)
{
  const gsize width = canvas->width, height = canvas->height;
  const gsize stride = cas_image_get_width (canvas->picture);
  guint8 *mask = g_try_malloc (width * height);

  if (!mask)
    {
      g_set_error (error, CAS_ERROR, CAS_ERROR_OUT_OF_HOST_MEMORY,
                   _("There is no memory for a mask of %u×%u pixels."), canvas->width,
                   canvas->height);
      return NULL;
    }
  for (gsize y = 0; y < height; y++)
    memcpy (mask + y * width, canvas->mask + y * stride, width);
  return g_bytes_new_take (mask, width * height);
}

GBytes *
cas_session_find_subject (CasSession   *session,
                          CasImage     *image,
                          double        threshold,
                          GCancellable *cancellable,
                          GError      **error)
{
  static const guint no_margins[4] = { 0 };
  const double chosen = threshold == 0 ? CAS_SALIENCY_THRESHOLD : threshold;
  const guint width = cas_guides_padded_side (cas_image_get_width (image));
  const guint height = cas_guides_padded_side (cas_image_get_height (image));
  const CasCompileParams compile = cas_session_get_compile (session);
  const CasRun run = { .cancellable = cancellable };
  const CasVisit visit = {
    .networks = cas_session_peek_networks (session),
    .residency = cas_session_peek_residency (session),
    .compile = &compile,
    .run = &run,
  };
  g_autoptr (CasCanvas) canvas = NULL;
  g_autoptr (CasRaster) mask = NULL;

  g_return_val_if_fail (!cas_session_is_running (session), NULL);

  if (g_cancellable_set_error_if_cancelled (cancellable, error)
      || !check_question (image, chosen, error)
      || !cas_subject_check_fit (visit.networks, width, height, &compile, error))
    return NULL;
  canvas = cas_canvas_new (image, NULL, no_margins, width, height, error);
  mask = canvas ? cas_subject_find (&visit, canvas, chosen, error) : NULL;
  if (!mask || g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  cas_gpu_save_cache (compile.gpu);
  return copy_mask (canvas, error);
}
