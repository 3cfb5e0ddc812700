/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The kinds of ControlNets, by what they are shown. */

#pragma once

#include <glib.h>

#include <cascade/export.h>
#include <cascade/image.h>

G_BEGIN_DECLS

typedef enum
{
  CAS_CONTROL_CANNY,            /* edges */
  CAS_CONTROL_INPAINTING,       /* a picture without its holes, and their mask */
  CAS_CONTROL_SUPER_RESOLUTION, /* a small picture */
  CAS_CONTROL_IDENTITY,         /* whose face is where */
  CAS_CONTROL_OTHER,            /* what no published filter makes */
  CAS_N_CONTROL_KINDS
} CasControlKind;

/* A word for programs and files: "canny", "inpainting", "super_resolution", "identity", "other". */
CAS_EXPORT
const char *cas_control_kind_get_name  (CasControlKind  kind);

/* FALSE if there is no kind of this name. */
CAS_EXPORT
gboolean    cas_control_kind_from_name (const char     *name,
                                        CasControlKind *kind);

/* What the canny ControlNet is shown of a picture for a new one of width × height: white edges on
 * black. low, high: thresholds as of CasJobControl. Any thread; tens of milliseconds.
 * Errors: CAS_ERROR_OUT_OF_HOST_MEMORY, CAS_ERROR_BAD_PARAMETER. */
CAS_EXPORT
CasImage   *cas_control_find_edges     (CasImage       *image,
                                        guint           width,
                                        guint           height,
                                        guint           low,
                                        guint           high,
                                        GError        **error);

G_END_DECLS
