/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A picture whose edges, faces or composition the next one shall have. */

#pragma once

#include <cascade/control.h>
#include <cascade/job.h>

#include "picture.h"

G_BEGIN_DECLS

#define WEIR_GUIDE_MAX_STRENGTH  2.0
#define WEIR_GUIDE_MAX_THRESHOLD 500

#define WEIR_TYPE_GUIDE (weir_guide_get_type ())
G_DECLARE_FINAL_TYPE (WeirGuide, weir_guide, WEIR, GUIDE, GObject)

/* Properties, with notification only on change:
 *   is-on          boolean, TRUE at first
 *   strength       double, 0 to 2; 1 is as the model was trained
 *   start, end     double, 0 to 1: from which part of the steps to which; the one follows the other
 *   low, high      uint, thresholds of edges; the one follows the other
 *   width, height  uint, of the next picture, for which edges are found; 0: none yet
 *   can-be-used    boolean, TRUE at first: the model has a ControlNet of its kind
 *   picture        WeirPicture, nullable
 *   shown          WeirPicture, read-only, nullable: what the ControlNet sees of the picture, where
 *                  that is known before the job; found in a thread, the last settings win */
WeirGuide     *weir_guide_new         (CasControlKind  kind);

CasControlKind weir_guide_get_kind    (WeirGuide      *self);

/* For a person, in their language: "Edges", … */
const char    *weir_guide_kind_get_title (CasControlKind kind);

/* Owned by self; nullable. */
WeirPicture   *weir_guide_get_picture (WeirGuide      *self);
WeirPicture   *weir_guide_get_shown   (WeirGuide      *self);

/* What the picture is called: its file's name, or where it is from. Owned by self; nullable. */
const char    *weir_guide_get_name    (WeirGuide      *self);

void           weir_guide_set_picture (WeirGuide      *self,
                                       WeirPicture    *picture,
                                       const char     *name);

/* TRUE if the next picture is made with it, once it has a picture itself: FALSE if it is off, does
 * nothing or the model cannot. */
gboolean       weir_guide_get_is_used (WeirGuide      *self);

/* Of one that is used; FALSE if it has no picture. control's image stays self's. */
gboolean       weir_guide_fill        (WeirGuide      *self,
                                       CasJobControl  *control,
                                       GError        **error);

G_END_DECLS
