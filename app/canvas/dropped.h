/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What somebody drops or pastes: which file it is, and what can become of it. */

#pragma once

#include <gtk/gtk.h>

#include "library/library.h"

G_BEGIN_DECLS

typedef enum
{
  WEIR_DROPPED_PICTURE = 1 << 0, /* or what the decoder may find to be none */
  WEIR_DROPPED_PROJECT = 1 << 1,
  WEIR_DROPPED_LORA = 1 << 2,
  WEIR_DROPPED_FOLDER = 1 << 3,
} WeirDroppedKind;

/* The first of a file list, or a file; owned by the value. NULL if it holds none. */
GFile           *weir_dropped_get_file    (const GValue        *value);

/* Of how many a file list is; 1 of a file or texture, 0 of anything else. */
guint            weir_dropped_get_n       (const GValue        *value);

/* By its name alone: folders are pictures still. A value without a file is one too. */
WeirDroppedKind  weir_dropped_get_kind    (const GValue        *value);

/* Looks at the file, or at the pixels of what has none, in a thread: whether it is a folder, and
 * whether it, or the library (nullable) of it, says how it was made. */
void             weir_dropped_look_async  (const GValue        *value,
                                           WeirLibrary         *library,
                                           GCancellable        *cancellable,
                                           GAsyncReadyCallback  callback,
                                           gpointer             user_data);

/* FALSE: cancelled. What cannot be read is a picture without settings. */
gboolean         weir_dropped_look_finish (GAsyncResult        *result,
                                           WeirDroppedKind     *kind,
                                           gboolean            *has_settings);

G_END_DECLS
