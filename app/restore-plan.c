/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From a picture's settings to a list of what can be set. */

#include "restore-plan.h"

#include <glib/gi18n.h>

#include <cascade/sampler.h>

#define SIZE_STEP 8
#define MIN_SIZE  64
#define MAX_SIZE  65528
#define MAX_SHOWN 200 /* characters of a text in its row */

/* An entry and the values that it sets: pairs of property and value. */
typedef struct
{
  WeirRestoreEntry entry;
  char            *title, *detail;
  GPtrArray       *names;  /* const char *, of WeirParams */
  GArray          *values; /* GValue */
  WeirLora          *lora;   /* nullable */
  double             weight; /* of that; 0: it is turned off */
  char              *path;   /* of the picture; nullable */
  WeirRestorePicture picture;
} Setting;

struct _WeirRestorePlan
{
  char      *source;
  GPtrArray *settings; /* Setting */
};

static void
setting_free (gpointer data)
{
  Setting *setting = data;

  g_free (setting->title);
  g_free (setting->detail);
  g_clear_object (&setting->lora);
  g_free (setting->path);
  g_ptr_array_unref (setting->names);
  g_array_unref (setting->values);
  g_free (setting);
}

/* Takes detail. */
static Setting *
add (WeirRestorePlan *plan,
     WeirRestoreState state,
     const char      *title,
     char            *detail)
{
  Setting *setting = g_new0 (Setting, 1);

  setting->title = g_strdup (title);
  setting->detail = detail;
  setting->entry = (WeirRestoreEntry) {
    .state = state,
    .title = setting->title,
    .detail = setting->detail,
    .is_chosen = state == WEIR_RESTORE_READY,
  };
  setting->names = g_ptr_array_new ();
  setting->values = g_array_new (FALSE, TRUE, sizeof (GValue));
  g_array_set_clear_func (setting->values, (GDestroyNotify) g_value_unset);
  g_ptr_array_add (plan->settings, setting);
  return setting;
}

/* --- what an entry sets --------------------------------------------------------------------- */

static GValue *
append_value (Setting    *setting,
              const char *property,
              GType       type)
{
  g_ptr_array_add (setting->names, (gpointer) property);
  g_array_set_size (setting->values, setting->values->len + 1);
  return g_value_init (&g_array_index (setting->values, GValue, setting->values->len - 1), type);
}

static void
set_string (Setting    *setting,
            const char *property,
            const char *value)
{
  g_value_set_string (append_value (setting, property, G_TYPE_STRING), value ? value : "");
}

static void
set_uint (Setting    *setting,
          const char *property,
          guint       value)
{
  g_value_set_uint (append_value (setting, property, G_TYPE_UINT), value);
}

/* --- texts ---------------------------------------------------------------------------------- */

/* On one line and not too long. */
static char *
dup_shown (const char *text)
{
  g_autofree char *line = g_strdelimit (g_strdup (text ? text : ""), "\n\r\t", ' ');

  g_strstrip (line);
  if (*line == '\0')
    return g_strdup (_("Empty"));
  if (g_utf8_strlen (line, -1) <= MAX_SHOWN)
    return g_steal_pointer (&line);

  g_autofree char *start = g_utf8_substring (line, 0, MAX_SHOWN - 1);

  return g_strconcat (start, "…", NULL);
}

/* --- prompts -------------------------------------------------------------------------------- */

/* The words of a style are in the prompt that was kept: it must not add them again. */
static void
add_prompt (WeirRestorePlan   *plan,
            const CasSettings *settings,
            WeirParams        *params)
{
  g_autofree char *style = NULL;
  Setting *setting;

  if (!(settings->fields & CAS_SETTING_PROMPT))
    return;
  setting = add (plan, WEIR_RESTORE_READY, _("Prompt"), dup_shown (settings->metadata.prompt));
  set_string (setting, "prompt", settings->metadata.prompt);

  g_object_get (params, "style", &style, NULL);
  if (*style == '\0')
    return;
  setting = add (plan, WEIR_RESTORE_READY, _("Style"),
                 g_strdup (_("None, since the prompt already says how it should look")));
  set_string (setting, "style", "");
}

static void
add_negative (WeirRestorePlan   *plan,
              const CasSettings *settings)
{
  if (settings->fields & CAS_SETTING_NEGATIVE)
    set_string (add (plan, WEIR_RESTORE_READY, _("Avoid"),
                     dup_shown (settings->metadata.negative_prompt)),
                "negative", settings->metadata.negative_prompt);
}

/* --- numbers -------------------------------------------------------------------------------- */

static guint
round_size (guint size)
{
  const guint rounded = (MIN (size, MAX_SIZE) + SIZE_STEP / 2) / SIZE_STEP * SIZE_STEP;

  return CLAMP (rounded, MIN_SIZE, MAX_SIZE);
}

/* Where only one of them is known the other stays. */
static void
add_size (WeirRestorePlan   *plan,
          const CasSettings *settings,
          WeirParams        *params)
{
  const CasSettingsFields both = CAS_SETTING_WIDTH | CAS_SETTING_HEIGHT;
  guint width, height, new_width, new_height;
  Setting *setting;

  if (!(settings->fields & both))
    return;
  g_object_get (params, "width", &width, "height", &height, NULL);
  if (settings->fields & CAS_SETTING_WIDTH)
    width = settings->metadata.width;
  if (settings->fields & CAS_SETTING_HEIGHT)
    height = settings->metadata.height;
  new_width = round_size (width);
  new_height = round_size (height);

  if (new_width == width && new_height == height)
    setting = add (plan, WEIR_RESTORE_READY, _("Size"),
                   g_strdup_printf (_("%u × %u"), width, height));
  else
    setting = add (plan, WEIR_RESTORE_READY, _("Size"),
                   g_strdup_printf (_("%u × %u → %u × %u, the nearest that can be made"),
                                    width, height, new_width, new_height));
  set_uint (setting, "width", new_width);
  set_uint (setting, "height", new_height);
}

static void
add_seed (WeirRestorePlan   *plan,
          const CasSettings *settings)
{
  const guint64 seed = settings->metadata.seed;
  Setting *setting;

  if (!(settings->fields & CAS_SETTING_SEED))
    return;
  setting = add (plan, WEIR_RESTORE_READY, _("Seed"), g_strdup_printf ("%" G_GUINT64_FORMAT, seed));
  g_value_set_uint64 (append_value (setting, "seed", G_TYPE_UINT64), seed);
  g_value_set_boolean (append_value (setting, "random-seed", G_TYPE_BOOLEAN), FALSE);
}

static void
add_steps (WeirRestorePlan *plan,
           WeirParams      *params,
           const char      *title,
           const char      *property,
           guint            steps)
{
  guint kept;

  g_object_get (params, property, &kept, NULL);
  if (steps >= 1 && steps <= CAS_JOB_MAX_STEPS)
    set_uint (add (plan, WEIR_RESTORE_READY, title, g_strdup_printf ("%u", steps)), property, steps);
  else
    add (plan, WEIR_RESTORE_UNAVAILABLE, title,
         g_strdup_printf (_("%u is not from 1 to %u → your %u is kept"), steps, CAS_JOB_MAX_STEPS,
                          kept));
}

static void
add_cfg (WeirRestorePlan *plan,
         WeirParams      *params,
         const char      *title,
         const char      *property,
         double           cfg)
{
  double kept;

  g_object_get (params, property, &kept, NULL);
  if (cfg >= 0 && cfg <= CAS_JOB_MAX_CFG)
    g_value_set_double (append_value (add (plan, WEIR_RESTORE_READY, title,
                                           g_strdup_printf ("%g", cfg)),
                                      property, G_TYPE_DOUBLE),
                        cfg);
  else
    add (plan, WEIR_RESTORE_UNAVAILABLE, title,
         g_strdup_printf (_("%g is not from 0 to %g → your %g is kept"), cfg, CAS_JOB_MAX_CFG,
                          kept));
}

static void
add_numbers (WeirRestorePlan   *plan,
             const CasSettings *settings,
             WeirParams        *params)
{
  const CasMetadata *m = &settings->metadata;

  add_size (plan, settings, params);
  add_seed (plan, settings);
  if (settings->fields & CAS_SETTING_STEPS)
    add_steps (plan, params, _("Steps"), "steps", m->steps);
  if (settings->fields & CAS_SETTING_CFG)
    add_cfg (plan, params, _("Guidance"), "cfg", m->cfg);
  if (settings->fields & CAS_SETTING_DECODER_STEPS)
    add_steps (plan, params, _("Detail Steps"), "detail-steps", m->decoder_steps);
  if (settings->fields & CAS_SETTING_DECODER_CFG)
    add_cfg (plan, params, _("Detail Guidance"), "detail-cfg", m->decoder_cfg);
}

/* --- what the parameters have no place for -------------------------------------------------- */

static void
add_unavailable (WeirRestorePlan       *plan,
                 const CasSettings     *settings,
                 const WeirRestoreHere *here)
{
  const CasMetadata *m = &settings->metadata;
  const char *sampler = cas_sampler_name (CAS_SAMPLER_DDPM);

  if (settings->fields & CAS_SETTING_SAMPLER && g_strcmp0 (m->sampler, sampler) != 0)
    add (plan, WEIR_RESTORE_UNAVAILABLE, _("Sampler"),
         g_strdup_printf (_("“%s” → “%s” is kept"), m->sampler, sampler));
  if (settings->fields & CAS_SETTING_SHIFT && m->shift != here->shift)
    add (plan, WEIR_RESTORE_UNAVAILABLE, _("Shift"),
         g_strdup_printf (_("%g → the model’s own is kept"), m->shift));
  if (m->restores_mean)
    add (plan, WEIR_RESTORE_UNAVAILABLE, _("Weights"),
         g_strdup (_("They kept the mean of the text’s numbers → that is left out")));
  if (m->outpaint[0] || m->outpaint[1] || m->outpaint[2] || m->outpaint[3])
    add (plan, WEIR_RESTORE_UNAVAILABLE, _("Expanded Image"),
         g_strdup_printf (_("%u, %u, %u and %u pixels on the left, top, right and bottom → none are "
                            "added"),
                          m->outpaint[0], m->outpaint[1], m->outpaint[2], m->outpaint[3]));
  for (guint i = 0; i + 1 < settings->lost->len; i += 2)
    add (plan, WEIR_RESTORE_UNAVAILABLE, settings->lost->pdata[i],
         g_strdup_printf (_("“%s” → not used here"), (char *) settings->lost->pdata[i + 1]));
}

/* Of which role a picture was, for a person. */
static const char *
get_role_name (const char *role)
{
  static const struct { const char *role, *name; } names[] = {
    { "init", N_("Image to Begin From") },
    { "mask", N_("Mask") },
    { "prompt", N_("Image to Vary") },
    { "canny", N_("Guidance: Edges") },
    { "identity", N_("Guidance: Face") },
    { "super_resolution", N_("Guidance: Super Resolution") },
    { "inpainting", N_("Guidance: Inpainting") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_strcmp0 (names[i].role, role) == 0)
      return _(names[i].name);
  return role ? role : _("Image");
}

/* What the picture was for, if that can be had here again. */
static gboolean
read_role (const CasMetadataPicture *picture,
           WeirRestorePicture       *use)
{
  *use = (WeirRestorePicture) {
    .is_reference = g_strcmp0 (picture->role, "prompt") == 0,
    .weight = picture->weight,
    .start = picture->start,
    .end = picture->end,
    .low = picture->low,
    .high = picture->high,
  };
  return use->is_reference ||
         (picture->role && cas_control_kind_from_name (picture->role, &use->kind) &&
          use->kind != CAS_CONTROL_INPAINTING && use->kind != CAS_CONTROL_OTHER);
}

static void
add_picture (WeirRestorePlan          *plan,
             const CasMetadataPicture *picture,
             const WeirRestoreHere    *here)
{
  const char *title = get_role_name (picture->role);
  WeirRestorePicture use;
  const gboolean is_usable = read_role (picture, &use);
  g_autofree char *path = is_usable && here->dup_picture && picture->sha256
                            ? here->dup_picture (here->data, picture->sha256) : NULL;

  if (is_usable && !use.is_reference && !(here->control_kinds & 1u << use.kind))
    add (plan, WEIR_RESTORE_MISSING, title,
         g_strdup (_("The model has no ControlNet for it → none is used")));
  else if (path)
    {
      g_autofree char *name = g_filename_display_basename (path);
      Setting *setting = add (plan, WEIR_RESTORE_READY, title,
                              g_strdup_printf (_("“%s” of the history, strength %g"), name,
                                               picture->weight));

      setting->path = g_steal_pointer (&path);
      setting->picture = use;
      setting->picture.path = setting->path;
    }
  else if (picture->threshold > 0 || !picture->sha256)
    add (plan, WEIR_RESTORE_UNAVAILABLE, title,
         g_strdup (_("It was found by the model → none is used")));
  else
    add (plan, WEIR_RESTORE_MISSING, title,
         g_strdup_printf (_("The image with the fingerprint %.12s…, strength %g → none is used"),
                          picture->sha256, picture->weight));
}

/* By the file's name: to hash all files there are would take minutes. */
static WeirLora *
find_lora (WeirLoraList *loras,
           const char   *name)
{
  const guint n = loras ? g_list_model_get_n_items (G_LIST_MODEL (loras)) : 0;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (WeirLora) lora = g_list_model_get_item (G_LIST_MODEL (loras), i);

      if (g_strcmp0 (weir_lora_get_name (lora), name) == 0)
        return g_steal_pointer (&lora);
    }
  return NULL;
}

static void
add_lora (WeirRestorePlan       *plan,
          const CasMetadataLora *lora,
          const WeirRestoreHere *here)
{
  g_autoptr (WeirLora) found = find_lora (here->loras, lora->name);
  Setting *setting;

  if (!found)
    add (plan, WEIR_RESTORE_MISSING, _("LoRA"),
         g_strdup_printf (_("“%s”, weight %g → none is used"), lora->name, lora->weight));
  else if (ABS (lora->weight) > WEIR_LORA_MAX_WEIGHT)
    add (plan, WEIR_RESTORE_UNAVAILABLE, _("LoRA"),
         g_strdup_printf (_("“%s”, weight %g, which is more than can be set → none is used"),
                          lora->name, lora->weight));
  else if (weir_lora_get_reason (found))
    add (plan, WEIR_RESTORE_UNAVAILABLE, _("LoRA"),
         g_strdup_printf (_("“%s” → none is used: %s"), lora->name,
                          weir_lora_get_reason (found)));
  else
    {
      setting = add (plan, WEIR_RESTORE_READY, _("LoRA"),
                     g_strdup_printf (_("“%s”, weight %g"), lora->name, lora->weight));
      setting->lora = g_steal_pointer (&found);
      setting->weight = lora->weight;
    }
}

/* Those that are on and that the picture was made without. */
static void
add_unused_loras (WeirRestorePlan       *plan,
                  const CasSettings     *settings,
                  const WeirRestoreHere *here)
{
  const CasMetadata *m = &settings->metadata;
  const guint n = here->loras ? g_list_model_get_n_items (G_LIST_MODEL (here->loras)) : 0;

  for (guint i = 0; settings->form == CAS_SETTINGS_WEIR && i < n; i++)
    {
      g_autoptr (WeirLora) lora = g_list_model_get_item (G_LIST_MODEL (here->loras), i);
      gboolean is_used = !weir_lora_get_is_used (lora);

      for (guint j = 0; j < m->n_loras; j++)
        is_used |= g_strcmp0 (m->loras[j].name, weir_lora_get_name (lora)) == 0;
      if (!is_used)
        add (plan, WEIR_RESTORE_READY, _("LoRA"),
             g_strdup_printf (_("“%s” is turned off, since the image was made without it"),
                              weir_lora_get_name (lora)))->lora = g_steal_pointer (&lora);
    }
}

static void
add_missing (WeirRestorePlan       *plan,
             const CasSettings     *settings,
             const WeirRestoreHere *here)
{
  const CasMetadata *m = &settings->metadata;

  if (settings->fields & CAS_SETTING_MODEL && g_strcmp0 (m->model, here->model) != 0)
    add (plan, WEIR_RESTORE_MISSING, _("Model"),
         here->model ? g_strdup_printf (_("“%s” → “%s” is kept"), m->model, here->model)
                     : g_strdup_printf (_("“%s” → yours is kept"), m->model));
  for (guint i = 0; i < m->n_loras; i++)
    add_lora (plan, &m->loras[i], here);
  add_unused_loras (plan, settings, here);
  for (guint i = 0; m->lora_tokens && m->lora_tokens[i]; i++)
    add (plan, WEIR_RESTORE_MISSING, _("New Word"),
         g_strdup_printf (_("“%s” → not known here"), m->lora_tokens[i]));
  for (guint i = 0; i < m->n_pictures; i++)
    add_picture (plan, &m->pictures[i], here);
}

/* --- the plan ------------------------------------------------------------------------------- */

static char *
dup_source (const CasSettings     *settings,
            const WeirRestoreHere *here)
{
  static const char *const names[CAS_N_SETTINGS_FORMS] = {
    [CAS_SETTINGS_WEIR] = "Weir",
    [CAS_SETTINGS_A1111] = "AUTOMATIC1111",
    [CAS_SETTINGS_COMFYUI] = "ComfyUI",
    [CAS_SETTINGS_INVOKEAI] = "InvokeAI",
    [CAS_SETTINGS_SWARMUI] = "SwarmUI",
    [CAS_SETTINGS_FOOOCUS] = "Fooocus",
  };

  if (here->is_recalled)
    return g_strdup (_("The image itself does not say how it was made. The history knows it by its "
                       "pixels."));
  if (settings->program && *settings->program)
    return g_strdup_printf (_("%s wrote these settings into the image."), settings->program);
  return g_strdup_printf (_("These settings are in the image, in the form of %s."),
                          names[settings->form]);
}

WeirRestorePlan *
weir_restore_plan_new (const CasSettings     *settings,
                       WeirParams            *params,
                       const WeirRestoreHere *here)
{
  WeirRestorePlan *plan = g_new0 (WeirRestorePlan, 1);

  plan->source = dup_source (settings, here);
  plan->settings = g_ptr_array_new_with_free_func (setting_free);
  add_prompt (plan, settings, params);
  add_negative (plan, settings);
  add_numbers (plan, settings, params);
  add_unavailable (plan, settings, here);
  add_missing (plan, settings, here);
  return plan;
}

void
weir_restore_plan_free (WeirRestorePlan *plan)
{
  if (!plan)
    return;

  g_free (plan->source);
  g_ptr_array_unref (plan->settings);
  g_free (plan);
}

guint
weir_restore_plan_get_n (const WeirRestorePlan *plan)
{
  return plan->settings->len;
}

const WeirRestoreEntry *
weir_restore_plan_get (const WeirRestorePlan *plan,
                       guint                  index)
{
  g_return_val_if_fail (index < plan->settings->len, NULL);

  return &((const Setting *) plan->settings->pdata[index])->entry;
}

const char *
weir_restore_plan_get_source (const WeirRestorePlan *plan)
{
  return plan->source;
}

void
weir_restore_plan_choose (WeirRestorePlan *plan,
                          guint            index,
                          gboolean         is_chosen)
{
  Setting *setting;

  g_return_if_fail (index < plan->settings->len);

  setting = plan->settings->pdata[index];
  setting->entry.is_chosen = is_chosen && setting->entry.state == WEIR_RESTORE_READY;
}

const WeirRestorePicture *
weir_restore_plan_get_picture (const WeirRestorePlan *plan,
                               guint                  index)
{
  const Setting *setting;

  g_return_val_if_fail (index < plan->settings->len, NULL);

  setting = plan->settings->pdata[index];
  return setting->path && setting->entry.is_chosen ? &setting->picture : NULL;
}

void
weir_restore_plan_apply (const WeirRestorePlan *plan,
                         WeirParams            *params)
{
  for (guint i = 0; i < plan->settings->len; i++)
    {
      const Setting *setting = plan->settings->pdata[i];

      if (setting->entry.is_chosen && setting->lora)
        g_object_set (setting->lora, "is-on", setting->weight != 0, "weight",
                      setting->weight != 0 ? setting->weight : 1.0, NULL);
      for (guint j = 0; setting->entry.is_chosen && j < setting->names->len; j++)
        g_object_set_property (G_OBJECT (params), setting->names->pdata[j],
                               &g_array_index (setting->values, GValue, j));
    }
}
