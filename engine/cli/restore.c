/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From settings to options. Options are text, so what is restored is what could have been typed. */

#include "cli/restore.h"

#include <string.h>

#include <glib/gi18n-lib.h>
#include <inttypes.h>

#include "base/file.h"
#include "cli/exit-code.h"
#include "io/metadata-pictures.h"

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

static void
restore_numbers (CliGenerateOptions *o,
                 const CasSettings  *settings)
{
  const CasMetadata *m = &settings->metadata;
  const CasSettingsFields has = settings->fields;

  if (has & CAS_SETTING_PROMPT)
    set_text (&o->prompt, m->prompt);
  if (has & CAS_SETTING_NEGATIVE)
    set_text (&o->negative, m->negative_prompt);
  if (has & CAS_SETTING_WIDTH)
    set_integer (&o->width, m->width);
  if (has & CAS_SETTING_HEIGHT)
    set_integer (&o->height, m->height);
  if (has & CAS_SETTING_SEED)
    set_integer (&o->seed, m->seed);
  if (has & CAS_SETTING_SAMPLER)
    set_text (&o->sampler, m->sampler);
  if (has & CAS_SETTING_STEPS)
    set_integer (&o->steps, m->steps);
  if (has & CAS_SETTING_CFG)
    set_number (&o->cfg, m->cfg);
  if (has & CAS_SETTING_SHIFT)
    set_number (&o->shift, m->shift);
  if (has & CAS_SETTING_DECODER_STEPS)
    set_integer (&o->decoder_steps, m->decoder_steps);
  if (has & CAS_SETTING_DECODER_CFG)
    set_number (&o->decoder_cfg, m->decoder_cfg);
  set_text (&o->kernels, m->kernels);
  o->restore_mean |= m->restores_mean;
}

/* --- files --------------------------------------------------------------------------------- */

/* A file that was given, and the hash of its pixels or its bytes. */
typedef struct
{
  char *path;
  char *hash;
} Candidate;

static void
candidate_clear (gpointer data)
{
  Candidate *candidate = data;

  g_free (candidate->path);
  g_free (candidate->hash);
}

static GArray *
load_inputs (char   **paths,
             GError **error)
{
  g_autoptr (GArray) inputs = g_array_new (FALSE, FALSE, sizeof (Candidate));

  g_array_set_clear_func (inputs, candidate_clear);
  for (guint i = 0; paths && paths[i]; i++)
    {
      g_autoptr (CasImage) image = cli_picture_load (paths[i], NULL, error);

      if (!image)
        return NULL;

      const Candidate input = { g_strdup (paths[i]), cas_image_dup_hash (image) };

      g_array_append_val (inputs, input);
    }
  return g_steal_pointer (&inputs);
}

static const char *
find (const GArray *candidates,
      const char   *hash)
{
  for (guint i = 0; hash && i < candidates->len; i++)
    if (strcmp (g_array_index (candidates, Candidate, i).hash, hash) == 0)
      return g_array_index (candidates, Candidate, i).path;
  return NULL;
}

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
restore_control (CliPictureOptions        *o,
                 const CasMetadataPicture *picture,
                 const char               *path)
{
  g_autofree char *weight = dup_number (picture->weight);
  char start[G_ASCII_DTOSTR_BUF_SIZE], end[G_ASCII_DTOSTR_BUF_SIZE];

  /* without an exponent, whose sign would be taken for the one between them */
  g_ascii_formatd (start, sizeof start, "%.12f", picture->start);
  g_ascii_formatd (end, sizeof end, "%.12f", picture->end);

  append (&o->controls, g_strdup_printf ("%s=%s:%s:%s-%s", picture->role, path, weight, start, end));
  if (picture->high > 0 && !o->canny)
    o->canny = g_strdup_printf ("%u,%u", picture->low, picture->high);
}

/* By its whole path, which is never the word for one that is found. */
static void
restore_mask (CliPictureOptions        *o,
              const CasMetadataPicture *picture,
              const char               *path)
{
  g_autofree char *threshold = dup_number (picture->threshold);

  o->mask = picture->threshold > 0 ? g_strconcat ("auto:", threshold, NULL)
                                   : g_canonicalize_filename (path, NULL);
}

/* It is found again. */
static gboolean
is_found_mask (const CasMetadataPicture *picture)
{
  return strcmp (picture->role, "mask") == 0 && picture->threshold > 0;
}

static void
restore_picture (CliPictureOptions        *o,
                 const CasMetadataPicture *picture,
                 const char               *path)
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
    restore_control (o, picture, path);
}

/* Another is given for it. */
static gboolean
is_replaced (const CliPictureOptions *o,
             const char              *role)
{
  return (o->init && strcmp (role, "init") == 0) || (o->mask && strcmp (role, "mask") == 0);
}

static gboolean
restore_pictures (CliGenerateOptions *o,
                  const CasMetadata  *m,
                  GError            **error)
{
  g_autoptr (GArray) inputs = load_inputs (o->inputs, error);

  if (!inputs)
    return FALSE;
  for (guint i = 0; i < m->n_pictures; i++)
    {
      const CasMetadataPicture *picture = &m->pictures[i];
      const char *path = find (inputs, picture->sha256);

      if (is_replaced (&o->pictures, picture->role))
        continue;
      if (picture->is_small)
        {
          g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE,
                       _("The picture was made by “weir-cli upscale”, which makes it again."));
          return FALSE;
        }
      if (!path && !is_found_mask (picture))
        {
          g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE,
                       _("A picture that was used as “%s” is not among those that --input names: its "
                         "pixels have the SHA-256 %s."), picture->role, picture->sha256);
          return FALSE;
        }
      restore_picture (&o->pictures, picture, path);
    }
  if (cas_metadata_is_outpaint (m) && !o->pictures.outpaint)
    o->pictures.outpaint = g_strdup_printf ("%u,%u,%u,%u", m->outpaint[0], m->outpaint[1],
                                            m->outpaint[2], m->outpaint[3]);
  return TRUE;
}

/* --- LoRAs --------------------------------------------------------------------------------- */

static GArray *
hash_loras (char   **paths,
            GError **error)
{
  g_autoptr (GArray) files = g_array_new (FALSE, FALSE, sizeof (Candidate));

  g_array_set_clear_func (files, candidate_clear);
  for (guint i = 0; paths && paths[i]; i++)
    {
      const Candidate file = { g_strdup (paths[i]), cas_file_dup_hash (paths[i], error) };

      g_array_append_val (files, file);
      if (!file.hash)
        return NULL;
    }
  return g_steal_pointer (&files);
}

/* The files of --lora are those to look among; their weights are the picture's. */
static gboolean
restore_loras (CliGenerateOptions *o,
               const CasMetadata  *m,
               GError            **error)
{
  g_autoptr (GArray) files = NULL;
  g_auto (GStrv) given = NULL;

  if (m->n_loras == 0)
    return TRUE;

  files = hash_loras (o->loras, error);
  if (!files)
    return FALSE;
  given = g_steal_pointer (&o->loras);
  for (guint i = 0; i < m->n_loras; i++)
    {
      g_autofree char *weight = dup_number (m->loras[i].weight);
      const char *path = find (files, m->loras[i].sha256);

      if (!path)
        {
          g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE,
                       _("The LoRA “%s” that the picture was made with is not among those that --lora "
                         "names: the file has the SHA-256 %s."), m->loras[i].name,
                       m->loras[i].sha256 ? m->loras[i].sha256 : "?");
          return FALSE;
        }
      append (&o->loras, g_strdup_printf ("%s:%s", path, weight));
    }
  if (!o->lora_tokens)
    o->lora_tokens = g_strdupv (m->lora_tokens);
  return TRUE;
}

/* --- all of it ----------------------------------------------------------------------------- */

static void
tell_losses (const CasSettings *settings,
             GPtrArray         *notices)
{
  for (guint i = 0; i + 1 < settings->lost->len; i += 2)
    g_ptr_array_add (notices, g_strdup_printf (_("Not restored: %s: %s"),
                                               (char *) settings->lost->pdata[i],
                                               (char *) settings->lost->pdata[i + 1]));
}

gboolean
cli_restore (CliGenerateOptions *o,
             GPtrArray          *notices,
             GError            **error)
{
  g_autoptr (CasSettings) settings = NULL;

  if (!o->from && o->inputs)
    {
      g_set_error_literal (error, CLI_ERROR, CLI_ERROR_USAGE,
                           _("--input is of no use without --from PICTURE."));
      return FALSE;
    }
  if (!o->from)
    return TRUE;

  settings = cas_settings_read (o->from, error);
  if (!settings)
    return FALSE;
  restore_numbers (o, settings);
  tell_losses (settings, notices);
  if (settings->fields & CAS_SETTING_MODEL)
    o->from_model = g_strdup (settings->metadata.model);
  return restore_pictures (o, &settings->metadata, error)
         && restore_loras (o, &settings->metadata, error);
}
