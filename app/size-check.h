/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Asks the engine whether what the window would make fits into memory, before it is made, and says
 * below the size what does. */

#pragma once

#include <cascade/worker.h>

#include "panels/image-panel.h"

G_BEGIN_DECLS

#define WEIR_TYPE_SIZE_CHECK (weir_size_check_get_type ())
G_DECLARE_FINAL_TYPE (WeirSizeCheck, weir_size_check, WEIR, SIZE_CHECK, GObject)

/* What would be made now; NULL if nothing can be. */
typedef CasJob *(*WeirSizeCheckFunc) (gpointer data);

/* panel is told and must live as long, as data must, which is for func. */
WeirSizeCheck *weir_size_check_new        (WeirImagePanel    *panel,
                                           WeirSizeCheckFunc  func,
                                           gpointer           data);

/* Another one is another model or device. */
void           weir_size_check_set_worker (WeirSizeCheck     *self,
                                           CasWorker         *worker);

/* Something has changed: asks in a moment, or when the engine has nothing else to do. */
void           weir_size_check_ask        (WeirSizeCheck     *self);

G_END_DECLS
