/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From the models to a project. */

#include "work-private.h"

#include "project/properties.h"
#include "reference.h"

/* The place of a picture among those of the project: 0 is the document's; −1: there is none. */
static int
put_picture (WeirProject *project,
             WeirPicture *picture)
{
  if (picture && picture == project->picture)
    return 0;
  for (int i = 0; picture && i < WEIR_PROJECT_MAX_OTHERS; i++)
    {
      if (!project->others[i])
        project->others[i] = g_object_ref (picture);
      if (project->others[i] == picture)
        return i + 1;
    }
  return -1;
}

static JsonObject *
add_entry (JsonArray         *array,
           gpointer           object,
           const char *const *names)
{
  JsonObject *entry = json_object_new ();

  weir_properties_describe (object, names, entry);
  json_array_add_object_element (array, entry);
  return entry;
}

static void
describe_picture (JsonObject  *entry,
                  WeirProject *project,
                  WeirPicture *picture,
                  const char  *name)
{
  const int place = put_picture (project, picture);

  if (place >= 0)
    json_object_set_int_member (entry, "picture", place);
  if (name)
    json_object_set_string_member (entry, "name", name);
}

static JsonArray *
describe_guides (WeirWork    *self,
                 WeirProject *project)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->guides)); i++)
    {
      g_autoptr (WeirGuide) guide = g_list_model_get_item (G_LIST_MODEL (self->guides), i);
      JsonObject *entry = add_entry (array, guide, weir_recipe_guide_names);

      json_object_set_string_member (entry, "kind",
                                     cas_control_kind_get_name (weir_guide_get_kind (guide)));
      describe_picture (entry, project, weir_guide_get_picture (guide),
                        weir_guide_get_name (guide));
    }
  return array;
}

static JsonArray *
describe_references (WeirWork    *self,
                     WeirProject *project)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->references)); i++)
    {
      g_autoptr (WeirReference) reference =
        g_list_model_get_item (G_LIST_MODEL (self->references), i);

      describe_picture (add_entry (array, reference, weir_recipe_reference_names), project,
                        weir_reference_get_picture (reference),
                        weir_reference_get_name (reference));
    }
  return array;
}

/* Those that are on, or were given a weight. */
static JsonArray *
describe_loras (WeirWork *self)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; self->loras && i < g_list_model_get_n_items (G_LIST_MODEL (self->loras)); i++)
    {
      g_autoptr (WeirLora) lora = g_list_model_get_item (G_LIST_MODEL (self->loras), i);
      g_autofree char *path = g_filename_to_utf8 (weir_lora_get_path (lora), -1, NULL, NULL, NULL);
      gboolean is_on;

      g_object_get (lora, "is-on", &is_on, NULL);
      if (path && (is_on || weir_lora_get_weight (lora) != 1))
        json_object_set_string_member (add_entry (array, lora, weir_recipe_lora_names), "path",
                                       path);
    }
  return array;
}

/* What the model's numbers were, so that they are told from a person's when there is another. */
static JsonObject *
describe_defaults (WeirWork *self)
{
  const WeirDefaults *defaults = weir_params_get_defaults (self->params);
  JsonObject *object = json_object_new ();

  json_object_set_int_member (object, "width", defaults->width);
  json_object_set_int_member (object, "height", defaults->height);
  json_object_set_int_member (object, "steps", defaults->steps);
  json_object_set_int_member (object, "detail-steps", defaults->detail_steps);
  json_object_set_double_member (object, "cfg", defaults->cfg);
  json_object_set_double_member (object, "detail-cfg", defaults->detail_cfg);
  return object;
}

static void
capture_steering (WeirWork    *self,
                  WeirProject *project,
                  gboolean     with_mask)
{
  WeirMask *mask = weir_document_get_mask (self->document);

  project->has_frame = project->picture != NULL;
  if (project->has_frame)
    weir_document_get_frame (self->document, &project->frame);
  if (with_mask && mask && !weir_mask_is_empty (mask))
    project->mask = weir_mask_crop (mask, &(GdkRectangle) {
      0, 0, (int) weir_mask_get_width (mask), (int) weir_mask_get_height (mask) });
}

WeirProject *
weir_work_capture (WeirWork *self,
                   gboolean  with_mask)
{
  WeirProject *project = g_new0 (WeirProject, 1);
  JsonObject *params = json_object_new ();

  g_return_val_if_fail (WEIR_IS_WORK (self), NULL);

  g_set_object (&project->picture, weir_document_get_picture (self->document));
  capture_steering (self, project, with_mask);
  project->params = json_node_init_object (json_node_alloc (), params);
  weir_properties_describe (G_OBJECT (self->params), weir_recipe_param_names, params);
  json_object_set_object_member (params, "defaults", describe_defaults (self));
  json_object_set_array_member (params, "guides", describe_guides (self, project));
  json_object_set_array_member (params, "references", describe_references (self, project));
  json_object_set_array_member (params, "loras", describe_loras (self));
  json_object_unref (params);
  return project;
}
