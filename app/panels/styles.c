/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Styles of ours and of the person's own files. */

#include "panels/styles.h"

#include <string.h>

#include <glib/gi18n.h>
#include <json-glib/json-glib.h>

#define PLACE         "{prompt}"
#define MAX_FILE_SIZE 65536 /* bytes */

struct _WeirStyle
{
  GObject parent;

  char *id, *name, *prompt, *negative;
};

G_DEFINE_FINAL_TYPE (WeirStyle, weir_style, G_TYPE_OBJECT)

enum
{
  PROP_NAME = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static const struct
{
  const char *id, *name, *prompt, *negative;
} built_in[] = {
  { "", NC_("style", "None"), PLACE, "" },
  { "photograph", NC_("style", "Photograph"), "photograph of {prompt}, natural light, sharp focus",
    "illustration, painting, blurry" },
  { "cinematic", NC_("style", "Cinematic"), "cinematic still of {prompt}, dramatic light, film grain",
    "flat light, cartoon" },
  { "illustration", NC_("style", "Illustration"), "illustration of {prompt}, clean shapes, flat colours",
    "photograph" },
  { "watercolour", NC_("style", "Watercolour"), "watercolour painting of {prompt}, wet paper, soft edges",
    "photograph, 3d render" },
  { "oil", NC_("style", "Oil Painting"), "oil painting of {prompt}, visible brush strokes, canvas",
    "photograph, 3d render" },
  { "ink", NC_("style", "Ink Drawing"), "black ink drawing of {prompt}, hatching, white paper", "colour" },
  { "pixel", NC_("style", "Pixel Art"), "pixel art of {prompt}, limited palette", "blurry, photograph" },
  { "isometric", NC_("style", "Isometric"), "isometric view of {prompt}, small scene, soft shadows", "" },
};

static void
weir_style_get_property (GObject    *object,
                         guint       id,
                         GValue     *value,
                         GParamSpec *pspec)
{
  if (id == PROP_NAME)
    g_value_set_string (value, WEIR_STYLE (object)->name);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
weir_style_finalize (GObject *object)
{
  WeirStyle *self = WEIR_STYLE (object);

  g_free (self->id);
  g_free (self->name);
  g_free (self->prompt);
  g_free (self->negative);
  G_OBJECT_CLASS (weir_style_parent_class)->finalize (object);
}

static void
weir_style_class_init (WeirStyleClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->get_property = weir_style_get_property;
  object_class->finalize = weir_style_finalize;
  properties[PROP_NAME] =
    g_param_spec_string ("name", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
weir_style_init (WeirStyle *self)
{
}

static WeirStyle *
new_style (const char *id,
           const char *name,
           const char *prompt,
           const char *negative)
{
  WeirStyle *self = g_object_new (WEIR_TYPE_STYLE, NULL);

  self->id = g_strdup (id);
  self->name = g_strdup (name);
  self->prompt = g_strdup (prompt);
  self->negative = g_strdup (negative);
  return self;
}

const char *
weir_style_get_id (WeirStyle *self)
{
  g_return_val_if_fail (WEIR_IS_STYLE (self), NULL);

  return self->id;
}

char *
weir_style_apply (WeirStyle  *self,
                  const char *prompt)
{
  const char *place;

  g_return_val_if_fail (WEIR_IS_STYLE (self), NULL);

  place = strstr (self->prompt, PLACE);
  if (!place)
    return g_strdup_printf ("%s, %s", prompt, self->prompt);
  return g_strdup_printf ("%.*s%s%s", (int) (place - self->prompt), self->prompt, prompt,
                          place + strlen (PLACE));
}

char *
weir_style_apply_negative (WeirStyle  *self,
                           const char *negative)
{
  g_return_val_if_fail (WEIR_IS_STYLE (self), NULL);

  if (*self->negative == '\0' || *negative == '\0')
    return g_strconcat (negative, self->negative, NULL);
  return g_strdup_printf ("%s, %s", negative, self->negative);
}

/* --- files ----------------------------------------------------------------------------------- */

static const char *
get_text (JsonObject *object,
          const char *member)
{
  return json_object_get_string_member_with_default (object, member, "");
}

static WeirStyle *
load_file (const char *path,
           const char *id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInfo) info =
    g_file_query_info (file, G_FILE_ATTRIBUTE_STANDARD_SIZE, 0, NULL, &error);
  JsonNode *root;
  JsonObject *object;

  if (info && g_file_info_get_size (info) > MAX_FILE_SIZE)
    {
      g_warning ("%s is no style: it is larger than %d bytes", path, MAX_FILE_SIZE);
      return NULL;
    }
  if (!info || !json_parser_load_from_file (parser, path, &error))
    {
      g_warning ("%s could not be read: %s", path, error->message);
      return NULL;
    }
  root = json_parser_get_root (parser);
  if (!root || !JSON_NODE_HOLDS_OBJECT (root))
    {
      g_warning ("%s is no style: it holds no object", path);
      return NULL;
    }
  object = json_node_get_object (root);
  return new_style (id, *get_text (object, "name") ? get_text (object, "name") : id,
                    get_text (object, "prompt"), get_text (object, "negative_prompt"));
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

static void
load_folder (GListStore *styles,
             const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);

  for (const char *name = dir ? g_dir_read_name (dir) : NULL; name; name = g_dir_read_name (dir))
    if (g_str_has_suffix (name, ".json"))
      g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < names->len; i++)
    {
      const char *name = g_ptr_array_index (names, i);
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autofree char *id = g_strndup (name, strlen (name) - strlen (".json"));
      g_autoptr (WeirStyle) style = load_file (path, id);

      if (style)
        g_list_store_append (styles, style);
    }
}

GListModel *
weir_styles_load (const char *folder)
{
  GListStore *styles = g_list_store_new (WEIR_TYPE_STYLE);

  for (guint i = 0; i < G_N_ELEMENTS (built_in); i++)
    {
      g_autoptr (WeirStyle) style =
        new_style (built_in[i].id, g_dpgettext2 (NULL, "style", built_in[i].name),
                   built_in[i].prompt, built_in[i].negative);

      g_list_store_append (styles, style);
    }
  if (folder)
    load_folder (styles, folder);
  return G_LIST_MODEL (styles);
}

WeirStyle *
weir_styles_find (GListModel *styles,
                  const char *id)
{
  const guint n = g_list_model_get_n_items (styles);

  /* a person's own style stands in for one of ours of the same name */
  for (guint i = n; i-- > 0;)
    {
      g_autoptr (WeirStyle) style = g_list_model_get_item (styles, i);

      if (g_strcmp0 (style->id, id) == 0)
        return g_steal_pointer (&style);
    }
  return NULL;
}
