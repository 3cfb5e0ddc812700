/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the panels show and the next job is made from. */

#pragma once

#include <glib-object.h>

#include <cascade/job.h>

G_BEGIN_DECLS

/* What a model works best with. */
typedef struct
{
  guint  width, height;
  guint  steps, detail_steps;
  double cfg, detail_cfg;
} WeirDefaults;

#define WEIR_TYPE_DEFAULTS (weir_defaults_get_type ())
GType       weir_defaults_get_type (void);
gboolean    weir_defaults_is_same  (const WeirDefaults *a,
                                    const WeirDefaults *b);

#define WEIR_TYPE_PARAMS (weir_params_get_type ())
G_DECLARE_FINAL_TYPE (WeirParams, weir_params, WEIR, PARAMS, GObject)

/* Properties, all writable, with notification only on change:
 *   prompt, negative   string, never NULL
 *   style              string, id of a WeirStyle; never NULL
 *   width, height      uint, pixels
 *   count              uint, pictures a job
 *   steps              uint, of Stage C
 *   cfg                double, guidance scale of Stage C
 *   detail-steps       uint, of Stage B
 *   detail-cfg         double, guidance scale of Stage B
 *   random-seed        boolean: a new seed is drawn for each job
 *   seed               uint64, where it is not; else the last one that was drawn
 *   strength           double, 0 to 1: how much of the document's picture is made anew
 *   defaults           WeirDefaults: what weir_params_adopt() was told last; to set it adopts
 *                      nothing */
WeirParams *weir_params_new  (void);

/* What was left as the model before had it becomes what this one has, and a size becomes one of its
 * proportions about this one's. At first the published model's numbers hold. */
void        weir_params_adopt (WeirParams         *self,
                               const WeirDefaults *defaults);

/* What weir_params_adopt() was told last; owned by self. */
const WeirDefaults *weir_params_get_defaults (WeirParams *self);

/* The seed that a job was given where none was chosen, so that it can be used again. */
void        weir_params_draw_seed (WeirParams   *self,
                                   guint64       seed);

/* TRUE while what is notified is by weir_params_adopt() or weir_params_draw_seed(), and no
 * person's choice. */
gboolean    weir_params_get_changes_itself (WeirParams *self);

/* Fills the fields of params that are here; texts stay self's. */
void        weir_params_fill (WeirParams   *self,
                              CasJobParams *params);

G_END_DECLS
