/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the application's own files share. */

#pragma once

#include "application.h"

#include "window.h"

G_BEGIN_DECLS

struct _WeirApplication
{
  AdwApplication parent;

  WeirLog        *log; /* nullable; outlives the application */
  GSettings      *settings;
  WeirModelList  *models;
  CasWorker      *worker;
  WeirQueue      *queue;
  WeirQueueStore *queue_store;
  WeirPictureSaver *saver;
  WeirLibrary    *library;
  GListModel     *styles;
  GtkStringList  *prompts;
  gboolean        is_restored;
  gboolean        is_stopped; /* the last window is gone, and the jobs with it */
  guint           n_writing; /* that are waited for at the end */
};

/* One window holds one document, so a second start shows the first one's. */
WeirWindow *weir_application_show_window (WeirApplication *self);

/* --- application-actions.c ------------------------------------------------------------------- */

/* Adds the commands of the prefix “app”. */
void        weir_application_add_actions (WeirApplication *self);

G_END_DECLS
