/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pictures that steer a job. */

#include "cli/pictures.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "cascade/error.h"
#include "cli/exit-code.h"
#include "cli/text.h"

#define MAX_WEIGHT   10
#define SMALL_SIDE   64
#define MIN_STRENGTH 0.01
#define MAX_STRENGTH 10

/* A mask that is found. */
#define AUTO "auto"

struct _CliPictures
{
  CasImage *init, *mask;
  gboolean  finds_mask;
  double    strength, mask_threshold;
  guint     outpaint[4];
  GArray   *prompts;  /* CasJobImage */
  GArray   *controls; /* CasJobControl */
};

void
cli_picture_options_clear (CliPictureOptions *options)
{
  g_clear_pointer (&options->init, g_free);
  g_clear_pointer (&options->strength, g_free);
  g_clear_pointer (&options->mask, g_free);
  g_clear_pointer (&options->outpaint, g_free);
  g_clear_pointer (&options->canny, g_free);
  g_clear_pointer (&options->control_preview, g_free);
  g_clear_pointer (&options->face_detector, g_free);
  g_clear_pointer (&options->face_recogniser, g_free);
  g_clear_pointer (&options->image_prompts, g_strfreev);
  g_clear_pointer (&options->controls, g_strfreev);
}

gboolean
cli_picture_options_stand_alone (const CliPictureOptions *options)
{
  return options->init || options->image_prompts || options->controls;
}

static void
clear_prompt (gpointer data)
{
  g_clear_pointer (&((CasJobImage *) data)->image, cas_image_unref);
}

static void
clear_control (gpointer data)
{
  g_clear_pointer (&((CasJobControl *) data)->image, cas_image_unref);
}

void
cli_pictures_free (CliPictures *self)
{
  if (!self)
    return;

  g_clear_pointer (&self->init, cas_image_unref);
  g_clear_pointer (&self->mask, cas_image_unref);
  g_clear_pointer (&self->prompts, g_array_unref);
  g_clear_pointer (&self->controls, g_array_unref);
  g_free (self);
}

CasImage *
cli_picture_load (const char   *path,
                  GCancellable *cancellable,
                  GError      **error)
{
  GError *cause = NULL;
  CasImage *image = cas_image_load (path, cancellable, &cause);

  if (image)
    cas_image_flatten (image, 255, 255, 255);
  else
    cli_exit_fail_input (cause, error);
  return image;
}

static gboolean
fail (GError    **error,
      const char *format,
      ...) G_GNUC_PRINTF (2, 3);

static gboolean
fail (GError    **error,
      const char *format,
      ...)
{
  va_list args;

  va_start (args, format);
  *error = g_error_new_valist (CLI_ERROR, CLI_ERROR_USAGE, format, args);
  va_end (args);
  return FALSE;
}

/* --- options ------------------------------------------------------------------------------- */

static gboolean
load_prompt (CliPictures  *self,
             const char   *text,
             GCancellable *cancellable,
             GError      **error)
{
  const char *number;
  g_autofree char *path = cli_text_split_number (text, &number);
  CasJobImage prompt = { .weight = 1 };

  if (number && !cli_text_parse_number (_("The weight of --image-prompt"), number, -MAX_WEIGHT,
                                        MAX_WEIGHT, &prompt.weight, error))
    return FALSE;
  if (!cli_text_check_name ("--image-prompt", path, error))
    return FALSE;
  prompt.image = cli_picture_load (path, cancellable, error);
  if (!prompt.image)
    return FALSE;
  g_array_append_val (self->prompts, prompt);
  return TRUE;
}

/* "0.2-0.8" */
static gboolean
parse_range (const char    *text,
             CasJobControl *control,
             GError       **error)
{
  g_auto (GStrv) parts = g_strsplit (text, "-", 3);

  if (g_strv_length (parts) != 2)
    return fail (error, _("--control has the part “%s” of the steps, and it may be such as 0-0.5."),
                 text);
  if (!cli_text_parse_number (_("The beginning of --control"), parts[0], 0, 1, &control->start,
                              error)
      || !cli_text_parse_number (_("The end of --control"), parts[1], 0, 1, &control->end, error))
    return FALSE;
  return control->start < control->end
         || fail (error, _("--control goes from %g to %g of the steps, which is none of them."),
                  control->start, control->end);
}

/* "0.2-0.8", while "-1" and "5e-1" are numbers. */
static gboolean
is_range (const char *text)
{
  char *end;

  g_ascii_strtod (text, &end);
  return *end != '\0' && *text != '-' && strchr (text, '-');
}

static gboolean
parse_strength (const char    *text,
                CasJobControl *control,
                GError       **error)
{
  return cli_text_parse_number (_("The strength of --control"), text, MIN_STRENGTH, MAX_STRENGTH,
                                &control->strength, error);
}

/* FILE, FILE:STRENGTH or FILE:STRENGTH:START-END; the file's path, or NULL. */
static char *
split_control (const char    *text,
               CasJobControl *control,
               GError       **error)
{
  const char *last, *strength;
  g_autofree char *rest = cli_text_split_number (text, &last);
  g_autofree char *path = NULL;

  if (!last)
    return g_steal_pointer (&rest);
  if (!is_range (last))
    return parse_strength (last, control, error) ? g_steal_pointer (&rest) : NULL;

  path = cli_text_split_number (rest, &strength);
  if ((strength && !parse_strength (strength, control, error)) || !parse_range (last, control, error))
    return NULL;
  return g_steal_pointer (&path);
}

/* What is before the equals sign: "super-resolution". */
static gboolean
parse_kind (const char    *text,
            gsize          n_bytes,
            CasJobControl *control)
{
  g_autofree char *name = g_strdelimit (g_strndup (text, n_bytes), "-", '_');

  control->is_small = strcmp (name, "upscaling") == 0;
  if (control->is_small)
    control->kind = CAS_CONTROL_SUPER_RESOLUTION;
  return control->is_small
         || (cas_control_kind_from_name (name, &control->kind)
             && control->kind != CAS_CONTROL_OTHER);
}

static gboolean
load_control (CliPictures  *self,
              const char   *text,
              GCancellable *cancellable,
              GError      **error)
{
  const char *equals = strchr (text, '=');
  g_autofree char *path = NULL;
  CasJobControl control = { 0 };

  if (!equals || !parse_kind (text, equals - text, &control))
    return fail (error, _("--control is “%s”, and it may be canny=FILE, super-resolution=FILE, "
                          "upscaling=FILE or identity=FILE."), text);
  path = split_control (equals + 1, &control, error);
  if (!path || !cli_text_check_name ("--control", path, error))
    return FALSE;
  control.image = cli_picture_load (path, cancellable, error);
  if (!control.image)
    return FALSE;
  g_array_append_val (self->controls, control);
  return TRUE;
}

static gboolean
parse_numbers (const char *option,
               const char *text,
               guint       n,
               guint       min,
               guint       max,
               guint      *numbers,
               GError    **error)
{
  g_auto (GStrv) parts = g_strsplit (text, ",", n + 1);

  if (g_strv_length (parts) != n)
    return fail (error, _("%s is “%s”, and it may be %u whole numbers with commas between."), option,
                 text, n);
  for (guint i = 0; i < n; i++)
    {
      guint64 wide;

      if (!cli_text_parse_integer (option, g_strstrip (parts[i]), min, max, &wide, error))
        return FALSE;
      numbers[i] = wide;
    }
  return TRUE;
}

/* Thresholds are for every picture whose edges count. */
static gboolean
parse_canny (CliPictures *self,
             const char  *text,
             GError     **error)
{
  guint thresholds[2];
  gboolean is_used = FALSE;

  if (!parse_numbers ("--canny", text, 2, 1, 2040, thresholds, error))
    return FALSE;
  for (guint i = 0; i < self->controls->len; i++)
    {
      CasJobControl *control = &g_array_index (self->controls, CasJobControl, i);

      if (control->kind != CAS_CONTROL_CANNY)
        continue;
      control->canny_low = thresholds[0];
      control->canny_high = thresholds[1];
      is_used = TRUE;
    }
  return is_used || fail (error, _("--canny is of no use without --control canny=FILE."));
}

/* --- all of them --------------------------------------------------------------------------- */

static gboolean
has_identity (const CliPictureOptions *options)
{
  for (guint i = 0; options->controls && options->controls[i]; i++)
    if (g_str_has_prefix (options->controls[i], "identity="))
      return TRUE;
  return FALSE;
}

/* What would be ignored. */
static gboolean
check_use (const CliPictureOptions *options,
           GError                 **error)
{
  if (options->control_preview && !options->controls && !options->mask && !options->outpaint)
    return fail (error,
                 _("--control-preview is of no use without --control, --mask or --outpaint."));
  if ((options->face_detector || options->face_recogniser) && !has_identity (options))
    return fail (error, _("%s is of no use without --control identity=FILE."),
                 options->face_detector ? "--face-detector" : "--face-recogniser");
  return TRUE;
}

/* “auto”, “auto:0.3”, or a file. */
static gboolean
load_mask (CliPictures  *self,
           const char   *text,
           GCancellable *cancellable,
           GError      **error)
{
  const char *threshold = g_str_has_prefix (text, AUTO ":") ? text + strlen (AUTO ":") : NULL;

  self->finds_mask = threshold || strcmp (text, AUTO) == 0;
  if (threshold)
    return cli_text_parse_number ("--mask " AUTO, threshold, CAS_JOB_MIN_MASK_THRESHOLD,
                                  CAS_JOB_MAX_MASK_THRESHOLD, &self->mask_threshold, error);
  return self->finds_mask || (self->mask = cli_picture_load (text, cancellable, error));
}

static gboolean
load_beginning (CliPictures             *self,
                const CliPictureOptions *options,
                GCancellable            *cancellable,
                GError                 **error)
{
  if (!options->init && (options->mask || options->outpaint || options->strength))
    return fail (error, _("%s is of no use without --init FILE."),
                 options->mask ? "--mask" : options->outpaint ? "--outpaint" : "--strength");
  if (options->strength
      && !cli_text_parse_number ("--strength", options->strength, 0.01, 1, &self->strength, error))
    return FALSE;
  if (options->outpaint
      && !parse_numbers ("--outpaint", options->outpaint, 4, 0, CAS_JOB_MAX_OUTPAINT,
                         self->outpaint, error))
    return FALSE;
  if (options->outpaint && self->outpaint[0] + self->outpaint[1] + self->outpaint[2]
                             + self->outpaint[3] == 0)
    return fail (error, _("--outpaint adds nothing."));
  if (options->init && !(self->init = cli_picture_load (options->init, cancellable, error)))
    return FALSE;
  return !options->mask || load_mask (self, options->mask, cancellable, error);
}

CliPictures *
cli_pictures_load (const CliPictureOptions *options,
                   GCancellable            *cancellable,
                   GError                 **error)
{
  g_autoptr (CliPictures) self = g_new0 (CliPictures, 1);

  if (!check_use (options, error))
    return NULL;
  self->prompts = g_array_new (FALSE, TRUE, sizeof (CasJobImage));
  self->controls = g_array_new (FALSE, TRUE, sizeof (CasJobControl));
  g_array_set_clear_func (self->prompts, clear_prompt);
  g_array_set_clear_func (self->controls, clear_control);

  for (guint i = 0; options->image_prompts && options->image_prompts[i]; i++)
    if (!load_prompt (self, options->image_prompts[i], cancellable, error))
      return NULL;
  for (guint i = 0; options->controls && options->controls[i]; i++)
    if (!load_control (self, options->controls[i], cancellable, error))
      return NULL;
  if ((options->canny && !parse_canny (self, options->canny, error))
      || !load_beginning (self, options, cancellable, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
cli_pictures_fill (const CliPictures *self,
                   CasJobParams      *params)
{
  params->init = self->init;
  params->mask = self->mask;
  params->mask_is_automatic = self->finds_mask;
  params->mask_threshold = self->mask_threshold;
  params->strength = self->strength;
  memcpy (params->outpaint, self->outpaint, sizeof params->outpaint);
  params->image_prompts = (const CasJobImage *) self->prompts->data;
  params->n_image_prompts = self->prompts->len;
  params->controls = (const CasJobControl *) self->controls->data;
  params->n_controls = self->controls->len;
}

gboolean
cli_picture_is_small (CasImage *image)
{
  return cas_image_get_width (image) < SMALL_SIDE || cas_image_get_height (image) < SMALL_SIDE;
}

static void
tell_small (const char *where,
            const char *option,
            CasImage   *image,
            CliReport  *report)
{
  g_autofree char *sentence = NULL;
  g_autofree char *located = NULL;

  if (!image || !cli_picture_is_small (image))
    return;

  sentence = g_strdup_printf (_("The picture of %s has only %u×%u pixels, in which there is little to "
                                "see."), option, cas_image_get_width (image),
                              cas_image_get_height (image));
  located = where ? g_strdup_printf ("%s: %s", where, sentence) : NULL;
  cli_report_notice (report, located ? located : sentence);
}

void
cli_pictures_tell_small (const CasJobParams *params,
                         const char         *where,
                         CliReport          *report)
{
  tell_small (where, "--init", params->init, report);
  for (guint i = 0; i < params->n_image_prompts; i++)
    tell_small (where, "--image-prompt", params->image_prompts[i].image, report);
  for (guint i = 0; i < params->n_controls; i++)
    tell_small (where, "--control", params->controls[i].image, report);
}
