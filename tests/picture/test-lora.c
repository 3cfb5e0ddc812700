/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The demo's LoRA teaches a token, [lucky]: a house under a big yellow roof. It shows with the LoRA
 * and not without, in whatever form the file comes, and afterwards the model is what it was. */

#include "picture/picture.h"

#include <math.h>
#include <string.h>

#include <glib/gstdio.h>

#include "io/safetensors.h"
#include "model/lora_places.h"
#include "session/networks.h"

static char *
dup_lucky (void)
{
  g_autofree char *demo = cas_model_dup_demo ();

  return g_build_filename (demo, "lora", "lucky.safetensors", NULL);
}

/* Small and quick, for what is equal or not. */
static const CasJobParams small = {
  .prompt = "[lucky] on green hills at noon",
  .seed = 100,
  .has_seed = TRUE,
  .width = 64,
  .height = 64,
  .steps = 2,
  .decoder_steps = 1,
};

/* The only picture of a job with n LoRAs. */
static CasImage *
make (CasSession         *session,
      const CasJobParams *params,
      const CasJobLora   *loras,
      guint               n)
{
  CasJobParams job = *params;

  job.loras = loras;
  job.n_loras = n;
  g_autoptr (GPtrArray) images = picture_run (session, &job);

  return cas_image_ref (images->pdata[0]);
}

/* Mean square difference of two pictures' numbers. */
static double
difference (CasImage *a,
            CasImage *b)
{
  const gsize n = cas_image_get_stride (a) * (gsize) cas_image_get_height (a);
  const guint8 *x = cas_image_get_pixels (a), *y = cas_image_get_pixels (b);
  double sum = 0;

  for (gsize i = 0; i < n; i++)
    sum += ((double) x[i] - y[i]) * ((double) x[i] - y[i]);
  return sum / n;
}

/* The share of yellow in the middle of the picture, below the sun. */
static double
yellow (CasImage *image)
{
  const guint width = cas_image_get_width (image), height = cas_image_get_height (image);
  guint n = 0;

  for (guint y = height / 3; y < height * 2 / 3; y++)
    for (guint x = 0; x < width; x++)
      {
        const guint8 *p = cas_image_get_pixels (image) + y * cas_image_get_stride (image) + 3 * x;

        n += p[0] > 200 && p[1] > 150 && p[2] < 120;
      }
  return (double) n / (width * (height / 3));
}

static void
test_shows (void)
{
  const CasJobParams job = { .prompt = small.prompt, .seed = 100, .has_seed = TRUE };
  g_autoptr (CasSession) session = picture_open_session (NULL);
  g_autofree char *path = dup_lucky ();
  const CasJobLora lucky = { path, 1.0 };
  g_autoptr (CasImage) with = make (session, &job, &lucky, 1);
  g_autoptr (CasImage) without = make (session, &job, NULL, 0);

  g_test_message ("yellow: %.3f with, %.3f without", yellow (with), yellow (without));
  g_assert_cmpfloat (yellow (with), >, 0.15);
  g_assert_cmpfloat (yellow (without), <, 0.02);
}

/* On and off again in one session, at weights that follow each other. */
static void
test_leaves_no_trace (void)
{
  g_autoptr (CasSession) session = picture_open_session (NULL);
  g_autofree char *path = dup_lucky ();
  const CasJobLora full = { path, 1.0 }, half = { path, 0.5 }, off = { path, 0.0 };
  CasJobParams plain = small;

  plain.prompt = "a house"; /* no token that only the file knows */
  g_autoptr (CasImage) before = make (session, &plain, NULL, 0);
  g_autoptr (CasImage) with = make (session, &plain, &full, 1);
  g_autoptr (CasImage) with_half = make (session, &plain, &half, 1);
  g_autoptr (CasImage) with_again = make (session, &plain, &full, 1);
  g_autoptr (CasImage) at_zero = make (session, &plain, &off, 1);
  g_autoptr (CasImage) after = make (session, &plain, NULL, 0);

  g_assert_cmpfloat (difference (before, after), ==, 0);
  g_assert_cmpfloat (difference (before, at_zero), ==, 0);
  g_assert_cmpfloat (difference (with, with_again), ==, 0);
  g_assert_cmpfloat (difference (before, with), >, difference (before, with_half));
  g_assert_cmpfloat (difference (before, with_half), >, 0);
}

/* A file that is refused leaves nothing on, and the session works on. */
static void
test_refused (void)
{
  g_autoptr (CasSession) session = picture_open_session (NULL);
  g_autofree char *path = dup_lucky ();
  g_autofree char *demo = cas_model_dup_demo ();
  g_autofree char *other = g_build_filename (demo, "stage_a.safetensors", NULL);
  const CasJobLora loras[] = { { path, 1.0 }, { other, 1.0 } };
  CasJobParams bad = small, plain = small;
  g_autoptr (GError) error = NULL;

  plain.prompt = "a house";
  bad.loras = loras;
  bad.n_loras = 2;
  g_autoptr (CasImage) before = make (session, &plain, NULL, 0);
  g_autoptr (CasJob) job = cas_job_new (&bad, NULL);

  g_assert_false (cas_session_run (session, job, NULL, NULL, NULL, &error));
  g_assert_error (error, CAS_ERROR, CAS_ERROR_BAD_MODEL);
  g_assert_nonnull (strstr (error->message, "stage_a.safetensors: it is no LoRA"));

  g_autoptr (CasImage) after = make (session, &plain, NULL, 0);
  g_assert_cmpfloat (difference (before, after), ==, 0);
}

/* --- other forms of the same file ------------------------------------------------------------ */

typedef enum
{
  FLAT,   /* kohya's names, with an alpha */
  DOTTED, /* PEFT's, which has none: the scale is in the numbers */
  THIRDS, /* q, k and v apart */
  N_FORMS
} Form;

typedef struct
{
  GArray       *tensors; /* CasSafetensorsTensor */
  GStringChunk *names;
  GPtrArray    *data;
} Writer;

static float *
add_tensor (Writer     *w,
            const char *name,
            guint       n_dims,
            guint64     rows,
            guint64     columns)
{
  CasSafetensorsTensor tensor = {
    .name = g_string_chunk_insert (w->names, name),
    .n_dims = n_dims,
    .dims = { rows, columns },
    .data = g_new0 (float, rows * columns),
  };

  g_ptr_array_add (w->data, (gpointer) tensor.data);
  g_array_append_val (w->tensors, tensor);
  return (float *) tensor.data;
}

/* Both halves of a module, or of n_rows of its rows from first on. */
static void
add_module (Writer              *w,
            Form                 form,
            const char          *name,
            const CasLoraModule *module,
            guint32              first,
            guint32              n_rows)
{
  const gboolean is_flat = form != DOTTED;
  const guint64 rank = module->rank, n_in = module->down->dims[1];
  g_autofree char *shown = g_strconcat (is_flat ? "lora_prior_unet_" : "prior.", name, NULL);
  g_autofree float *down = cas_lora_dup_values (module->down, NULL);
  g_autofree float *up = cas_lora_dup_values (module->up, NULL);

  if (is_flat)
    g_strdelimit (shown, ".", '_');
  g_autofree char *down_name = g_strconcat (shown, is_flat ? ".lora_down" : ".lora_A", ".weight",
                                            NULL);
  g_autofree char *up_name = g_strconcat (shown, is_flat ? ".lora_up" : ".lora_B", ".weight", NULL);
  g_autofree char *alpha_name = g_strconcat (shown, ".alpha", NULL);

  memcpy (add_tensor (w, down_name, 2, rank, n_in), down, rank * n_in * sizeof (float));
  float *to = add_tensor (w, up_name, 2, n_rows, rank);

  for (guint64 i = 0; i < n_rows * rank; i++)
    to[i] = up[first * rank + i] * (is_flat ? 1 : (float) module->scale);
  if (is_flat)
    *add_tensor (w, alpha_name, 0, 1, 1) = (float) (module->scale * rank);
}

static void
add_place (Writer              *w,
           Form                 form,
           const CasLoraModule *module,
           const CasWeight     *weight)
{
  static const char *const thirds[] = { "to_q", "to_k", "to_v" };
  const char *end = strstr (weight->name, "in_proj_weight");
  const guint32 n = (guint32) weight->dims[0];
  g_autofree char *scope = g_strndup (weight->name, end ? end - weight->name : 0);

  if (!end)
    {
      g_autofree char *name = g_strndup (weight->name, strlen (weight->name) - strlen (".weight"));

      add_module (w, form, name, module, 0, n);
      return;
    }

  const guint n_parts = form == THIRDS ? 3 : 1;

  for (guint i = 0; i < n_parts; i++)
    {
      g_autofree char *name = g_strconcat (scope, form == THIRDS ? thirds[i] : "in_proj", NULL);

      add_module (w, form, name, module, i * n / n_parts, n / n_parts);
    }
}

/* The layers of the demo's LoRA; its token is left out. */
static void
write_as (const char *path,
          Form        form)
{
  g_autofree char *lucky = dup_lucky ();
  g_autoptr (GError) error = NULL;
  g_autoptr (CasLora) lora = cas_lora_open (lucky, &error);
  g_autoptr (CasLoadedNetworks) m = cas_loaded_networks_new (NULL, &error);
  CasWeights *const networks[CAS_N_LORA_NETWORKS] = { m->stage_c->unet.weights };
  g_autoptr (CasLoraPlaces) places = cas_lora_places_new (networks);
  Writer w = {
    g_array_new (FALSE, FALSE, sizeof (CasSafetensorsTensor)), g_string_chunk_new (4096),
    g_ptr_array_new_with_free_func (g_free),
  };

  for (guint i = 0; i < lora->modules->len; i++)
    add_place (&w, form, &g_array_index (lora->modules, CasLoraModule, i),
               cas_lora_places_get_attention (places, i)->weight);
  cas_safetensors_write (path, (const CasSafetensorsTensor *) w.tensors->data, w.tensors->len, NULL,
                         &error);
  g_assert_no_error (error);
  g_array_unref (w.tensors);
  g_string_chunk_free (w.names);
  g_ptr_array_unref (w.data);
}

static void
test_forms (void)
{
  g_autoptr (CasSession) session = picture_open_session (NULL);
  g_autofree char *lucky = dup_lucky ();
  g_autofree char *folder = g_dir_make_tmp ("weir-lora-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "lucky.safetensors", NULL);
  CasJobParams plain = small;

  plain.prompt = "a house";
  g_autoptr (CasImage) without = make (session, &plain, NULL, 0);
  g_autoptr (CasImage) wanted = make (session, &plain, &(CasJobLora) { lucky, 1.0 }, 1);

  for (Form form = 0; form < N_FORMS; form++)
    {
      write_as (path, form);
      g_autoptr (CasImage) image = make (session, &plain, &(CasJobLora) { path, 1.0 }, 1);
      const CasJobLora halves[] = { { path, 0.5 }, { lucky, 0.5 } };
      g_autoptr (CasImage) both = make (session, &plain, halves, 2);

      g_test_message ("form %d: %g, half and half %g, without %g", form, difference (image, wanted),
                      difference (both, wanted), difference (without, wanted));
      /* sums of other orders: a number may be rounded the other way */
      g_assert_cmpfloat (difference (image, wanted), <, form == THIRDS ? 0.01 : 1e-9);
      g_assert_cmpfloat (difference (both, wanted), <, 0.01);
      g_assert_cmpfloat (difference (without, wanted), >, 1);
      g_remove (path);
    }
  g_rmdir (folder);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/picture/lora/leaves-no-trace", test_leaves_no_trace);
  g_test_add_func ("/picture/lora/refused", test_refused);
  g_test_add_func ("/picture/lora/forms", test_forms);
  g_test_add_func ("/picture/lora/shows", test_shows);
  return g_test_run ();
}
