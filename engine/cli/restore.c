/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From settings to options. Options are text, so what is restored is what could have been typed. */

#include "cli/restore.h"

#include <string.h>

#include <glib/gi18n-lib.h>
#include <inttypes.h>

#include "cli/exit-code.h"
#include "cli/given.h"
#include "cli/text.h"
#include "io/metadata-pictures.h"
#include "sample/latent-size.h"
#include "session/job-text.h"

static void
set_text (char      **option,
          const char *value)
{
  if (!*option && value)
    *option = g_strdup (value);
}

static void
set_integer (char   **option,
             guint64  value)
{
  if (!*option)
    *option = g_strdup_printf ("%" PRIu64, value);
}

/* In as many digits as give the same number back. */
static char *
dup_number (double value)
{
  char digits[G_ASCII_DTOSTR_BUF_SIZE];

  return g_strdup (g_ascii_dtostr (digits, sizeof digits, value));
}

static void
set_number (char **option,
            double value)
{
  if (!*option)
    *option = dup_number (value);
}

/* What was drawn at twice a picture's size, to the pixel, has that size again by itself; by its
 * numbers it could not always be asked for. */
static gboolean
is_doubled (const CasMetadata *m)
{
  for (guint i = 0; i < m->n_pictures; i++)
    if (m->pictures[i].is_small)
      return m->width % CAS_IMAGE_SIDE_STEP != 0 || m->height % CAS_IMAGE_SIDE_STEP != 0;
  return FALSE;
}

static void
restore_size (CliGenerateOptions *o,
              const CasSettings  *settings)
{
  if (is_doubled (&settings->metadata))
    return;
  if (settings->fields & CAS_SETTING_WIDTH)
    set_integer (&o->job.width, settings->metadata.width);
  if (settings->fields & CAS_SETTING_HEIGHT)
    set_integer (&o->job.height, settings->metadata.height);
}

static void
restore_numbers (CliGenerateOptions *o,
                 const CasSettings  *settings)
{
  const CasMetadata *m = &settings->metadata;
  const CasSettingsFields has = settings->fields;

  if (has & CAS_SETTING_PROMPT)
    set_text (&o->job.prompt, m->prompt);
  if (has & CAS_SETTING_NEGATIVE)
    set_text (&o->job.negative, m->negative_prompt);
  restore_size (o, settings);
  if (has & CAS_SETTING_SEED)
    set_integer (&o->job.seed, m->seed);
  if (has & CAS_SETTING_SAMPLER)
    set_text (&o->job.sampler, m->sampler);
  if (has & CAS_SETTING_STEPS)
    set_integer (&o->job.steps, m->steps);
  if (has & CAS_SETTING_CFG)
    set_number (&o->job.cfg, m->cfg);
  if (has & CAS_SETTING_SHIFT)
    set_number (&o->job.shift, m->shift);
  if (has & CAS_SETTING_DECODER_STEPS)
    set_integer (&o->job.decoder_steps, m->decoder_steps);
  if (has & CAS_SETTING_DECODER_CFG)
    set_number (&o->job.decoder_cfg, m->decoder_cfg);
  set_text (&o->kernels, m->kernels);
  o->job.restores_mean |= m->restores_mean;
}

/* --- pictures ------------------------------------------------------------------------------ */

/* "FILE:0.5" and the like, at the end of a list of options. */
static void
append (char     ***list,
        char       *text)
{
  const guint n = *list ? g_strv_length (*list) : 0;

  *list = g_renew (char *, *list, n + 2);
  (*list)[n] = text;
  (*list)[n + 1] = NULL;
}

static void
restore_control (CasJobPictureOptions     *o,
                 const CasMetadataPicture *picture,
                 const char               *path,
                 gboolean                  has_canny)
{
  g_autofree char *weight = dup_number (picture->weight);
  char start[G_ASCII_DTOSTR_BUF_SIZE], end[G_ASCII_DTOSTR_BUF_SIZE];

  /* without an exponent, whose sign would be taken for the one between them */
  g_ascii_formatd (start, sizeof start, "%.12f", picture->start);
  g_ascii_formatd (end, sizeof end, "%.12f", picture->end);

  append (&o->controls,
          g_strdup_printf ("%s=%s:%s:%s-%s", picture->is_small ? "upscaling" : picture->role, path,
                           weight, start, end));
  if (picture->high > 0 && !has_canny)
    append (&o->canny, g_strdup_printf ("%u,%u", picture->low, picture->high));
}

/* By its whole path, which is never the word for one that is found; NULL: it is found again. */
static void
restore_mask (CasJobPictureOptions     *o,
              const CasMetadataPicture *picture,
              const char               *path)
{
  g_autofree char *threshold = dup_number (picture->threshold);

  o->mask = path ? g_canonicalize_filename (path, NULL) : g_strconcat ("auto:", threshold, NULL);
}

/* It can be found again. */
static gboolean
is_found_mask (const CasMetadataPicture *picture)
{
  return strcmp (picture->role, "mask") == 0 && picture->threshold > 0;
}

static void
restore_picture (CasJobPictureOptions     *o,
                 const CasMetadataPicture *picture,
                 const char               *path,
                 gboolean                  has_canny)
{
  g_autofree char *weight = dup_number (picture->weight);

  if (strcmp (picture->role, "init") == 0)
    {
      set_text (&o->init, path);
      set_text (&o->strength, weight);
    }
  else if (strcmp (picture->role, "mask") == 0)
    restore_mask (o, picture, path);
  else if (strcmp (picture->role, "prompt") == 0)
    append (&o->image_prompts, g_strdup_printf ("%s:%s", path, weight));
  else
    restore_control (o, picture, path, has_canny);
}

/* Another is given for it. */
static gboolean
is_replaced (const CasJobPictureOptions *o,
             const char                 *role)
{
  return (o->init && strcmp (role, "init") == 0) || (o->mask && strcmp (role, "mask") == 0);
}

/* The option that it was given with. */
static char *
dup_option (const CasMetadataPicture *picture)
{
  g_autofree char *kind = g_strdelimit (g_strdup (picture->role), "_", '-');

  if (strcmp (kind, "init") == 0 || strcmp (kind, "mask") == 0)
    return g_strconcat ("--", kind, NULL);
  if (strcmp (kind, "prompt") == 0)
    return g_strdup ("--image-prompt");
  return g_strconcat ("--control ", picture->is_small ? "upscaling" : kind, NULL);
}

/* pictures (const CasMetadataPicture *), of which several may be one. */
static gboolean
fail_missing_pictures (const GPtrArray *pictures,
                       GError         **error)
{
  g_autoptr (GString) list = g_string_new (NULL);
  guint n = 0;

  for (guint i = 0; i < pictures->len; i++)
    {
      const CasMetadataPicture *picture = pictures->pdata[i];

      if (strstr (list->str, picture->sha256))
        continue;
      g_string_append (list, n++ > 0 ? "; " : "");
      for (guint j = i; j < pictures->len; j++)
        {
          const CasMetadataPicture *other = pictures->pdata[j];
          g_autofree char *option = dup_option (other);

          if (strcmp (other->sha256, picture->sha256) == 0)
            g_string_append_printf (list, "%s, ", option);
        }
      g_string_append_printf (list, "SHA-256 %s", picture->sha256);
    }
  g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE,
               g_dngettext (GETTEXT_PACKAGE,
                            "%u picture that it was made with is missing (%s). Give it with --input "
                            "FILE; “weir-cli inspect FILE” prints the hash of a picture's pixels.",
                            "%u pictures that it was made with are missing (%s). Give each with "
                            "--input FILE; “weir-cli inspect FILE” prints the hash of a picture's "
                            "pixels.", n),
               n, list->str);
  return FALSE;
}

static gboolean
restore_pictures (CliGenerateOptions *o,
                  const CasMetadata  *m,
                  CliGiven           *given,
                  GError            **error)
{
  const gboolean has_init = o->job.pictures.init != NULL;
  const gboolean has_canny = o->job.pictures.canny != NULL;
  g_autoptr (GPtrArray) missing = g_ptr_array_new ();

  for (guint i = 0; i < m->n_pictures; i++)
    {
      const CasMetadataPicture *picture = &m->pictures[i];
      const char *path;
      gboolean is_found;

      if (is_replaced (&o->job.pictures, picture->role))
        continue;

      /* that of another picture is another one */
      is_found = is_found_mask (picture);
      path = is_found && has_init ? NULL : cli_given_use (given, picture->sha256);
      if (is_found && !has_init && !path)
        o->from_mask = g_strdup (picture->sha256);
      if (path || is_found)
        restore_picture (&o->job.pictures, picture, path, has_canny);
      else
        g_ptr_array_add (missing, (gpointer) picture);
    }
  if (missing->len > 0)
    return fail_missing_pictures (missing, error);
  if (cas_metadata_is_outpaint (m) && !o->job.pictures.outpaint)
    o->job.pictures.outpaint = g_strdup_printf ("%u,%u,%u,%u", m->outpaint[0], m->outpaint[1],
                                            m->outpaint[2], m->outpaint[3]);
  return TRUE;
}

/* --- other files --------------------------------------------------------------------------- */

/* The one that was named so, and in which options it is looked for. */
static gboolean
fail_missing (const char *name,
              const char *hash,
              const char *options,
              GError    **error)
{
  g_autofree char *shown = cli_text_dup_visible (name ? name : "?", NULL);

  g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE,
               _("The file “%s” that the picture was made with is not among those that %s name: it "
                 "has the SHA-256 %s."), shown, options, hash ? hash : "?");
  return FALSE;
}

/* A weight that was given with a file, and is another than the picture's. */
static void
tell_weight (const CliGenerateOptions *o,
             const char               *path,
             const CasMetadataLora    *lora,
             GPtrArray                *notices)
{
  for (guint i = 0; o->job.loras && o->job.loras[i]; i++)
    {
      const char *weight;
      g_autofree char *file = cas_job_text_split_number (o->job.loras[i], NULL, &weight);
      g_autofree char *shown = g_filename_display_name (path);

      if (strcmp (file, path) == 0 && weight && g_ascii_strtod (weight, NULL) != lora->weight)
        g_ptr_array_add (notices,
                         g_strdup_printf (_("“%s” is used at %g, as the picture has it, and not at "
                                            "%s."), shown, lora->weight, weight));
    }
}

/* The files of --lora are those to look among; their weights are the picture's. */
static gboolean
restore_loras (CliGenerateOptions *o,
               const CasMetadata  *m,
               CliGiven           *given,
               GPtrArray          *notices,
               GError            **error)
{
  g_auto (GStrv) restored = NULL;

  if (m->n_loras == 0)
    return TRUE;

  for (guint i = 0; i < m->n_loras; i++)
    {
      const CasMetadataLora *lora = &m->loras[i];
      g_autofree char *weight = dup_number (lora->weight);
      const char *path = cli_given_use (given, lora->sha256);

      if (!path)
        return fail_missing (lora->name, lora->sha256, "--lora, --input", error);
      tell_weight (o, path, lora, notices);
      append (&restored, g_strdup_printf ("%s:%s", path, weight));
    }
  g_strfreev (o->job.loras);
  o->job.loras = g_steal_pointer (&restored);
  if (!o->job.lora_tokens)
    o->job.lora_tokens = g_strdupv (m->lora_tokens);
  return TRUE;
}

/* The option whose file had this role, or NULL. */
static char **
find_face_option (CasJobPictureOptions *o,
                  const char           *role)
{
  if (g_strcmp0 (role, CAS_METADATA_FACE_DETECTOR) == 0)
    return &o->face_detector;
  return g_strcmp0 (role, CAS_METADATA_FACE_RECOGNISER) == 0 ? &o->face_recogniser : NULL;
}

static gboolean
restore_faces (CliGenerateOptions *o,
               const CasMetadata  *m,
               CliGiven           *given,
               GError            **error)
{
  for (guint i = 0; i < m->n_parts; i++)
    {
      const CasMetadataPart *part = &m->parts[i];
      char **option = find_face_option (&o->job.pictures, part->role);
      const char *path = option ? cli_given_use (given, part->sha256) : NULL;

      if (!option)
        continue;
      if (!path)
        return fail_missing (part->file, part->sha256,
                             "--face-detector, --face-recogniser, --input", error);
      g_free (*option);
      *option = g_strdup (path);
    }
  return TRUE;
}

/* Of the options, what files are looked for among. */
static CliGiven *
collect (CliGenerateOptions *o,
         const CasMetadata  *m,
         GCancellable       *cancellable,
         GError            **error)
{
  g_autoptr (CliGiven) given = cli_given_new ();

  for (guint i = 0; o->inputs && o->inputs[i]; i++)
    if (!cli_given_add_input (given, o->inputs[i], m, cancellable, error))
      return NULL;
  for (guint i = 0; m->n_loras > 0 && o->job.loras && o->job.loras[i]; i++)
    {
      const char *weight;
      g_autofree char *path = cas_job_text_split_number (o->job.loras[i], NULL, &weight);

      if (!cli_given_add_file (given, path, error))
        return NULL;
    }
  for (guint i = 0; i < m->n_parts; i++)
    {
      char **option = find_face_option (&o->job.pictures, m->parts[i].role);

      if (option && *option && !cli_given_add_file (given, *option, error))
        return NULL;
    }
  return g_steal_pointer (&given);
}

/* --- all of it ----------------------------------------------------------------------------- */

static void
tell_losses (const CasSettings *settings,
             GPtrArray         *notices)
{
  for (guint i = 0; i + 1 < settings->lost->len; i += 2)
    {
      g_autofree char *name = cli_text_dup_visible (settings->lost->pdata[i], NULL);
      g_autofree char *value = cli_text_dup_visible (settings->lost->pdata[i + 1], "\n");

      g_ptr_array_add (notices, g_strdup_printf (_("Not restored: %s: %s"), name, value));
    }
}

static gboolean
restore_files (CliGenerateOptions *o,
               const CasMetadata  *m,
               GPtrArray          *notices,
               GCancellable       *cancellable,
               GError            **error)
{
  g_autoptr (CliGiven) given = collect (o, m, cancellable, error);

  if (!given || !restore_pictures (o, m, given, error)
      || !restore_loras (o, m, given, notices, error) || !restore_faces (o, m, given, error))
    return FALSE;
  cli_given_tell_unused (given, notices);
  return TRUE;
}

gboolean
cli_restore (CliGenerateOptions *o,
             GPtrArray          *notices,
             GCancellable       *cancellable,
             GError            **error)
{
  g_autoptr (CasSettings) settings = NULL;
  GError *cause = NULL;

  if (!o->from && o->inputs)
    {
      g_set_error_literal (error, CLI_ERROR, CLI_ERROR_USAGE,
                           _("--input is of no use without --from PICTURE."));
      return FALSE;
    }
  if (!o->from)
    return TRUE;

  settings = cas_settings_read (o->from, cancellable, &cause);
  if (!settings)
    return cli_exit_fail_input (cause, error);
  restore_numbers (o, settings);
  tell_losses (settings, notices);
  if (settings->fields & CAS_SETTING_MODEL)
    o->from_model = g_strdup (settings->metadata.model);
  return restore_files (o, &settings->metadata, notices, cancellable, error);
}
