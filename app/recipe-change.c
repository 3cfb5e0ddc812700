/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Entries in the order in which they were first changed, at most one for each thing that can
 * change. Objects are held, so that a guide that was removed comes back as the one it was. */

#include "recipe-change.h"

#include <string.h>

#include "params.h"
#include "reference.h"

typedef struct
{
  GObject    *object;
  GParamSpec *pspec;            /* NULL: the items of object, a list */
  GValue      before, after;    /* of the property's type; or of G_TYPE_PTR_ARRAY */
  char       *name_before, *name_after; /* of a guide's picture; nullable */
  gboolean    is_kept;          /* though it is the same after as before */
} Entry;

struct _WeirRecipeChange
{
  gatomicrefcount count;
  GArray         *entries; /* Entry */
};

G_DEFINE_BOXED_TYPE (WeirRecipeChange, weir_recipe_change, weir_recipe_change_ref,
                     weir_recipe_change_unref)

static void
entry_clear (gpointer data)
{
  Entry *entry = data;

  g_clear_object (&entry->object);
  g_value_unset (&entry->before);
  g_value_unset (&entry->after);
  g_clear_pointer (&entry->name_before, g_free);
  g_clear_pointer (&entry->name_after, g_free);
}

WeirRecipeChange *
weir_recipe_change_new (void)
{
  WeirRecipeChange *self = g_new0 (WeirRecipeChange, 1);

  g_atomic_ref_count_init (&self->count);
  self->entries = g_array_new (FALSE, TRUE, sizeof (Entry));
  g_array_set_clear_func (self->entries, entry_clear);
  return self;
}

WeirRecipeChange *
weir_recipe_change_ref (WeirRecipeChange *self)
{
  g_atomic_ref_count_inc (&self->count);
  return self;
}

void
weir_recipe_change_unref (WeirRecipeChange *self)
{
  if (!g_atomic_ref_count_dec (&self->count))
    return;
  g_array_unref (self->entries);
  g_free (self);
}

/* --- what is the same ------------------------------------------------------------------------ */

static gboolean
are_same_items (const GPtrArray *a,
                const GPtrArray *b)
{
  return a->len == b->len && (a->len == 0 || memcmp (a->pdata, b->pdata,
                                                     a->len * sizeof *a->pdata) == 0);
}

gboolean
weir_recipe_change_is_same (GParamSpec   *pspec,
                            const GValue *a,
                            const GValue *b)
{
  if (!pspec)
    return are_same_items (g_value_get_boxed (a), g_value_get_boxed (b));
  if (G_VALUE_HOLDS (a, WEIR_TYPE_DEFAULTS))
    return weir_defaults_is_same (g_value_get_boxed (a), g_value_get_boxed (b));
  return g_param_values_cmp (pspec, a, b) == 0;
}

/* --- entries --------------------------------------------------------------------------------- */

static Entry *
find (WeirRecipeChange *self,
      gpointer          object,
      GParamSpec       *pspec)
{
  for (guint i = 0; i < self->entries->len; i++)
    {
      Entry *entry = &g_array_index (self->entries, Entry, i);

      if (entry->object == object && entry->pspec == pspec)
        return entry;
    }
  return NULL;
}

static void
set_value (GValue       *value,
           const GValue *from)
{
  if (G_IS_VALUE (value))
    g_value_unset (value);
  g_value_init (value, G_VALUE_TYPE (from));
  g_value_copy (from, value);
}

static gboolean
is_nothing (const Entry *entry)
{
  return weir_recipe_change_is_same (entry->pspec, &entry->before, &entry->after) &&
         g_strcmp0 (entry->name_before, entry->name_after) == 0;
}

/* Of one that is there already only what comes after counts. */
static void
add (WeirRecipeChange *self,
     const Entry      *from)
{
  Entry *entry = find (self, from->object, from->pspec);

  if (!entry)
    {
      g_array_set_size (self->entries, self->entries->len + 1);
      entry = &g_array_index (self->entries, Entry, self->entries->len - 1);
      entry->object = g_object_ref (from->object);
      entry->pspec = from->pspec;
      entry->name_before = g_strdup (from->name_before);
      set_value (&entry->before, &from->before);
    }
  g_free (entry->name_after);
  entry->name_after = g_strdup (from->name_after);
  set_value (&entry->after, &from->after);
  entry->is_kept |= from->is_kept;
  if (!entry->is_kept && is_nothing (entry))
    g_array_remove_index (self->entries, (guint) (entry - (Entry *) (void *) self->entries->data));
}

void
weir_recipe_change_add_value (WeirRecipeChange *self,
                              GObject          *object,
                              GParamSpec       *pspec,
                              const GValue     *before,
                              const GValue     *after)
{
  add (self, &(Entry) { .object = object, .pspec = pspec, .before = *before, .after = *after });
}

void
weir_recipe_change_keep_value (WeirRecipeChange *self,
                               GObject          *object,
                               GParamSpec       *pspec,
                               const GValue     *before,
                               const GValue     *after)
{
  add (self, &(Entry) { .object = object, .pspec = pspec, .before = *before, .after = *after,
                        .is_kept = TRUE });
}

void
weir_recipe_change_add_picture (WeirRecipeChange *self,
                                WeirGuide        *guide,
                                WeirPicture      *before,
                                const char       *name_before)
{
  Entry entry = {
    .object = G_OBJECT (guide),
    .pspec = g_object_class_find_property (G_OBJECT_GET_CLASS (guide), "picture"),
    .name_before = (char *) name_before,
    .name_after = (char *) weir_guide_get_name (guide),
  };

  g_value_init (&entry.before, WEIR_TYPE_PICTURE);
  g_value_set_object (&entry.before, before);
  g_value_init (&entry.after, WEIR_TYPE_PICTURE);
  g_value_set_object (&entry.after, weir_guide_get_picture (guide));
  add (self, &entry);
  g_value_unset (&entry.before);
  g_value_unset (&entry.after);
}

void
weir_recipe_change_add_items (WeirRecipeChange *self,
                              GListStore       *list,
                              GPtrArray        *before)
{
  GPtrArray *after = g_ptr_array_new_with_free_func (g_object_unref);
  Entry entry = { .object = G_OBJECT (list) };

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (list)); i++)
    g_ptr_array_add (after, g_list_model_get_item (G_LIST_MODEL (list), i));
  g_value_init (&entry.before, G_TYPE_PTR_ARRAY);
  g_value_set_boxed (&entry.before, before);
  g_value_init (&entry.after, G_TYPE_PTR_ARRAY);
  g_value_take_boxed (&entry.after, after);
  add (self, &entry);
  g_value_unset (&entry.before);
  g_value_unset (&entry.after);
}

gboolean
weir_recipe_change_has (WeirRecipeChange *self,
                        gpointer          object,
                        GParamSpec       *pspec)
{
  return find (self, object, pspec) != NULL;
}

void
weir_recipe_change_merge (WeirRecipeChange *self,
                          WeirRecipeChange *later)
{
  for (guint i = 0; i < later->entries->len; i++)
    add (self, &g_array_index (later->entries, Entry, i));
}

gboolean
weir_recipe_change_is_empty (WeirRecipeChange *self)
{
  for (guint i = 0; i < self->entries->len; i++)
    if (!is_nothing (&g_array_index (self->entries, Entry, i)))
      return FALSE;
  return TRUE;
}

/* --- size ------------------------------------------------------------------------------------ */

static gsize
measure_picture (WeirPicture *picture)
{
  CasImage *image = picture ? weir_picture_get_image (picture) : NULL;

  return image ? cas_image_get_stride (image) * cas_image_get_height (image) : 0;
}

static gsize
measure_item (gpointer item)
{
  if (WEIR_IS_GUIDE (item))
    return measure_picture (weir_guide_get_picture (item));
  return WEIR_IS_REFERENCE (item) ? measure_picture (weir_reference_get_picture (item)) : 0;
}

/* What only the past holds. */
static gsize
measure_value (const Entry *entry)
{
  const GValue *before = &entry->before;
  gsize size = 0;

  if (G_VALUE_HOLDS_STRING (before))
    return strlen (g_value_get_string (before) ? g_value_get_string (before) : "");
  if (G_VALUE_HOLDS (before, WEIR_TYPE_PICTURE))
    return measure_picture (g_value_get_object (before));
  if (!entry->pspec)
    {
      const GPtrArray *items = g_value_get_boxed (before);

      for (guint i = 0; i < items->len; i++)
        if (!g_ptr_array_find (g_value_get_boxed (&entry->after), items->pdata[i], NULL))
          size += measure_item (items->pdata[i]);
    }
  return size;
}

gsize
weir_recipe_change_get_size (WeirRecipeChange *self)
{
  gsize size = sizeof *self;

  for (guint i = 0; i < self->entries->len; i++)
    {
      const Entry *entry = &g_array_index (self->entries, Entry, i);

      size += sizeof *entry + measure_value (entry);
    }
  return size;
}

/* --- back and forth -------------------------------------------------------------------------- */

static void
apply_entry (const Entry *entry,
             gboolean     is_forth)
{
  const GValue *value = is_forth ? &entry->after : &entry->before;

  if (!entry->pspec)
    {
      GPtrArray *items = g_value_get_boxed (value);
      GListStore *list = G_LIST_STORE (entry->object);

      g_list_store_splice (list, 0, g_list_model_get_n_items (G_LIST_MODEL (list)), items->pdata,
                           items->len);
    }
  else if (WEIR_IS_GUIDE (entry->object) && G_VALUE_HOLDS (value, WEIR_TYPE_PICTURE))
    weir_guide_set_picture (WEIR_GUIDE (entry->object), g_value_get_object (value),
                            is_forth ? entry->name_after : entry->name_before);
  else
    g_object_set_property (entry->object, entry->pspec->name, value);
}

void
weir_recipe_change_apply (WeirRecipeChange *self,
                          gboolean          is_forth)
{
  const guint n = self->entries->len;

  for (guint i = 0; i < n; i++)
    apply_entry (&g_array_index (self->entries, Entry, is_forth ? i : n - 1 - i), is_forth);
}
