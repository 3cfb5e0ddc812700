/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The one window with its one document. */

#pragma once

#include "application.h"
#include "params.h"

G_BEGIN_DECLS

#define WEIR_TYPE_WINDOW (weir_window_get_type ())
G_DECLARE_FINAL_TYPE (WeirWindow, weir_window, WEIR, WINDOW, AdwApplicationWindow)

WeirWindow *weir_window_new        (WeirApplication *app);

/* Opens a picture on the canvas; what stands in its way is told in the window. */
void        weir_window_open       (WeirWindow      *self,
                                    GFile           *file);

/* Owned by the window. */
WeirParams *weir_window_get_params (WeirWindow      *self);

/* A sentence that goes away by itself. */
void        weir_window_tell       (WeirWindow      *self,
                                    const char      *sentence);

G_END_DECLS
