/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The rules of comparison: what passes, what fails, and what is not looked at. */

#include "golden/compare.h"

#include <math.h>

/* Two numbers; whole ones are given as real ones too. */
static const struct
{
  const char      *what;
  const char      *output;
  gboolean         is_integer;
  GoldenPrecision  precision;
  double           tolerance;
  double           amplification;
  double           wanted[2], found[2];
  gboolean         passes;
} rules[] = {
  { "equal", "y", FALSE, GOLDEN_F32, 0, 1, { 1, 2 }, { 1, 2 }, TRUE },
  { "tolerance 0", "y", FALSE, GOLDEN_F32, 0, 1, { 1, 2 }, { 1, 2.000001 }, FALSE },
  { "within", "y", FALSE, GOLDEN_F32, 0.011, 1, { 3, 4 }, { 3, 4.05 }, TRUE },
  { "outside", "y", FALSE, GOLDEN_F32, 0.009, 1, { 3, 4 }, { 3, 4.05 }, FALSE },
  { "zero wanted, within", "y", FALSE, GOLDEN_F32, 0.01, 1, { 0, 0 }, { 0.005, 0 }, TRUE },
  { "zero wanted, outside", "y", FALSE, GOLDEN_F32, 0.01, 1, { 0, 0 }, { 0.02, 0 }, FALSE },
  { "not a number", "y", FALSE, GOLDEN_F32, 1, 1, { 1, 2 }, { 1, NAN }, FALSE },
  { "infinite", "y", FALSE, GOLDEN_BF16, 1, 1, { 1, 2 }, { 1, INFINITY }, FALSE },
  { "f16, within", "y", FALSE, GOLDEN_F16, 0, 1, { 0, 1 }, { 0, 1.0039 }, TRUE },
  { "f16, outside", "y", FALSE, GOLDEN_F16, 0, 1, { 0, 1 }, { 0, 1.004 }, FALSE },
  { "f16, amplified", "y", FALSE, GOLDEN_F16, 0, 9, { 0, 1 }, { 0, 1.0195 }, TRUE },
  { "f16, capped", "y", FALSE, GOLDEN_F16, 0.01, 1000, { 0, 1 }, { 0, 1.161 }, FALSE },
  { "bf16, within", "y", FALSE, GOLDEN_BF16, 0, 1, { 0, 1 }, { 0, 1.031 }, TRUE },
  { "bf16, capped", "y", FALSE, GOLDEN_BF16, 0, 1000, { 0, 1 }, { 0, 1.301 }, FALSE },
  { "whole, equal", "ids", TRUE, GOLDEN_F32, 1, 1, { 7, 9 }, { 7, 9 }, TRUE },
  { "whole, other", "ids", TRUE, GOLDEN_F32, 1, 1, { 7, 9 }, { 7, 8 }, FALSE },
  { "whole, other, half", "ids", TRUE, GOLDEN_F16, 1, 1, { 7, 9 }, { 7, 8 }, FALSE },
  { "picture, within", "image_u8", TRUE, GOLDEN_F32, 0, 1, { 0, 255 }, { 0, 255 }, TRUE },
  { "picture, outside", "image_u8", TRUE, GOLDEN_F32, 1, 1, { 0, 255 }, { 1, 255 }, FALSE },
  { "picture, half", "image_u8", TRUE, GOLDEN_F16, 0, 1, { 0, 255 }, { 99, 0 }, TRUE },
  { "indices, half", "indices", TRUE, GOLDEN_BF16, 0, 1, { 1, 2 }, { 3, 4 }, TRUE },
};

static GHashTable *
table_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                (GDestroyNotify) golden_tensor_free);
}

static GoldenCase *
case_new (double tolerance,
          double amplification)
{
  GoldenCase *c = g_new0 (GoldenCase, 1);

  c->tolerance = tolerance;
  c->amplification = amplification;
  c->expected = table_new ();
  c->outputs = table_new ();
  return c;
}

/* n times the two values, one after another. */
static void
add (GHashTable   *tensors,
     const char   *name,
     gboolean      is_integer,
     const double  values[2],
     guint64       n)
{
  GoldenTensor *tensor = golden_tensor_new (is_integer ? CAS_I64 : CAS_F32, 1, &n, NULL);

  for (gsize i = 0; i < n; i++)
    if (is_integer)
      tensor->i64[i] = (gint64) values[i % 2];
    else
      tensor->f32[i] = (float) values[i % 2];
  g_hash_table_insert (tensors, g_strdup (name), tensor);
}

static void
test_rules (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    {
      g_autoptr (GoldenCase) c = case_new (rules[i].tolerance, rules[i].amplification);
      g_autoptr (GError) error = NULL;
      GoldenMatch worst;

      add (c->expected, rules[i].output, rules[i].is_integer, rules[i].wanted, 2);
      add (c->outputs, rules[i].output, rules[i].is_integer, rules[i].found, 2);
      if (golden_compare (c, rules[i].precision, &worst, &error) != rules[i].passes)
        {
          g_test_message ("%s: %s", rules[i].what, error ? error->message : "passes");
          g_test_fail ();
        }
    }
}

/* Of 400 indices, 2 may differ. */
static void
test_indices (void)
{
  static const double zero[2] = { 0, 0 };

  for (guint n_different = 2; n_different <= 3; n_different++)
    {
      g_autoptr (GoldenCase) c = case_new (0, 1);
      GoldenMatch worst;

      add (c->expected, "indices", TRUE, zero, 400);
      add (c->outputs, "indices", TRUE, zero, 400);
      GoldenTensor *found = g_hash_table_lookup (c->outputs, "indices");
      for (guint i = 0; i < n_different; i++)
        found->i64[i] = 5;
      g_assert_cmpint (golden_compare (c, GOLDEN_F32, &worst, NULL), ==, n_different == 2);
    }
}

/* The mean over a picture counts, not the worst place: one level in a quarter of it. */
static void
test_picture (void)
{
  static const double zero[2] = { 0, 0 };

  for (guint n_different = 2; n_different <= 3; n_different++)
    {
      g_autoptr (GoldenCase) c = case_new (0, 1);
      GoldenMatch worst;

      add (c->expected, "image_u8", TRUE, zero, 8);
      add (c->outputs, "image_u8", TRUE, zero, 8);
      GoldenTensor *found = g_hash_table_lookup (c->outputs, "image_u8");
      for (guint i = 0; i < n_different; i++)
        found->i64[i] = 1;
      g_assert_cmpint (golden_compare (c, GOLDEN_F32, &worst, NULL), ==, n_different == 2);
    }
}

static void
test_form (void)
{
  static const double values[2] = { 1, 2 };
  g_autoptr (GoldenCase) c = case_new (1, 1);
  GoldenMatch worst;

  add (c->expected, "y", FALSE, values, 2);

  g_autoptr (GError) missing = NULL;
  g_assert_false (golden_compare (c, GOLDEN_F32, &worst, &missing));
  g_assert_cmpstr (missing->message, ==, "y: no such output was made");

  g_autoptr (GError) shape = NULL;
  add (c->outputs, "y", FALSE, values, 4);
  g_assert_false (golden_compare (c, GOLDEN_F32, &worst, &shape));
  g_assert_cmpstr (shape->message, ==, "y: shape [4], wanted [2]");

  g_autoptr (GError) kind = NULL;
  add (c->outputs, "y", TRUE, values, 2);
  g_assert_false (golden_compare (c, GOLDEN_F32, &worst, &kind));
  g_assert_cmpstr (kind->message, ==, "y: whole numbers, wanted real");
}

/* Of two outputs, the one that is nearer to its own tolerance is told. */
static void
test_worst (void)
{
  static const double one[2] = { 1, 1 }, near[2] = { 1.001, 1.001 }, far[2] = { 1.01, 1.01 };
  g_autoptr (GoldenCase) c = case_new (0.1, 1);
  g_autoptr (JsonObject) tolerances = json_object_new ();
  GoldenMatch worst;

  json_object_set_double_member (tolerances, "near", 0.0011);
  c->tolerances = tolerances;
  add (c->expected, "far", FALSE, one, 2);
  add (c->outputs, "far", FALSE, far, 2);
  add (c->expected, "near", FALSE, one, 2);
  add (c->outputs, "near", FALSE, near, 2);

  g_assert_true (golden_compare (c, GOLDEN_F32, &worst, NULL));
  g_assert_cmpfloat (worst.tolerance, ==, 0.0011);
  g_assert_cmpfloat_with_epsilon (worst.error, 0.001, 1e-6);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/golden/compare/rules", test_rules);
  g_test_add_func ("/golden/compare/indices", test_indices);
  g_test_add_func ("/golden/compare/picture", test_picture);
  g_test_add_func ("/golden/compare/form", test_form);
  g_test_add_func ("/golden/compare/worst", test_worst);
  return g_test_run ();
}
