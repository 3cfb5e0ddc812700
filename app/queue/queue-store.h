/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The jobs that are not done are written down as they come and go, so that the next start has them,
 * however this one ends. */

#pragma once

#include "queue/queue.h"

G_BEGIN_DECLS

#define WEIR_TYPE_QUEUE_STORE (weir_queue_store_get_type ())
G_DECLARE_FINAL_TYPE (WeirQueueStore, weir_queue_store, WEIR, QUEUE_STORE, GObject)

/* Keeps the jobs of queue in folder, as lines of a file and the pictures that they name; NULL: in
 * weir/queue in the user's state folder. Nothing is read or written yet.
 *
 * Signal: “told” (string), a sentence for a person: of what could not be read, and once of what cannot
 * be written. */
WeirQueueStore *weir_queue_store_new     (const char     *folder,
                                          WeirQueue      *queue);

/* Brings back what the last run left, when it is read, with the previews that are asked for now.
 * From then on changes are written. A folder that cannot be read as it should be is put aside. */
void            weir_queue_store_restore (WeirQueueStore *self,
                                          CasPreviewRate  previews);

/* A picture of a job that runs was made and goes to the disk: until it is there the job is kept,
 * even if it ends, so that the picture could be made again. Returns what ends it. */
guint           weir_queue_store_begin_picture (WeirQueueStore *self,
                                                WeirJob        *job);
void            weir_queue_store_end_picture   (WeirQueueStore *self,
                                                WeirJob        *job,
                                                guint           picture);

/* From now on the jobs of this moment are kept, whatever becomes of them in the queue, but for the
 * pictures that are saved: before the end, when jobs are stopped that shall be there at the next
 * start. */
void            weir_queue_store_freeze  (WeirQueueStore *self);

/* Writes what is not yet written, waits for it, and takes no more changes. */
void            weir_queue_store_close   (WeirQueueStore *self);

G_END_DECLS
