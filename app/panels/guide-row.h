/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One guide: whether it counts, its picture, and in a popover everything else. */

#pragma once

#include <adwaita.h>

#include "guide.h"

G_BEGIN_DECLS

/* Where a guide's picture is to come from. */
typedef enum
{
  WEIR_GUIDE_FROM_FILE,      /* that a person is asked for */
  WEIR_GUIDE_FROM_CANVAS,
  WEIR_GUIDE_FROM_CLIPBOARD,
} WeirGuideSource;

#define WEIR_TYPE_GUIDE_ROW (weir_guide_row_get_type ())
G_DECLARE_FINAL_TYPE (WeirGuideRow, weir_guide_row, WEIR, GUIDE_ROW, AdwActionRow)

/* Signals:
 *   wanted (WeirGuideSource)   a picture from there
 *   dropped (GFile *)          the picture in this file
 *   removed ()                 the guide is to go
 * A texture that is dropped becomes the guide's picture. */
GtkWidget *weir_guide_row_new       (WeirGuide    *guide);

/* Owned by the row. */
WeirGuide *weir_guide_row_get_guide (WeirGuideRow *self);

G_END_DECLS
