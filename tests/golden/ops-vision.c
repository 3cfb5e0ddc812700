/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What looks at pictures: the encoders, and how pictures are made ready for them. */

#include "golden/device.h"
#include "golden/op-table.h"

#include "model/clip_vision.h"
#include "model/effnet.h"

gboolean
golden_clip_vision (GoldenCase *c,
                    GError    **error)
{
  g_autoptr (GoldenRun) run = golden_run_new (c, "main", error);
  if (!run)
    return FALSE;
  g_autoptr (CasClipVision) m = cas_clip_vision_new (golden_run_get_weights (run), NULL, error);
  if (!m)
    return FALSE;

  CasTensor embedding = cas_clip_vision_forward (golden_run_get_graph (run), m,
                                                 golden_run_input (run, "pixel_values",
                                                                   GOLDEN_NCHW));
  golden_run_output (run, "image_embeds", embedding, GOLDEN_ROWS);
  return golden_run_finish (run, error);
}

gboolean
golden_effnet_encode (GoldenCase *c,
                      GError    **error)
{
  g_autoptr (GoldenRun) run = golden_run_new (c, "main", error);
  if (!run)
    return FALSE;
  g_autoptr (CasEffnet) m = cas_effnet_new (golden_run_get_weights (run), error);
  if (!m)
    return FALSE;

  CasTensor latent = cas_effnet_encode (golden_run_get_graph (run), m,
                                        golden_run_input (run, "image", GOLDEN_NCHW));
  golden_run_output (run, "latent", latent, GOLDEN_NCHW);
  return golden_run_finish (run, error);
}
