/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pieces of cases that run the text tower, for cases that change it first. */

#pragma once

#include "golden/device.h"
#include "model/clip_text.h"

/* What the case says that its tensors cannot. */
gboolean golden_read_clip_config (GoldenCase         *c,
                                  CasClipTextConfig  *config,
                                  GError            **error);

/* The ids of the case and where their texts are pooled. */
CasTensor golden_add_ids         (GoldenRun          *run,
                                  const GoldenTensor *ids,
                                  const CasClipText  *m,
                                  CasTensor          *position);
CasTensor golden_add_mask        (GoldenRun          *run,
                                  const GoldenTensor *mask);
