/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The networks that the bench measures are the published ones, tensor by tensor. */

#include "bench/published.h"

#include "model/clip_text.h"
#include "model/previewer.h"
#include "model/stage_a.h"
#include "model/stage_b.h"
#include "model/stage_c.h"
#include "names.h"

static const struct
{
  CasPublished which;
  const char  *name; /* of the list in data/ */
} networks[] = {
  { CAS_PUBLISHED_STAGE_C_3_6B, "stage_c_3.6b" },
  { CAS_PUBLISHED_STAGE_C_1B, "stage_c_lite_1b" },
  { CAS_PUBLISHED_STAGE_B_1_5B, "stage_b_1.5b" },
  { CAS_PUBLISHED_STAGE_B_700M, "stage_b_lite_700m" },
  { CAS_PUBLISHED_STAGE_A, "stage_a" },
  { CAS_PUBLISHED_CLIP_TEXT, "clip_text_bigg" },
  { CAS_PUBLISHED_PREVIEWER, "previewer" },
};

G_STATIC_ASSERT (G_N_ELEMENTS (networks) == CAS_N_PUBLISHED);

static CasWeights *
generate (CasPublished which,
          gboolean     is_short)
{
  g_autofree char *text = cas_published_dup_list (which, is_short);
  g_autoptr (GError) error = NULL;
  CasWeights *ws = cas_weights_new_from_list (text, "published", &error);

  g_assert_no_error (error);
  return ws;
}

static char *
dup_line (const CasWeight *weight)
{
  g_autofree char *shape = cas_weight_dup_shape (weight);

  return g_strconcat (weight->name, " ", shape, NULL);
}

static void
test_whole (void)
{
  for (guint n = 0; n < G_N_ELEMENTS (networks); n++)
    {
      g_autoptr (CasWeights) found = generate (networks[n].which, FALSE);
      g_autoptr (CasWeights) wanted = test_names_load (networks[n].name);
      const guint n_both = MIN (cas_weights_get_n (found), cas_weights_get_n (wanted));

      g_test_message ("%s", networks[n].name);
      for (guint i = 0; i < n_both; i++)
        {
          g_autofree char *line = dup_line (cas_weights_get_nth (found, i));
          g_autofree char *wanted_line = dup_line (cas_weights_get_nth (wanted, i));

          g_assert_cmpstr (line, ==, wanted_line);
        }
      g_assert_cmpuint (cas_weights_get_n (found), ==, cas_weights_get_n (wanted));
      g_assert_cmpuint (cas_weights_get_n_elements (found), ==,
                        cas_weights_get_n_elements (wanted));
    }
}

/* Loads what a list says; FALSE with the error. */
static gboolean
load (CasPublished which,
      CasWeights  *ws,
      GError     **error)
{
  g_autoptr (CasStageC) c = NULL;
  g_autoptr (CasStageB) b = NULL;
  g_autoptr (CasStageA) a = NULL;
  g_autoptr (CasClipText) text = NULL;
  g_autoptr (CasPreviewer) previewer = NULL;

  switch (which)
    {
    case CAS_PUBLISHED_STAGE_C_3_6B:
    case CAS_PUBLISHED_STAGE_C_1B:
      return (c = cas_stage_c_new (ws, NULL, error)) != NULL;
    case CAS_PUBLISHED_STAGE_B_1_5B:
    case CAS_PUBLISHED_STAGE_B_700M:
      return (b = cas_stage_b_new (ws, error)) != NULL;
    case CAS_PUBLISHED_STAGE_A:
      return (a = cas_stage_a_new (ws, CAS_STAGE_A_SCALE, error)) != NULL;
    case CAS_PUBLISHED_CLIP_TEXT:
      return (text = cas_clip_text_new (ws, NULL, error)) != NULL;
    default:
      return (previewer = cas_previewer_new (ws, error)) != NULL;
    }
}

/* The short ones are networks too, and each is a part of the whole one. */
static void
test_short (void)
{
  for (guint n = 0; n < G_N_ELEMENTS (networks); n++)
    {
      g_autoptr (CasWeights) part = generate (networks[n].which, TRUE);
      g_autoptr (CasWeights) whole = generate (networks[n].which, FALSE);
      g_autoptr (GError) error = NULL;

      g_test_message ("%s: %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT " numbers",
                      networks[n].name, cas_weights_get_n_elements (part),
                      cas_weights_get_n_elements (whole));
      load (networks[n].which, part, &error);
      g_assert_no_error (error);
      if (networks[n].which != CAS_PUBLISHED_PREVIEWER) /* which has nothing to leave out */
        g_assert_cmpuint (cas_weights_get_n_elements (part), <,
                          cas_weights_get_n_elements (whole) / 2);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/published/whole", test_whole);
  g_test_add_func ("/published/short", test_short);

  return g_test_run ();
}
