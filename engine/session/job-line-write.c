/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From a job to JSON. What is the default is not said, but for the prompt and the seed. */

#include "cascade/job-line.h"

#include <string.h>

#include <glib/gi18n-lib.h>
#include <inttypes.h>

#include "cascade/error.h"
#include "io/json-text.h"
#include "session/job-pictures.h"

#define MAX_FRACTION_DIGITS 330 /* of the smallest double that has all of its bits */

typedef struct
{
  const CasJobParams *params;
  CasJobLineKeep      keep;
  gpointer            data;
  GString            *line;
} Writer;

/* --- members ------------------------------------------------------------------------------- */

static void
begin (Writer     *self,
       const char *name)
{
  g_string_append_c (self->line, self->line->len == 0 ? '{' : ',');
  cas_json_append_string (self->line, name);
  g_string_append_c (self->line, ':');
}

static void
add_text (Writer     *self,
          const char *name,
          const char *text)
{
  begin (self, name);
  cas_json_append_string (self->line, text);
}

static void
add_integer (Writer     *self,
             const char *name,
             guint64     value)
{
  begin (self, name);
  g_string_append_printf (self->line, "%" PRIu64, value);
}

static void
add_number (Writer     *self,
            const char *name,
            double      value)
{
  begin (self, name);
  cas_json_append_double (self->line, value);
}

/* Nothing if there is none. */
static void
add_texts (Writer     *self,
           const char *name,
           GPtrArray  *texts)
{
  if (texts->len == 0)
    return;
  begin (self, name);
  for (guint i = 0; i < texts->len; i++)
    {
      g_string_append_c (self->line, i == 0 ? '[' : ',');
      cas_json_append_string (self->line, texts->pdata[i]);
    }
  g_string_append_c (self->line, ']');
}

/* --- pictures ------------------------------------------------------------------------------ */

/* Without an exponent, whose sign would be taken for the one between two numbers. */
static void
append_plain (GString *text,
              double   value)
{
  char digits[MAX_FRACTION_DIGITS + 16];
  guint n = 0;

  do
    {
      g_autofree char *format = g_strdup_printf ("%%.%uf", n);

      g_ascii_formatd (digits, sizeof digits, format, value);
    }
  while (g_ascii_strtod (digits, NULL) != value && n++ < MAX_FRACTION_DIGITS);
  g_string_append (text, digits);
}

static gboolean
check_strength (double   strength,
                GError **error)
{
  if (strength == 0 || strength >= CAS_JOB_LINE_MIN_STRENGTH)
    return TRUE;
  g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_PARAMETER,
               _("A line cannot say the strength %g: it may be from %g up."), strength,
               CAS_JOB_LINE_MIN_STRENGTH);
  return FALSE;
}

static gboolean
add_picture (Writer     *self,
             const char *name,
             CasImage   *image,
             GError    **error)
{
  g_autofree char *path = NULL;

  if (!image)
    return TRUE;
  path = self->keep (image, self->data, error);
  if (path)
    add_text (self, name, path);
  return path != NULL;
}

static gboolean
add_mask (Writer  *self,
          GError **error)
{
  g_autoptr (GString) text = g_string_new ("auto");

  if (!self->params->mask_is_automatic)
    return add_picture (self, "mask", self->params->mask, error);
  if (self->params->mask_threshold != 0)
    {
      g_string_append_c (text, ':');
      cas_json_append_double (text, self->params->mask_threshold);
    }
  add_text (self, "mask", text->str);
  return TRUE;
}

static gboolean
add_beginning (Writer  *self,
               GError **error)
{
  const CasJobParams *p = self->params;
  const guint *out = p->outpaint;

  if (!p->init)
    return TRUE;
  if (!check_strength (p->strength, error) || !add_picture (self, "init", p->init, error)
      || !add_mask (self, error))
    return FALSE;
  if (p->strength != 0)
    add_number (self, "strength", p->strength);
  if (out[0] + out[1] + out[2] + out[3] > 0)
    {
      g_autofree char *text = g_strdup_printf ("%u,%u,%u,%u", out[0], out[1], out[2], out[3]);

      add_text (self, "outpaint", text);
    }
  return TRUE;
}

static gboolean
add_image_prompts (Writer  *self,
                   GError **error)
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < self->params->n_image_prompts; i++)
    {
      const CasJobImage *prompt = &self->params->image_prompts[i];
      g_autofree char *path = self->keep (prompt->image, self->data, error);
      GString *text;

      if (!path)
        return FALSE;
      text = g_string_new (path);
      g_string_append_c (text, ':');
      cas_json_append_double (text, prompt->weight);
      g_ptr_array_add (texts, g_string_free (text, FALSE));
    }
  add_texts (self, "image-prompt", texts);
  return TRUE;
}

static const char *
get_kind (const CasJobControl *control)
{
  if (control->kind == CAS_CONTROL_SUPER_RESOLUTION)
    return control->is_small ? "upscaling" : "super-resolution";
  return cas_control_kind_get_name (control->kind);
}

/* NULL on failure. */
static char *
dup_control (Writer              *self,
             const CasJobControl *control,
             GError             **error)
{
  g_autofree char *path = NULL;
  GString *text;

  if (!check_strength (control->strength, error)
      || !(path = self->keep (control->image, self->data, error)))
    return NULL;
  text = g_string_new (get_kind (control));
  g_string_append_printf (text, "=%s:", path);
  cas_json_append_double (text, control->strength);
  g_string_append_c (text, ':');
  append_plain (text, control->start);
  g_string_append_c (text, '-');
  append_plain (text, control->end);
  return g_string_free (text, FALSE);
}

static gboolean
add_thresholds (GPtrArray           *texts,
                const CasJobControl *control,
                GError             **error)
{
  if (control->kind != CAS_CONTROL_CANNY)
    return TRUE;
  g_ptr_array_add (texts, g_strdup_printf ("%u,%u", control->canny_low, control->canny_high));
  if (control->canny_high <= CAS_JOB_LINE_MAX_CANNY)
    return TRUE;
  g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_PARAMETER,
               _("A line cannot say the threshold %u: it may be up to %d."), control->canny_high,
               CAS_JOB_LINE_MAX_CANNY);
  return FALSE;
}

static gboolean
add_controls (Writer  *self,
              GError **error)
{
  g_autoptr (GPtrArray) controls = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) thresholds = g_ptr_array_new_with_free_func (g_free);
  gboolean has_identity = FALSE;

  for (guint i = 0; i < self->params->n_controls; i++)
    {
      const CasJobControl *control = &self->params->controls[i];
      char *text = dup_control (self, control, error);

      if (!text)
        return FALSE;
      g_ptr_array_add (controls, text);
      if (!add_thresholds (thresholds, control, error))
        return FALSE;
      has_identity |= control->kind == CAS_CONTROL_IDENTITY;
    }
  add_texts (self, "control", controls);
  add_texts (self, "canny", thresholds);
  if (has_identity && self->params->face_detector)
    add_text (self, "face-detector", self->params->face_detector);
  if (has_identity && self->params->face_recogniser)
    add_text (self, "face-recogniser", self->params->face_recogniser);
  return TRUE;
}

/* --- the line ------------------------------------------------------------------------------ */

static void
add_loras (Writer *self)
{
  const CasJobParams *p = self->params;
  g_autoptr (GPtrArray) loras = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) tokens = g_ptr_array_new ();

  for (guint i = 0; i < p->n_loras; i++)
    {
      GString *text = g_string_new (p->loras[i].path);

      g_string_append_c (text, ':');
      cas_json_append_double (text, p->loras[i].weight);
      g_ptr_array_add (loras, g_string_free (text, FALSE));
    }
  add_texts (self, "lora", loras);
  for (guint i = 0; p->n_loras > 0 && p->lora_tokens && p->lora_tokens[i]; i++)
    g_ptr_array_add (tokens, (gpointer) p->lora_tokens[i]);
  add_texts (self, "lora-token", tokens);
}

static void
add_numbers (Writer *self)
{
  const CasJobParams *p = self->params;
  const struct
  {
    const char *name;
    guint       value;
  } numbers[] = {
    { "width", p->width },
    { "height", p->height },
    { "count", p->n_images > 1 ? p->n_images : 0 },
    { "steps", p->steps },
    { "decoder-steps", p->decoder_steps },
  };

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    if (numbers[i].value > 0)
      add_integer (self, numbers[i].name, numbers[i].value);
  if (p->has_cfg || p->cfg != 0)
    add_number (self, "cfg", p->cfg);
  if (p->has_decoder_cfg || p->decoder_cfg != 0)
    add_number (self, "decoder-cfg", p->decoder_cfg);
  if (p->shift != 0)
    add_number (self, "shift", p->shift);
  add_integer (self, "seed", p->seed);
}

static void
add_words (Writer *self)
{
  const CasJobParams *p = self->params;

  add_text (self, "prompt", p->prompt);
  if (*p->negative != '\0')
    add_text (self, "negative", p->negative);
  if (p->restores_mean)
    {
      begin (self, "restore-mean");
      g_string_append (self->line, "true");
    }
  if (p->sampler != 0)
    add_text (self, "sampler", cas_sampler_name (p->sampler));
}

char *
cas_job_line_write (CasJob         *job,
                    CasJobLineKeep  keep,
                    gpointer        user_data,
                    GError        **error)
{
  g_autoptr (GString) line = g_string_new (NULL);
  Writer self = {
    .params = cas_job_get_params (job), .keep = keep, .data = user_data, .line = line,
  };

  add_words (&self);
  add_numbers (&self);
  add_loras (&self);
  if (!add_image_prompts (&self, error) || !add_controls (&self, error)
      || !add_beginning (&self, error))
    return NULL;
  g_string_append_c (line, '}');
  if (!g_utf8_validate_len (line->str, line->len, NULL))
    {
      g_set_error_literal (error, CAS_ERROR, CAS_ERROR_BAD_PARAMETER,
                           _("A line cannot say the name of a file that is no UTF-8."));
      return NULL;
    }
  return g_string_free (g_steal_pointer (&line), FALSE);
}
