/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The coefficients of one sampler step, applied to single numbers, against the reference. */

#include "sample/step.h"

#include <math.h>

static const struct
{
  CasSampler sampler;
  double     eta;
} kinds[] = {
  { CAS_SAMPLER_DDPM, 0 },
  { CAS_SAMPLER_DDIM, 0 },
  { CAS_SAMPLER_DDIM, 0.5 },
  { CAS_SAMPLER_LCM, 0 },
};

static const struct
{
  float t, t_next, shift;
  float x, x0, eps, noise;
  float predicted_x0;      /* from x and eps; the x0 above is another, so that errors show */
  float next[G_N_ELEMENTS (kinds)];
} steps[] = {
  { 0.05f, 0.0f, 2.0f,
    1.05215049f, -0.376066744f, -0.0185027011f, -0.0765604451f,
    1.07229233f,
    { -0.377554238f, -0.376361549f, -0.377073377f, -0.377522558f } },
  { 0.1f, 0.0f, 1.0f,
    1.05215049f, -0.376066744f, -0.0185027011f, -0.0765604451f,
    1.07028151f,
    { -0.376823187f, -0.376232982f, -0.376590431f, -0.37681362f } },
  { 0.5f, 0.4f, 2.0f,
    1.05215049f, -0.376066744f, -0.0185027011f, -0.0765604451f,
    2.41349125f,
    { -0.265519142f, -0.226277515f, -0.24704951f, -0.274340034f } },
  { 1.0f, 0.95f, 2.0f,
    1.05215049f, -0.376066744f, -0.0185027011f, -0.0765604451f,
    107.065224f,
    { -0.0933562592f, -0.0331592038f, -0.0678311884f, -0.0911727548f } },
  { 1.0f, 0.9f, 1.0f,
    1.05215049f, -0.376066744f, -0.0185027011f, -0.0765604451f,
    107.065224f,
    { -0.135013863f, -0.0766496882f, -0.111951143f, -0.134003818f } },
};

static void
check_near (const char *what,
            guint       i,
            double      found,
            double      wanted)
{
  if (fabs (found - wanted) <= 5e-5 * MAX (1, fabs (wanted)))
    return;
  g_test_message ("%s of step %u: %.9g, wanted %.9g", what, i, found, wanted);
  g_test_fail ();
}

static void
test_steps (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      CasNoiseLevel level = cas_noise_level (steps[i].t, steps[i].shift);
      CasNoiseLevel next = cas_noise_level (steps[i].t_next, steps[i].shift);

      for (guint k = 0; k < G_N_ELEMENTS (kinds); k++)
        {
          CasStep step = cas_step_make (kinds[k].sampler, kinds[k].eta, &level, &next);

          check_near ("x0", i, (steps[i].x - step.b * steps[i].eps) / step.a,
                      steps[i].predicted_x0);
          check_near (cas_sampler_name (kinds[k].sampler), i,
                      step.next_x0 * steps[i].x0 + step.next_eps * steps[i].eps
                        + step.next_noise * steps[i].noise,
                      steps[i].next[k]);
        }
    }
}

static void
test_names (void)
{
  for (guint i = 0; i < CAS_N_SAMPLERS; i++)
    {
      CasSampler sampler = CAS_N_SAMPLERS;
      g_assert_true (cas_sampler_from_name (cas_sampler_name (i), &sampler));
      g_assert_cmpint (sampler, ==, i);
    }

  CasSampler untouched = CAS_SAMPLER_LCM;
  g_assert_false (cas_sampler_from_name ("DDPM", &untouched));
  g_assert_false (cas_sampler_from_name ("", &untouched));
  g_assert_cmpint (untouched, ==, CAS_SAMPLER_LCM);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/step/coefficients", test_steps);
  g_test_add_func ("/step/names", test_names);
  return g_test_run ();
}
