/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Puts every picture that a queue makes into the library, whether a window is there or not, and holds
 * those that could not be saved until they are. */

#pragma once

#include "library/library.h"
#include "queue/queue-store.h"

G_BEGIN_DECLS

#define WEIR_TYPE_PICTURE_SAVER (weir_picture_saver_get_type ())
G_DECLARE_FINAL_TYPE (WeirPictureSaver, weir_picture_saver, WEIR, PICTURE_SAVER, GObject)

/* The store keeps a job until its pictures are on the disk. What could not be saved is tried again with
 * another library, and when another picture could be saved.
 *
 * Properties: library (WeirLibrary, write-only), where the next picture goes; set it before there is
 * one. n-unsaved (uint, read-only): how many pictures could not be saved yet.
 * Signal: “told” (string): the try that was asked for failed again, and why. */
WeirPictureSaver *weir_picture_saver_new (WeirQueue      *queue,
                                          WeirQueueStore *store);

guint             weir_picture_saver_get_n_unsaved (WeirPictureSaver *self);

/* Why the latest of them could not be saved, as a sentence; NULL if there is none. */
const char       *weir_picture_saver_get_reason    (WeirPictureSaver *self);

/* Tries to save them now. */
void              weir_picture_saver_try_again     (WeirPictureSaver *self);

G_END_DECLS
