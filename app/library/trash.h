/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Files that went to the trash and can be had back. All functions may wait for the disk. */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _WeirTrash WeirTrash;

WeirTrash *weir_trash_new     (void);
void       weir_trash_free    (WeirTrash     *self);

/* Errors: G_IO_ERROR. */
gboolean   weir_trash_put     (WeirTrash     *self,
                               const char    *path,
                               GError       **error);

/* Back to where it was, unless something else is there now. Errors: G_IO_ERROR, NOT_FOUND if it
 * is not among the last few. */
gboolean   weir_trash_restore (WeirTrash     *self,
                               const char    *path,
                               GError       **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirTrash, weir_trash_free)

G_END_DECLS
