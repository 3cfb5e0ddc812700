/* SPDX-License-Identifier: GPL-3.0-or-later */

/* ControlNets at work: from control pictures to what Stage C adds before its ResBlocks. Several add
 * up. What they give is kept on the device and made anew only where one begins or ends. */

#pragma once

#include "model/controlnet.h"
#include "pipeline/run.h"

G_BEGIN_DECLS

typedef struct _CasController CasController;

typedef struct
{
  const CasControlNet *controlnet; /* borrowed */
  guint32              h, w;       /* of its control picture */
} CasControl;

/* How strong a ControlNet is, and in which part of the schedule: start and end count from 0 (noise)
 * to 1 (picture), and the end does not belong to it. */
typedef struct
{
  float strength;
  float start, end;
} CasControlRange;

#define CAS_CONTROL_RANGE(strength) ((CasControlRange) { (strength), 0.0f, 1.0f })

/* For a latent of h × w. Never NULL: a ControlNet that does not fit Stage C shows in
 * cas_controller_compile(). */
CasController   *cas_controller_new     (const CasUNet          *stage_c,
                                         guint32                 h,
                                         guint32                 w,
                                         const CasControl       *controls,
                                         guint                   n_controls);
void             cas_controller_free    (CasController          *controller);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CasController, cas_controller_free)

gboolean         cas_controller_compile (CasController          *controller,
                                         const CasCompileParams *params,
                                         GError                **error);

/* What the index-th ControlNet sees, [h, w, c_in]; all must have seen something before the first
 * step. After cas_controller_compile(). */
void             cas_controller_show    (CasController          *controller,
                                         guint                   index,
                                         const float            *picture,
                                         const CasControlRange  *range);

/* Makes what is added at time t of the schedule, if it is not there. It is what a CasDenoiseParams'
 * prepare has to do; data is the controller. */
gboolean         cas_controller_prepare (float                   t,
                                         const CasRun           *run,
                                         gpointer                data,
                                         GError                **error);

/* As cas_unet_forward() takes it; valid until the next call. */
const CasTensor *cas_controller_load    (CasController          *controller,
                                         CasGraph               *g);

G_END_DECLS
