/* SPDX-License-Identifier: GPL-3.0-or-later */

/* ControlNets at work, on the golden cases' small ones: they add up, each as strong and in as much
 * of the schedule as it was told. */

#include "pipeline/controller.h"
#include "model/stage_c.h"

#include <math.h>
#include <string.h>

#define H 5
#define W 7
#define C 64 /* of the small Stage C */
#define N_RES 6

typedef struct
{
  CasGpu        *gpu;
  CasStageC     *stage_c;
  CasControlNet *nets[2]; /* into ResBlocks 0 … 5, and into 0, 1, 3 and 5 */
  float         *pictures[2];
} Fixture;

static const struct
{
  const char *file;
  guint       blocks[N_RES];
  guint       n_blocks;
  guint32     h, w;
} nets[] = {
  { "controlnet_identity_simple", { 0, 1, 2, 3, 4, 5 }, 6, 3, 4 },
  { "controlnet_sr_large", { 0, 1, 3, 5 }, 4, 2, 4 },
};

static CasWeights *
load (const char *name)
{
  g_autofree char *file_name = g_strconcat (name, ".safetensors", NULL);
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "data", "models", file_name, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (CasSafetensors) file = cas_safetensors_open (path, &error);
  CasWeights *ws = file != NULL ? cas_weights_new (file, NULL, &error) : NULL;

  g_assert_no_error (error);
  return ws;
}

static void
set_up (Fixture      *f,
        gconstpointer data)
{
  g_autoptr (CasWeights) ws = load ("stage_c");
  g_autoptr (GError) error = NULL;

  f->gpu = cas_gpu_new (&(CasGpuParams) { .validate = TRUE }, &error);
  g_assert_no_error (error);
  f->stage_c = cas_stage_c_new (ws, NULL, &error);
  g_assert_no_error (error);

  for (guint i = 0; i < G_N_ELEMENTS (nets); i++)
    {
      g_autoptr (CasWeights) net_ws = load (nets[i].file);
      const CasControlNetParams params = { nets[i].blocks, nets[i].n_blocks };

      f->nets[i] = cas_controlnet_new (net_ws, &params, &error);
      g_assert_no_error (error);
      gsize n = (gsize) nets[i].h * nets[i].w * f->nets[i]->c_in;
      f->pictures[i] = g_new (float, n);
      for (gsize j = 0; j < n; j++)
        f->pictures[i][j] = (float) sin ((double) j * (i + 1));
    }
}

static void
tear_down (Fixture      *f,
           gconstpointer data)
{
  g_assert_cmpuint (cas_gpu_get_n_validation_messages (f->gpu), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (nets); i++)
    {
      cas_controlnet_free (f->nets[i]);
      g_free (f->pictures[i]);
    }
  cas_stage_c_free (f->stage_c);
  cas_gpu_free (f->gpu);
}

/* What is added before each ResBlock. */
typedef struct
{
  float values[N_RES][H * W * C];
} Added;

typedef struct
{
  guint           net; /* of nets */
  CasControlRange range;
} Told;

static void
count_run (const char *network,
           CasGraph   *g,
           gpointer    data)
{
  g_assert_cmpstr (network, ==, "ControlNets");
  (*(guint *) data)++;
}

static void
read_added (CasController    *controller,
            CasCompileParams *compile,
            Added            *added)
{
  g_autoptr (CasGraph) g = cas_graph_new ("look");
  const CasTensor *control = cas_controller_load (controller, g);
  g_autoptr (GError) error = NULL;
  gboolean is_set[N_RES];

  for (guint i = 0; i < N_RES; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u", i);

      is_set[i] = cas_tensor_is_set (control[i]);
      if (is_set[i])
        cas_graph_output (g, name, control[i]);
    }
  cas_graph_compile (g, compile, &error);
  g_assert_no_error (error);
  cas_graph_run (g, NULL, &error);
  g_assert_no_error (error);

  for (guint i = 0; i < N_RES; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u", i);

      if (is_set[i])
        cas_graph_read (g, name, added->values[i]);
    }
}

/* added: zeros, one for each time. Returns how often it was made. */
static guint
run (Fixture     *f,
     const Told  *told,
     guint        n_told,
     const float *times,
     guint        n_times,
     Added       *added)
{
  g_autoptr (CasParams) params = cas_params_new (f->gpu);
  CasCompileParams compile = { .gpu = f->gpu, .params = params };
  g_autofree CasControl *controls = g_new0 (CasControl, n_told);
  guint n_runs = 0;
  const CasRun watch = { .on_run = count_run, .data = &n_runs };
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < n_told; i++)
    controls[i] = (CasControl) { f->nets[told[i].net], nets[told[i].net].h, nets[told[i].net].w };
  g_autoptr (CasController) controller = cas_controller_new (&f->stage_c->unet, H, W, controls,
                                                             n_told);
  cas_controller_compile (controller, &compile, &error);
  g_assert_no_error (error);

  for (guint i = 0; i < n_told; i++)
    cas_controller_show (controller, i, f->pictures[told[i].net], &told[i].range);
  for (guint i = 0; i < n_times; i++)
    {
      cas_controller_prepare (times[i], &watch, controller, &error);
      g_assert_no_error (error);
      read_added (controller, &compile, &added[i]);
    }
  return n_runs;
}

/* found is a · x + b · y, but for roundings. */
static void
assert_mix (const Added *found,
            double       a,
            const Added *x,
            double       b,
            const Added *y)
{
  for (guint i = 0; i < N_RES; i++)
    for (guint j = 0; j < H * W * C; j++)
      {
        double wanted = a * x->values[i][j] + b * y->values[i][j];

        if (!(fabs (found->values[i][j] - wanted) <= 1e-5 * MAX (1.0, fabs (wanted))))
          g_error ("number %u for ResBlock %u is %g, wanted %g", j, i, found->values[i][j], wanted);
      }
}

static gboolean
is_zero (const Added *added)
{
  for (guint i = 0; i < N_RES; i++)
    for (guint j = 0; j < H * W * C; j++)
      if (added->values[i][j] != 0.0f)
        return FALSE;

  return TRUE;
}

static const float begin[] = { 1.0f };

static void
test_sum (Fixture      *f,
          gconstpointer data)
{
  const Told first = { 0, CAS_CONTROL_RANGE (1.0f) }, second = { 1, CAS_CONTROL_RANGE (1.0f) };
  const Told both[] = { { 0, CAS_CONTROL_RANGE (1.0f) }, { 1, CAS_CONTROL_RANGE (0.25f) } };
  g_autofree Added *a = g_new0 (Added, 1);
  g_autofree Added *b = g_new0 (Added, 1);
  g_autofree Added *sum = g_new0 (Added, 1);

  run (f, &first, 1, begin, 1, a);
  run (f, &second, 1, begin, 1, b);
  run (f, both, 2, begin, 1, sum);
  g_assert_false (is_zero (a));
  g_assert_false (is_zero (b));
  g_assert_cmpfloat (b->values[2][0], ==, 0.0f); /* it has nothing for that block */
  assert_mix (sum, 1.0, a, 0.25, b);
}

/* The same ControlNet twice, one of them in the middle half of the schedule. */
static void
test_range (Fixture      *f,
            gconstpointer data)
{
  static const float times[] = { 1.0f, 0.8f, 0.75f, 0.5f, 0.25f, 0.05f };
  static const double strengths[] = { 0.5, 0.5, 2.5, 2.5, 0.5, 0.5 };
  const Told whole = { 1, CAS_CONTROL_RANGE (1.0f) };
  const Told both[] = { { 1, CAS_CONTROL_RANGE (0.5f) }, { 1, { 2.0f, 0.25f, 0.75f } } };
  g_autofree Added *a = g_new0 (Added, 1);
  g_autofree Added *found = g_new0 (Added, G_N_ELEMENTS (times));

  run (f, &whole, 1, begin, 1, a);
  guint n_runs = run (f, both, 2, times, G_N_ELEMENTS (times), found);
  for (guint i = 0; i < G_N_ELEMENTS (times); i++)
    assert_mix (&found[i], strengths[i], a, 0.0, a);
  g_assert_cmpuint (n_runs, ==, 3); /* at the start, where the second begins and where it ends */
}

/* Before it begins and after its end nothing is added. */
static void
test_outside (Fixture      *f,
              gconstpointer data)
{
  static const float times[] = { 1.0f, 0.6f, 0.4f };
  const Told told = { 0, { 1.0f, 0.3f, 0.5f } };
  g_autofree Added *found = g_new0 (Added, G_N_ELEMENTS (times));

  run (f, &told, 1, times, G_N_ELEMENTS (times), found);
  g_assert_true (is_zero (&found[0]));
  g_assert_false (is_zero (&found[1]));
  g_assert_true (is_zero (&found[2]));
}

static void
test_misfit (Fixture      *f,
             gconstpointer data)
{
  const CasControlNetParams params = { (const guint[]) { 0, 1, 3, 6 }, 4 };
  g_autoptr (CasWeights) ws = load (nets[1].file);
  g_autoptr (CasControlNet) net = cas_controlnet_new (ws, &params, NULL);
  const CasControl control = { net, nets[1].h, nets[1].w };
  g_autoptr (CasController) controller = cas_controller_new (&f->stage_c->unet, H, W, &control, 1);
  g_autoptr (GError) error = NULL;

  g_assert_false (cas_controller_compile (controller, &(CasCompileParams) { .gpu = f->gpu },
                                          &error));
  g_assert_error (error, CAS_ERROR, CAS_ERROR_BAD_MODEL);
  g_assert_nonnull (strstr (error->message, "is for ResBlock 6 of Stage C, but"));
}

int
main (int    argc,
      char **argv)
{
  static const struct
  {
    const char *path;
    void      (*test) (Fixture      *f,
                       gconstpointer data);
  } tests[] = {
    { "/controller/sum", test_sum },
    { "/controller/range", test_range },
    { "/controller/outside", test_outside },
    { "/controller/misfit", test_misfit },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);

  return g_test_run ();
}
