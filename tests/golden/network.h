/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A pass through a whole network on a case's inputs, for operations that put something around it. */

#pragma once

#include "golden/device.h"
#include "model/stage_c.h"

/* Stage C's prediction for the inputs x, r, clip_text, clip_text_pooled and clip_img. control: as
 * of cas_unet_forward(), may be NULL. */
CasTensor golden_run_stage_c (GoldenRun       *run,
                              GoldenCase      *c,
                              const CasStageC *m,
                              const CasTensor *control);
