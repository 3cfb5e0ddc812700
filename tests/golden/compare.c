/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The rules of comparison: relative L2 for real numbers, equality for whole numbers, and the
 * exceptions for pictures of 8 bits and for indices of a codebook. */

#include "golden/compare.h"

#include <math.h>

#define MAX_LEVEL_DIFFERENCE 0.25  /* mean of image_u8, in levels of 255 */
#define MAX_INDEX_MISMATCH   0.005 /* share of indices that may differ */

static double
tolerance_of (GoldenCase      *c,
              const char      *name,
              GoldenPrecision  precision)
{
  double tolerance = c->tolerance;

  if (c->tolerances && json_object_has_member (c->tolerances, name))
    tolerance = json_object_get_double_member_with_default (c->tolerances, name, tolerance);

  double gain = 4 * (1 + c->amplification);
  switch (precision)
    {
    case GOLDEN_F16:
      return tolerance + MIN (0.15, gain * 0x1p-11);
    case GOLDEN_BF16:
      return tolerance + MIN (0.3, gain * 0x1p-8);
    case GOLDEN_F32:
    default:
      return tolerance;
    }
}

/* ‖found − wanted‖ / ‖wanted‖; without the division where wanted is zero. NaN if found has one. */
static double
relative_l2 (const float *found,
             const float *wanted,
             gsize        n)
{
  double difference = 0, norm = 0;

  for (gsize i = 0; i < n; i++)
    {
      double d = (double) found[i] - wanted[i];

      norm += (double) wanted[i] * wanted[i];
      difference += d * d;
    }
  return norm > 0 ? sqrt (difference / norm) : sqrt (difference);
}

static double
mean_difference (const GoldenTensor *found,
                 const GoldenTensor *wanted)
{
  double sum = 0;

  for (gsize i = 0; i < wanted->n_elements; i++)
    sum += fabs ((double) found->i64[i] - (double) wanted->i64[i]);
  return sum / (double) MAX (wanted->n_elements, 1);
}

/* The share of elements that differ. */
static double
mismatch (const GoldenTensor *found,
          const GoldenTensor *wanted)
{
  gsize n_different = 0;

  for (gsize i = 0; i < wanted->n_elements; i++)
    n_different += found->i64[i] != wanted->i64[i];
  return (double) n_different / (double) MAX (wanted->n_elements, 1);
}

static GoldenMatch
compare_integers (const char         *name,
                  const GoldenTensor *found,
                  const GoldenTensor *wanted)
{
  if (g_str_equal (name, "image_u8"))
    return (GoldenMatch) { mean_difference (found, wanted), MAX_LEVEL_DIFFERENCE };
  return (GoldenMatch) {
    .error = mismatch (found, wanted),
    .tolerance = g_str_equal (name, "indices") ? MAX_INDEX_MISMATCH : 0,
  };
}

static gboolean
check_form (const char         *name,
            const GoldenTensor *found,
            const GoldenTensor *wanted,
            GError            **error)
{
  if (!found)
    {
      golden_fail (error, "%s: no such output was made", name);
      return FALSE;
    }

  g_autofree char *found_shape = golden_tensor_dup_shape (found);
  g_autofree char *wanted_shape = golden_tensor_dup_shape (wanted);
  if (!g_str_equal (found_shape, wanted_shape))
    {
      golden_fail (error, "%s: shape %s, wanted %s", name, found_shape, wanted_shape);
      return FALSE;
    }
  if ((found->f32 == NULL) != (wanted->f32 == NULL))
    {
      golden_fail (error, "%s: %s numbers, wanted %s", name,
                   found->f32 ? "real" : "whole", wanted->f32 ? "real" : "whole");
      return FALSE;
    }
  return TRUE;
}

static gboolean
is_skipped (const char      *name,
            GoldenPrecision  precision)
{
  return precision != GOLDEN_F32
         && (g_str_equal (name, "image_u8") || g_str_equal (name, "indices"));
}

static gboolean
compare_one (GoldenCase      *c,
             const char      *name,
             GoldenPrecision  precision,
             GoldenMatch     *match,
             GError         **error)
{
  const GoldenTensor *found = g_hash_table_lookup (c->outputs, name);
  const GoldenTensor *wanted = g_hash_table_lookup (c->expected, name);

  if (!check_form (name, found, wanted, error))
    return FALSE;

  if (wanted->i64)
    *match = compare_integers (name, found, wanted);
  else
    *match = (GoldenMatch) {
      .error = relative_l2 (found->f32, wanted->f32, wanted->n_elements),
      .tolerance = tolerance_of (c, name, precision),
    };

  /* written so that NaN fails */
  if (!(match->error <= match->tolerance))
    {
      golden_fail (error, "%s: error %.3g, tolerance %.3g", name, match->error, match->tolerance);
      return FALSE;
    }
  return TRUE;
}

static gboolean
is_worse (GoldenMatch match,
          GoldenMatch worst)
{
  return match.error * worst.tolerance > worst.error * match.tolerance
         || (worst.tolerance == 0 && worst.error == 0);
}

gboolean
golden_compare (GoldenCase      *c,
                GoldenPrecision  precision,
                GoldenMatch     *worst,
                GError         **error)
{
  g_autoptr (GList) names = g_list_sort (g_hash_table_get_keys (c->expected),
                                         (GCompareFunc) g_strcmp0);

  *worst = (GoldenMatch) { 0 };
  for (GList *l = names; l; l = l->next)
    {
      GoldenMatch match;

      if (is_skipped (l->data, precision))
        continue;
      if (!compare_one (c, l->data, precision, &match, error))
        return FALSE;
      if (is_worse (match, *worst))
        *worst = match;
    }
  return TRUE;
}
