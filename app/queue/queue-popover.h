/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The queue as it opens from the header bar. */

#pragma once

#include <gtk/gtk.h>

#include "queue/queue.h"

G_BEGIN_DECLS

#define WEIR_TYPE_QUEUE_POPOVER (weir_queue_popover_get_type ())
G_DECLARE_FINAL_TYPE (WeirQueuePopover, weir_queue_popover, WEIR, QUEUE_POPOVER, GtkPopover)

GtkWidget *weir_queue_popover_new       (void);

/* Once, before it is shown. */
void       weir_queue_popover_set_queue (WeirQueuePopover *self,
                                         WeirQueue        *queue);

G_END_DECLS
