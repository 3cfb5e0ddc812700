/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From a project to the models. A project is from anywhere: what does not fit is left out. */

#include "work-private.h"

#include <string.h>

#include <glib/gi18n.h>

#include "project/properties.h"
#include "reference.h"

#define MAX_NAME_BYTES 1024 /* of what a guide's or reference's picture is called */

/* A number from 0 to max; FALSE for anything else. */
static gboolean
read_number (JsonObject *object,
             const char *name,
             double      max,
             double     *number)
{
  JsonNode *node = json_object_get_member (object, name);
  const GType type = node && JSON_NODE_HOLDS_VALUE (node) ? json_node_get_value_type (node) : 0;

  if (type != G_TYPE_INT64 && type != G_TYPE_DOUBLE)
    return FALSE;
  *number = json_node_get_double (node);
  return *number >= 0 && *number <= max;
}

/* NULL: it is none. Owned by object. */
static const char *
read_text (JsonObject *object,
           const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING
           ? json_node_get_string (node) : NULL;
}

/* What one line shows; free with g_free(). */
static char *
read_name (JsonObject *object)
{
  const char *name = read_text (object, "name");

  return name && strlen (name) <= MAX_NAME_BYTES
           ? g_strdelimit (g_strdup (name), "\n\r\t", ' ') : g_strdup ("");
}

static WeirPicture *
read_picture (JsonObject        *entry,
              const WeirProject *project)
{
  double place;

  if (!read_number (entry, "picture", WEIR_PROJECT_MAX_OTHERS, &place))
    return NULL;
  return place < 1 ? project->picture : project->others[(int) place - 1];
}

/* All of them or none. */
static void
take_defaults (WeirWork   *self,
               JsonObject *params)
{
  JsonNode *node = json_object_get_member (params, "defaults");
  JsonObject *object = node && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  double width, height, steps, detail_steps, cfg, detail_cfg;

  if (!object || !read_number (object, "width", G_MAXUINT16, &width) ||
      !read_number (object, "height", G_MAXUINT16, &height) ||
      !read_number (object, "steps", CAS_JOB_MAX_STEPS, &steps) ||
      !read_number (object, "detail-steps", CAS_JOB_MAX_STEPS, &detail_steps) ||
      !read_number (object, "cfg", CAS_JOB_MAX_CFG, &cfg) ||
      !read_number (object, "detail-cfg", CAS_JOB_MAX_CFG, &detail_cfg) ||
      MIN (width, height) < 1 || MIN (steps, detail_steps) < 1)
    return;
  weir_params_adopt (self->params, &(WeirDefaults) {
    .width = (guint) width,
    .height = (guint) height,
    .steps = (guint) steps,
    .detail_steps = (guint) detail_steps,
    .cfg = cfg,
    .detail_cfg = detail_cfg,
  });
}

/* The entries of a list that is there: objects alone, and not too many; NULL: it is not there. */
static GPtrArray *
read_list (JsonObject *params,
           const char *name,
           guint       max)
{
  JsonNode *node = json_object_get_member (params, name);
  JsonArray *array = node && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  GPtrArray *entries = array ? g_ptr_array_new () : NULL;

  for (guint i = 0; array && i < json_array_get_length (array) && entries->len < max; i++)
    {
      JsonNode *element = json_array_get_element (array, i);

      if (JSON_NODE_HOLDS_OBJECT (element))
        g_ptr_array_add (entries, json_node_get_object (element));
    }
  return entries;
}

static void
take_guides (WeirWork          *self,
             const WeirProject *project,
             JsonObject        *params)
{
  g_autoptr (GPtrArray) entries = read_list (params, "guides", CAS_JOB_MAX_CONTROLS);

  if (entries)
    g_list_store_remove_all (self->guides);
  for (guint i = 0; entries && i < entries->len; i++)
    {
      const char *word = read_text (entries->pdata[i], "kind");
      WeirPicture *picture = read_picture (entries->pdata[i], project);
      g_autofree char *name = read_name (entries->pdata[i]);
      g_autoptr (WeirGuide) guide = NULL;
      CasControlKind kind;

      if (!word || !cas_control_kind_from_name (word, &kind))
        continue;
      guide = weir_work_new_guide (self, kind);
      weir_properties_take (G_OBJECT (guide), weir_recipe_guide_names, entries->pdata[i]);
      weir_guide_set_picture (guide, picture, picture ? name : NULL);
      g_list_store_append (self->guides, guide);
    }
}

static void
take_references (WeirWork          *self,
                 const WeirProject *project,
                 JsonObject        *params)
{
  g_autoptr (GPtrArray) entries = read_list (params, "references", CAS_JOB_MAX_IMAGE_PROMPTS);

  if (entries)
    g_list_store_remove_all (self->references);
  for (guint i = 0; entries && i < entries->len; i++)
    {
      WeirPicture *picture = read_picture (entries->pdata[i], project);
      g_autofree char *name = read_name (entries->pdata[i]);
      g_autoptr (WeirReference) reference = picture ? weir_reference_new (picture, name) : NULL;

      if (!reference)
        continue;
      weir_properties_take (G_OBJECT (reference), weir_recipe_reference_names, entries->pdata[i]);
      g_list_store_append (self->references, reference);
    }
}

void
weir_work_turn_off_loras (WeirWork *self)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->loras)); i++)
    {
      g_autoptr (WeirLora) lora = g_list_model_get_item (G_LIST_MODEL (self->loras), i);

      g_object_set (lora, "is-on", FALSE, "weight", 1.0, NULL);
    }
}

/* Files that are told of here alone: a project brings none in. Returns those that are not, but are
 * on: NULL or a sentence. */
static char *
take_loras (WeirWork   *self,
            JsonObject *params)
{
  g_autoptr (GPtrArray) entries = read_list (params, "loras", G_MAXUINT16);
  g_autoptr (GPtrArray) missing = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *list = NULL;

  if (!entries || !self->loras)
    return NULL;
  weir_work_turn_off_loras (self);
  for (guint i = 0; i < entries->len; i++)
    {
      const char *path = read_text (entries->pdata[i], "path");
      WeirLora *lora = path ? weir_lora_list_find_like (self->loras, path) : NULL;

      if (lora)
        weir_properties_take (G_OBJECT (lora), weir_recipe_lora_names, entries->pdata[i]);
      else if (path && json_object_get_boolean_member_with_default (entries->pdata[i], "is-on",
                                                                    FALSE) &&
               missing->len < CAS_JOB_MAX_LORAS)
        g_ptr_array_add (missing, g_path_get_basename (path));
    }
  if (missing->len == 0)
    return NULL;
  g_ptr_array_add (missing, NULL);
  list = g_strjoinv (_(", "), (char **) missing->pdata);
  return g_strdup_printf (_("LoRA files that are not here were left out: %s."), list);
}

/* Into the mask that the document has by now. */
static void
take_mask (WeirWork *self,
           WeirMask *mask)
{
  WeirMask *there = weir_document_get_mask (self->document);
  const guint width = mask ? weir_mask_get_width (mask) : 0;
  const gsize height = mask ? weir_mask_get_height (mask) : 0;
  g_autofree guint8 *pixels = mask ? g_try_malloc (width * height) : NULL;

  if (there && pixels && weir_mask_get_width (there) == width
      && weir_mask_get_height (there) == height)
    {
      weir_mask_read (mask, pixels, width);
      weir_mask_write (there, pixels, width);
    }
  else if (there)
    weir_mask_clear (there);
}

static void
take_document (WeirWork          *self,
               const WeirProject *project,
               gboolean           is_first)
{
  const GdkRectangle *frame = project->has_frame ? &project->frame : NULL;

  if (is_first && project->picture)
    weir_document_begin_with (self->document, project->picture, project->mask, frame);
  if (is_first)
    return;
  weir_document_set_picture (self->document, project->picture);
  take_mask (self, project->mask);
  if (frame)
    weir_document_set_frame (self->document, frame);
}

/* All of it is one step, or if is_first none. */
static void
begin_taking (WeirWork *self,
              gboolean  is_first)
{
  self->is_taking = TRUE;
  weir_document_begin_change (self->document);
  weir_recipe_begin_taking (self->recipe, is_first);
}

static void
end_taking (WeirWork *self)
{
  weir_recipe_end_taking (self->recipe);
  weir_document_end_change (self->document);
  self->is_taking = FALSE;
}

char *
weir_work_take_settings (WeirWork *self,
                         JsonNode *params,
                         gboolean  is_first)
{
  JsonObject *object;
  char *complaint;

  g_return_val_if_fail (WEIR_IS_WORK (self), NULL);
  g_return_val_if_fail (JSON_NODE_HOLDS_OBJECT (params), NULL);

  object = json_node_get_object (params);
  begin_taking (self, is_first);
  /* which change what is here, so the values come after */
  take_defaults (self, object);
  weir_properties_take (G_OBJECT (self->params), weir_recipe_param_names, object);
  complaint = take_loras (self, object);
  end_taking (self);
  return complaint;
}

void
weir_work_take_pictures (WeirWork    *self,
                         WeirProject *project,
                         gboolean     is_first)
{
  JsonObject *params = project->params ? json_node_get_object (project->params) : NULL;

  g_return_if_fail (WEIR_IS_WORK (self));

  begin_taking (self, is_first);
  take_document (self, project, is_first);
  if (params)
    {
      take_guides (self, project, params);
      take_references (self, project, params);
    }
  end_taking (self);
}
