/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Whole networks on a case's inputs, for operations that put something around them. */

#pragma once

#include "golden/device.h"
#include "model/controlnet.h"
#include "model/stage_c.h"

/* Stage C's prediction for the inputs x, r, clip_text, clip_text_pooled and clip_img. control: as
 * of cas_unet_forward(), may be NULL. */
CasTensor golden_run_stage_c (GoldenRun       *run,
                              GoldenCase      *c,
                              const CasStageC *m,
                              const CasTensor *control);

/* The model “controlnet” with the case's list of ResBlocks. */
CasControlNet *golden_load_controlnet (GoldenCase *c,
                                       GError    **error);
