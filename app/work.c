/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Between the window's models and a project. */

#include "work.h"

#include <string.h>

#include <glib/gi18n.h>

#include "project/properties.h"
#include "reference.h"

#define MAX_NAME_BYTES 1024 /* of what a guide's or reference's picture is called */

struct _WeirWork
{
  GObject parent;

  WeirDocument *document;
  WeirParams   *params;
  GListStore   *guides;
  GListStore   *references;
  WeirLoraList *loras;
  GSignalGroup *mask_signals;
  guint         serial, mask_serial;
  char         *path;
  gboolean      is_unsaved;
  gboolean      is_taking; /* what is in a file */
};

G_DEFINE_FINAL_TYPE (WeirWork, weir_work, G_TYPE_OBJECT)

enum
{
  PROP_PATH = 1,
  PROP_IS_UNSAVED,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static const char *const param_names[] = {
  "prompt", "negative", "style", "width", "height", "count", "steps", "cfg", "detail-steps",
  "detail-cfg", "random-seed", "seed", "strength", NULL
};
static const char *const guide_names[] = {
  "is-on", "strength", "start", "end", "low", "high", NULL
};
static const char *const reference_names[] = { "weight", NULL };
static const char *const lora_names[] = { "is-on", "weight", NULL };

/* --- out ------------------------------------------------------------------------------------- */

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
      JsonObject *entry = add_entry (array, guide, guide_names);

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

      describe_picture (add_entry (array, reference, reference_names), project,
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
        json_object_set_string_member (add_entry (array, lora, lora_names), "path", path);
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
  weir_properties_describe (G_OBJECT (self->params), param_names, params);
  json_object_set_object_member (params, "defaults", describe_defaults (self));
  json_object_set_array_member (params, "guides", describe_guides (self, project));
  json_object_set_array_member (params, "references", describe_references (self, project));
  json_object_set_array_member (params, "loras", describe_loras (self));
  json_object_unref (params);
  return project;
}

/* --- in -------------------------------------------------------------------------------------- */

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
      weir_properties_take (G_OBJECT (guide), guide_names, entries->pdata[i]);
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
      weir_properties_take (G_OBJECT (reference), reference_names, entries->pdata[i]);
      g_list_store_append (self->references, reference);
    }
}

static void
turn_off_loras (WeirWork *self)
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
  turn_off_loras (self);
  for (guint i = 0; i < entries->len; i++)
    {
      const char *path = read_text (entries->pdata[i], "path");
      WeirLora *lora = path ? weir_lora_list_find_like (self->loras, path) : NULL;

      if (lora)
        weir_properties_take (G_OBJECT (lora), lora_names, entries->pdata[i]);
      else if (path && json_object_get_boolean_member_with_default (entries->pdata[i], "is-on", FALSE)
               && missing->len < CAS_JOB_MAX_LORAS)
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
  weir_document_begin_change (self->document);
  weir_document_set_picture (self->document, project->picture);
  take_mask (self, project->mask);
  if (frame)
    weir_document_set_frame (self->document, frame);
  weir_document_end_change (self->document);
}

char *
weir_work_take_settings (WeirWork *self,
                         JsonNode *params)
{
  JsonObject *object;
  char *complaint;

  g_return_val_if_fail (WEIR_IS_WORK (self), NULL);
  g_return_val_if_fail (JSON_NODE_HOLDS_OBJECT (params), NULL);

  object = json_node_get_object (params);
  self->is_taking = TRUE;
  /* which change what is here, so the values come after */
  take_defaults (self, object);
  weir_properties_take (G_OBJECT (self->params), param_names, object);
  complaint = take_loras (self, object);
  self->is_taking = FALSE;
  return complaint;
}

void
weir_work_take_pictures (WeirWork    *self,
                         WeirProject *project,
                         gboolean     is_first)
{
  JsonObject *params = project->params ? json_node_get_object (project->params) : NULL;

  g_return_if_fail (WEIR_IS_WORK (self));

  self->is_taking = TRUE;
  take_document (self, project, is_first);
  if (params)
    {
      take_guides (self, project, params);
      take_references (self, project, params);
    }
  self->is_taking = FALSE;
}

gboolean
weir_work_is_empty (WeirWork *self)
{
  g_return_val_if_fail (WEIR_IS_WORK (self), TRUE);

  return !weir_document_get_picture (self->document) &&
         g_list_model_get_n_items (G_LIST_MODEL (self->guides)) == 0 &&
         g_list_model_get_n_items (G_LIST_MODEL (self->references)) == 0;
}

void
weir_work_clear (WeirWork *self)
{
  g_return_if_fail (WEIR_IS_WORK (self));

  weir_document_set_picture (self->document, NULL);
  g_list_store_remove_all (self->guides);
  g_list_store_remove_all (self->references);
  if (self->loras)
    turn_off_loras (self);
  weir_work_set_path (self, NULL, FALSE);
}

WeirGuide *
weir_work_new_guide (WeirWork       *self,
                     CasControlKind  kind)
{
  WeirGuide *guide = weir_guide_new (kind);

  g_object_bind_property (self->params, "width", guide, "width", G_BINDING_SYNC_CREATE);
  g_object_bind_property (self->params, "height", guide, "height", G_BINDING_SYNC_CREATE);
  return guide;
}

/* --- what changes ---------------------------------------------------------------------------- */

static void
changed (WeirWork *self)
{
  self->serial++;
  if (!self->is_taking && !self->is_unsaved)
    {
      self->is_unsaved = TRUE;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_UNSAVED]);
    }
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
mask_changed (WeirWork *self)
{
  self->mask_serial++;
  changed (self);
}

static void
mask_replaced (WeirWork *self)
{
  g_signal_group_set_target (self->mask_signals, weir_document_get_mask (self->document));
  mask_changed (self);
}

/* Of what comes into a list, each property that is kept. */
static void
watch_items (WeirWork          *self,
             GListModel        *list,
             guint              position,
             guint              n_added,
             const char *const *names)
{
  for (guint i = position; i < position + n_added; i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (list, i);

      g_signal_handlers_disconnect_by_func (item, changed, self);
      for (guint j = 0; names[j]; j++)
        {
          g_autofree char *signal = g_strconcat ("notify::", names[j], NULL);

          g_signal_connect_object (item, signal, G_CALLBACK (changed), self, G_CONNECT_SWAPPED);
        }
      if (WEIR_IS_GUIDE (item))
        g_signal_connect_object (item, "notify::picture", G_CALLBACK (changed), self,
                                 G_CONNECT_SWAPPED);
    }
}

static void
guides_changed (WeirWork   *self,
                guint       position,
                guint       n_removed,
                guint       n_added,
                GListModel *list)
{
  watch_items (self, list, position, n_added, guide_names);
  changed (self);
}

static void
references_changed (WeirWork   *self,
                    guint       position,
                    guint       n_removed,
                    guint       n_added,
                    GListModel *list)
{
  watch_items (self, list, position, n_added, reference_names);
  changed (self);
}

/* Files come and go by themselves. */
static void
loras_changed (WeirWork   *self,
               guint       position,
               guint       n_removed,
               guint       n_added,
               GListModel *list)
{
  watch_items (self, list, position, n_added, lora_names);
}

static void
watch (WeirWork *self)
{
  for (guint i = 0; param_names[i]; i++)
    {
      g_autofree char *signal = g_strconcat ("notify::", param_names[i], NULL);

      g_signal_connect_object (self->params, signal, G_CALLBACK (changed), self,
                               G_CONNECT_SWAPPED);
    }
  self->mask_signals = g_signal_group_new (WEIR_TYPE_MASK);
  g_signal_group_connect_swapped (self->mask_signals, "changed", G_CALLBACK (mask_changed), self);
  g_signal_group_set_target (self->mask_signals, weir_document_get_mask (self->document));
  g_signal_connect_object (self->document, "notify::mask", G_CALLBACK (mask_replaced), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->document, "notify::picture", G_CALLBACK (changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->document, "notify::frame", G_CALLBACK (changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->guides, "items-changed", G_CALLBACK (guides_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->references, "items-changed", G_CALLBACK (references_changed),
                           self, G_CONNECT_SWAPPED);
  if (!self->loras)
    return;
  g_signal_connect_object (self->loras, "items-changed", G_CALLBACK (loras_changed), self,
                           G_CONNECT_SWAPPED);
  watch_items (self, G_LIST_MODEL (self->loras), 0,
               g_list_model_get_n_items (G_LIST_MODEL (self->loras)), lora_names);
}

/* --- the object ------------------------------------------------------------------------------ */

static void
weir_work_get_property (GObject    *object,
                        guint       id,
                        GValue     *value,
                        GParamSpec *pspec)
{
  if (id == PROP_PATH)
    g_value_set_string (value, WEIR_WORK (object)->path);
  else if (id == PROP_IS_UNSAVED)
    g_value_set_boolean (value, WEIR_WORK (object)->is_unsaved);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
weir_work_finalize (GObject *object)
{
  WeirWork *self = WEIR_WORK (object);

  g_clear_object (&self->mask_signals);
  g_clear_object (&self->document);
  g_clear_object (&self->params);
  g_clear_object (&self->guides);
  g_clear_object (&self->references);
  g_clear_object (&self->loras);
  g_free (self->path);
  G_OBJECT_CLASS (weir_work_parent_class)->finalize (object);
}

static void
weir_work_class_init (WeirWorkClass *class)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  G_OBJECT_CLASS (class)->get_property = weir_work_get_property;
  G_OBJECT_CLASS (class)->finalize = weir_work_finalize;
  properties[PROP_PATH] = g_param_spec_string ("path", NULL, NULL, NULL, flags);
  properties[PROP_IS_UNSAVED] = g_param_spec_boolean ("is-unsaved", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (G_OBJECT_CLASS (class), N_PROPS, properties);
  signals[CHANGED] = g_signal_new ("changed", WEIR_TYPE_WORK, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
}

static void
weir_work_init (WeirWork *self)
{
}

WeirWork *
weir_work_new (WeirDocument *document,
               WeirParams   *params,
               GListStore   *guides,
               GListStore   *references,
               WeirLoraList *loras)
{
  WeirWork *self = g_object_new (WEIR_TYPE_WORK, NULL);

  self->document = g_object_ref (document);
  self->params = g_object_ref (params);
  self->guides = g_object_ref (guides);
  self->references = g_object_ref (references);
  g_set_object (&self->loras, loras);
  watch (self);
  return self;
}

const char *
weir_work_get_path (WeirWork *self)
{
  g_return_val_if_fail (WEIR_IS_WORK (self), NULL);

  return self->path;
}

gboolean
weir_work_get_is_unsaved (WeirWork *self)
{
  g_return_val_if_fail (WEIR_IS_WORK (self), FALSE);

  return self->is_unsaved;
}

char *
weir_work_dup_name (WeirWork *self)
{
  char *name, *ending;

  g_return_val_if_fail (WEIR_IS_WORK (self), NULL);

  if (!self->path)
    return NULL;
  name = g_filename_display_basename (self->path);
  ending = strrchr (name, '.');
  if (ending && ending > name && g_ascii_strcasecmp (ending, WEIR_PROJECT_ENDING) == 0)
    *ending = '\0';
  return name;
}

guint
weir_work_get_serial (WeirWork *self)
{
  g_return_val_if_fail (WEIR_IS_WORK (self), 0);

  return self->serial;
}

guint
weir_work_get_mask_serial (WeirWork *self)
{
  g_return_val_if_fail (WEIR_IS_WORK (self), 0);

  return self->mask_serial;
}

void
weir_work_set_path (WeirWork   *self,
                    const char *path,
                    gboolean    is_unsaved)
{
  g_autofree char *copy = g_strdup (path);

  g_return_if_fail (WEIR_IS_WORK (self));

  g_free (self->path);
  self->path = g_steal_pointer (&copy);
  self->is_unsaved = is_unsaved;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PATH]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_UNSAVED]);
}
