/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The noise schedule, its table of levels and the guidance scale against the reference, which
 * counts in single precision: hence the tolerances. */

#include "sample/schedule.h"

#include <math.h>

static const struct
{
  float  t;
  double shift;
  float  log_snr, a, b, r;
} levels[] = {
  { 1.0f, 0.5, -7.823946f, 0.0199970007f, 0.999800026f, 0.987167776f },
  { 0.949999988f, 0.5, -3.71373224f, 0.154291287f, 0.988025427f, 0.900599957f },
  { 0.5f, 0.5, 1.36166775f, 0.892205477f, 0.451629668f, 0.292799354f },
  { 0.25f, 0.5, 3.09765148f, 0.978159368f, 0.207856312f, 0.12659809f },
  { 0.0500000007f, 0.5, 6.20749807f, 0.99899441f, 0.0448355451f, 0.0218717158f },
  { 0.0f, 0.5, 9.21007442f, 0.999949992f, 0.0100008296f, 0.00225678831f },
  { 0.999000013f, 0.5, -7.823946f, 0.0199970007f, 0.999800026f, 0.987167776f },
  { 0.000300000014f, 0.5, 9.21007442f, 0.999949992f, 0.0100008296f, 0.00225678831f },
  { 1.0f, 1.0, -9.21024036f, 0.00999999978f, 0.999949992f, 0.993583202f },
  { 0.949999988f, 1.0, -5.10002661f, 0.0778436959f, 0.996965587f, 0.949999988f },
  { 0.5f, 1.0, -0.0246266089f, 0.702740073f, 0.711446643f, 0.5f },
  { 0.25f, 1.0, 1.71135712f, 0.920332611f, 0.391136587f, 0.250000089f },
  { 0.0500000007f, 1.0, 4.82120371f, 0.995995581f, 0.0894021466f, 0.050000079f },
  { 0.0f, 1.0, 9.21007442f, 0.999949992f, 0.0100008296f, 0.00225678831f },
  { 0.999000013f, 1.0, -9.21024036f, 0.00999999978f, 0.999949992f, 0.993583202f },
  { 0.000300000014f, 1.0, 9.21007442f, 0.999949992f, 0.0100008296f, 0.00225678831f },
  { 1.0f, 2.0, -9.21024036f, 0.00999999978f, 0.999949992f, 0.993583202f },
  { 0.949999988f, 2.0, -6.48632097f, 0.0390105955f, 0.999238789f, 0.974961936f },
  { 0.5f, 2.0, -1.41092098f, 0.442819178f, 0.896610916f, 0.705644965f },
  { 0.25f, 2.0, 0.325062752f, 0.761943281f, 0.647643745f, 0.444137543f },
  { 0.0500000007f, 2.0, 3.43490934f, 0.984265149f, 0.176697776f, 0.106265336f },
  { 0.0f, 2.0, 7.82378006f, 0.999800026f, 0.0199971888f, 0.00712349266f },
  { 0.999000013f, 2.0, -9.21024036f, 0.00999999978f, 0.999949992f, 0.993583202f },
  { 0.000300000014f, 2.0, 7.82378006f, 0.999800026f, 0.0199971888f, 0.00712349266f },
  { 1.0f, 4.0, -9.21024036f, 0.00999999978f, 0.999949992f, 0.993583202f },
  { 0.949999988f, 4.0, -7.87261534f, 0.0195164382f, 0.999809563f, 0.98747617f },
  { 0.5f, 4.0, -2.79721522f, 0.23973912f, 0.970837355f, 0.844655454f },
  { 0.25f, 4.0, -1.06123161f, 0.507024825f, 0.861931503f, 0.658811748f },
  { 0.0500000007f, 4.0, 2.04861498f, 0.941173553f, 0.337923616f, 0.213343516f },
  { 0.0f, 4.0, 6.43748569f, 0.999200761f, 0.0399727635f, 0.0188759156f },
  { 0.999000013f, 4.0, -9.21024036f, 0.00999999978f, 0.999949992f, 0.993583202f },
  { 0.000300000014f, 4.0, 6.43748569f, 0.999200761f, 0.0399727635f, 0.0188759156f },
};

static const struct
{
  float t_start;
  float shift;
  guint n_steps;
  float log_snr[6], r[6];
} tables[] = {
  { 1.0f, 2.0f, 5,
    {
      -9.21024036f, -3.65150404f, -2.04598284f, -0.778321862f, 0.796633959f, 7.82378006f,
    },
    {
      0.993583202f, 0.897510946f, 0.778544486f, 0.617861092f, 0.371523052f, 0.00712349266f,
    } },
  { 1.0f, 1.0f, 4,
    {
      -9.21024036f, -1.78025186f, -0.0246266089f, 1.71135712f, 9.21007442f,
    },
    {
      0.993583202f, 0.75000006f, 0.5f, 0.250000089f, 0.00225678831f,
    } },
  { 0.6f, 2.0f, 3,
    {
      -2.04598284f, -0.778321862f, 0.796633959f, 7.82378006f,
    },
    {
      0.778544486f, 0.617861092f, 0.371523052f, 0.00712349266f,
    } },
};

static void
check_near (const char *what,
            double      t,
            double      shift,
            double      found,
            double      wanted,
            double      tolerance)
{
  if (fabs (found - wanted) <= tolerance * MAX (1, fabs (wanted)))
    return;
  g_test_message ("%s at t %g, shift %g: %.9g, wanted %.9g", what, t, shift, found, wanted);
  g_test_fail ();
}

static void
test_levels (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (levels); i++)
    {
      float t = levels[i].t;
      double shift = levels[i].shift;
      CasNoiseLevel level = cas_noise_level (t, shift);

      check_near ("log-SNR", t, shift, level.log_snr, levels[i].log_snr, 2e-5);
      check_near ("a", t, shift, level.a, levels[i].a, 2e-6);
      check_near ("b", t, shift, level.b, levels[i].b, 2e-6);
      check_near ("r", t, shift, level.r, levels[i].r, 5e-6);
    }
}

static void
test_tables (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    {
      CasNoiseLevel found[6];

      cas_noise_levels (tables[i].t_start, tables[i].shift, tables[i].n_steps, found);
      for (guint j = 0; j <= tables[i].n_steps; j++)
        {
          check_near ("log-SNR", found[j].t, tables[i].shift,
                      found[j].log_snr, tables[i].log_snr[j], 2e-5);
          check_near ("r", found[j].t, tables[i].shift, found[j].r, tables[i].r[j], 5e-6);
        }
      g_assert_cmpfloat (found[0].t, ==, tables[i].t_start);
      g_assert_cmpfloat (found[tables[i].n_steps].t, ==, 0);
    }
}

static void
test_guidance (void)
{
  static const CasGuidance window = { 6.0f, 2.0f, 0.3f, 0.9f };
  static const struct { float t, scale; } wanted[] = {
    { 1.0f, 1.0f }, { 0.9f, 5.6f }, { 0.75f, 5.0f },
    { 0.5f, 4.0f }, { 0.3f, 3.2f }, { 0.25f, 1.0f },
  };
  CasGuidance constant = CAS_GUIDANCE (4);

  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++)
    {
      float t = wanted[i].t;
      g_assert_cmpfloat_with_epsilon (cas_guidance_scale (&window, t), wanted[i].scale, 1e-6);
      g_assert_cmpfloat_with_epsilon (cas_guidance_scale (&constant, t), 4.0f, 1e-6);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/schedule/levels", test_levels);
  g_test_add_func ("/schedule/tables", test_tables);
  g_test_add_func ("/schedule/guidance", test_guidance);
  return g_test_run ();
}
