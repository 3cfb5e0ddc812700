/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is planned for the pictures that steer a job is what they come to. */

#include <string.h>

#include <glib/gstdio.h>

#include "cascade/cascade.h"
#include "pipeline/faces.h"
#include "pipeline/parts.h"
#include "support/faces.h"
#include "support/model.h"
#include "support/weights.h"

/* As the made-up detector sees it. */
#define SIDE 320

/* --- what the parts are set for -------------------------------------------------------------- */

typedef struct
{
  CasControl controls[CAS_JOB_MAX_CONTROLS + 1];
  guint      n_controls;
} Guide;

static Guide planned, made; /* the last but one, and the last */

void __real_cas_parts_set_guide (CasParts         *self,
                                 guint             n_images,
                                 const CasControl *controls,
                                 guint             n_controls);
void __wrap_cas_parts_set_guide (CasParts         *self,
                                 guint             n_images,
                                 const CasControl *controls,
                                 guint             n_controls);

void
__wrap_cas_parts_set_guide (CasParts         *self,
                            guint             n_images,
                            const CasControl *controls,
                            guint             n_controls)
{
  planned = made;
  made.n_controls = n_controls;
  if (n_controls > 0)
    memcpy (made.controls, controls, n_controls * sizeof *controls);
  __real_cas_parts_set_guide (self, n_images, controls, n_controls);
}

/* --- networks of faces that are read --------------------------------------------------------- */

static guint n_faces_read;

CasFaces *__real_cas_faces_new (const char *detector_path,
                                const char *recogniser_path,
                                GError    **error);
CasFaces *__wrap_cas_faces_new (const char *detector_path,
                                const char *recogniser_path,
                                GError    **error);

CasFaces *
__wrap_cas_faces_new (const char *detector_path,
                      const char *recogniser_path,
                      GError    **error)
{
  n_faces_read++;
  return __real_cas_faces_new (detector_path, recogniser_path, error);
}

/* --- jobs ------------------------------------------------------------------------------------ */

typedef struct
{
  char       *model;
  char       *detector, *recogniser;
  CasSession *session;
} Fixture;

/* Beside the folder of the model, whose files are all its own. */
static char *
write_bytes (const char *model,
             const char *name,
             GBytes     *bytes) /* taken */
{
  char *path = g_strconcat (model, "-", name, NULL);
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);

  g_assert_true (g_file_set_contents (path, data, (gssize) size, NULL));
  g_bytes_unref (bytes);
  return path;
}

static void
fixture_init (Fixture *self)
{
  g_autofree float *weight = test_numbers (7, 12 * 512);
  g_autofree char *controlnet = NULL;
  g_autoptr (GError) error = NULL;

  self->model = test_model_link_demo (NULL);
  self->detector = write_bytes (self->model, "detector.onnx", face_new_detector (8));
  self->recogniser = write_bytes (self->model, "recogniser.onnx",
                                  face_new_recogniser (weight, 512));
  controlnet = g_build_filename (self->model, "identity.safetensors", NULL);
  face_write_controlnet (controlnet, &error);
  g_assert_no_error (error);
  self->session = cas_session_new (&(CasSessionParams) { .model = self->model }, &error);
  g_assert_no_error (error);
}

static void
fixture_clear (Fixture *self)
{
  cas_session_free (self->session);
  g_unlink (self->detector);
  g_unlink (self->recogniser);
  test_model_free (self->model);
  g_free (self->detector);
  g_free (self->recogniser);
}

/* Grey, with one face for the made-up detector. */
static CasImage *
new_picture (void)
{
  CasImage *image = cas_image_new (SIDE, SIDE, NULL);
  const gsize stride = cas_image_get_stride (image);

  memset (cas_image_get_pixels (image), 80, SIDE * stride);
  for (guint y = 80; y < 88; y++)
    for (guint x = 64; x < 72; x++)
      memcpy (cas_image_get_pixels (image) + y * stride + 3 * x, "\xff\0", 3);
  return image;
}

/* --- ControlNets ----------------------------------------------------------------------------- */

static void
test_controls (gconstpointer data)
{
  static const struct
  {
    CasControlKind kind;
    guint          width, height;
    gboolean       is_small;
  } rows[] = {
    { CAS_CONTROL_CANNY, 200, 136, FALSE },
    { CAS_CONTROL_SUPER_RESOLUTION, 200, 136, FALSE },
    { CAS_CONTROL_SUPER_RESOLUTION, 200, 136, TRUE },
    { CAS_CONTROL_SUPER_RESOLUTION, 0, 0, TRUE },
    { CAS_CONTROL_IDENTITY, 192, 192, FALSE },
    { CAS_CONTROL_INPAINTING, 200, 136, FALSE },
  };
  const Fixture *f = data;
  g_autoptr (CasImage) picture = new_picture ();
  g_autoptr (CasImage) mask = cas_image_new (SIDE, SIDE, NULL);

  memset (cas_image_get_pixels (mask), 0, SIDE * cas_image_get_stride (mask));
  memset (cas_image_get_pixels (mask), 255, SIDE / 2 * cas_image_get_stride (mask));
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const gboolean has_hole = rows[i].kind == CAS_CONTROL_INPAINTING;
      const CasJobControl control = {
        .kind = rows[i].kind, .image = picture, .is_small = rows[i].is_small,
      };
      g_autoptr (GError) error = NULL;
      g_autoptr (CasJob) job = cas_job_new (&(CasJobParams) {
          .width = rows[i].width, .height = rows[i].height, .steps = 1, .decoder_steps = 1,
          .has_seed = TRUE, .controls = &control, .n_controls = !has_hole,
          .init = has_hole ? picture : NULL, .mask = has_hole ? mask : NULL,
          .face_detector = f->detector, .face_recogniser = f->recogniser,
        }, &error);

      g_assert_no_error (error);
      cas_session_run (f->session, job, NULL, NULL, NULL, &error);
      g_assert_no_error (error);

      g_test_message ("%s: %u×%u planned, %u×%u made", cas_control_kind_get_name (rows[i].kind),
                      planned.controls[0].w, planned.controls[0].h, made.controls[0].w,
                      made.controls[0].h);
      g_assert_cmpuint (planned.n_controls, ==, 1);
      g_assert_cmpuint (made.n_controls, ==, 1);
      g_assert_true (planned.controls[0].controlnet == made.controls[0].controlnet);
      g_assert_cmpuint (planned.controls[0].w, ==, made.controls[0].w);
      g_assert_cmpuint (planned.controls[0].h, ==, made.controls[0].h);
    }
}

/* Once, and again when they have become others. */
static void
test_faces (gconstpointer data)
{
  static const guint wanted[] = { 1, 1, 2, 2 }; /* after so many jobs */
  const Fixture *f = data;
  g_autoptr (CasImage) picture = new_picture ();
  const CasJobControl control = { .kind = CAS_CONTROL_IDENTITY, .image = picture };
  g_autoptr (GError) error = NULL;
  g_autoptr (CasSession) session
    = cas_session_new (&(CasSessionParams) { .model = f->model }, &error);
  g_autoptr (CasJob) job = cas_job_new (&(CasJobParams) {
      .width = 192, .height = 192, .controls = &control, .n_controls = 1,
      .face_detector = f->detector, .face_recogniser = f->recogniser,
    }, &error);

  g_assert_no_error (error);
  n_faces_read = 0;
  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++)
    {
      CasJobParams resolved;

      if (i == 2)
        g_free (write_bytes (f->model, "detector.onnx", face_new_detector (8)));
      cas_session_resolve (session, job, &resolved, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (n_faces_read, ==, wanted[i]);
    }
}

int
main (int   argc,
      char *argv[])
{
  Fixture fixture;
  int result;

  g_test_init (&argc, &argv, NULL);
  fixture_init (&fixture);
  g_test_add_data_func ("/demand/controls", &fixture, test_controls);
  g_test_add_data_func ("/demand/faces", &fixture, test_faces);
  result = g_test_run ();
  fixture_clear (&fixture);
  return result;
}
