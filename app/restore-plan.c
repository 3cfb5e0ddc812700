/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From a picture's settings to a list of what can be set. */

#include "restore-plan-private.h"

#include <string.h>

#include <glib/gi18n.h>

#include <cascade/sampler.h>

#define SIZE_STEP 8
#define MIN_SIZE  64
#define MAX_SIZE  65528
#define MAX_SHOWN 200 /* characters of a text in its row */

static void
setting_free (gpointer data)
{
  WeirRestoreSetting *setting = data;

  g_free (setting->title);
  g_free (setting->detail);
  g_clear_object (&setting->lora);
  g_free (setting->path);
  g_ptr_array_unref (setting->names);
  g_array_unref (setting->values);
  g_free (setting);
}

WeirRestoreSetting *
weir_restore_plan_add (WeirRestorePlan *plan,
                       WeirRestoreState state,
                       const char      *title,
                       char            *detail)
{
  WeirRestoreSetting *setting = g_new0 (WeirRestoreSetting, 1);

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

GValue *
weir_restore_setting_append (WeirRestoreSetting *setting,
                             const char         *property,
                             GType               type)
{
  g_ptr_array_add (setting->names, (gpointer) property);
  g_array_set_size (setting->values, setting->values->len + 1);
  return g_value_init (&g_array_index (setting->values, GValue, setting->values->len - 1), type);
}

static void
set_string (WeirRestoreSetting    *setting,
            const char *property,
            const char *value)
{
  g_value_set_string (weir_restore_setting_append (setting, property, G_TYPE_STRING),
                      value ? value : "");
}

static void
set_uint (WeirRestoreSetting    *setting,
          const char *property,
          guint       value)
{
  g_value_set_uint (weir_restore_setting_append (setting, property, G_TYPE_UINT), value);
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
  WeirRestoreSetting *setting;

  if (!(settings->fields & CAS_SETTING_PROMPT))
    return;
  setting = weir_restore_plan_add (plan, WEIR_RESTORE_READY, _("Prompt"),
                                   dup_shown (settings->metadata.prompt));
  set_string (setting, "prompt", settings->metadata.prompt);

  g_object_get (params, "style", &style, NULL);
  if (*style == '\0')
    return;
  setting = weir_restore_plan_add (plan, WEIR_RESTORE_READY, _("Style"),
                 g_strdup (_("None, since the prompt already says how it should look")));
  set_string (setting, "style", "");
}

static void
add_negative (WeirRestorePlan   *plan,
              const CasSettings *settings)
{
  if (settings->fields & CAS_SETTING_NEGATIVE)
    set_string (weir_restore_plan_add (plan, WEIR_RESTORE_READY, _("Avoid"),
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
  WeirRestoreSetting *setting;

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
    setting = weir_restore_plan_add (plan, WEIR_RESTORE_READY, _("Size"),
                   g_strdup_printf (_("%u × %u"), width, height));
  else
    setting = weir_restore_plan_add (plan, WEIR_RESTORE_READY, _("Size"),
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
  WeirRestoreSetting *setting;

  if (!(settings->fields & CAS_SETTING_SEED))
    return;
  setting = weir_restore_plan_add (plan, WEIR_RESTORE_READY, _("Seed"),
                                   g_strdup_printf ("%" G_GUINT64_FORMAT, seed));
  g_value_set_uint64 (weir_restore_setting_append (setting, "seed", G_TYPE_UINT64), seed);
  g_value_set_boolean (weir_restore_setting_append (setting, "random-seed", G_TYPE_BOOLEAN), FALSE);
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
    set_uint (weir_restore_plan_add (plan, WEIR_RESTORE_READY, title,
                                     g_strdup_printf ("%u", steps)), property, steps);
  else
    weir_restore_plan_add (plan, WEIR_RESTORE_UNAVAILABLE, title,
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
    {
      WeirRestoreSetting *setting =
        weir_restore_plan_add (plan, WEIR_RESTORE_READY, title, g_strdup_printf ("%g", cfg));

      g_value_set_double (weir_restore_setting_append (setting, property, G_TYPE_DOUBLE), cfg);
    }
  else
    weir_restore_plan_add (plan, WEIR_RESTORE_UNAVAILABLE, title,
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
    weir_restore_plan_add (plan, WEIR_RESTORE_UNAVAILABLE, _("Sampler"),
         g_strdup_printf (_("“%s” → “%s” is kept"), m->sampler, sampler));
  if (settings->fields & CAS_SETTING_SHIFT && m->shift != here->shift)
    weir_restore_plan_add (plan, WEIR_RESTORE_UNAVAILABLE, _("Shift"),
         g_strdup_printf (_("%g → the model’s own is kept"), m->shift));
  if (m->restores_mean)
    weir_restore_plan_add (plan, WEIR_RESTORE_UNAVAILABLE, _("Weights"),
         g_strdup (_("They kept the mean of the text’s numbers → that is left out")));
  for (guint i = 0; i + 1 < settings->lost->len; i += 2)
    weir_restore_plan_add (plan, WEIR_RESTORE_UNAVAILABLE, settings->lost->pdata[i],
         g_strdup_printf (_("“%s” → not used here"), (char *) settings->lost->pdata[i + 1]));
}

static void
add_missing (WeirRestorePlan       *plan,
             const CasSettings     *settings,
             const WeirRestoreHere *here)
{
  const CasMetadata *m = &settings->metadata;

  if (settings->fields & CAS_SETTING_MODEL && g_strcmp0 (m->model, here->model) != 0)
    weir_restore_plan_add (plan, WEIR_RESTORE_MISSING, _("Model"),
         here->model ? g_strdup_printf (_("“%s” → “%s” is kept"), m->model, here->model)
                     : g_strdup_printf (_("“%s” → yours is kept"), m->model));
  weir_restore_plan_add_loras (plan, settings, here);
  for (guint i = 0; m->lora_tokens && m->lora_tokens[i]; i++)
    weir_restore_plan_add (plan, WEIR_RESTORE_MISSING, _("New Word"),
         g_strdup_printf (_("“%s” → not known here"), m->lora_tokens[i]));
  weir_restore_plan_add_pictures (plan, settings, here);
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
  memcpy (plan->outside, settings->metadata.outpaint, sizeof plan->outside);
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

  return &((const WeirRestoreSetting *) plan->settings->pdata[index])->entry;
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
  WeirRestoreSetting *setting;

  g_return_if_fail (index < plan->settings->len);

  setting = plan->settings->pdata[index];
  setting->entry.is_chosen = is_chosen && setting->entry.state == WEIR_RESTORE_READY;
}

const WeirRestorePicture *
weir_restore_plan_get_picture (const WeirRestorePlan *plan,
                               guint                  index)
{
  const WeirRestoreSetting *setting;

  g_return_val_if_fail (index < plan->settings->len, NULL);

  setting = plan->settings->pdata[index];
  return setting->path && setting->entry.is_chosen ? &setting->picture : NULL;
}

gboolean
weir_restore_plan_get_outside (const WeirRestorePlan *plan,
                               guint                  outside[4])
{
  for (guint i = 0; i < plan->settings->len; i++)
    {
      const WeirRestoreSetting *setting = plan->settings->pdata[i];

      if (setting->adds_outside && setting->entry.is_chosen)
        {
          memcpy (outside, plan->outside, sizeof plan->outside);
          return TRUE;
        }
    }
  return FALSE;
}

void
weir_restore_plan_apply (const WeirRestorePlan *plan,
                         WeirParams            *params)
{
  for (guint i = 0; i < plan->settings->len; i++)
    {
      const WeirRestoreSetting *setting = plan->settings->pdata[i];

      if (setting->entry.is_chosen && setting->lora)
        g_object_set (setting->lora, "is-on", setting->weight != 0, "weight",
                      setting->weight != 0 ? setting->weight : 1.0, NULL);
      for (guint j = 0; setting->entry.is_chosen && j < setting->names->len; j++)
        g_object_set_property (G_OBJECT (params), setting->names->pdata[j],
                               &g_array_index (setting->values, GValue, j));
    }
}
