/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A picture of the library: what is known of it without opening it. All but its hash and its star
 * never changes, so that any thread may make and read it. */

#pragma once

#include <glib-object.h>

#include <cascade/metadata.h>

G_BEGIN_DECLS

#define WEIR_TYPE_LIBRARY_ITEM (weir_library_item_get_type ())
G_DECLARE_FINAL_TYPE (WeirLibraryItem, weir_library_item, WEIR, LIBRARY_ITEM, GObject)

/* A file in the library's folder, and what was found in it. */
typedef struct
{
  const char       *name;       /* in UTF-8 */
  guint64           size_bytes;
  gint64            changed_us; /* since 1970 */
  gint64            date_us;    /* when it was first seen, or made */
  guint             width, height;
  const char       *settings;   /* of weir_settings_pack(); nullable */
  CasSettingsFields fields;     /* what of it was there */
  const char       *hash;       /* as of cas_image_dup_hash(); NULL until the pixels were read, ""
                                 * if they could not be */
} WeirLibraryFile;

/* What file points to is copied. NULL if the settings cannot be unpacked. */
WeirLibraryItem *weir_library_item_new (const char            *folder,
                                        const WeirLibraryFile *file);

/* Property: starred (boolean), read-only, with notification; the library changes it.
 *
 * All that is got is the item's. */
const WeirLibraryFile *weir_library_item_get_file     (WeirLibraryItem *self);
const char            *weir_library_item_get_path     (WeirLibraryItem *self);
GDateTime             *weir_library_item_get_date     (WeirLibraryItem *self); /* local time */
gboolean               weir_library_item_get_starred  (WeirLibraryItem *self);

/* NULL if nothing is known of how it was made. */
const char            *weir_library_item_get_prompt   (WeirLibraryItem *self);

/* FALSE if it is not known. */
gboolean               weir_library_item_get_seed     (WeirLibraryItem *self,
                                                       guint64         *seed);

/* Whether prompt or file name have the words, as weir_search_split() makes them. */
gboolean               weir_library_item_matches      (WeirLibraryItem   *self,
                                                       const char *const *words);

/* Newest first. */
int                    weir_library_item_compare      (WeirLibraryItem *a,
                                                       WeirLibraryItem *b);

/* For the library alone, in the main thread. */
void                   weir_library_item_set_starred  (WeirLibraryItem *self,
                                                       gboolean         starred);
void                   weir_library_item_set_hash     (WeirLibraryItem *self,
                                                       const char      *hash);

G_END_DECLS
