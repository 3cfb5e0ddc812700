/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What was found in the library's files, in SQLite, so that the next start need not read them again.
 * It is a cache: where it is damaged, it is made anew. All functions may wait for the disk
 * and are for threads, any number of them, and for several processes. */

#pragma once

#include "library/library-item.h"

G_BEGIN_DECLS

typedef struct _WeirIndex WeirIndex;

/* The folder of path is made. An index that cannot be kept there is kept in memory, and the log says
 * so; what is there stays. */
WeirIndex *weir_index_new    (const char *path);
void       weir_index_free   (WeirIndex  *self);

/* Items (WeirLibraryItem) of a folder, in no order. */
GPtrArray *weir_index_load   (WeirIndex  *self,
                              const char *folder);

/* Takes the items in, in place of those of the same names, and forgets those of other names, all
 * of it or nothing. Either may be NULL. */
void       weir_index_update (WeirIndex  *self,
                              GPtrArray  *items,
                              GPtrArray  *gone);

/* The settings that a picture with these pixels had, wherever it is now; NULL if none are known.
 * Free with g_free(). */
char      *weir_index_find   (WeirIndex         *self,
                              const char        *hash,
                              CasSettingsFields *fields);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirIndex, weir_index_free)

G_END_DECLS
