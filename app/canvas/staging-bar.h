/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Stands over the foot of the canvas while candidates wait: which one is shown, and what becomes of
 * it. */

#pragma once

#include "canvas/staging.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define WEIR_TYPE_STAGING_BAR (weir_staging_bar_get_type ())
G_DECLARE_FINAL_TYPE (WeirStagingBar, weir_staging_bar, WEIR, STAGING_BAR, GtkWidget)

/* Properties:
 *   staging  WeirStaging, nullable
 *   compare  boolean; to be bound to the canvas' in both directions */
GtkWidget *weir_staging_bar_new (void);

G_END_DECLS
