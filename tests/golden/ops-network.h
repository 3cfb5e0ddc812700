/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pieces of cases that run a whole network, for cases that change it first. */

#pragma once

#include "golden/device.h"
#include "model/stage_c.h"

/* One forward pass of Stage C, from the case's inputs. */
CasTensor golden_build_stage_c (GoldenRun       *run,
                                GoldenCase      *c,
                                const CasStageC *m);
