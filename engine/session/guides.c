/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The published recipes (specification, section 13): pictures are seen at three quarters of the
 * wanted size, which is a 32nd of it in the encoder's latent. */

#include "session/guides.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "filter/canny.h"
#include "filter/mask.h"
#include "filter/resize.h"
#include "io/image-shape.h"
#include "pipeline/encoder.h"
#include "pipeline/faces.h"
#include "pipeline/viewer.h"
#include "sample/latent-size.h"
#include "session/subject.h"
#include "session/visit.h"

typedef struct
{
  CasGuide           *guide;
  const CasJobParams *job;
  CasVisit            visit;
  CasRaster          *found; /* the mask, as networks see it, where it was found */
} Maker;

/* --- pictures as prompts ------------------------------------------------------------------- */

static gboolean
look (const CasCompileParams *compile,
      gpointer                data,
      GError                **error)
{
  Maker *self = data;
  const CasClipVision *vision = cas_loaded_networks_need_vision (self->visit.networks, error);
  g_autoptr (CasViewer) viewer = vision ? cas_viewer_new (vision) : NULL;
  float *embedding = self->guide->embeddings;

  if (!viewer || !cas_viewer_compile (viewer, compile, error))
    return FALSE;
  for (guint i = 0; i < self->job->n_image_prompts; i++, embedding += vision->c_embedding)
    {
      if (!cas_viewer_look (viewer, self->job->image_prompts[i].image, embedding, self->visit.run,
                            error))
        return FALSE;
      for (guint k = 0; k < vision->c_embedding; k++)
        embedding[k] *= (float) self->job->image_prompts[i].weight;
    }
  return TRUE;
}

static gboolean
make_embeddings (Maker   *self,
                 GError **error)
{
  CasGuide *guide = self->guide;

  if (self->job->n_image_prompts == 0)
    return TRUE;
  guide->n_embeddings = self->job->n_image_prompts;
  guide->embeddings
    = g_new0 (float, guide->n_embeddings * (gsize) self->visit.networks->stage_c->c_image);
  return cas_visit_do (&self->visit, look, self, error);
}

/* --- the encoder --------------------------------------------------------------------------- */

/* A picture, and where its latent goes. */
typedef struct
{
  const CasVisit  *visit;
  const CasRaster *picture;
  CasRaster       *latent;
} Encoding;

static gboolean
encode (const CasCompileParams *compile,
        gpointer                data,
        GError                **error)
{
  Encoding *encoding = data;
  const CasEffnet *effnet = cas_loaded_networks_need_effnet (encoding->visit->networks, error);
  g_autoptr (CasEncoder) encoder
    = effnet ? cas_encoder_new (effnet, encoding->picture->h, encoding->picture->w) : NULL;
  g_autoptr (CasRaster) latent = NULL;

  if (!encoder || !cas_encoder_compile (encoder, compile, error))
    return FALSE;

  const CasShape shape = cas_encoder_get_latent (encoder);

  latent = cas_raster_new (shape.w, shape.h, shape.c, error);
  if (!latent
      || !cas_encoder_encode (encoder, encoding->picture->v, latent->v, encoding->visit->run, error))
    return FALSE;
  encoding->latent = g_steal_pointer (&latent);
  return TRUE;
}

/* One of the size that is drawn twice as large is padded by its edge, as what is drawn is. */
static CasImage *
pad (Maker    *self,
     CasImage *image,
     GError  **error)
{
  CasImage *doubled = cas_guides_peek_doubled (self->job);

  if (!doubled || cas_image_get_width (image) != cas_image_get_width (doubled)
      || cas_image_get_height (image) != cas_image_get_height (doubled))
    return cas_image_ref (image);
  return cas_image_pad (image, CAS_IMAGE_SIDE_STEP / 2, error);
}

/* The picture as networks see it for a new one of width × height. */
static CasRaster *
see (Maker    *self,
     CasImage *image,
     guint     width,
     guint     height,
     GError  **error)
{
  g_autoptr (CasImage) padded = pad (self, image, error);
  g_autoptr (CasImage) covering
    = padded ? cas_image_cover (padded, cas_guides_seen_side (width), cas_guides_seen_side (height),
                                error)
             : NULL;

  return covering ? cas_raster_from_image (covering, error) : NULL;
}

static gboolean
make_latent (Maker     *self,
             CasImage  *picture,
             GError   **error)
{
  const CasJobParams *job = self->job;
  const guint32 c_w = cas_latent_side_stage_c (job->width);
  const guint32 c_h = cas_latent_side_stage_c (job->height);
  g_autoptr (CasRaster) seen = see (self, picture, job->width, job->height, error);
  Encoding encoding = { .visit = &self->visit, .picture = seen };
  g_autoptr (CasRaster) latent = NULL;

  if (!seen || !cas_visit_do (&self->visit, encode, &encoding, error))
    return FALSE;

  /* a side whose three quarters fall just short of a cell */
  latent = encoding.latent;
  if (latent->w != c_w || latent->h != c_h)
    {
      g_autoptr (CasRaster) fitting = cas_resize (latent, c_w, c_h, CAS_RESIZE_BILINEAR, error);

      if (!fitting)
        return FALSE;
      cas_raster_free (latent);
      latent = g_steal_pointer (&fitting);
    }
  self->guide->latent = g_memdup2 (latent->v, (gsize) c_w * c_h * latent->c * sizeof (float));
  self->guide->strength = job->strength;
  return TRUE;
}

/* --- ControlNets --------------------------------------------------------------------------- */

/* Takes the picture. shown: what a person sees of it, which is borrowed. */
static gboolean
add_control (Maker               *self,
             const CasControlNet *controlnet,
             CasRaster           *picture,
             const CasRaster     *shown,
             CasControlRange      range,
             GError             **error)
{
  CasGuide *guide = self->guide;
  CasGuideControl *control = &guide->controls[guide->n_controls++];

  *control = (CasGuideControl) { controlnet, picture, NULL, range };
  if (picture->c != controlnet->c_in)
    {
      g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_MODEL,
                   _("%s: this ControlNet takes pictures of %u channels, and its filter makes %u."),
                   cas_weights_get_file (controlnet->weights), controlnet->c_in, picture->c);
      return FALSE;
    }
  control->shown = cas_raster_to_image (shown, error);
  return control->shown != NULL;
}

/* The picture at half of what networks see of a new one: halved, or it is the small one itself. */
static CasRaster *
see_half (Maker               *self,
          const CasJobControl *control,
          GError             **error)
{
  const CasJobParams *job = self->job;
  g_autoptr (CasRaster) seen = NULL;

  if (control->is_small)
    return see (self, control->image, job->width / 2, job->height / 2, error);

  seen = see (self, control->image, job->width, job->height, error);
  return seen ? cas_resize (seen, cas_guides_half_side (job->width, FALSE),
                            cas_guides_half_side (job->height, FALSE), CAS_RESIZE_NEAREST, error)
              : NULL;
}

/* The latent of the halved picture, doubled (specification, section 8). */
static CasRaster *
make_small_picture (Maker           *self,
                    const CasRaster *half,
                    GError         **error)
{
  Encoding encoding = { .visit = &self->visit, .picture = half };
  g_autoptr (CasRaster) latent = NULL;

  if (!cas_visit_do (&self->visit, encode, &encoding, error))
    return NULL;
  latent = encoding.latent;
  return cas_resize (latent, 2 * latent->w, 2 * latent->h, CAS_RESIZE_NEAREST, error);
}

static CasRaster *
make_edges (Maker               *self,
            const CasJobControl *control,
            GError             **error)
{
  g_autoptr (CasRaster) seen
    = see (self, control->image, self->job->width, self->job->height, error);

  return seen ? cas_canny_filter (seen, CAS_CANNY_SIDE,
                                  control->canny_low, control->canny_high, error)
              : NULL;
}

/* Faces: in which picture, and the map of them. */
typedef struct
{
  const Maker     *maker;
  const CasRaster *seen;
  guint            number, n; /* of the pictures that are looked for faces */
  CasRaster       *map;
} FaceSearch;

static void
fail_faceless (const FaceSearch *search,
               GError          **error)
{
  if (search->n == 1)
    g_set_error_literal (error, CAS_ERROR, CAS_ERROR_BAD_IMAGE,
                         _("No face was found in the picture."));
  else
    g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_IMAGE,
                 _("No face was found in number %u of the %u pictures for faces."), search->number,
                 search->n);
}

static gboolean
find_faces (const CasCompileParams *compile,
            gpointer                data,
            GError                **error)
{
  FaceSearch *search = data;
  const CasJobParams *job = search->maker->job;
  g_autoptr (CasFaces) faces = cas_faces_new (job->face_detector, job->face_recogniser, error);
  g_autoptr (GArray) found = NULL;

  if (!faces || !cas_faces_compile (faces, compile, error)
      || !(found = cas_faces_find (faces, search->seen, search->maker->visit.run, error)))
    return FALSE;
  if (found->len == 0)
    {
      fail_faceless (search, error);
      return FALSE;
    }
  search->map = cas_faces_to_map (found, search->seen->w, search->seen->h, FALSE, error);
  return search->map != NULL;
}

static CasRaster *
make_face_map (Maker               *self,
               const CasJobControl *control,
               const CasRaster     *seen,
               GError             **error)
{
  const CasJobParams *job = self->job;
  FaceSearch search = { .maker = self, .seen = seen };

  for (guint i = 0; i < job->n_controls; i++)
    if (job->controls[i].kind == CAS_CONTROL_IDENTITY)
      {
        search.n++;
        if (&job->controls[i] == control)
          search.number = search.n;
      }
  return cas_visit_do (&self->visit, find_faces, &search, error) ? search.map : NULL;
}

static gboolean
make_control (Maker               *self,
              const CasJobControl *control,
              GError             **error)
{
  const CasControlNet *controlnet
    = cas_loaded_networks_need_controlnet (self->visit.networks, control->kind, error);
  const CasControlRange range = {
    (float) control->strength, (float) control->start, (float) control->end,
  };
  g_autoptr (CasRaster) shown = NULL; /* where it is another than what the ControlNet takes */
  CasRaster *picture = NULL;

  if (!controlnet)
    return FALSE;
  if (control->kind == CAS_CONTROL_CANNY)
    picture = make_edges (self, control, error);
  else if (control->kind == CAS_CONTROL_SUPER_RESOLUTION
           && (shown = see_half (self, control, error)))
    picture = make_small_picture (self, shown, error);
  else if (control->kind == CAS_CONTROL_IDENTITY
           && (shown = see (self, control->image, self->job->width, self->job->height, error)))
    picture = make_face_map (self, control, shown, error);
  return picture && add_control (self, controlnet, picture, shown ? shown : picture, range, error);
}

/* --- holes --------------------------------------------------------------------------------- */

static gboolean
find_mask (Maker   *self,
           GError **error)
{
  CasGuide *guide = self->guide;

  self->found = cas_subject_find (&self->visit, guide->canvas, self->job->mask_threshold, error);
  if (!self->found)
    return FALSE;
  guide->found_mask = cas_canvas_mask_to_image (guide->canvas, error);
  return guide->found_mask != NULL;
}

static CasRaster *
mask_to_raster (const CasCanvas *canvas,
                guint            w,
                guint            h,
                GError         **error)
{
  const guint width = cas_image_get_width (canvas->picture);
  const guint height = cas_image_get_height (canvas->picture);
  g_autoptr (CasRaster) mask = cas_raster_new (width, height, 1, error);

  for (gsize i = 0; mask && i < (gsize) width * height; i++)
    mask->v[i] = canvas->mask[i] / 255.0f;
  return mask ? cas_resize (mask, w, h, CAS_RESIZE_NEAREST, error) : NULL;
}

static gboolean
make_holes (Maker   *self,
            GError **error)
{
  const CasControlNet *controlnet
    = cas_loaded_networks_need_controlnet (self->visit.networks, CAS_CONTROL_INPAINTING, error);
  const CasCanvas *canvas = self->guide->canvas;
  g_autoptr (CasRaster) seen
    = controlnet ? see (self, canvas->picture, self->job->width, self->job->height, error) : NULL;
  g_autoptr (CasRaster) given
    = seen && !self->found ? mask_to_raster (canvas, seen->w, seen->h, error) : NULL;
  const CasRaster *mask = given ? given : self->found;
  CasRaster *picture = seen && mask ? cas_mask_fill_holes (seen, mask, error) : NULL;

  return picture
         && add_control (self, controlnet, picture, picture, CAS_CONTROL_RANGE (1), error);
}

/* Picture and mask at the size that is drawn, where the job asks for another than their own. */
static gboolean
make_canvas (Maker   *self,
             GError **error)
{
  const CasJobParams *job = self->job;
  g_autoptr (CasImage) picture = cas_image_ref (job->init);
  g_autoptr (CasImage) mask = job->mask ? cas_image_ref (job->mask) : NULL;

  if (!cas_guides_has_own_size (job))
    {
      cas_image_unref (picture);
      picture = cas_image_cover (job->init, job->width, job->height, error);
      g_clear_pointer (&mask, cas_image_unref);
      if (!picture
          || (job->mask && !(mask = cas_image_cover (job->mask, job->width, job->height, error))))
        return FALSE;
    }
  self->guide->canvas
    = cas_canvas_new (picture, mask, job->outpaint, job->width, job->height, error);
  return self->guide->canvas != NULL;
}

/* --- all of it ----------------------------------------------------------------------------- */

static gboolean
make_beginning (Maker   *self,
                GError **error)
{
  const CasJobParams *job = self->job;
  CasGuide *guide = self->guide;

  if (!job->init)
    return TRUE;
  if (cas_guides_has_canvas (job) && !make_canvas (self, error))
    return FALSE;
  if (job->mask_is_automatic && !find_mask (self, error))
    return FALSE;
  if (cas_guides_uses_inpainting (job, self->visit.networks) && !make_holes (self, error))
    return FALSE;
  if (!cas_guides_begins_from_picture (job, self->visit.networks))
    return TRUE;
  if (!make_latent (self, guide->canvas ? guide->canvas->picture : job->init, error))
    return FALSE;
  if (!guide->canvas || cas_guides_uses_inpainting (job, self->visit.networks))
    return TRUE;

  guide->latent_mask = cas_canvas_reduce_mask (guide->canvas, cas_latent_side_stage_c (job->width),
                                               cas_latent_side_stage_c (job->height), error);
  return guide->latent_mask != NULL;
}

gboolean
cas_guides_make (CasGuide               *guide,
                 const CasJobParams     *job,
                 CasLoadedNetworks      *networks,
                 CasResidency           *residency,
                 const CasCompileParams *compile,
                 const CasRun           *run,
                 GError                **error)
{
  Maker self = { guide, job, { networks, residency, compile, run }, NULL };
  CasImage *doubled = cas_guides_peek_doubled (job);
  gboolean is_made;

  if (!cas_guides_check (job, networks, error))
    return FALSE;

  if (doubled)
    {
      guide->width = 2 * cas_image_get_width (doubled);
      guide->height = 2 * cas_image_get_height (doubled);
    }
  guide->controls = g_new0 (CasGuideControl, job->n_controls + 1); /* and the one for holes */
  for (guint i = 0; i < job->n_controls; i++)
    if (!make_control (&self, &job->controls[i], error))
      return FALSE;
  is_made = make_embeddings (&self, error) && make_beginning (&self, error);
  g_clear_pointer (&self.found, cas_raster_free);
  return is_made;
}
