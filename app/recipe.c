/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What each thing was is remembered beside it, so that a notification tells what changed. */

#include "recipe.h"

#include "reference.h"

/* Who changes things now. */
typedef enum
{
  BY_PERSON,
  BY_FILE,  /* all of it is an edit */
  BY_ITSELF /* nothing is */
} Mode;

struct _WeirRecipe
{
  GObject parent;

  WeirParams       *params;
  GListStore       *guides;
  GListStore       *references;
  WeirLoraList     *loras;
  GHashTable       *known;     /* GObject to Known */
  GHashTable       *items;     /* GListStore to GPtrArray of GObject */
  Mode              mode;
  WeirRecipeChange *open;      /* that the next may go on with; nullable */
  guint             pause_id;
  guint             moment_id; /* until the next event comes, all is one change */
};

G_DEFINE_FINAL_TYPE (WeirRecipe, weir_recipe, G_TYPE_OBJECT)

enum
{
  CHANGED,
  EDITED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

const char *const weir_recipe_param_names[] = {
  "prompt", "negative", "style", "width", "height", "count", "steps", "cfg", "detail-steps",
  "detail-cfg", "random-seed", "seed", "strength", NULL
};
const char *const weir_recipe_guide_names[] = {
  "is-on", "strength", "start", "end", "low", "high", NULL
};
const char *const weir_recipe_reference_names[] = { "weight", NULL };
const char *const weir_recipe_lora_names[] = { "is-on", "weight", NULL };

/* --- what is known --------------------------------------------------------------------------- */

/* An object as it was last seen. */
typedef struct
{
  GHashTable *values; /* GParamSpec to GValue */
  char       *name;   /* of a guide's picture */
} Known;

static void
value_free (gpointer data)
{
  g_value_unset (data);
  g_free (data);
}

static void
known_free (gpointer data)
{
  Known *known = data;

  g_hash_table_unref (known->values);
  g_free (known->name);
  g_free (known);
}

static void
learn (Known      *known,
       GObject    *object,
       GParamSpec *pspec)
{
  GValue *value = g_new0 (GValue, 1);

  g_object_get_property (object, pspec->name, g_value_init (value, pspec->value_type));
  g_hash_table_insert (known->values, pspec, value);
  if (WEIR_IS_GUIDE (object))
    {
      g_free (known->name);
      known->name = g_strdup (weir_guide_get_name (WEIR_GUIDE (object)));
    }
}

/* --- edits ----------------------------------------------------------------------------------- */

void
weir_recipe_end_edit (WeirRecipe *self)
{
  g_return_if_fail (WEIR_IS_RECIPE (self));

  g_clear_handle_id (&self->pause_id, g_source_remove);
  g_clear_pointer (&self->open, weir_recipe_change_unref);
}

static gboolean
paused (gpointer user_data)
{
  WeirRecipe *self = user_data;

  self->pause_id = 0;
  weir_recipe_end_edit (self);
  return G_SOURCE_REMOVE;
}

static gboolean
moment_passed (gpointer user_data)
{
  ((WeirRecipe *) user_data)->moment_id = 0;
  return G_SOURCE_REMOVE;
}

/* goes_on: it is of the kind that comes in many small steps. */
static void
tell (WeirRecipe       *self,
      WeirRecipeChange *change,
      gboolean          goes_on)
{
  WeirRecipeChange *previous = goes_on || self->moment_id ? self->open : NULL;

  g_clear_handle_id (&self->pause_id, g_source_remove);
  self->pause_id = g_timeout_add (WEIR_RECIPE_PAUSE_MS, paused, self);
  if (!self->moment_id)
    self->moment_id = g_idle_add_full (G_PRIORITY_HIGH, moment_passed, self, NULL);
  if (!previous)
    {
      g_clear_pointer (&self->open, weir_recipe_change_unref);
      self->open = weir_recipe_change_ref (change);
    }
  g_signal_emit (self, signals[EDITED], 0, change, previous);
  if (self->open && weir_recipe_change_is_empty (self->open))
    weir_recipe_end_edit (self);
}

/* A text that is written, a slider that is dragged; no switch and no choice. */
static gboolean
flows (GParamSpec *pspec)
{
  return !G_IS_PARAM_SPEC_BOOLEAN (pspec) && !G_IS_PARAM_SPEC_OBJECT (pspec) &&
         !G_IS_PARAM_SPEC_BOXED (pspec) && !g_str_equal (pspec->name, "style");
}

/* A seed that is drawn for each job is remembered, but nobody's choice. */
static gboolean
is_by_itself (WeirRecipe *self,
              GObject    *object,
              GParamSpec *pspec)
{
  gboolean is_random;

  if (self->mode != BY_PERSON)
    return self->mode == BY_ITSELF;
  if (object != (GObject *) self->params)
    return FALSE;
  g_object_get (self->params, "random-seed", &is_random, NULL);
  return weir_params_get_changes_itself (self->params) ||
         (is_random && g_str_equal (pspec->name, "seed"));
}

static void
add_value (WeirRecipe       *self,
           WeirRecipeChange *change,
           GObject          *object,
           GParamSpec       *pspec,
           const GValue     *before)
{
  g_auto (GValue) now = G_VALUE_INIT;

  g_object_get_property (object, pspec->name, g_value_init (&now, pspec->value_type));
  weir_recipe_change_add_value (change, object, pspec, before, &now);
}

/* Whichever seed was drawn since, the one there was comes back with the choice of it. */
static void
add_seed (WeirRecipe       *self,
          WeirRecipeChange *change,
          Known            *known)
{
  GObject *params = G_OBJECT (self->params);
  GParamSpec *pspec = g_object_class_find_property (G_OBJECT_GET_CLASS (params), "seed");
  g_auto (GValue) now = G_VALUE_INIT;

  g_object_get_property (params, "seed", g_value_init (&now, pspec->value_type));
  weir_recipe_change_keep_value (change, params, pspec, g_hash_table_lookup (known->values, pspec),
                                 &now);
  learn (known, params, pspec);
}

static void
property_changed (GObject    *object,
                  GParamSpec *pspec,
                  WeirRecipe *self)
{
  Known *known = g_hash_table_lookup (self->known, object);
  g_autoptr (WeirRecipeChange) change = weir_recipe_change_new ();
  const GValue *before = g_hash_table_lookup (known->values, pspec);

  if (!is_by_itself (self, object, pspec))
    {
      if (G_IS_PARAM_SPEC_OBJECT (pspec))
        weir_recipe_change_add_picture (change, WEIR_GUIDE (object), g_value_get_object (before),
                                        known->name);
      else
        add_value (self, change, object, pspec, before);
      if (!weir_recipe_change_is_empty (change) && g_str_equal (pspec->name, "random-seed"))
        add_seed (self, change, known);
    }
  learn (known, object, pspec);
  if (!weir_recipe_change_is_empty (change))
    tell (self, change,
          flows (pspec) && self->open && weir_recipe_change_has (self->open, object, pspec));
  g_signal_emit (self, signals[CHANGED], 0);
}

/* --- what is watched ------------------------------------------------------------------------- */

static void
watch_property (WeirRecipe *self,
                Known      *known,
                GObject    *object,
                const char *name)
{
  g_autofree char *signal = g_strconcat ("notify::", name, NULL);

  learn (known, object, g_object_class_find_property (G_OBJECT_GET_CLASS (object), name));
  g_signal_connect_object (object, signal, G_CALLBACK (property_changed), self, 0);
}

static void
watch (WeirRecipe        *self,
       GObject           *object,
       const char *const *names,
       const char        *other)
{
  Known *known = g_new0 (Known, 1);

  g_signal_handlers_disconnect_by_func (object, property_changed, self);
  known->values = g_hash_table_new_full (NULL, NULL, NULL, value_free);
  for (guint i = 0; names[i]; i++)
    watch_property (self, known, object, names[i]);
  if (other)
    watch_property (self, known, object, other);
  g_hash_table_insert (self->known, g_object_ref (object), known);
}

static void
unwatch (WeirRecipe *self,
         GObject    *object)
{
  g_signal_handlers_disconnect_by_func (object, property_changed, self);
  g_hash_table_remove (self->known, object);
}

static const char *const *
get_names (WeirRecipe *self,
           gpointer    list)
{
  if (list == self->guides)
    return weir_recipe_guide_names;
  return list == self->references ? weir_recipe_reference_names : weir_recipe_lora_names;
}

/* From what was in a list to what is in it. Returns the former. */
static GPtrArray *
watch_items (WeirRecipe *self,
             GListModel *list)
{
  GPtrArray *before = g_hash_table_lookup (self->items, list);
  GPtrArray *now = g_ptr_array_new_with_free_func (g_object_unref);

  before = before ? g_ptr_array_ref (before) : g_ptr_array_new ();
  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    g_ptr_array_add (now, g_list_model_get_item (list, i));
  for (guint i = 0; i < before->len; i++)
    if (!g_ptr_array_find (now, before->pdata[i], NULL))
      unwatch (self, before->pdata[i]);
  for (guint i = 0; i < now->len; i++)
    if (!g_hash_table_contains (self->known, now->pdata[i]))
      watch (self, now->pdata[i], get_names (self, list),
             list == (GListModel *) self->guides ? "picture" : NULL);
  g_hash_table_insert (self->items, list, now);
  return before;
}

static void
items_changed (WeirRecipe *self,
               guint       position,
               guint       n_removed,
               guint       n_added,
               GListModel *list)
{
  g_autoptr (GPtrArray) before = watch_items (self, list);
  g_autoptr (WeirRecipeChange) change = weir_recipe_change_new ();

  if (self->mode != BY_ITSELF)
    weir_recipe_change_add_items (change, G_LIST_STORE (list), before);
  if (!weir_recipe_change_is_empty (change))
    tell (self, change, FALSE);
  g_signal_emit (self, signals[CHANGED], 0);
}

/* Files come and go by themselves. */
static void
loras_changed (WeirRecipe *self,
               guint       position,
               guint       n_removed,
               guint       n_added,
               GListModel *list)
{
  g_ptr_array_unref (watch_items (self, list));
}

static void
watch_list (WeirRecipe *self,
            gpointer    list,
            GCallback   callback)
{
  g_signal_connect_object (list, "items-changed", callback, self, G_CONNECT_SWAPPED);
  g_ptr_array_unref (watch_items (self, list));
}

/* --- the object ------------------------------------------------------------------------------ */

static void
weir_recipe_dispose (GObject *object)
{
  WeirRecipe *self = WEIR_RECIPE (object);

  weir_recipe_end_edit (self);
  g_clear_handle_id (&self->moment_id, g_source_remove);
  G_OBJECT_CLASS (weir_recipe_parent_class)->dispose (object);
}

static void
weir_recipe_finalize (GObject *object)
{
  WeirRecipe *self = WEIR_RECIPE (object);

  g_hash_table_unref (self->known);
  g_hash_table_unref (self->items);
  g_clear_object (&self->params);
  g_clear_object (&self->guides);
  g_clear_object (&self->references);
  g_clear_object (&self->loras);
  G_OBJECT_CLASS (weir_recipe_parent_class)->finalize (object);
}

static void
weir_recipe_class_init (WeirRecipeClass *class)
{
  G_OBJECT_CLASS (class)->dispose = weir_recipe_dispose;
  G_OBJECT_CLASS (class)->finalize = weir_recipe_finalize;
  signals[CHANGED] = g_signal_new ("changed", WEIR_TYPE_RECIPE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
  signals[EDITED] = g_signal_new ("edited", WEIR_TYPE_RECIPE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 2, WEIR_TYPE_RECIPE_CHANGE,
                                  WEIR_TYPE_RECIPE_CHANGE);
}

static void
weir_recipe_init (WeirRecipe *self)
{
  self->known = g_hash_table_new_full (NULL, NULL, g_object_unref, known_free);
  self->items = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) g_ptr_array_unref);
}

WeirRecipe *
weir_recipe_new (WeirParams   *params,
                 GListStore   *guides,
                 GListStore   *references,
                 WeirLoraList *loras)
{
  WeirRecipe *self = g_object_new (WEIR_TYPE_RECIPE, NULL);

  self->params = g_object_ref (params);
  self->guides = g_object_ref (guides);
  self->references = g_object_ref (references);
  g_set_object (&self->loras, loras);
  watch (self, G_OBJECT (params), weir_recipe_param_names, "defaults");
  watch_list (self, guides, G_CALLBACK (items_changed));
  watch_list (self, references, G_CALLBACK (items_changed));
  if (loras)
    watch_list (self, loras, G_CALLBACK (loras_changed));
  return self;
}

void
weir_recipe_apply (WeirRecipe       *self,
                   WeirRecipeChange *change,
                   gboolean          is_forth)
{
  const Mode mode = self->mode;

  g_return_if_fail (WEIR_IS_RECIPE (self));

  weir_recipe_end_edit (self);
  self->mode = BY_ITSELF;
  weir_recipe_change_apply (change, is_forth);
  self->mode = mode;
}

void
weir_recipe_begin_taking (WeirRecipe *self,
                          gboolean    is_first)
{
  g_return_if_fail (WEIR_IS_RECIPE (self));

  weir_recipe_end_edit (self);
  self->mode = is_first ? BY_ITSELF : BY_FILE;
}

void
weir_recipe_end_taking (WeirRecipe *self)
{
  g_return_if_fail (WEIR_IS_RECIPE (self));

  weir_recipe_end_edit (self);
  self->mode = BY_PERSON;
}
