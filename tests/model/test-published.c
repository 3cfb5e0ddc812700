/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The networks that the bench measures are the published ones, tensor by tensor; and what is left
 * of their operations when those that can share a kernel do. */

#include "bench/published.h"

#include "model/clip_text.h"
#include "model/previewer.h"
#include "model/stage_a.h"
#include "model/stage_b.h"
#include "model/stage_c.h"
#include "names.h"
#include "ops/graph-private.h"

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

/* --- fusing ---------------------------------------------------------------------------------- */

static CasTensor
input (CasGraph   *g,
       const char *name,
       guint32     n,
       guint32     h,
       guint32     w,
       guint32     c)
{
  return cas_graph_input (g, name, CAS_F32, CAS_SHAPE (n, h, w, c));
}

/* Keys and values as they come from the graph of the condition; free with g_free(). */
static CasTensor *
input_keys (CasGraph      *g,
            const CasUNet *unet,
            guint32        n_tokens)
{
  CasTensor *kv = g_new (CasTensor, unet->n_attn);

  for (guint i = 0; i < unet->n_attn; i++)
    kv[i] = input (g, "kv", 2, 1, n_tokens, 2 * cas_unet_attn_width (unet, i));
  return kv;
}

static void
output_condition (CasGraph      *g,
                  const CasUNet *unet,
                  CasTensor      cond)
{
  g_autofree CasTensor *kv = g_new (CasTensor, unet->n_attn);

  cas_unet_condition (g, unet, cond, kv);
  for (guint i = 0; i < unet->n_attn; i++)
    cas_graph_output (g, "kv", kv[i]);
}

static void
build_stage_c (CasGraph   *g,
               CasWeights *ws,
               gboolean    is_condition)
{
  g_autoptr (CasStageC) m = cas_stage_c_new (ws, NULL, NULL);
  g_autofree CasTensor *kv = NULL;

  if (is_condition)
    {
      output_condition (g, &m->unet,
                        cas_stage_c_condition (g, m, input (g, "text", 2, 1, 77, m->c_text),
                                               input (g, "pooled", 2, 1, 1, m->c_pooled),
                                               input (g, "images", 2, 1, 1, m->c_image)));
      return;
    }
  kv = input_keys (g, &m->unet, 85);
  cas_graph_output (g, "y",
                    cas_stage_c_forward (g, m, input (g, "x", 2, 24, 24, m->c_in),
                                         input (g, "t", 1, 1, 1, m->unet.c_modulation), kv, NULL));
}

static void
build_stage_b (CasGraph   *g,
               CasWeights *ws,
               gboolean    is_condition)
{
  g_autoptr (CasStageB) m = cas_stage_b_new (ws, NULL);
  g_autofree CasTensor *kv = NULL;

  if (is_condition)
    {
      output_condition (g, &m->unet,
                        cas_stage_b_condition (g, m, input (g, "pooled", 2, 1, 1, m->c_pooled)));
      cas_graph_output (g, "guide",
                        cas_stage_b_guide (g, m, input (g, "effnet", 2, 24, 24, m->c_effnet),
                                           CAS_NO_TENSOR, 256, 256));
      return;
    }
  kv = input_keys (g, &m->unet, 4);
  cas_graph_output (g, "y",
                    cas_stage_b_forward (g, m, input (g, "x", 2, 256, 256, m->c_in),
                                         input (g, "guide", 2, 128, 128, m->unet.down[0].c),
                                         input (g, "t", 1, 1, 1, m->unet.c_modulation), kv));
}

static void
build_stage_a (CasGraph   *g,
               CasWeights *ws,
               gboolean    is_condition)
{
  g_autoptr (CasStageA) m = cas_stage_a_new (ws, CAS_STAGE_A_SCALE, NULL);

  cas_graph_output (g, "y",
                    cas_stage_a_decode (g, m, input (g, "x", 1, 256, 256, m->c_latent)));
}

static void
build_text (CasGraph   *g,
            CasWeights *ws,
            gboolean    is_condition)
{
  g_autoptr (CasClipText) m = cas_clip_text_new (ws, NULL, NULL);
  CasTensor hidden, pooled;

  cas_clip_text_forward (g, m, cas_graph_input (g, "ids", CAS_I32, CAS_SHAPE (2, 1, 77, 1)),
                         input (g, "mask", 2, 1, 1, 77),
                         cas_graph_input (g, "position", CAS_I32, CAS_SHAPE (2, 1, 1, 1)),
                         &hidden, &pooled);
  cas_graph_output (g, "hidden", hidden);
  cas_graph_output (g, "pooled", pooled);
}

static void
build_previewer (CasGraph   *g,
                 CasWeights *ws,
                 gboolean    is_condition)
{
  g_autoptr (CasPreviewer) m = cas_previewer_new (ws, NULL);

  cas_graph_output (g, "y", cas_previewer_forward (g, m, input (g, "x", 1, 24, 24, m->c_in)));
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return g_strcmp0 (*(const char *const *) a, *(const char *const *) b);
}

/* "12 attention, 3 linear" */
static char *
dup_kinds (CasGraph *g)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < g->ops->len; i++)
    g_ptr_array_add (names, (gpointer) ((const CasOp *) g->ops->pdata[i])->klass->name);
  g_ptr_array_sort (names, compare_names);

  for (guint first = 0, i = 1; i <= names->len; i++)
    if (i == names->len || !g_str_equal (names->pdata[i], names->pdata[first]))
      {
        g_string_append_printf (text, "%s%u %s", first > 0 ? ", " : "", i - first,
                                (const char *) names->pdata[first]);
        first = i;
      }
  return g_string_free (text, FALSE);
}

/* A step has no activation, residual, modulation, scale, concatenation or response norm of its own,
 * but for the guide that Stage B adds to what was normalised. */
static void
test_fused (void)
{
  static const struct
  {
    CasPublished which;
    void       (*build) (CasGraph   *g,
                         CasWeights *ws,
                         gboolean    is_condition);
    gboolean     is_condition;
    const char  *wanted;
  } cases[] = {
    { CAS_PUBLISHED_STAGE_C_3_6B, build_stage_c, FALSE,
      "64 attention, 64 depthwise, 64 grn_scale, 132 layer_norm, 260 linear" },
    { CAS_PUBLISHED_STAGE_C_3_6B, build_stage_c, TRUE,
      "1 activation, 1 concat_tokens, 1 layer_norm, 131 linear" },
    { CAS_PUBLISHED_STAGE_C_1B, build_stage_c, FALSE,
      "32 attention, 32 depthwise, 32 grn_scale, 68 layer_norm, 132 linear" },
    { CAS_PUBLISHED_STAGE_B_1_5B, build_stage_b, FALSE,
      "1 add, 136 attention, 3 conv, 3 conv_transpose, 160 depthwise, "
      "160 grn_scale, 304 layer_norm, 600 linear, 2 pixel_shuffle" },
    { CAS_PUBLISHED_STAGE_B_1_5B, build_stage_b, TRUE,
      "1 activation, 1 add, 3 layer_norm, 141 linear, 2 resize, 1 scale" },
    { CAS_PUBLISHED_STAGE_B_700M, build_stage_b, FALSE,
      "1 add, 54 attention, 3 conv, 3 conv_transpose, 72 depthwise, "
      "72 grn_scale, 134 layer_norm, 258 linear, 2 pixel_shuffle" },
    { CAS_PUBLISHED_STAGE_A, build_stage_a, FALSE,
      "1 conv_transpose, 13 depthwise, 26 layer_norm, 28 linear, "
      "1 pixel_shuffle, 1 scale" },
    { CAS_PUBLISHED_CLIP_TEXT, build_text, FALSE,
      "32 attention, 1 embedding, 65 layer_norm, 129 linear, 1 select" },
    { CAS_PUBLISHED_PREVIEWER, build_previewer, FALSE,
      "4 conv, 3 conv_transpose, 2 linear" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (CasWeights) ws = generate (cases[i].which, FALSE);
      g_autoptr (CasGraph) g = cas_graph_new ("step");
      g_autofree char *found = NULL;

      cases[i].build (g, ws, cases[i].is_condition);
      g_assert_no_error (g->error);
      g_test_message ("case %u, %u operations", i, g->ops->len);
      cas_graph_fuse (g);
      found = dup_kinds (g);
      g_test_message ("%u fused: %s", g->ops->len, found);
      g_assert_cmpstr (found, ==, cases[i].wanted);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/published/whole", test_whole);
  g_test_add_func ("/published/short", test_short);
  g_test_add_func ("/published/fused", test_fused);

  return g_test_run ();
}
