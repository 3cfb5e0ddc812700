/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Faces in made-up pictures by made-up networks: the detector of a file calls a red square a face,
 * the recogniser's numbers are sums over what it is shown. */

#include "kernel/fixture.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include "cascade/error.h"
#include "filter/face-crop.h"
#include "pipeline/faces.h"
#include "support/faces.h"

/* --- files ------------------------------------------------------------------------------------ */

/* A file with these bytes, gone at the end. */
typedef struct
{
  char *path;
} File;

static void
file_clear (File *file)
{
  g_remove (file->path);
  g_clear_pointer (&file->path, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (File, file_clear)

static File
write_file (GBytes *bytes) /* taken */
{
  g_autoptr (GError) error = NULL;
  File file = { 0 };
  int fd = g_file_open_tmp ("weir-faces-XXXXXX", &file.path, &error);
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);

  g_assert_no_error (error);
  g_close (fd, NULL);
  g_file_set_contents (file.path, data, (gssize) size, &error);
  g_assert_no_error (error);
  g_bytes_unref (bytes);
  return file;
}

/* --- pictures --------------------------------------------------------------------------------- */

/* Grey with some structure, twice as large as the detector sees it. */
static CasRaster *
new_picture (void)
{
  CasRaster *picture = cas_raster_new (640, 480, 3, NULL);

  for (guint i = 0; i < 640 * 480; i++)
    for (guint c = 0; c < 3; c++)
      picture->v[3 * i + c] = (float) (60 + (i % 640 / 5 + i / 640 / 3) % 30 + 5 * c) / 255.0f;
  return picture;
}

/* A cell of the detector's finest grid. */
static void
paint_cell (CasRaster *picture,
            guint      x,
            guint      y,
            float      red)
{
  for (guint i = 0; i < 16 * 16; i++)
    {
      float *v = picture->v + ((y * 16 + i / 16) * 640 + x * 16 + i % 16) * 3;

      v[0] = red;
      v[1] = v[2] = 0.0f;
    }
}

/* --- tests ------------------------------------------------------------------------------------ */

static CasFaces *
open_faces (CasGpu      *gpu,
            CasParams   *params,
            const float *weight,
            const char  *kernels)
{
  g_auto (File) detector = write_file (face_new_detector (8));
  g_auto (File) recogniser = write_file (face_new_recogniser (weight, CAS_FACES_IDENTITY));
  g_autoptr (GError) error = NULL;
  CasFaces *faces = cas_faces_new (detector.path, recogniser.path, &error);

  g_assert_no_error (error);
  cas_faces_compile (faces, &(CasCompileParams) { .gpu = gpu, .params = params,
                                                  .kernels = kernels }, &error);
  g_assert_no_error (error);
  return faces;
}

/* What the recogniser's sums are of the face at a cell, of length 1. */
static void
find_identity (const CasRaster *picture,
               guint            x,
               guint            y,
               const float     *weight,
               double          *identity)
{
  float points[CAS_FACE_N_POINTS][2];
  double means[12] = { 0 }, size = 0.0;

  for (guint i = 0; i < CAS_FACE_N_POINTS; i++)
    {
      points[i][0] = ((float) (8 * x) + 8 * face_points[2 * i]) * 2;
      points[i][1] = ((float) (8 * y) + 8 * face_points[2 * i + 1]) * 2;
    }

  g_autoptr (CasRaster) crop = cas_face_crop (picture, (const float (*)[2]) points, NULL);
  for (guint i = 0; i < 112 * 112; i++)
    for (guint c = 0; c < 3; c++)
      means[4 * c + i / 112 / 56 * 2 + i % 112 / 56]
          += (crop->v[3 * i + c] * 255.0 - 127.5) / 127.5 / (56 * 56);
  for (guint o = 0; o < CAS_FACES_IDENTITY; o++)
    {
      identity[o] = 0.0;
      for (guint i = 0; i < 12; i++)
        identity[o] += weight[12 * o + i] * means[i];
      size += identity[o] * identity[o];
    }
  for (guint o = 0; o < CAS_FACES_IDENTITY; o++)
    identity[o] /= sqrt (size);
}

static void
check_face (const CasFoundFace *face,
            const CasRaster    *picture,
            guint               x,
            guint               y,
            const float        *weight)
{
  double identity[CAS_FACES_IDENTITY], largest = 0.0;

  g_assert_cmpfloat (face->left, ==, 16 * (x - face_distances[0]));
  g_assert_cmpfloat (face->top, ==, 16 * (y - face_distances[1]));
  g_assert_cmpfloat (face->right, ==, 16 * (x + face_distances[2]));
  g_assert_cmpfloat (face->bottom, ==, 16 * (y + face_distances[3]));
  find_identity (picture, x, y, weight, identity);
  for (guint i = 0; i < CAS_FACES_IDENTITY; i++)
    largest = MAX (largest, fabs (face->identity[i] - identity[i]));
  g_assert_cmpfloat (largest, <, 1e-5);
}

static void
test_find (gconstpointer fixture)
{
  static const char *const kernels[] = { "register", "tile" };
  CasGpu *gpu = fixture_get_gpu ((Fixture *) fixture);
  g_autofree float *weight = test_numbers (7, 12 * CAS_FACES_IDENTITY);

  for (guint i = 0; i < G_N_ELEMENTS (kernels); i++)
    {
      g_autoptr (CasParams) params = cas_params_new (gpu);
      g_autoptr (CasFaces) faces = open_faces (gpu, params, weight, kernels[i]);
      g_autoptr (CasRaster) picture = new_picture ();
      g_autoptr (GError) error = NULL;
      g_autoptr (GArray) none = cas_faces_find (faces, picture, NULL, &error);

      g_assert_no_error (error);
      g_assert_cmpuint (none->len, ==, 0);

      paint_cell (picture, 5, 7, 1.0f);
      paint_cell (picture, 30, 20, 0.9f);
      paint_cell (picture, 31, 20, 0.8f); /* the same face, less likely */
      g_autoptr (GArray) found = cas_faces_find (faces, picture, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (found->len, ==, 2);
      check_face (&g_array_index (found, CasFoundFace, 0), picture, 5, 7, weight);
      check_face (&g_array_index (found, CasFoundFace, 1), picture, 30, 20, weight);

      /* the map has the second face's vector in its cells: 464 … 512 across, 312 … 368 down */
      g_autoptr (CasRaster) map = cas_faces_to_map (found, 640, 480, FALSE, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (map->c, ==, CAS_FACES_IDENTITY);
      g_assert_cmpmem (map->v + (10 * 20 + 15) * CAS_FACES_IDENTITY,
                       CAS_FACES_IDENTITY * sizeof (float),
                       g_array_index (found, CasFoundFace, 1).identity,
                       CAS_FACES_IDENTITY * sizeof (float));
      g_assert_cmpfloat (map->v[(10 * 20 + 16) * CAS_FACES_IDENTITY], ==, 0.0f);

      for (guint k = 0; k < 6; k++)
        paint_cell (picture, 3 + 6 * k, 25, 1.0f);
      g_autoptr (GArray) many = cas_faces_find (faces, picture, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (many->len, ==, CAS_FACES_MAX);
    }
}

static void
expect (GBytes     *detector,   /* taken */
        GBytes     *recogniser, /* taken */
        const char *words)
{
  g_auto (File) first = write_file (detector), second = write_file (recogniser);
  g_autoptr (GError) error = NULL;

  g_assert_null (cas_faces_new (first.path, second.path, &error));
  g_assert_error (error, CAS_ERROR, CAS_ERROR_BAD_MODEL);
  if (strstr (error->message, words) == NULL)
    g_error ("“%s” does not say “%s”", error->message, words);
}

static void
test_others (gconstpointer fixture)
{
  g_autofree float *weight = test_numbers (7, 12 * CAS_FACES_IDENTITY);

  expect (face_new_recogniser (weight, 512), face_new_recogniser (weight, 512), "nine outputs");
  expect (face_new_detector (4), face_new_recogniser (weight, 512), "3200, 800 and 200 rows");
  expect (face_new_detector (8), face_new_detector (8), "one output");
  expect (face_new_detector (8), face_new_recogniser (weight, 128), "512 numbers");
  expect (g_bytes_new ("no ONNX", 7), face_new_recogniser (weight, 512), "damaged");
}

/* A recogniser that says nothing of a face is no identity of length 1. */
static void
test_nothing (gconstpointer fixture)
{
  CasGpu *gpu = fixture_get_gpu ((Fixture *) fixture);
  g_autofree float *weight = g_new0 (float, 12 * CAS_FACES_IDENTITY);
  g_autoptr (CasParams) params = cas_params_new (gpu);
  g_autoptr (CasFaces) faces = open_faces (gpu, params, weight, NULL);
  g_autoptr (CasRaster) picture = new_picture ();
  g_autoptr (GError) error = NULL;

  paint_cell (picture, 5, 7, 1.0f);
  g_assert_null (cas_faces_find (faces, picture, NULL, &error));
  g_assert_error (error, CAS_ERROR, CAS_ERROR_BAD_MODEL);
}

int
main (int    argc,
      char **argv)
{
  Fixture *f;

  g_test_init (&argc, &argv, NULL);
  f = fixture_new ();
  fixture_add (f, "/faces/find", test_find);
  fixture_add (f, "/faces/other-networks", test_others);
  fixture_add (f, "/faces/nothing", test_nothing);

  return fixture_run (f);
}
