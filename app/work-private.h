/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the files of WeirWork share. */

#pragma once

#include "work.h"

G_BEGIN_DECLS

struct _WeirWork
{
  GObject parent;

  WeirDocument *document;
  WeirRecipe   *recipe;
  WeirParams   *params;
  GListStore   *guides;
  GListStore   *references;
  WeirLoraList *loras;
  GSignalGroup *mask_signals;
  guint         serial, mask_serial;
  char         *path;
  gboolean      is_unsaved;
  gboolean      is_taking; /* what is in a file */
};

/* Those that are on (work-take.c). */
void weir_work_turn_off_loras (WeirWork *self);

G_END_DECLS
