/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One job in the list: what it makes, how far it is, and what can be done with it. */

#pragma once

#include <gtk/gtk.h>

#include "queue/queue.h"

G_BEGIN_DECLS

#define WEIR_TYPE_QUEUE_ROW (weir_queue_row_get_type ())
G_DECLARE_FINAL_TYPE (WeirQueueRow, weir_queue_row, WEIR, QUEUE_ROW, GtkWidget)

/* A row can be dragged among those that wait; Alt+Up and Alt+Down move it.
 *
 * Signal: “move” (WeirJob, uint), its job is to have this place among those that wait. */
GtkWidget *weir_queue_row_new     (WeirQueue    *queue);

/* NULL: none. */
void       weir_queue_row_set_job (WeirQueueRow *self,
                                   WeirJob      *job);

G_END_DECLS
