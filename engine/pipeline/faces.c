/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Finding faces and telling whose they are: two graphs, and the host's work between them. */

#include "pipeline/faces.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "cascade/error.h"
#include "filter/face-boxes.h"
#include "filter/face-crop.h"
#include "filter/face-map.h"
#include "model/onnx_network.h"

#define DETECTOR_SIDE 320
#define N_LEVELS      3
#define MAX_OUTPUTS   (N_LEVELS * N_KINDS)

/* Levels of 8 bits as the networks take them: (level − 127.5) / divisor. */
#define DETECTOR_DIVISOR   128.0f
#define RECOGNISER_DIVISOR 127.5f

static const guint strides[N_LEVELS] = { 8, 16, 32 };

/* What a detector says of each cell; the numbers of a row tell which it is. */
enum
{
  SCORES,
  BOXES,
  POINTS,
  N_KINDS
};

static const guint row_sizes[N_KINDS] = { 1, 4, 2 * CAS_FACE_N_POINTS };

struct _CasFaces
{
  CasOnnxNetwork *detector;
  CasOnnxNetwork *recogniser;
  CasGraph       *detect;
  CasGraph       *recognise;
};

static gsize
count_rows (guint level)
{
  gsize side = DETECTOR_SIDE / strides[level];

  return side * side * CAS_FACE_N_ANCHORS;
}

static char *
dup_output_name (guint level,
                 guint kind)
{
  return g_strdup_printf ("output %u of stride %u", kind, strides[level]);
}

static gboolean
fail (CasOnnxNetwork *network,
      const char     *sentence,
      GError        **error)
{
  g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_MODEL, "%s: %s",
               cas_onnx_network_get_file (network), sentence);
  return FALSE;
}

static gboolean
check_graph (CasGraph *g,
             GError  **error)
{
  if (cas_graph_get_error (g) == NULL)
    return TRUE;

  g_propagate_error (error, g_error_copy (cas_graph_get_error (g)));
  return FALSE;
}

/* --- the detector ----------------------------------------------------------------------------- */

/* Which of the nine an output is, by its shape: [rows, numbers], or one picture of that. */
static gboolean
find_place (const CasOnnxOutput *output,
            guint               *level,
            guint               *kind)
{
  guint n = output->n_dims;

  if (n != 2 && (n != 3 || output->dims[0] != 1))
    return FALSE;
  for (*level = 0; *level < N_LEVELS; (*level)++)
    for (*kind = 0; *kind < N_KINDS; (*kind)++)
      if (output->dims[n - 2] == count_rows (*level) && output->dims[n - 1] == row_sizes[*kind])
        return TRUE;

  return FALSE;
}

static gboolean
build_detector (CasFaces *self,
                GError  **error)
{
  CasOnnxOutput outputs[MAX_OUTPUTS];
  gboolean is_there[N_LEVELS][N_KINDS] = { 0 };
  gboolean fits = TRUE;

  if (cas_onnx_network_get_n_outputs (self->detector) != MAX_OUTPUTS)
    return fail (self->detector, _("a detector of faces has nine outputs: scores, boxes and points "
                                   "of three sizes of faces."), error);

  CasTensor x = cas_graph_input (self->detect, "picture", CAS_F32,
                                 CAS_SHAPE (1, DETECTOR_SIDE, DETECTOR_SIDE, 3));
  cas_onnx_network_forward (self->detect, self->detector, x, outputs);
  if (!check_graph (self->detect, error))
    return FALSE;

  for (guint i = 0; i < MAX_OUTPUTS && fits; i++)
    {
      guint level, kind;

      fits = find_place (&outputs[i], &level, &kind) && !is_there[level][kind];
      if (fits)
        {
          g_autofree char *name = dup_output_name (level, kind);

          cas_graph_output (self->detect, name, outputs[i].tensor);
          is_there[level][kind] = TRUE;
        }
    }
  if (!fits)
    return fail (self->detector, _("of a picture of 320×320 pixels a detector of faces gives 3200, "
                                   "800 and 200 rows of 1, 4 and 10 numbers each, and this network "
                                   "does not."), error);
  return check_graph (self->detect, error);
}

static void
normalise (CasRaster *picture,
           float      divisor)
{
  for (gsize i = 0; i < (gsize) picture->w * picture->h * picture->c; i++)
    picture->v[i] = (picture->v[i] * 255.0f - 127.5f) / divisor;
}

static GArray *
read_boxes (CasFaces *self,
            float     scale)
{
  CasFaceLevel levels[N_LEVELS];
  float *numbers[N_LEVELS][N_KINDS];
  GArray *boxes;

  for (guint i = 0; i < N_LEVELS; i++)
    {
      for (guint k = 0; k < N_KINDS; k++)
        {
          g_autofree char *name = dup_output_name (i, k);

          numbers[i][k] = g_new (float, count_rows (i) * row_sizes[k]);
          cas_graph_read (self->detect, name, numbers[i][k]);
        }
      levels[i] = (CasFaceLevel) {
        .stride = strides[i],
        .h = DETECTOR_SIDE / strides[i],
        .w = DETECTOR_SIDE / strides[i],
        .scores = numbers[i][SCORES],
        .boxes = numbers[i][BOXES],
        .points = numbers[i][POINTS],
      };
    }

  boxes = cas_face_boxes_find (levels, N_LEVELS, scale);
  for (guint i = 0; i < N_LEVELS * N_KINDS; i++)
    g_free (numbers[i / N_KINDS][i % N_KINDS]);
  return boxes;
}

static GArray *
detect (CasFaces        *self,
        const CasRaster *picture,
        const CasRun    *run,
        GError         **error)
{
  float scale;
  g_autoptr (CasRaster) small = cas_face_letterbox (picture, DETECTOR_SIDE, &scale, error);

  if (small == NULL)
    return NULL;

  normalise (small, DETECTOR_DIVISOR);
  cas_graph_write (self->detect, "picture", small->v);
  if (!cas_run_graph (run, "face detector", self->detect, error))
    return NULL;

  GArray *boxes = read_boxes (self, scale);
  cas_face_boxes_keep (boxes, CAS_FACES_MAX, picture->w, picture->h);
  return boxes;
}

/* --- the recogniser --------------------------------------------------------------------------- */

static gboolean
build_recogniser (CasFaces *self,
                  GError  **error)
{
  CasOnnxOutput output;
  guint64 n = 1;

  if (cas_onnx_network_get_n_outputs (self->recogniser) != 1)
    return fail (self->recogniser, _("a recogniser of faces has one output."), error);

  CasTensor x = cas_graph_input (self->recognise, "face", CAS_F32,
                                 CAS_SHAPE (1, CAS_FACE_CROP_SIDE, CAS_FACE_CROP_SIDE, 3));
  cas_onnx_network_forward (self->recognise, self->recogniser, x, &output);
  if (!check_graph (self->recognise, error))
    return FALSE;

  for (guint i = 0; i < output.n_dims; i++)
    n *= output.dims[i];
  if (n != CAS_FACES_IDENTITY)
    return fail (self->recogniser, _("a recogniser of faces gives 512 numbers of a face, and this "
                                     "network does not."), error);
  cas_graph_output (self->recognise, "identity", output.tensor);
  return check_graph (self->recognise, error);
}

static gboolean
recognise (CasFaces         *self,
           const CasRaster  *picture,
           const CasFaceBox *box,
           const CasRun     *run,
           CasFoundFace     *face,
           GError          **error)
{
  g_autoptr (CasRaster) crop = cas_face_crop (picture, box->points, error);
  double size = 0.0;

  if (crop == NULL)
    return FALSE;

  normalise (crop, RECOGNISER_DIVISOR);
  cas_graph_write (self->recognise, "face", crop->v);
  if (!cas_run_graph (run, "face recogniser", self->recognise, error))
    return FALSE;

  cas_graph_read (self->recognise, "identity", face->identity);
  for (guint i = 0; i < CAS_FACES_IDENTITY; i++)
    size += (double) face->identity[i] * face->identity[i];
  if (!(size > 0.0) || !isfinite (size))
    return fail (self->recogniser, _("what it gives of a face is nothing, or no number."), error);

  for (guint i = 0; i < CAS_FACES_IDENTITY; i++)
    face->identity[i] = (float) (face->identity[i] / sqrt (size));
  return TRUE;
}

/* --- both ------------------------------------------------------------------------------------- */

CasFaces *
cas_faces_new (const char *detector_path,
               const char *recogniser_path,
               GError    **error)
{
  g_autoptr (CasFaces) self = g_new0 (CasFaces, 1);

  self->detect = cas_graph_new ("face detector");
  self->recognise = cas_graph_new ("face recogniser");
  self->detector = cas_onnx_network_open (detector_path, error);
  if (self->detector == NULL || !build_detector (self, error))
    return NULL;
  self->recogniser = cas_onnx_network_open (recogniser_path, error);
  if (self->recogniser == NULL || !build_recogniser (self, error))
    return NULL;

  return g_steal_pointer (&self);
}

void
cas_faces_free (CasFaces *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->detect, cas_graph_free);
  g_clear_pointer (&self->recognise, cas_graph_free);
  g_clear_pointer (&self->detector, cas_onnx_network_free);
  g_clear_pointer (&self->recogniser, cas_onnx_network_free);
  g_free (self);
}

gboolean
cas_faces_compile (CasFaces               *self,
                   const CasCompileParams *params,
                   GError                **error)
{
  return cas_graph_compile (self->detect, params, error)
         && cas_graph_compile (self->recognise, params, error);
}

GArray *
cas_faces_find (CasFaces        *self,
                const CasRaster *picture,
                const CasRun    *run,
                GError         **error)
{
  g_return_val_if_fail (picture->c == 3, NULL);

  g_autoptr (GArray) boxes = detect (self, picture, run, error);
  g_autoptr (GArray) found = g_array_new (FALSE, TRUE, sizeof (CasFoundFace));

  if (boxes == NULL)
    return NULL;

  for (guint i = 0; i < boxes->len; i++)
    {
      const CasFaceBox *box = &g_array_index (boxes, CasFaceBox, i);
      CasFoundFace face = {
        /* cut off to whole pixels, as in training */
        .left = truncf (box->left),
        .top = truncf (box->top),
        .right = truncf (box->right),
        .bottom = truncf (box->bottom),
        .score = box->score,
      };

      if (!recognise (self, picture, box, run, &face, error))
        return NULL;
      g_array_append_val (found, face);
    }
  return g_steal_pointer (&found);
}

CasRaster *
cas_faces_to_map (const GArray *found,
                  guint         w,
                  guint         h,
                  gboolean      fills_map,
                  GError      **error)
{
  g_autofree CasFace *faces = g_new0 (CasFace, MAX (found->len, 1));

  for (guint i = 0; i < found->len; i++)
    {
      const CasFoundFace *face = &g_array_index (found, CasFoundFace, i);

      faces[i] = (CasFace) { face->left, face->top, face->right, face->bottom, face->identity };
    }
  return cas_face_map (w, h, CAS_FACES_IDENTITY, faces, found->len, fills_map, error);
}
