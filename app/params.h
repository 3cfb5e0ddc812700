/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the panels show and the next job is made from. Numbers that are 0 are the model's own. */

#pragma once

#include <glib-object.h>

#include <cascade/job.h>

G_BEGIN_DECLS

#define WEIR_TYPE_PARAMS (weir_params_get_type ())
G_DECLARE_FINAL_TYPE (WeirParams, weir_params, WEIR, PARAMS, GObject)

/* Properties, all writable, with notification only on change:
 *   prompt, negative   string, never NULL
 *   width, height      uint, pixels
 *   count              uint, pictures a job
 *   steps              uint, of Stage C
 *   cfg                double, guidance scale of Stage C
 *   detail-steps       uint, of Stage B
 *   detail-cfg         double, guidance scale of Stage B
 *   random-seed        boolean: a new seed is drawn for each job
 *   seed               uint64, where it is not; else the last one that was drawn
 *   strength           double, 0 to 1: how much of the document's picture is made anew */
WeirParams *weir_params_new  (void);

/* A copy that later changes of this one do not reach. */
WeirParams *weir_params_copy (WeirParams   *self);

/* Fills the fields of params that are here; texts stay self's. */
void        weir_params_fill (WeirParams   *self,
                              CasJobParams *params);

G_END_DECLS
