/* SPDX-License-Identifier: GPL-3.0-or-later */

/* ControlNets, one forward pass each, and Stage C under what they give. */

#include "golden/network.h"
#include "golden/op-table.h"
#include "golden/pixels.h"

#include "filter/mask.h"
#include "filter/resize.h"
#include "model/effnet.h"
#include "model/saliency.h"

/* Which ResBlock each projection is for; free with g_free. */
static guint *
get_blocks (GoldenCase *c,
            guint      *n_blocks,
            GError    **error)
{
  JsonArray *array;

  if (!golden_case_get_array (c, "proj_blocks", &array, error))
    return NULL;

  *n_blocks = json_array_get_length (array);
  guint *blocks = g_new (guint, MAX (*n_blocks, 1));
  for (guint i = 0; i < *n_blocks; i++)
    blocks[i] = (guint) json_array_get_int_element (array, i);
  return blocks;
}

CasControlNet *
golden_load_controlnet (GoldenCase *c,
                        GError    **error)
{
  CasControlNetParams params = { 0 };
  g_autofree guint *blocks = get_blocks (c, &params.n_blocks, error);
  CasSafetensors *file = blocks ? golden_case_get_file (c, "controlnet", error) : NULL;
  g_autoptr (CasWeights) ws = file ? cas_weights_new (file, NULL, error) : NULL;

  params.blocks = blocks;
  return ws ? cas_controlnet_new (ws, &params, error) : NULL;
}

/* An output for each projection, and all of them as Stage C takes them; free with g_free. */
static CasTensor *
run_controlnet (GoldenRun           *run,
                const CasControlNet *m,
                guint                n_res)
{
  CasGraph *g = golden_run_get_graph (run);
  g_autofree CasTensor *projections = g_new0 (CasTensor, m->n_projections);
  CasTensor *control = g_new0 (CasTensor, n_res);

  cas_controlnet_forward (g, m, golden_run_input (run, "cnet_input", GOLDEN_NCHW), projections);
  for (guint i = 0; i < m->n_projections; i++)
    {
      g_autofree char *name = g_strdup_printf ("proj.%u", m->projections[i].block);

      golden_run_output (run, name, projections[i], GOLDEN_NCHW);
      control[m->projections[i].block] = projections[i];
    }
  return control;
}

gboolean
golden_controlnet (GoldenCase *c,
                   GError    **error)
{
  g_autoptr (CasControlNet) m = golden_load_controlnet (c, error);
  g_autoptr (GoldenRun) run = m ? golden_run_new (c, "stage_c", error) : NULL;
  if (!run)
    return FALSE;

  g_autoptr (CasStageC) stage_c = cas_stage_c_new (golden_run_get_weights (run), NULL, error);
  if (!stage_c || !cas_controlnet_check (m, &stage_c->unet, error))
    return FALSE;

  g_autofree CasTensor *control = run_controlnet (run, m, stage_c->unet.n_res);
  golden_run_output (run, "stage_c", golden_run_stage_c (run, c, stage_c, control), GOLDEN_NCHW);
  return golden_run_finish (run, error);
}

/* The super-resolution filter: the picture halved, encoded, and its latent enlarged. */
gboolean
golden_filter_sr_effnet (GoldenCase *c,
                         GError    **error)
{
  g_autoptr (GoldenRun) run = golden_run_new (c, "main", error);
  if (!run)
    return FALSE;
  g_autoptr (CasEffnet) m = cas_effnet_new (golden_run_get_weights (run), error);
  if (!m)
    return FALSE;

  CasGraph *g = golden_run_get_graph (run);
  CasTensor image = golden_run_input (run, "image", GOLDEN_NCHW);
  CasTensor small = cas_op_nearest (g, image, image.shape.h / 2, image.shape.w / 2);
  CasTensor latent = cas_effnet_encode (g, m, small);
  CasTensor large = cas_op_nearest (g, latent, latent.shape.h * 2, latent.shape.w * 2);

  golden_run_output (run, "cnet_input", large, GOLDEN_NCHW);
  golden_run_output (run, "preview", cas_op_nearest (g, small, image.shape.h, image.shape.w),
                     GOLDEN_NCHW);
  return golden_run_finish (run, error);
}

gboolean
golden_saliency (GoldenCase *c,
                 GError    **error)
{
  g_autoptr (CasRaster) image = golden_get_pixels (c, "image", error);
  g_autoptr (CasRaster) small = image ? cas_resize_shorter (image, CAS_SALIENCY_SIDE,
                                                            CAS_RESIZE_ANTIALIASED, error)
                                      : NULL;
  g_autoptr (GoldenRun) run = small ? golden_run_new (c, "main", error) : NULL;
  if (!run)
    return FALSE;
  g_autoptr (CasSaliency) m = cas_saliency_new (golden_run_get_weights (run), error);
  if (!m)
    return FALSE;

  CasTensor x = golden_run_values (run, "small", CAS_F32,
                                   CAS_SHAPE (1, small->h, small->w, small->c), small->v);
  golden_run_output (run, "saliency", cas_saliency_forward (golden_run_get_graph (run), m, x),
                     GOLDEN_NCHW);
  return golden_run_finish (run, error);
}
