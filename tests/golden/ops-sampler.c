/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The sampler's work on the device: guidance and single steps. */

#include "golden/device.h"
#include "golden/op-table.h"

#include "sample/guidance.h"
#include "sample/step.h"

gboolean
golden_cfg (GoldenCase *c,
            GError    **error)
{
  double scale, rescale;
  g_autoptr (GoldenRun) run = golden_run_new (c, NULL, error);

  if (!run
      || !golden_case_get_number (c, "cfg", &scale, error)
      || !golden_case_get_number (c, "rho", &rescale, error))
    return FALSE;

  CasGraph *g = golden_run_get_graph (run);
  const float values[] = { (float) scale, (float) rescale };
  CasTensor scalars = golden_run_values (run, "scalars", CAS_F32, CAS_SHAPE (1, 1, 1, 2), values);
  CasTensor both = cas_op_concat_batch (g, golden_run_input (run, "pred_cond", GOLDEN_NCHW),
                                        golden_run_input (run, "pred_uncond", GOLDEN_NCHW));
  golden_run_output (run, "pred", cas_op_guidance (g, both, scalars, TRUE), GOLDEN_NCHW);
  return golden_run_finish (run, error);
}

/* The step takes x and makes x0 of it; the case's next x comes of an x0 of its own, so it is put
 * in as x at a level without noise: a = 1, b = 0. */
static CasTensor
step_from_x0 (GoldenRun  *run,
              CasTensor   x0,
              CasTensor   epsilon,
              CasTensor   noise,
              const char *name,
              CasStep     step)
{
  const float values[8] = { 1, 0, step.next_x0, step.next_eps, step.next_noise };
  g_autofree char *input = g_strconcat ("coefficients.", name, NULL);
  CasTensor coefficients = golden_run_values (run, input, CAS_F32, CAS_SHAPE (1, 1, 1, 8), values);
  CasTensor same, next;

  cas_op_sampler_step (golden_run_get_graph (run), x0, epsilon, noise, coefficients, &same, &next);
  return next;
}

static void
add_undiffused (GoldenRun *run,
                CasTensor  x,
                CasTensor  epsilon,
                CasStep    step)
{
  const float values[8] = { step.a, step.b };
  CasTensor coefficients = golden_run_values (run, "coefficients", CAS_F32,
                                              CAS_SHAPE (1, 1, 1, 8), values);
  CasTensor x0, next;

  cas_op_sampler_step (golden_run_get_graph (run), x, epsilon, epsilon, coefficients, &x0, &next);
  golden_run_output (run, "undiffuse_x0", x0, GOLDEN_NCHW);
  golden_run_output (run, "undiffuse_eps", epsilon, GOLDEN_NCHW);
}

gboolean
golden_sampler_step (GoldenCase *c,
                     GError    **error)
{
  static const struct
  {
    const char *name;
    CasSampler  sampler;
    double      eta;
  } kinds[] = {
    { "ddpm", CAS_SAMPLER_DDPM, 0 },
    { "ddim", CAS_SAMPLER_DDIM, 0 },
    { "ddim_eta0.5", CAS_SAMPLER_DDIM, 0.5 },
    { "lcm", CAS_SAMPLER_LCM, 0 },
  };
  double t, t_next, shift;
  g_autoptr (GoldenRun) run = golden_run_new (c, NULL, error);

  if (!run
      || !golden_case_get_number (c, "r", &t, error)
      || !golden_case_get_number (c, "r_next", &t_next, error)
      || !golden_case_get_number (c, "shift", &shift, error))
    return FALSE;

  const CasNoiseLevel level = cas_noise_level ((float) t, shift);
  const CasNoiseLevel next = cas_noise_level ((float) t_next, shift);
  CasTensor x = golden_run_input (run, "x", GOLDEN_NCHW);
  CasTensor x0 = golden_run_input (run, "x0", GOLDEN_NCHW);
  CasTensor epsilon = golden_run_input (run, "epsilon", GOLDEN_NCHW);
  CasTensor noise = golden_run_input (run, "noise", GOLDEN_NCHW);

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      CasStep step = cas_step_make (kinds[i].sampler, kinds[i].eta, &level, &next);
      golden_run_output (run, kinds[i].name,
                         step_from_x0 (run, x0, epsilon, noise, kinds[i].name, step), GOLDEN_NCHW);
    }
  add_undiffused (run, x, epsilon, cas_step_make (CAS_SAMPLER_DDPM, 0, &level, &next));
  return golden_run_finish (run, error);
}

/* What is known of the levels: one number a picture. */
static gboolean
add_levels (GoldenCase          *c,
            const CasNoiseLevel *levels,
            guint64              n,
            GError             **error)
{
  static const char *const names[] = { "logSNR", "noise_cond", "loss_weight" };

  for (guint k = 0; k < G_N_ELEMENTS (names); k++)
    {
      GoldenTensor *output = golden_case_add_output (c, names[k], CAS_F32, 1, &n, error);

      if (!output)
        return FALSE;
      for (guint64 i = 0; i < n; i++)
        {
          const double values[] = {
            levels[i].log_snr, levels[i].r, levels[i].b * levels[i].b, /* 1 / (1 + exp (log_snr)) */
          };

          output->f32[i] = (float) values[k];
        }
    }
  return TRUE;
}

/* Every picture at a time of its own: pictures one by one. */
static CasTensor
diffuse (GoldenRun           *run,
         CasTensor            x0,
         CasTensor            epsilon,
         const CasNoiseLevel *levels)
{
  CasGraph *g = golden_run_get_graph (run);
  CasTensor all = CAS_NO_TENSOR;

  for (guint32 i = 0; i < x0.shape.n; i++)
    {
      const CasStep step = cas_step_diffuse (&levels[i]);
      const float values[8] = { step.a, step.b, step.next_x0, step.next_eps, step.next_noise };
      g_autofree char *name = g_strdup_printf ("coefficients.%u", i);
      CasTensor coefficients = golden_run_values (run, name, CAS_F32, CAS_SHAPE (1, 1, 1, 8),
                                                  values);
      CasTensor noise = cas_tensor_batch (g, epsilon, i, 1), same, noised;

      cas_op_sampler_step (g, cas_tensor_batch (g, x0, i, 1), noise, noise, coefficients, &same,
                           &noised);
      all = i == 0 ? noised : cas_op_concat_batch (g, all, noised);
    }
  return all;
}

gboolean
golden_diffuse (GoldenCase *c,
                GError    **error)
{
  const GoldenTensor *t = golden_case_get_input (c, "t", error);
  g_autoptr (GoldenRun) run = t ? golden_run_new (c, NULL, error) : NULL;
  double offset_scale;

  if (!run || !golden_case_get_number (c, "offset_noise", &offset_scale, error))
    return FALSE;

  g_autofree CasNoiseLevel *levels = g_new (CasNoiseLevel, t->n_elements);
  for (gsize i = 0; i < t->n_elements; i++)
    levels[i] = cas_noise_level (t->f32[i], 1);

  CasGraph *g = golden_run_get_graph (run);
  CasTensor x0 = golden_run_input (run, "x0", GOLDEN_NCHW);
  CasTensor epsilon = golden_run_input (run, "epsilon", GOLDEN_NCHW);
  if (offset_scale > 0)
    {
      CasTensor offset = golden_run_input (run, "offset", GOLDEN_NCHW);

      epsilon = cas_op_add (g, epsilon, cas_op_scale (g, offset, (float) offset_scale));
    }
  golden_run_output (run, "epsilon", epsilon, GOLDEN_NCHW);
  golden_run_output (run, "target", epsilon, GOLDEN_NCHW);
  golden_run_output (run, "noised", diffuse (run, x0, epsilon, levels), GOLDEN_NCHW);
  return add_levels (c, levels, t->n_elements, error) && golden_run_finish (run, error);
}
