/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What pictures do to a picture: variation, image to image, inpainting and outpainting with and
 * without the ControlNet for it, edges and super resolution, each by a sign that can be measured. */

#include "picture/picture.h"

#include <math.h>
#include <string.h>

#include "support/model.h"

#define BASE "a big blue balloon in the mountains at noon"

typedef struct
{
  CasSession *session;
  CasImage   *base; /* a scene of mountains at noon */
} Fixture;

static CasImage *
make (CasSession  *session,
      CasJobParams params)
{
  params.has_seed = TRUE;

  g_autoptr (GPtrArray) images = picture_run (session, &params);

  return cas_image_ref (images->pdata[0]);
}

static const guint8 *
pixel (CasImage *image,
       guint     x,
       guint     y)
{
  return cas_image_get_pixels (image) + y * cas_image_get_stride (image) + 3 * x;
}

/* Mean colours of a part of a picture. */
typedef struct
{
  double r, g, b;
} Colour;

static Colour
mean (CasImage *image,
      guint     x0,
      guint     y0,
      guint     x1,
      guint     y1)
{
  Colour sum = { 0 };
  const double n = (double) (x1 - x0) * (y1 - y0);

  for (guint y = y0; y < y1; y++)
    for (guint x = x0; x < x1; x++)
      {
        sum.r += pixel (image, x, y)[0] / n;
        sum.g += pixel (image, x, y)[1] / n;
        sum.b += pixel (image, x, y)[2] / n;
      }
  return sum;
}

static double
distance (Colour a,
          Colour b)
{
  return sqrt ((a.r - b.r) * (a.r - b.r) + (a.g - b.g) * (a.g - b.g) + (a.b - b.b) * (a.b - b.b));
}

static Colour
sky (CasImage *image)
{
  return mean (image, 0, 0, cas_image_get_width (image), cas_image_get_height (image) / 4);
}

static Colour
ground (CasImage *image)
{
  const guint h = cas_image_get_height (image);

  return mean (image, 0, 3 * h / 4, cas_image_get_width (image), h);
}

static double
psnr (CasImage *a,
      CasImage *b)
{
  const gsize n = cas_image_get_stride (a) * (gsize) cas_image_get_height (a);
  const guint8 *x = cas_image_get_pixels (a), *y = cas_image_get_pixels (b);
  double sum = 0;

  for (gsize i = 0; i < n; i++)
    sum += ((double) x[i] - y[i]) * ((double) x[i] - y[i]);
  return 10 * log10 (255 * 255 / MAX (sum / n, 1e-9));
}

static void
assert_same_rows (CasImage *a,
                  CasImage *b,
                  guint     x,
                  guint     y,
                  guint     w,
                  guint     h)
{
  for (guint row = 0; row < h; row++)
    g_assert_cmpmem (pixel (a, x, y + row), 3 * w, pixel (b, x, y + row), 3 * w);
}

/* --- whole pictures ------------------------------------------------------------------------ */

/* Without a word the surroundings and the time of day are those of the picture. */
static void
test_variation (gconstpointer data)
{
  const Fixture *f = data;
  const CasJobImage prompt = { f->base, 1 };
  const CasJobImage off = { f->base, 0 };
  g_autoptr (CasImage) varied
    = make (f->session, (CasJobParams) { .seed = 5, .image_prompts = &prompt, .n_image_prompts = 1 });
  g_autoptr (CasImage) free_one = make (f->session, (CasJobParams) { .seed = 5 });
  g_autoptr (CasImage) weightless
    = make (f->session, (CasJobParams) { .seed = 5, .image_prompts = &off, .n_image_prompts = 1 });
  const double sky_varied = distance (sky (varied), sky (f->base));
  const double ground_varied = distance (ground (varied), ground (f->base));

  g_test_message ("sky %.1f, ground %.1f; of another %.1f, %.1f", sky_varied, ground_varied,
                  distance (sky (free_one), sky (f->base)),
                  distance (ground (free_one), ground (f->base)));
  g_assert_cmpfloat (sky_varied, <, 40);
  g_assert_cmpfloat (ground_varied, <, 40);
  g_assert_cmpfloat (distance (ground (free_one), ground (f->base))
                       + distance (sky (free_one), sky (f->base)), >, sky_varied + ground_varied);
  assert_same_rows (weightless, free_one, 0, 0, 256, 256);
}

/* A little strength keeps the scene, much of it follows the prompt. */
static void
test_image_to_image (gconstpointer data)
{
  const Fixture *f = data;
  const CasJobParams params = {
    .prompt = "a red house on green hills at sunset", .seed = 5, .init = f->base, .strength = 0.3,
  };
  CasJobParams strong = params;
  g_autoptr (CasImage) weak = make (f->session, params);
  g_autoptr (CasImage) followed = NULL;

  strong.strength = 0.9;
  followed = make (f->session, strong);
  g_test_message ("PSNR %.1f and %.1f dB; sky's red %.0f, %.0f and %.0f", psnr (weak, f->base),
                  psnr (followed, f->base), sky (f->base).r, sky (weak).r, sky (followed).r);
  g_assert_cmpfloat (psnr (weak, f->base), >, psnr (followed, f->base) + 5);
  g_assert_cmpfloat (distance (sky (weak), sky (f->base)), <, 25);
  g_assert_cmpfloat (sky (followed).b, <, sky (f->base).b - 50); /* a sunset's */
}

/* The new picture has the old one's proportions, and a size that works. */
static void
test_proportions (gconstpointer data)
{
  const Fixture *f = data;
  g_autoptr (CasImage) wide = cas_image_new (201, 99, NULL);
  g_autoptr (CasImage) made = make (f->session, (CasJobParams) {
    .prompt = "a tent", .init = wide, .steps = 2, .decoder_steps = 1,
  });

  g_assert_cmpuint (cas_image_get_width (made), ==, 368);
  g_assert_cmpuint (cas_image_get_height (made), ==, 176);
}

/* --- parts of pictures --------------------------------------------------------------------- */

/* 255 in a rectangle, and a soft left edge. */
static CasImage *
new_mask (void)
{
  CasImage *mask = cas_image_new (256, 256, NULL);

  for (guint y = 90; y < 220; y++)
    for (guint x = 70; x < 200; x++)
      memset ((guint8 *) pixel (mask, x, y), x < 90 ? 12 * (x - 70) + 10 : 255, 3);
  return mask;
}

static double
yellow (CasImage *image)
{
  guint n = 0;

  for (guint y = 90; y < 220; y++)
    for (guint x = 90; x < 200; x++)
      {
        const guint8 *p = pixel (image, x, y);

        n += p[0] > 180 && p[1] > 130 && p[2] < 130;
      }
  return n / (130.0 * 110.0);
}

static void
check_inpainting (CasSession *session,
                  CasImage   *base)
{
  g_autoptr (CasImage) mask = new_mask ();
  g_autoptr (CasImage) made = make (session, (CasJobParams) {
    .prompt = "a big yellow tree on green hills at noon", .seed = 7, .init = base, .mask = mask,
  });

  g_test_message ("yellow: %.3f, before %.3f", yellow (made), yellow (base));
  g_assert_cmpfloat (yellow (made), >, yellow (base) + 0.1);
  assert_same_rows (made, base, 0, 0, 256, 90);
  assert_same_rows (made, base, 0, 90, 70, 130);
  assert_same_rows (made, base, 200, 90, 56, 130);
  assert_same_rows (made, base, 0, 220, 256, 36);
}

static void
check_outpainting (CasSession *session,
                   CasImage   *base)
{
  g_autoptr (CasImage) made = make (session, (CasJobParams) {
    .prompt = "mountains at noon", .seed = 3, .init = base, .outpaint = { 0, 0, 125, 0 },
  });
  g_autoptr (CasImage) edge = NULL;
  const Colour old_sky = mean (base, 200, 0, 256, 40), new_sky = mean (made, 260, 0, 381, 40);
  const Colour old_ground = mean (base, 200, 200, 256, 256);
  const Colour new_ground = mean (made, 260, 200, 381, 256);

  g_test_message ("sky %.1f, ground %.1f", distance (old_sky, new_sky),
                  distance (old_ground, new_ground));
  g_assert_cmpuint (cas_image_get_width (made), ==, 381); /* 384 are drawn */
  g_assert_cmpuint (cas_image_get_height (made), ==, 256);
  assert_same_rows (made, base, 0, 0, 256, 256);
  g_assert_cmpfloat (distance (old_sky, new_sky), <, 60);
  g_assert_cmpfloat (distance (old_ground, new_ground), <, 60);
}

static void
test_holes (gconstpointer data)
{
  const Fixture *f = data;

  check_inpainting (f->session, f->base);
  check_outpainting (f->session, f->base);
}

static void
test_holes_without_controlnet (gconstpointer data)
{
  const Fixture *f = data;
  char *folder = test_model_link_demo ("controlnet");
  g_autoptr (CasSession) session = picture_open_session (folder);

  check_inpainting (session, f->base);
  check_outpainting (session, f->base);
  g_clear_pointer (&session, cas_session_free);
  test_model_free (folder);
}

/* --- ControlNets --------------------------------------------------------------------------- */

static CasImage *
make_controlled (CasSession     *session,
                 CasControlKind  kind,
                 CasImage       *image,
                 const char     *prompt,
                 guint64         seed,
                 double          strength)
{
  const CasJobControl control = { .kind = kind, .image = image, .strength = strength };

  return make (session, (CasJobParams) {
    .prompt = prompt, .seed = seed, .controls = &control, .n_controls = strength > 0,
  });
}

/* A house with a roof on a plain, and the sun. */
static CasImage *
draw (void)
{
  CasImage *image = cas_image_new (256, 256, NULL);

  for (int y = 0; y < 256; y++)
    for (int x = 0; x < 256; x++)
      {
        const gboolean is_sun = (x - 200) * (x - 200) + (y - 50) * (y - 50) < 22 * 22;
        const gboolean is_wall = x >= 30 && x < 110 && y >= 100 && y < 190;
        const gboolean is_roof = y >= 60 && y < 100 && ABS (x - 70) <= y - 60;
        static const guint8 colours[][3] = {
          { 120, 180, 240 }, { 90, 160, 70 }, { 250, 220, 60 }, { 200, 40, 40 }, { 120, 60, 30 },
        };
        const guint kind = is_sun ? 2 : is_wall ? 3 : is_roof ? 4 : y >= 150;

        memcpy ((guint8 *) pixel (image, x, y), colours[kind], 3);
      }
  return image;
}

#define N_BLOCKS 16

/* How much changes from pixel to pixel in each of 16 × 16 blocks. */
static void
measure_edges (CasImage *image,
               double    edges[N_BLOCKS * N_BLOCKS])
{
  memset (edges, 0, N_BLOCKS * N_BLOCKS * sizeof *edges);
  for (guint y = 0; y < 255; y++)
    for (guint x = 0; x < 255; x++)
      for (guint c = 0; c < 3; c++)
        edges[y / 16 * N_BLOCKS + x / 16] += ABS (pixel (image, x + 1, y)[c] - pixel (image, x, y)[c])
                                             + ABS (pixel (image, x, y + 1)[c] - pixel (image, x, y)[c]);
}

static double
edge_correlation (CasImage *a,
                  CasImage *b)
{
  const guint n = N_BLOCKS * N_BLOCKS;
  double x[N_BLOCKS * N_BLOCKS], y[N_BLOCKS * N_BLOCKS];
  double sx = 0, sy = 0, sxx = 0, syy = 0, sxy = 0;

  measure_edges (a, x);
  measure_edges (b, y);
  for (guint i = 0; i < n; i++)
    {
      sx += x[i];
      sy += y[i];
      sxx += x[i] * x[i];
      syy += y[i] * y[i];
      sxy += x[i] * y[i];
    }
  return (n * sxy - sx * sy) / sqrt ((n * sxx - sx * sx) * (n * syy - sy * sy));
}

static void
test_canny (gconstpointer data)
{
  const Fixture *f = data;
  const char *prompt = "a house on green hills at sunset";
  g_autoptr (CasImage) drawing = draw ();
  g_autoptr (CasImage) followed
    = make_controlled (f->session, CAS_CONTROL_CANNY, drawing, prompt, 4, 1);
  g_autoptr (CasImage) free_one
    = make_controlled (f->session, CAS_CONTROL_CANNY, drawing, prompt, 4, 0);

  g_test_message ("edges: %.3f, without %.3f", edge_correlation (followed, drawing),
                  edge_correlation (free_one, drawing));
  g_assert_cmpfloat (edge_correlation (followed, drawing), >,
                     edge_correlation (free_one, drawing) + 0.1);
}

static void
test_super_resolution (gconstpointer data)
{
  const Fixture *f = data;
  g_autoptr (CasImage) followed
    = make_controlled (f->session, CAS_CONTROL_SUPER_RESOLUTION, f->base, "a tent", 2, 1);
  g_autoptr (CasImage) free_one
    = make_controlled (f->session, CAS_CONTROL_SUPER_RESOLUTION, f->base, "a tent", 2, 0);

  g_test_message ("PSNR %.1f dB, without %.1f dB", psnr (followed, f->base), psnr (free_one, f->base));
  g_assert_cmpfloat (psnr (followed, f->base), >, psnr (free_one, f->base) + 2);
}

/* --- many ---------------------------------------------------------------------------------- */

/* Everything at once, a picture after another as one job or as two: the same bytes; and words alone
 * afterwards are what they were. */
static void
test_together (gconstpointer data)
{
  const Fixture *f = data;
  g_autoptr (CasImage) mask = new_mask ();
  const CasJobControl controls[] = {
    { .kind = CAS_CONTROL_CANNY, .image = f->base, .strength = 0.5, .end = 0.5 },
    { .kind = CAS_CONTROL_SUPER_RESOLUTION, .image = f->base, .strength = 0.3, .start = 0.2 },
  };
  const CasJobImage prompts[] = { { f->base, 0.7 }, { mask, -0.2 } };
  const CasJobParams words = {
    .prompt = "a tent", .seed = 9, .has_seed = TRUE, .steps = 5, .decoder_steps = 1,
  };
  CasJobParams all = words;
  g_autoptr (CasImage) before = make (f->session, words);
  g_autoptr (CasImage) after = NULL;
  g_autoptr (CasImage) second = NULL;
  g_autoptr (GPtrArray) both = NULL;

  all.init = f->base;
  all.mask = mask;
  all.strength = 0.8;
  all.controls = controls;
  all.n_controls = G_N_ELEMENTS (controls);
  all.image_prompts = prompts;
  all.n_image_prompts = G_N_ELEMENTS (prompts);
  all.n_images = 2;
  both = picture_run (f->session, &all);
  all.n_images = 1;
  all.seed++;
  second = make (f->session, all);
  assert_same_rows (both->pdata[1], second, 0, 0, 256, 256);
  after = make (f->session, words);
  assert_same_rows (before, after, 0, 0, 256, 256);
}

/* --- after other jobs ------------------------------------------------------------------------ */

/* What is told of a job: the metadata of its picture, and where it stood last. */
typedef struct
{
  char   *metadata;
  GBytes *checkpoint;
} Told;

static void
told_clear (Told *self)
{
  g_free (self->metadata);
  g_clear_pointer (&self->checkpoint, g_bytes_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Told, told_clear)

static gboolean
keep_metadata (const CasPicture *picture,
               gpointer          data,
               GError          **error)
{
  ((Told *) data)->metadata = cas_metadata_to_json (picture->metadata);
  return TRUE;
}

static void
keep_checkpoint (CasCheckpoint *checkpoint,
                 gpointer       data)
{
  Told *told = data;

  g_clear_pointer (&told->checkpoint, g_bytes_unref);
  told->checkpoint = cas_checkpoint_to_bytes (checkpoint, NULL);
}

static void
run_and_keep (CasSession   *session,
              CasJobParams  params,
              Told         *told)
{
  const CasJobCallbacks callbacks = { .picture = keep_metadata, .checkpoint = keep_checkpoint };
  g_autoptr (GError) error = NULL;
  g_autoptr (CasJob) job = NULL;

  params.prompt = "a tent";
  params.width = params.height = 64;
  params.steps = 1;
  params.decoder_steps = 1;
  params.has_seed = TRUE;
  job = cas_job_new (&params, &error);
  g_assert_no_error (error);
  cas_session_run (session, job, &callbacks, told, NULL, &error);
  g_assert_no_error (error);
}

/* A job that fills a hole has no use for the encoder that another one left open. */
static void
test_after_other_jobs (gconstpointer data)
{
  const Fixture *f = data;
  g_autoptr (CasSession) fresh = picture_open_session (NULL);
  g_autoptr (CasSession) used = picture_open_session (NULL);
  g_autoptr (CasImage) mask = new_mask ();
  const CasJobParams hole = { .init = f->base, .mask = mask };
  g_auto (Told) other = { 0 }, first = { 0 }, second = { 0 };

  run_and_keep (used, (CasJobParams) { .init = f->base }, &other);
  g_assert_nonnull (strstr (other.metadata, "effnet_encoder"));
  run_and_keep (used, hole, &second);
  run_and_keep (fresh, hole, &first);
  g_assert_cmpstr (first.metadata, ==, second.metadata);
  g_assert_true (g_bytes_equal (first.checkpoint, second.checkpoint));
}

int
main (int   argc,
      char *argv[])
{
  Fixture f = { 0 };
  int status;

  g_test_init (&argc, &argv, NULL);
  f.session = picture_open_session (NULL);
  f.base = make (f.session, (CasJobParams) { .prompt = BASE, .seed = 2 });
  g_test_add_data_func ("/picture/steering/variation", &f, test_variation);
  g_test_add_data_func ("/picture/steering/image-to-image", &f, test_image_to_image);
  g_test_add_data_func ("/picture/steering/proportions", &f, test_proportions);
  g_test_add_data_func ("/picture/steering/holes", &f, test_holes);
  g_test_add_data_func ("/picture/steering/holes-without-controlnet", &f,
                        test_holes_without_controlnet);
  g_test_add_data_func ("/picture/steering/canny", &f, test_canny);
  g_test_add_data_func ("/picture/steering/super-resolution", &f, test_super_resolution);
  g_test_add_data_func ("/picture/steering/together", &f, test_together);
  g_test_add_data_func ("/picture/steering/after-other-jobs", &f, test_after_other_jobs);
  status = g_test_run ();
  cas_image_unref (f.base);
  cas_session_free (f.session);
  return status;
}
