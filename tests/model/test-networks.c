/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The published networks, built without a device from the names and shapes of their tensors:
 * every tensor is used, and the work of one forward pass is what was measured of the original. */

#include "model/clip_text.h"
#include "model/clip_vision.h"
#include "model/controlnet.h"
#include "model/effnet.h"
#include "names.h"
#include "model/previewer.h"
#include "model/saliency.h"
#include "model/stage_a.h"
#include "model/stage_b.h"
#include "model/stage_c.h"

#define N_TOKENS      77
#define SEMANTIC_SIDE 24  /* of Stage C's latent for a picture of 1024 pixels */
#define LATENT_SIDE   256 /* of Stage B's */

/* What is counted of one network. */
typedef struct
{
  CasGraphCost forward;
  CasGraphCost hoisted; /* what is done once, not at every step */
  CasGraphCost again;   /* what the original does anew in every repeat, and we do not */
  guint64      n_twice; /* elements of weights that both forward and hoisted read */
} Count;

static void
count_graph (CasGraph     *g,
             CasGraphCost *cost)
{
  g_assert_no_error (cas_graph_get_error (g));
  cas_graph_count (g, cost);
}

static guint64
flop_of (const CasGraphCost *cost)
{
  return cost->flop_linear + cost->flop_convolution + cost->flop_attention;
}

/* --- the networks ---------------------------------------------------------------------------- */

/* Keys and values of the condition as inputs of a step. */
static CasTensor *
kv_inputs (CasGraph      *g,
           const CasUNet *unet,
           guint          n_tokens)
{
  CasTensor *kv = g_new (CasTensor, unet->n_attn);

  for (guint i = 0; i < unet->n_attn; i++)
    {
      g_autofree char *name = g_strdup_printf ("kv.%u", i);

      kv[i] = cas_graph_input (g, name, CAS_F32,
                               CAS_SHAPE (1, 1, n_tokens, 2 * cas_unet_attn_width (unet, i)));
    }

  return kv;
}

static void
output_hoisted (CasGraph      *g,
                const CasUNet *unet,
                CasTensor      cond)
{
  g_autofree CasTensor *kv = g_new0 (CasTensor, unet->n_attn);
  CasTensor t = cas_graph_input (g, "t", CAS_F32, CAS_SHAPE (1, 1, 1, 64 * unet->n_conditions));

  cas_graph_output (g, "modulation", cas_unet_modulation (g, unet, t));
  cas_unet_condition (g, unet, cond, kv);
  for (guint i = 0; i < unet->n_attn; i++)
    {
      g_autofree char *name = g_strdup_printf ("kv.%u", i);

      cas_graph_output (g, name, kv[i]);
    }
}

/* The original puts the condition through an attention block each time that it runs. */
static void
condition_repeats (CasGraph       *g,
                   const CasLevel *level,
                   CasTensor       cond)
{
  for (guint i = 0; i < level->n_repeats; i++)
    for (guint j = 0; j < level->n_blocks; j++)
      if (level->blocks[j].kind == CAS_BLOCK_ATTN)
        cas_graph_output (g, level->blocks[j].name,
                          cas_attn_block_condition (g, &level->blocks[j].attn, cond));
}

static void
count_repeats (const CasUNet *unet,
               guint          n_tokens,
               CasGraphCost  *cost)
{
  g_autoptr (CasGraph) g = cas_graph_new ("repeats");
  CasTensor cond = cas_graph_input (g, "cond", CAS_F32, CAS_SHAPE (1, 1, n_tokens, unet->c_cond));

  for (guint i = 0; i < unet->n_levels; i++)
    {
      condition_repeats (g, &unet->down[i], cond);
      condition_repeats (g, &unet->up[i], cond);
    }
  count_graph (g, cost);
}

/* in_proj's rows of keys and values, which both the pixels and the condition are put through */
static guint64
elements_read_twice (const CasUNet *unet)
{
  guint64 n = 0;

  for (guint i = 0; i < unet->n_attn; i++)
    {
      guint64 c = cas_unet_attn_width (unet, i);

      n += 2 * c * c + 2 * c;
    }

  return n;
}

static void
count_stage_c (CasWeights *ws,
               Count      *count)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CasStageC) m = cas_stage_c_new (ws, NULL, &error);
  g_assert_no_error (error);

  g_autoptr (CasGraph) once = cas_graph_new ("once");
  output_hoisted (once, &m->unet, cas_stage_c_condition (once, m,
    cas_graph_input (once, "text", CAS_F32, CAS_SHAPE (1, 1, N_TOKENS, m->c_text)),
    cas_graph_input (once, "pooled", CAS_F32, CAS_SHAPE (1, 1, 1, m->c_pooled)),
    cas_graph_input (once, "images", CAS_F32, CAS_SHAPE (1, 1, 1, m->c_image))));
  count_graph (once, &count->hoisted);

  g_autoptr (CasGraph) g = cas_graph_new ("stage c");
  g_autofree CasTensor *kv = kv_inputs (g, &m->unet, N_TOKENS + 4 + 4);
  CasTensor x = cas_graph_input (g, "x", CAS_F32,
                                 CAS_SHAPE (1, SEMANTIC_SIDE, SEMANTIC_SIDE, m->c_in));
  CasTensor modulation = cas_graph_input (g, "modulation", CAS_F32,
                                          CAS_SHAPE (1, 1, 1, m->unet.c_modulation));
  cas_graph_output (g, "y", cas_stage_c_forward (g, m, x, modulation, kv, NULL));
  count_graph (g, &count->forward);
  count->n_twice = elements_read_twice (&m->unet);
}

static void
count_stage_b (CasWeights *ws,
               Count      *count)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CasStageB) m = cas_stage_b_new (ws, &error);
  g_assert_no_error (error);

  g_autoptr (CasGraph) once = cas_graph_new ("once");
  output_hoisted (once, &m->unet, cas_stage_b_condition (once, m,
    cas_graph_input (once, "pooled", CAS_F32, CAS_SHAPE (1, 1, 1, m->c_pooled))));
  CasTensor effnet = cas_graph_input (once, "effnet", CAS_F32,
                                      CAS_SHAPE (1, SEMANTIC_SIDE, SEMANTIC_SIDE, m->c_effnet));
  cas_graph_output (once, "guide", cas_stage_b_guide (once, m, effnet, CAS_NO_TENSOR, LATENT_SIDE,
                                                      LATENT_SIDE));
  count_graph (once, &count->hoisted);

  g_autoptr (CasGraph) g = cas_graph_new ("stage b");
  g_autofree CasTensor *kv = kv_inputs (g, &m->unet, 4);
  CasTensor x = cas_graph_input (g, "x", CAS_F32, CAS_SHAPE (1, LATENT_SIDE, LATENT_SIDE, m->c_in));
  CasTensor guide = cas_graph_input (g, "guide", CAS_F32,
                                     CAS_SHAPE (1, LATENT_SIDE / CAS_STAGE_B_PATCH,
                                                LATENT_SIDE / CAS_STAGE_B_PATCH,
                                                m->unet.down[0].c));
  CasTensor modulation = cas_graph_input (g, "modulation", CAS_F32,
                                          CAS_SHAPE (1, 1, 1, m->unet.c_modulation));
  cas_graph_output (g, "y", cas_stage_b_forward (g, m, x, guide, modulation, kv));
  count_graph (g, &count->forward);
  count_repeats (&m->unet, 4, &count->again);
  count->n_twice = elements_read_twice (&m->unet);
}

static void
count_stage_a (CasWeights *ws,
               Count      *count)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CasStageA) m = cas_stage_a_new (ws, CAS_STAGE_A_SCALE, &error);
  g_assert_no_error (error);

  g_autoptr (CasGraph) g = cas_graph_new ("stage a");
  CasTensor x = cas_graph_input (g, "latent", CAS_F32,
                                 CAS_SHAPE (1, LATENT_SIDE, LATENT_SIDE, m->c_latent));
  CasTensor image = cas_stage_a_decode (g, m, x);
  g_assert_cmpuint (image.shape.h, ==, 1024);
  g_assert_cmpuint (image.shape.c, ==, 3);
  cas_graph_output (g, "image", image);
  count_graph (g, &count->forward);
}

static void
count_stage_a_encoder (CasWeights *ws,
                       Count      *count)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CasStageAEncoder) m = cas_stage_a_encoder_new (ws, CAS_STAGE_A_SCALE, &error);
  g_assert_no_error (error);

  g_autoptr (CasGraph) g = cas_graph_new ("stage a's encoder");
  CasTensor image = cas_graph_input (g, "image", CAS_F32, CAS_SHAPE (1, 1024, 1024, 3));
  CasTensor latent = cas_stage_a_encode (g, m, image), indices;
  g_assert_cmpuint (latent.shape.h, ==, LATENT_SIDE);
  g_assert_cmpuint (latent.shape.c, ==, m->c_latent);
  cas_graph_output (g, "latent", latent);
  count_graph (g, &count->forward);

  g_autoptr (CasGraph) once = cas_graph_new ("codes");
  CasTensor x = cas_graph_input (once, "x", CAS_F32, CAS_SHAPE (1, 1, 1, m->c_latent));
  cas_graph_output (once, "y", cas_stage_a_quantize (once, m, x, &indices));
  count_graph (once, &count->hoisted);
}

static void
count_effnet (CasWeights *ws,
              Count      *count)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CasEffnet) m = cas_effnet_new (ws, &error);
  g_assert_no_error (error);

  g_autoptr (CasGraph) g = cas_graph_new ("effnet");
  CasTensor image = cas_graph_input (g, "image", CAS_F32, CAS_SHAPE (1, 768, 768, 3));
  CasTensor latent = cas_effnet_encode (g, m, image);
  g_assert_cmpuint (latent.shape.h, ==, SEMANTIC_SIDE);
  g_assert_cmpuint (latent.shape.c, ==, 16);
  cas_graph_output (g, "latent", latent);
  count_graph (g, &count->forward);
}

static void
count_clip_vision (CasWeights *ws,
                   Count      *count)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CasClipVision) m = cas_clip_vision_new (ws, NULL, &error);
  g_assert_no_error (error);

  g_autoptr (CasGraph) g = cas_graph_new ("clip vision");
  CasTensor pixels = cas_graph_input (g, "pixels", CAS_F32, CAS_SHAPE (1, m->size, m->size, 3));
  CasTensor embedding = cas_clip_vision_forward (g, m, pixels);
  g_assert_cmpuint (embedding.shape.c, ==, 768);
  cas_graph_output (g, "embedding", embedding);
  count_graph (g, &count->forward);
}

/* On a control picture at three quarters of 1024 pixels, or what the filter makes of it. */
static void
count_controlnet (CasWeights *ws,
                  Count      *count)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CasControlNet) m = cas_controlnet_new (ws, NULL, &error);
  g_assert_no_error (error);

  g_autoptr (CasGraph) g = cas_graph_new ("controlnet");
  g_autofree CasTensor *projections = g_new0 (CasTensor, m->n_projections);
  guint32 side = m->backbone == CAS_CONTROL_EFFNET ? 768 : SEMANTIC_SIDE;

  cas_controlnet_forward (g, m, cas_graph_input (g, "x", CAS_F32, CAS_SHAPE (1, side, side,
                                                                             m->c_in)),
                          projections);
  for (guint i = 0; i < m->n_projections; i++)
    {
      g_autofree char *name = g_strdup_printf ("projection %u", i);

      g_assert_cmpuint (projections[i].shape.h, ==, SEMANTIC_SIDE);
      g_assert_cmpuint (projections[i].shape.c, ==, 2048);
      cas_graph_output (g, name, projections[i]);
    }
  count_graph (g, &count->forward);
}

static void
count_saliency (CasWeights *ws,
                Count      *count)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CasSaliency) m = cas_saliency_new (ws, &error);
  g_assert_no_error (error);

  g_autoptr (CasGraph) g = cas_graph_new ("saliency");
  CasTensor map = cas_saliency_forward (g, m, cas_graph_input (g, "image", CAS_F32,
                                                               CAS_SHAPE (1, 240, 360, 3)));
  g_assert_cmpuint (map.shape.h, ==, 30);
  g_assert_cmpuint (map.shape.w, ==, 46);
  g_assert_cmpuint (map.shape.c, ==, 1);
  cas_graph_output (g, "map", map);
  count_graph (g, &count->forward);
}

static void
count_previewer (CasWeights *ws,
                 Count      *count)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CasPreviewer) m = cas_previewer_new (ws, &error);
  g_assert_no_error (error);

  g_autoptr (CasGraph) g = cas_graph_new ("previewer");
  CasTensor x = cas_graph_input (g, "latent", CAS_F32,
                                 CAS_SHAPE (1, SEMANTIC_SIDE, SEMANTIC_SIDE, m->c_in));
  CasTensor image = cas_previewer_forward (g, m, x);
  g_assert_cmpuint (image.shape.h, ==, 8 * SEMANTIC_SIDE);
  g_assert_cmpuint (image.shape.c, ==, 3);
  cas_graph_output (g, "image", image);
  count_graph (g, &count->forward);
}

static void
count_clip_text (CasWeights *ws,
                 Count      *count)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CasClipText) m = cas_clip_text_new (ws, NULL, &error);
  g_assert_no_error (error);

  g_autoptr (CasGraph) g = cas_graph_new ("clip text");
  CasTensor hidden, pooled;
  cas_clip_text_forward (g, m,
                         cas_graph_input (g, "ids", CAS_I32, CAS_SHAPE (1, 1, N_TOKENS, 1)),
                         cas_graph_input (g, "mask", CAS_F32, CAS_SHAPE (1, 1, 1, N_TOKENS)),
                         cas_graph_input (g, "position", CAS_I32, CAS_SHAPE (1, 1, 1, 1)),
                         &hidden, &pooled);
  cas_graph_output (g, "hidden", hidden);
  cas_graph_output (g, "pooled", pooled);
  count_graph (g, &count->forward);
}

/* --- what they must be ----------------------------------------------------------------------- */

static const struct Network
{
  const char *name; /* of the list in data/ */
  void      (*count) (CasWeights *ws,
                      Count      *count);
  const char *tflop; /* of one forward pass, all that is hoisted included */
  const char *unused; /* tensors of a part that is another network begin with one of these */
  const char *part;   /* of what the list names, if it holds two */
} networks[] = {
  { "stage_c_3.6b", count_stage_c, "4.078" },
  { "stage_c_lite_1b", count_stage_c, "1.174" },
  { "stage_b_1.5b", count_stage_b, "6.174" },
  { "stage_b_lite_700m", count_stage_b, "2.224" },
  { "stage_a", count_stage_a, "2.172", "in_block. down_blocks. vquantizer." },
  { "stage_a", count_stage_a_encoder, "0.467", "up_blocks. out_block.", "-encoder" },
  { "effnet_encoder", count_effnet, "0.067" },
  { "clip_vision_l14", count_clip_vision, "0.162" },
  { "controlnet_canny", count_controlnet, "0.106" },
  { "controlnet_inpainting", count_controlnet, "0.106" },
  { "controlnet_super_resolution", count_controlnet, "0.234" },
  { "controlnet_identity", count_controlnet, "0.118" },
  { "saliency_model", count_saliency, "0.000" },
  { "previewer", count_previewer, "0.021" },
  { "clip_text_bigg", count_clip_text, "0.098" },
};

static gboolean
may_be_unused (const char *name,
               const char *prefixes)
{
  g_auto (GStrv) list = g_strsplit (prefixes != NULL ? prefixes : "", " ", -1);

  for (char **prefix = list; *prefix != NULL; prefix++)
    if (**prefix != '\0' && g_str_has_prefix (name, *prefix))
      return TRUE;

  return FALSE;
}

static guint64
count_elements (CasWeights *ws,
                const char *suffix,
                const char *prefixes)
{
  guint64 n = 0;

  for (guint i = 0; i < cas_weights_get_n (ws); i++)
    {
      const CasWeight *weight = cas_weights_get_nth (ws, i);

      if (g_str_has_suffix (weight->name, suffix) || may_be_unused (weight->name, prefixes))
        n += cas_weight_n_elements (weight);
    }

  return n;
}

static void
check_parameters (const struct Network *network,
                  CasWeights           *ws,
                  const Count          *count)
{
  g_autofree char *text = test_names_read (network->name);
  const char *numbers = strchr (text, ':') + 1;
  g_auto (GStrv) words = g_strsplit (numbers, " ", 6);

  /* "# NAME: 1294 tensors, 3589103632 elements. …" */
  g_assert_cmpuint (cas_weights_get_n (ws), ==, g_ascii_strtoull (words[1], NULL, 10));
  g_assert_cmpuint (cas_weights_get_n_elements (ws), ==, g_ascii_strtoull (words[3], NULL, 10));

  g_auto (GStrv) unused = cas_weights_dup_unused (ws);
  for (char **name = unused; *name != NULL; name++)
    if (!may_be_unused (*name, network->unused))
      g_error ("%s: no operation uses %s", network->name, *name);

  guint64 n_others = count_elements (ws, "num_batches_tracked", network->unused);
  g_assert_cmpuint (count->forward.weight_elements + count->hoisted.weight_elements
                    - count->n_twice + n_others, ==, cas_weights_get_n_elements (ws));
}

static double
percent (guint64 part,
         guint64 whole)
{
  return 100.0 * (double) part / (double) whole;
}

static void
test_network (gconstpointer data)
{
  const struct Network *network = data;
  g_autoptr (CasWeights) ws = test_names_load (network->name);
  Count count = { 0 };

  network->count (ws, &count);
  check_parameters (network, ws, &count);

  guint64 forward = flop_of (&count.forward);
  guint64 hoisted = flop_of (&count.hoisted);
  guint64 again = flop_of (&count.again);
  g_autofree char *tflop = g_strdup_printf ("%.3f", (double) (forward + hoisted + again) * 1e-12);
  g_test_message ("%s: %u operations, %.6f TFLOP a step (linear %.1f %%, convolution %.1f %%, "
                  "attention %.1f %%), %.6f TFLOP once, where the original does %.6f more",
                  network->name, count.forward.n_ops, (double) forward * 1e-12,
                  percent (count.forward.flop_linear, forward),
                  percent (count.forward.flop_convolution, forward),
                  percent (count.forward.flop_attention, forward), (double) hoisted * 1e-12,
                  (double) again * 1e-12);
  g_assert_cmpstr (tflop, ==, network->tflop);
}

/* --- sizes ----------------------------------------------------------------------------------- */

/* Stage B on a latent of h × w, whatever its levels make of that. */
static char *
dup_stage_b_error (guint h,
                   guint w)
{
  g_autoptr (CasWeights) ws = test_names_load ("stage_b_lite_700m");
  g_autoptr (CasStageB) m = cas_stage_b_new (ws, NULL);
  g_autoptr (CasGraph) g = cas_graph_new ("stage b");
  g_autofree CasTensor *kv = kv_inputs (g, &m->unet, 4);
  CasTensor x = cas_graph_input (g, "x", CAS_F32, CAS_SHAPE (1, h, w, m->c_in));
  CasTensor effnet = cas_graph_input (g, "effnet", CAS_F32, CAS_SHAPE (1, 3, 5, m->c_effnet));
  CasTensor modulation = cas_graph_input (g, "modulation", CAS_F32,
                                          CAS_SHAPE (1, 1, 1, m->unet.c_modulation));

  CasTensor y = cas_stage_b_forward (g, m, x, cas_stage_b_guide (g, m, effnet, CAS_NO_TENSOR, h, w),
                                     modulation, kv);
  if (cas_graph_get_error (g) != NULL)
    return g_strdup (cas_graph_get_error (g)->message);

  g_assert_cmpuint (y.shape.h, ==, h);
  g_assert_cmpuint (y.shape.w, ==, w);
  g_assert_cmpuint (y.shape.c, ==, m->c_in);
  return NULL;
}

static void
test_stage_b_sizes (void)
{
  static const struct
  {
    guint       h, w;
    const char *error;
  } sizes[] = {
    { 16, 16 }, { 18, 30 }, { 20, 28 }, { 192, 336 }, { 250, 374 },
    { 250, 375, "a latent of 375 × 250 pixels cannot be split into squares of 2." },
    { 17, 16, "a latent of 16 × 17 pixels cannot be split into squares of 2." },
  };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autofree char *error = dup_stage_b_error (sizes[i].h, sizes[i].w);

      g_assert_cmpstr (error, ==, sizes[i].error);
    }
}

/* A text's begin and end need two places. */
static void
test_positions (void)
{
  g_autoptr (CasWeights) ws = cas_weights_new_from_list (
      "text_model.embeddings.token_embedding.weight 9x64\n"
      "text_model.embeddings.position_embedding.weight 1x64\n", "list", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (CasClipText) m = cas_clip_text_new (ws, NULL, &error);

  g_assert_null (m);
  g_assert_error (error, CAS_ERROR, CAS_ERROR_BAD_MODEL);
  g_assert_cmpstr (error->message, ==,
                   "list: tensor “text_model.embeddings.position_embedding.weight” has 1 positions, "
                   "wanted at least 2.");
}

/* --- encoders that are not whole ------------------------------------------------------------- */

static void
load_effnet (CasWeights *ws,
             GError    **error)
{
  g_autoptr (CasEffnet) m = cas_effnet_new (ws, error);

  g_assert_null (m);
}

static void
load_clip_vision (CasWeights *ws,
                  GError    **error)
{
  g_autoptr (CasClipVision) m = cas_clip_vision_new (ws, NULL, error);

  g_assert_null (m);
}

static void
load_stage_a_encoder (CasWeights *ws,
                      GError    **error)
{
  g_autoptr (CasStageAEncoder) m = cas_stage_a_encoder_new (ws, CAS_STAGE_A_SCALE, error);

  g_assert_null (m);
}

static const struct
{
  const char *name;
  const char *line, *with; /* what is changed in the list */
  void      (*load) (CasWeights *ws,
                     GError    **error);
  const char *sentence;
} broken[] = {
  { "effnet_encoder", "backbone.0.0.weight 24x3x3x3", "backbone.0.0.weight 24x1x3x3", load_effnet,
    "model.safetensors: the encoder's first convolution takes 1 channels, wanted 3." },
  { "effnet_encoder", "backbone.1.1.block.0.0.weight 24x24x3x3",
    "backbone.1.1.block.0.0.weight 24x23x3x3", load_effnet,
    "model.safetensors: tensor “backbone.1.1.block.0.0.weight” has shape [24, 23, 3, 3], wanted "
    "[any, 24, 3, 3]." },
  { "effnet_encoder", "backbone.2.3.block.1.1.running_var 48\n", "", load_effnet,
    "model.safetensors: tensor “backbone.2.3.block.1.1.running_var” is missing, wanted with shape "
    "[48]." },
  { "effnet_encoder", "mapper.1.running_mean 16", "mapper.1.running_mean 4", load_effnet,
    "model.safetensors: tensor “mapper.1.running_mean” has shape [4], wanted [16]." },
  { "clip_vision_l14", "position_embedding.weight 257x1024", "position_embedding.weight 258x1024",
    load_clip_vision,
    "model.safetensors: tensor “vision_model.embeddings.position_embedding.weight” has 258 "
    "positions, wanted one and a square number." },
  { "clip_vision_l14", "patch_embedding.weight 1024x3x14x14", "patch_embedding.weight 1024x3x14x7",
    load_clip_vision,
    "model.safetensors: tensor “vision_model.embeddings.patch_embedding.weight” has shape "
    "[1024, 3, 14, 7], wanted [any, 3, 7, 7]." },
  { "clip_vision_l14", "patch_embedding.weight 1024x3x14x14",
    "patch_embedding.weight 1024x3x100x100", load_clip_vision,
    "model.safetensors: tensor “vision_model.embeddings.patch_embedding.weight” makes tokens of "
    "100 × 100 pixels, at most 64 are known." },
  { "stage_a", "vquantizer.codebook.weight 8192x4\n", "", load_stage_a_encoder,
    "model.safetensors: tensor “vquantizer.codebook.weight” is missing, wanted with shape [any, 4]." },
  { "stage_a", "down_blocks.1.weight 384x192x4x4", "down_blocks.1.weight 384x192x3x3",
    load_stage_a_encoder,
    "model.safetensors: tensor “down_blocks.1.weight” has shape [384, 192, 3, 3], wanted "
    "[any, 192, 4, 4]." },
};

static void
test_broken (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (broken); i++)
    {
      g_autoptr (CasWeights) ws = test_names_load_as (broken[i].name, broken[i].line,
                                                      broken[i].with);
      g_autoptr (GError) error = NULL;

      broken[i].load (ws, &error);
      g_assert_error (error, CAS_ERROR, CAS_ERROR_BAD_MODEL);
      g_assert_cmpstr (error->message, ==, broken[i].sentence);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (networks); i++)
    {
      g_autofree char *path = g_strconcat ("/model/networks/", networks[i].name, networks[i].part,
                                          NULL);

      g_test_add_data_func (path, &networks[i], test_network);
    }

  g_test_add_func ("/model/sizes/stage-b", test_stage_b_sizes);
  g_test_add_func ("/model/sizes/positions", test_positions);
  g_test_add_func ("/model/broken-encoders", test_broken);

  return g_test_run ();
}
