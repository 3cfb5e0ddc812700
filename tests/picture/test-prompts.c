/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the syntax of prompts does to what the networks see, and to pictures. */

#include "picture/picture.h"

#include <math.h>
#include <string.h>

#include "pipeline/reader.h"
#include "session/networks.h"

/* --- the text encoder's states ------------------------------------------------------------- */

typedef struct
{
  CasLoadedNetworks *networks;
  CasGpu            *gpu;
  CasParams         *params;
  CasReader         *reader;
  guint              n, c; /* tokens of a chunk, channels */
} Fixture;

/* What was read of two texts. */
typedef struct
{
  CasTexts texts;
  float   *hidden, *pooled;
} Reading;

static void
reading_clear (Reading *r)
{
  cas_texts_clear (&r->texts);
  g_free (r->hidden);
  g_free (r->pooled);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Reading, reading_clear)

static void
fixture_init (Fixture *f)
{
  g_autoptr (GError) error = NULL;

  f->networks = cas_loaded_networks_new (NULL, &error);
  g_assert_no_error (error);
  f->gpu = cas_gpu_new (&(CasGpuParams) { 0 }, &error);
  g_assert_no_error (error);
  f->params = cas_params_new (f->gpu);
  f->reader = cas_reader_new (f->networks->text, f->networks->tokenizer);
  cas_reader_compile (f->reader, &(CasCompileParams) { .gpu = f->gpu, .params = f->params }, &error);
  g_assert_no_error (error);
  f->n = f->networks->text->n_positions;
  f->c = f->networks->text->c;
}

static void
fixture_clear (Fixture *f)
{
  cas_reader_free (f->reader);
  cas_params_free (f->params);
  cas_gpu_free (f->gpu);
  cas_loaded_networks_free (f->networks);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Fixture, fixture_clear)

static Reading
read_texts (Fixture    *f,
            const char *prompt,
            const char *negative,
            gboolean    restores_mean)
{
  const CasJobParams job = { .prompt = prompt, .negative = negative };
  g_autoptr (GError) error = NULL;
  Reading r = { 0 };

  cas_texts_init (&r.texts, &job, 0, f->networks->tokenizer, f->n, &error);
  g_assert_no_error (error);
  r.hidden = g_new (float, (gsize) 2 * r.texts.n_chunks * f->n * f->c);
  r.pooled = g_new (float, (gsize) 2 * f->networks->text->c_pooled);
  cas_reader_run (f->reader, &r.texts, restores_mean, r.hidden, r.pooled, NULL, &error);
  g_assert_no_error (error);
  return r;
}

/* A chunk of the prompt (side 0) or the negative one. */
static const float *
chunk_of (const Fixture *f,
          const Reading *r,
          guint          side,
          guint          chunk)
{
  return r->hidden + (gsize) (side * r->texts.n_chunks + chunk) * f->n * f->c;
}

static void
assert_same_chunk (const Fixture *f,
                   const float   *a,
                   const float   *b)
{
  g_assert_cmpmem (a, f->n * f->c * sizeof *a, b, f->n * f->c * sizeof *b);
}

static void
assert_same_pooled (const Fixture *f,
                    const Reading *a,
                    const Reading *b,
                    guint          n_texts)
{
  const gsize size = n_texts * f->networks->text->c_pooled * sizeof (float);

  g_assert_cmpmem (a->pooled, size, b->pooled, size);
}

/* Syntax that comes to nothing gives the plain states, to the bit. */
static void
test_weight_of_one (void)
{
  static const char *const same[] = {
    "a (red:1) house", "([a red house])", "# comment\na red house", "(a red house:1.0)",
    "a {red|red} house",
  };
  g_auto (Fixture) f = { 0 };

  fixture_init (&f);

  g_auto (Reading) plain = read_texts (&f, "a red house", "fog", FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (same); i++)
    {
      g_auto (Reading) other = read_texts (&f, same[i], "(fog:1.0)", FALSE);

      g_assert_cmpuint (other.texts.n_chunks, ==, 1);
      assert_same_chunk (&f, chunk_of (&f, &plain, 0, 0), chunk_of (&f, &other, 0, 0));
      assert_same_chunk (&f, chunk_of (&f, &plain, 1, 0), chunk_of (&f, &other, 1, 0));
      assert_same_pooled (&f, &plain, &other, 2);
    }
}

/* z = (z − empty) · w + empty for the weighted tokens, and no other number changes. */
static void
test_arithmetic (void)
{
  g_auto (Fixture) f = { 0 };

  fixture_init (&f);

  g_auto (Reading) plain = read_texts (&f, "a red house", "", FALSE);
  const float *z = chunk_of (&f, &plain, 0, 0), *empty = chunk_of (&f, &plain, 1, 0);

  /* with an empty text among the two, and without */
  for (guint i = 0; i < 2; i++)
    {
      g_auto (Reading) weighted = read_texts (&f, "a (red:1.5) (house:-0.25)", i ? "fog" : "", FALSE);
      const float *found = chunk_of (&f, &weighted, 0, 0);
      const CasPromptToken *tokens = (const CasPromptToken *) weighted.texts.sides[0]->tokens->data;

      g_assert_cmpuint (weighted.texts.sides[0]->tokens->len, ==, 3);
      for (guint t = 0; t < f.n; t++)
        for (guint k = t * f.c; k < (t + 1) * f.c; k++)
          {
            const float w = t >= 1 && t <= 3 ? tokens[t - 1].weight : 1;
            const float wanted = w == 1 ? z[k] : (z[k] - empty[k]) * w + empty[k];

            if (found[k] != wanted)
              g_error ("token %u, channel %u: %g, wanted %g", t, k - t * f.c, found[k], wanted);
          }
      assert_same_pooled (&f, &plain, &weighted, 1);
    }
}

static double
mean_of (const Fixture *f,
         const float   *z)
{
  double sum = 0;

  for (guint i = 0; i < f->n * f->c; i++)
    sum += z[i];
  return sum / (f->n * f->c);
}

static void
test_mean (void)
{
  g_auto (Fixture) f = { 0 };

  fixture_init (&f);

  g_auto (Reading) plain = read_texts (&f, "a red house", "", FALSE);
  g_auto (Reading) moved = read_texts (&f, "a (red house:3)", "", FALSE);
  g_auto (Reading) kept = read_texts (&f, "a (red house:3)", "", TRUE);
  const double wanted = mean_of (&f, chunk_of (&f, &plain, 0, 0));

  g_assert_cmpfloat (fabs (mean_of (&f, chunk_of (&f, &moved, 0, 0)) - wanted), >,
                     1e-4 * fabs (wanted));
  g_assert_cmpfloat_with_epsilon (mean_of (&f, chunk_of (&f, &kept, 0, 0)), wanted,
                                  1e-5 * fabs (wanted));
}

/* 100 tokens are a chunk of 75 and one of 25, each read by itself; the shorter text is filled up
 * with empty chunks, and the first one's vector stands for all. */
static void
test_chunks (void)
{
  g_auto (Fixture) f = { 0 };
  g_autoptr (GString) all = g_string_new (NULL);
  g_autoptr (GString) begin = g_string_new (NULL);
  g_autoptr (GString) end = g_string_new (NULL);

  fixture_init (&f);
  for (guint i = 0; i < 100; i++)
    {
      g_string_append_printf (all, "%u ", i * i % 10);
      g_string_append_printf (i < f.n - 2 ? begin : end, "%u ", i * i % 10);
    }

  g_auto (Reading) whole = read_texts (&f, all->str, "fog", FALSE);
  g_auto (Reading) first = read_texts (&f, begin->str, "fog", FALSE);
  g_auto (Reading) second = read_texts (&f, end->str, "", FALSE);

  g_assert_cmpuint (f.n, ==, 77);
  g_assert_cmpuint (whole.texts.n_chunks, ==, 2);
  g_assert_cmpuint (first.texts.n_chunks, ==, 1);
  assert_same_chunk (&f, chunk_of (&f, &whole, 0, 0), chunk_of (&f, &first, 0, 0));
  assert_same_chunk (&f, chunk_of (&f, &whole, 0, 1), chunk_of (&f, &second, 0, 0));
  assert_same_chunk (&f, chunk_of (&f, &whole, 1, 0), chunk_of (&f, &first, 1, 0));
  assert_same_chunk (&f, chunk_of (&f, &whole, 1, 1), chunk_of (&f, &second, 1, 0));
  assert_same_pooled (&f, &whole, &first, 2);
}

/* --- pictures ------------------------------------------------------------------------------ */

/* Short and long texts by turns, in one session. */
static void
test_after_another (void)
{
  g_autoptr (CasSession) session = picture_open_session (NULL);
  g_autoptr (GString) many = g_string_new (NULL);
  CasJobParams job = {
    .prompt = "a house", .has_seed = TRUE, .seed = 1, .width = 64, .height = 64, .steps = 2,
    .decoder_steps = 1,
  };

  for (guint i = 0; i < 100; i++)
    g_string_append (many, "red ");
  /* each picture is of another number of chunks */
  CasJobParams mixed = job;
  g_autofree char *wild = g_strdup_printf ("a {house|house, %s}", many->str);

  mixed.prompt = wild;
  mixed.n_images = 6;

  g_autoptr (GPtrArray) first = picture_run (session, &job);
  g_autoptr (GPtrArray) between = picture_run (session, &mixed);
  g_autoptr (GPtrArray) again = picture_run (session, &job);
  const gsize size = 3 * 64 * 64;
  guint n_short = 0;

  g_assert_cmpmem (cas_image_get_pixels (first->pdata[0]), size,
                   cas_image_get_pixels (again->pdata[0]), size);
  for (guint i = 0; i < mixed.n_images; i++)
    {
      CasJobParams one = job;
      g_autofree char *drawn = cas_prompt_draw (wild, 1 + i, CAS_PROMPT_POSITIVE);

      one.prompt = drawn;
      one.seed = 1 + i;
      n_short += strlen (drawn) < 10;

      g_autoptr (GPtrArray) alone = picture_run (session, &one);

      g_assert_cmpmem (cas_image_get_pixels (alone->pdata[0]), size,
                       cas_image_get_pixels (between->pdata[i]), size);
    }
  g_assert_cmpuint (n_short, >, 0);
  g_assert_cmpuint (n_short, <, mixed.n_images);
}

/* Red above blue, as the mean over all pixels. */
static double
redness (CasSession *session,
         const char *prompt)
{
  g_autoptr (GPtrArray) images = picture_run (session, &(CasJobParams) {
      .prompt = prompt, .has_seed = TRUE, .seed = 1,
    });
  const guint8 *pixels = cas_image_get_pixels (images->pdata[0]);
  const gsize n = (gsize) cas_image_get_width (images->pdata[0])
                  * cas_image_get_height (images->pdata[0]);
  double sum = 0;

  for (gsize i = 0; i < n; i++)
    sum += (double) pixels[3 * i] - pixels[3 * i + 2];
  return sum / (double) n;
}

/* The house is violet, more red or more blue with the weight of the word. */
static void
test_colour (void)
{
  g_autoptr (CasSession) session = picture_open_session (NULL);
  const double plain = redness (session, "a red blue house on green hills");
  const double red = redness (session, "a (red:8) blue house on green hills");
  const double blue = redness (session, "a red (blue:8) house on green hills");

  g_test_message ("red above blue: %.2f, with more red %.2f, with more blue %.2f", plain, red, blue);
  g_assert_cmpfloat (red, >, plain + 1);
  g_assert_cmpfloat (blue, <, plain - 0.2);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/picture/prompts/weight-of-one", test_weight_of_one);
  g_test_add_func ("/picture/prompts/arithmetic", test_arithmetic);
  g_test_add_func ("/picture/prompts/mean", test_mean);
  g_test_add_func ("/picture/prompts/chunks", test_chunks);
  g_test_add_func ("/picture/prompts/after-another", test_after_another);
  g_test_add_func ("/picture/prompts/colour", test_colour);
  return g_test_run ();
}
