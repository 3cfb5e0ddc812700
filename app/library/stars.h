/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The stars of a folder's pictures, in a hidden file beside them, “.weir-stars”: so they survive
 * the index, and go where the folder goes. Any thread, any number of processes.
 *
 * The file is a list of lines of which the last one about a name counts: “+ HASH NAME” or
 * “- HASH NAME”, with the hash of the pixels, or “?” where it is not known, and the name escaped as
 * in a URI. Lines are only ever added. A picture has a star under its name; or by its pixels, if no
 * file has the name of the line any more. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _WeirStars WeirStars;

WeirStars *weir_stars_new  (const char *folder);
void       weir_stars_free (WeirStars  *self);

/* Reads the file, which need not be there. May wait for the disk. */
void       weir_stars_read (WeirStars  *self);

/* hash: NULL if it is not known. */
gboolean   weir_stars_has  (WeirStars  *self,
                            const char *name,
                            const char *hash);

/* What weir_stars_has() says from now on; weir_stars_write() writes it. */
void       weir_stars_set  (WeirStars  *self,
                            const char *name,
                            const char *hash,
                            gboolean    starred);

/* Writes down what was set and is not written. May wait for the disk. On failure all of it is taken
 * back. Errors: G_IO_ERROR. */
gboolean   weir_stars_write (WeirStars *self,
                             GError   **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirStars, weir_stars_free)

G_END_DECLS
