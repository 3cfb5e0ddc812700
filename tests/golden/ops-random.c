/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The generator: draws of f32, draws one after another, and the half-type draws of other
 * packagings, which the product does not make. */

#include "golden/op-table.h"

#include "base/half.h"
#include "sample/random.h"

#define BLOCK_SIZE 16

/* One draw per element of "draws", each from a new generator. */
static gboolean
draw_each (GoldenCase *c,
           GError    **error)
{
  JsonArray *draws;

  if (!golden_case_get_array (c, "draws", &draws, error))
    return FALSE;
  for (guint i = 0; i < json_array_get_length (draws); i++)
    {
      JsonObject *draw = json_array_get_object_element (draws, i);
      guint64 n = (guint64) json_object_get_int_member (draw, "n");
      g_autofree char *name = g_strdup_printf ("randn.%u", i);
      GoldenTensor *output = golden_case_add_output (c, name, CAS_F32, 1, &n, error);
      CasRandom random;

      if (!output)
        return FALSE;
      cas_random_init (&random, (guint64) json_object_get_int_member (draw, "seed"));
      cas_random_normal (&random, output->f32, output->n_elements);
    }
  return TRUE;
}

/* The calls of "mixed", all from one generator. */
static gboolean
draw_mixed (GoldenCase *c,
            GError    **error)
{
  if (!json_object_has_member (c->params, "mixed"))
    return TRUE;

  JsonObject *mixed = json_object_get_object_member (c->params, "mixed");
  JsonArray *calls = json_object_get_array_member (mixed, "calls");
  CasRandom random;

  cas_random_init (&random, (guint64) json_object_get_int_member (mixed, "seed"));
  for (guint i = 0; i < json_array_get_length (calls); i++)
    {
      JsonArray *call = json_array_get_array_element (calls, i);
      guint64 n = (guint64) json_array_get_int_element (call, 1);
      g_autofree char *name = g_strdup_printf ("mixed.%u", i);
      GoldenTensor *output = golden_case_add_output (c, name, CAS_F32, 1, &n, error);

      if (!output)
        return FALSE;
      if (g_str_equal (json_array_get_string_element (call, 0), "rand"))
        cas_random_uniform (&random, output->f32, output->n_elements);
      else
        cas_random_normal (&random, output->f32, output->n_elements);
    }
  return TRUE;
}

/* A run's first two draws. */
static gboolean
draw_latents (GoldenCase *c,
              GError    **error)
{
  static const char *const names[] = { "latent_c", "step_noise" };
  double seed;
  CasRandom random;

  if (!golden_case_get_number (c, "latent_seed", &seed, error))
    return FALSE;
  cas_random_init (&random, (guint64) seed);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      const GoldenTensor *wanted = golden_case_get_expected (c, names[i], error);
      if (!wanted)
        return FALSE;
      GoldenTensor *output = golden_case_add_output_as (c, names[i], wanted, error);
      if (!output)
        return FALSE;
      cas_random_normal (&random, output->f32, output->n_elements);
    }
  return TRUE;
}

/* bf16 draws of 16 and more numbers: block by block, so that the block that replaces the tail is
 * drawn right after the whole ones. */
static gboolean
draw_bf16 (GoldenCase *c,
           GError    **error)
{
  GHashTableIter iter;
  gpointer name, wanted;
  double seed;

  if (!golden_case_get_number (c, "bf16_seed", &seed, error))
    return FALSE;
  g_hash_table_iter_init (&iter, c->expected);
  while (g_hash_table_iter_next (&iter, &name, &wanted))
    {
      if (!g_str_has_prefix (name, "bf16_"))
        continue;

      GoldenTensor *output = golden_case_add_output_as (c, name, wanted, error);
      CasRandom random;

      if (!output)
        return FALSE;
      gsize n = output->n_elements;
      if (n < BLOCK_SIZE)
        {
          golden_fail (error, "%s: bf16 draws of fewer than 16 are not built", (char *) name);
          return FALSE;
        }
      cas_random_init (&random, (guint64) seed);
      for (gsize i = 0; i + BLOCK_SIZE <= n; i += BLOCK_SIZE)
        cas_random_normal (&random, output->f32 + i, BLOCK_SIZE);
      if (n % BLOCK_SIZE != 0)
        cas_random_normal (&random, output->f32 + n - BLOCK_SIZE, BLOCK_SIZE);
      for (gsize i = 0; i < n; i++)
        output->f32[i] = cas_bf16_to_f32 (cas_f32_to_bf16 (output->f32[i]));
    }
  return TRUE;
}

gboolean
golden_torch_rng (GoldenCase *c,
                  GError    **error)
{
  return draw_each (c, error)
         && draw_mixed (c, error)
         && draw_latents (c, error)
         && draw_bf16 (c, error);
}
