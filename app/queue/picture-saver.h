/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Puts every picture that a queue makes into the library, whether a window is there or not. */

#pragma once

#include "library/library.h"
#include "queue/queue-store.h"

G_BEGIN_DECLS

#define WEIR_TYPE_PICTURE_SAVER (weir_picture_saver_get_type ())
G_DECLARE_FINAL_TYPE (WeirPictureSaver, weir_picture_saver, WEIR, PICTURE_SAVER, GObject)

/* The store keeps a job until its pictures are on the disk.
 *
 * Property: library (WeirLibrary), where the next picture goes; set it before there is one.
 * Signal: “told” (string), why a picture is not there. */
WeirPictureSaver *weir_picture_saver_new (WeirQueue      *queue,
                                          WeirQueueStore *store);

G_END_DECLS
