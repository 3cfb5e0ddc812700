/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pictures that steer a job, from options to what the job holds. */

#include "session/job-pictures.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "cascade/error.h"
#include "session/job-text.h"

#define MAX_WEIGHT           10
#define MAX_CONTROL_STRENGTH 10

/* A mask that is found. */
#define AUTO "auto"

struct _CasJobPictures
{
  CasImage *init, *mask;
  gboolean  finds_mask;
  double    strength, mask_threshold;
  guint     outpaint[4];
  GArray   *prompts;  /* CasJobImage */
  GArray   *controls; /* CasJobControl */

  const CasJobPlace *place; /* while they are loaded */
  GCancellable      *cancellable;
};

void
cas_job_picture_options_clear (CasJobPictureOptions *options)
{
  g_clear_pointer (&options->init, g_free);
  g_clear_pointer (&options->strength, g_free);
  g_clear_pointer (&options->mask, g_free);
  g_clear_pointer (&options->outpaint, g_free);
  g_clear_pointer (&options->face_detector, g_free);
  g_clear_pointer (&options->face_recogniser, g_free);
  g_clear_pointer (&options->canny, g_strfreev);
  g_clear_pointer (&options->image_prompts, g_strfreev);
  g_clear_pointer (&options->controls, g_strfreev);
}

gboolean
cas_job_picture_options_stand_alone (const CasJobPictureOptions *options)
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
cas_job_pictures_free (CasJobPictures *self)
{
  if (!self)
    return;

  g_clear_pointer (&self->init, cas_image_unref);
  g_clear_pointer (&self->mask, cas_image_unref);
  g_clear_pointer (&self->prompts, g_array_unref);
  g_clear_pointer (&self->controls, g_array_unref);
  g_free (self);
}

/* What is transparent in it is seen on white. */
static CasImage *
load_picture (CasJobPictures *self,
              const char     *path,
              GError        **error)
{
  g_autofree char *whole = cas_job_text_dup_path (path, self->place->folder);
  GHashTable *known = self->place->pictures;
  CasImage *image = known ? g_hash_table_lookup (known, whole) : NULL;

  if (image)
    return cas_image_ref (image);
  image = cas_image_load (whole, self->cancellable, error);
  if (image)
    cas_image_flatten (image, 255, 255, 255);
  if (image && known)
    g_hash_table_insert (known, g_steal_pointer (&whole), cas_image_ref (image));
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
  if (error)
    *error = g_error_new_valist (CAS_ERROR, CAS_ERROR_BAD_PARAMETER, format, args);
  va_end (args);
  return FALSE;
}

/* --- options ------------------------------------------------------------------------------- */

static gboolean
load_prompt (CasJobPictures *self,
             const char     *text,
             GError        **error)
{
  const char *number;
  g_autofree char *path = cas_job_text_split_number (text, self->place->folder, &number);
  CasJobImage prompt = { .weight = 1 };

  if (number && !cas_job_text_parse_number (_("The weight of --image-prompt"), number, -MAX_WEIGHT,
                                            MAX_WEIGHT, &prompt.weight, error))
    return FALSE;
  if (!cas_job_text_check_name ("--image-prompt", path, error))
    return FALSE;
  prompt.image = load_picture (self, path, error);
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
  if (!cas_job_text_parse_number (_("The beginning of --control"), parts[0], 0, 1, &control->start,
                                  error)
      || !cas_job_text_parse_number (_("The end of --control"), parts[1], 0, 1, &control->end,
                                     error))
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
  return cas_job_text_parse_number (_("The strength of --control"), text,
                                    CAS_JOB_LINE_MIN_STRENGTH, MAX_CONTROL_STRENGTH,
                                    &control->strength, error);
}

/* FILE, FILE:STRENGTH or FILE:STRENGTH:START-END; the file's path, or NULL. */
static char *
split_control (const char    *text,
               const char    *folder,
               CasJobControl *control,
               GError       **error)
{
  const char *last, *strength;
  g_autofree char *rest = cas_job_text_split_number (text, folder, &last);
  g_autofree char *path = NULL;

  if (!last)
    return g_steal_pointer (&rest);
  if (!is_range (last))
    return parse_strength (last, control, error) ? g_steal_pointer (&rest) : NULL;

  path = cas_job_text_split_number (rest, folder, &strength);
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
load_control (CasJobPictures *self,
              const char     *text,
              GError        **error)
{
  const char *equals = strchr (text, '=');
  g_autofree char *path = NULL;
  CasJobControl control = { 0 };

  if (!equals || !parse_kind (text, equals - text, &control))
    return fail (error, _("--control is “%s”, and it may be canny=FILE, super-resolution=FILE, "
                          "upscaling=FILE or identity=FILE."), text);
  path = split_control (equals + 1, self->place->folder, &control, error);
  if (!path || !cas_job_text_check_name ("--control", path, error))
    return FALSE;
  control.image = load_picture (self, path, error);
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

      if (!cas_job_text_parse_integer (option, g_strstrip (parts[i]), min, max, &wide, error))
        return FALSE;
      numbers[i] = wide;
    }
  return TRUE;
}

static gboolean
parse_thresholds (const char *text,
                  guint      *thresholds,
                  GError    **error)
{
  return parse_numbers ("--canny", text, 2, 1, CAS_JOB_LINE_MAX_CANNY, thresholds, error);
}

/* For each picture whose edges count, or once for all of them. */
static gboolean
parse_canny (CasJobPictures *self,
             char          **texts,
             GError        **error)
{
  const guint n = g_strv_length (texts);
  guint n_pictures = 0, thresholds[2];

  for (guint i = 0; i < n; i++)
    if (!parse_thresholds (texts[i], thresholds, error))
      return FALSE;
  for (guint i = 0; i < self->controls->len; i++)
    {
      CasJobControl *control = &g_array_index (self->controls, CasJobControl, i);

      if (control->kind != CAS_CONTROL_CANNY)
        continue;
      parse_thresholds (texts[n == 1 ? 0 : MIN (n_pictures, n - 1)], thresholds, NULL);
      control->canny_low = thresholds[0];
      control->canny_high = thresholds[1];
      n_pictures++;
    }
  if (n_pictures == 0)
    return fail (error, _("--canny is of no use without --control canny=FILE."));
  return n == 1 || n == n_pictures
         || fail (error, _("--canny is given %u times, and may be given once or for each of the %u "
                           "pictures of --control canny."), n, n_pictures);
}

/* --- all of them --------------------------------------------------------------------------- */

static gboolean
has_identity (const CasJobPictureOptions *options)
{
  for (guint i = 0; options->controls && options->controls[i]; i++)
    if (g_str_has_prefix (options->controls[i], "identity="))
      return TRUE;
  return FALSE;
}

/* What would be ignored. */
static gboolean
check_use (const CasJobPictureOptions *options,
           GError                    **error)
{
  if ((options->face_detector || options->face_recogniser) && !has_identity (options))
    return fail (error, _("%s is of no use without --control identity=FILE."),
                 options->face_detector ? "--face-detector" : "--face-recogniser");
  return TRUE;
}

/* “auto”, “auto:0.3”, or a file. */
static gboolean
load_mask (CasJobPictures *self,
           const char     *text,
           GError        **error)
{
  const char *threshold = g_str_has_prefix (text, AUTO ":") ? text + strlen (AUTO ":") : NULL;

  self->finds_mask = threshold || strcmp (text, AUTO) == 0;
  if (threshold)
    return cas_job_text_parse_number ("--mask " AUTO, threshold, CAS_JOB_MIN_MASK_THRESHOLD,
                                      CAS_JOB_MAX_MASK_THRESHOLD, &self->mask_threshold, error);
  return self->finds_mask || (self->mask = load_picture (self, text, error));
}

static gboolean
load_beginning (CasJobPictures             *self,
                const CasJobPictureOptions *options,
                GError                    **error)
{
  if (!options->init && (options->mask || options->outpaint || options->strength))
    return fail (error, _("%s is of no use without --init FILE."),
                 options->mask ? "--mask" : options->outpaint ? "--outpaint" : "--strength");
  if (options->strength
      && !cas_job_text_parse_number ("--strength", options->strength, CAS_JOB_LINE_MIN_STRENGTH,
                                     1, &self->strength, error))
    return FALSE;
  if (options->outpaint
      && !parse_numbers ("--outpaint", options->outpaint, 4, 0, CAS_JOB_MAX_OUTPAINT,
                         self->outpaint, error))
    return FALSE;
  if (options->outpaint && self->outpaint[0] + self->outpaint[1] + self->outpaint[2]
                             + self->outpaint[3] == 0)
    return fail (error, _("--outpaint adds nothing."));
  if (options->init && !(self->init = load_picture (self, options->init, error)))
    return FALSE;
  return !options->mask || load_mask (self, options->mask, error);
}

CasJobPictures *
cas_job_pictures_load (const CasJobPictureOptions *options,
                       const CasJobPlace          *place,
                       GCancellable               *cancellable,
                       GError                    **error)
{
  g_autoptr (CasJobPictures) self = g_new0 (CasJobPictures, 1);

  if (!check_use (options, error))
    return NULL;
  self->place = place;
  self->cancellable = cancellable;
  self->prompts = g_array_new (FALSE, TRUE, sizeof (CasJobImage));
  self->controls = g_array_new (FALSE, TRUE, sizeof (CasJobControl));
  g_array_set_clear_func (self->prompts, clear_prompt);
  g_array_set_clear_func (self->controls, clear_control);

  for (guint i = 0; options->image_prompts && options->image_prompts[i]; i++)
    if (!load_prompt (self, options->image_prompts[i], error))
      return NULL;
  for (guint i = 0; options->controls && options->controls[i]; i++)
    if (!load_control (self, options->controls[i], error))
      return NULL;
  if ((options->canny && !parse_canny (self, options->canny, error))
      || !load_beginning (self, options, error))
    return NULL;
  self->place = NULL;
  self->cancellable = NULL;
  return g_steal_pointer (&self);
}

void
cas_job_pictures_fill (const CasJobPictures *self,
                       CasJobParams         *params)
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
