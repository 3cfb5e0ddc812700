/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is known of a picture. */

#include "library/library-item.h"

#include <string.h>

#include "library/packed-settings.h"
#include "library/search.h"

struct _WeirLibraryItem
{
  GObject parent;

  WeirLibraryFile file; /* owns what it points to */
  char           *path;
  GDateTime      *date;
  char           *prompt;
  guint64         seed;
  char           *folded; /* what is searched */
  gboolean        is_starred;
};

G_DEFINE_FINAL_TYPE (WeirLibraryItem, weir_library_item, G_TYPE_OBJECT)

enum
{
  PROP_STARRED = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
weir_library_item_get_property (GObject    *object,
                                guint       id,
                                GValue     *value,
                                GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_STARRED:
      g_value_set_boolean (value, WEIR_LIBRARY_ITEM (object)->is_starred);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
weir_library_item_finalize (GObject *object)
{
  WeirLibraryItem *self = WEIR_LIBRARY_ITEM (object);

  g_free ((char *) self->file.name);
  g_free ((char *) self->file.settings);
  g_free ((char *) self->file.hash);
  g_free (self->path);
  g_clear_pointer (&self->date, g_date_time_unref);
  g_free (self->prompt);
  g_free (self->folded);
  G_OBJECT_CLASS (weir_library_item_parent_class)->finalize (object);
}

static void
weir_library_item_class_init (WeirLibraryItemClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->get_property = weir_library_item_get_property;
  object_class->finalize = weir_library_item_finalize;

  properties[PROP_STARRED] =
    g_param_spec_boolean ("starred", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
weir_library_item_init (WeirLibraryItem *self)
{
}

static GDateTime *
dup_local_time (gint64 us)
{
  g_autoptr (GDateTime) date = g_date_time_new_from_unix_local (us / G_USEC_PER_SEC);

  /* years that GDateTime does not have */
  return date ? g_steal_pointer (&date) : g_date_time_new_from_unix_local (0);
}

WeirLibraryItem *
weir_library_item_new (const char            *folder,
                       const WeirLibraryFile *file)
{
  g_autoptr (WeirLibraryItem) self = g_object_new (WEIR_TYPE_LIBRARY_ITEM, NULL);

  self->file = *file;
  self->file.name = g_strdup (file->name);
  self->file.settings = g_strdup (file->settings);
  self->file.hash = g_strdup (file->hash);
  self->path = g_build_filename (folder, file->name, NULL);
  self->date = dup_local_time (file->date_us);
  if (file->settings)
    {
      g_auto (CasMetadata) m = { 0 };

      if (!weir_settings_unpack (file->settings, file->fields, &m))
        return NULL;
      self->prompt = g_strdup (m.prompt ? m.prompt : "");
      self->seed = m.seed;
    }

  g_autofree char *searched =
    g_strconcat (self->prompt ? self->prompt : "", "\n", file->name, NULL);

  self->folded = weir_search_fold (searched);
  return g_steal_pointer (&self);
}

const WeirLibraryFile *
weir_library_item_get_file (WeirLibraryItem *self)
{
  g_return_val_if_fail (WEIR_IS_LIBRARY_ITEM (self), NULL);

  return &self->file;
}

const char *
weir_library_item_get_path (WeirLibraryItem *self)
{
  g_return_val_if_fail (WEIR_IS_LIBRARY_ITEM (self), NULL);

  return self->path;
}

GDateTime *
weir_library_item_get_date (WeirLibraryItem *self)
{
  g_return_val_if_fail (WEIR_IS_LIBRARY_ITEM (self), NULL);

  return self->date;
}

gboolean
weir_library_item_get_starred (WeirLibraryItem *self)
{
  g_return_val_if_fail (WEIR_IS_LIBRARY_ITEM (self), FALSE);

  return self->is_starred;
}

const char *
weir_library_item_get_prompt (WeirLibraryItem *self)
{
  g_return_val_if_fail (WEIR_IS_LIBRARY_ITEM (self), NULL);

  return self->prompt;
}

gboolean
weir_library_item_get_seed (WeirLibraryItem *self,
                            guint64         *seed)
{
  g_return_val_if_fail (WEIR_IS_LIBRARY_ITEM (self), FALSE);

  *seed = self->seed;
  return self->file.settings && (self->file.fields & CAS_SETTING_SEED) != 0;
}

gboolean
weir_library_item_matches (WeirLibraryItem   *self,
                           const char *const *words)
{
  g_return_val_if_fail (WEIR_IS_LIBRARY_ITEM (self), FALSE);

  return weir_search_matches (self->folded, words);
}

int
weir_library_item_compare (WeirLibraryItem *a,
                           WeirLibraryItem *b)
{
  if (a->file.date_us != b->file.date_us)
    return a->file.date_us > b->file.date_us ? -1 : 1;
  return strcmp (b->file.name, a->file.name);
}

void
weir_library_item_set_starred (WeirLibraryItem *self,
                               gboolean         starred)
{
  g_return_if_fail (WEIR_IS_LIBRARY_ITEM (self));

  if (self->is_starred == starred)
    return;
  self->is_starred = starred;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STARRED]);
}

void
weir_library_item_set_hash (WeirLibraryItem *self,
                            const char      *hash)
{
  g_return_if_fail (WEIR_IS_LIBRARY_ITEM (self));

  g_free ((char *) self->file.hash);
  self->file.hash = g_strdup (hash);
}
