/* SPDX-License-Identifier: GPL-3.0-or-later */

/* weir-cli show: the settings that are in a picture. */

#include "cli/command.h"

#include <stdio.h>

#include <glib/gi18n-lib.h>

#include "cascade/metadata.h"
#include "cli/columns.h"
#include "cli/options.h"
#include "cli/pictures.h"
#include "io/json-text.h"
#include "io/metadata-pictures.h"

/* --- for a person -------------------------------------------------------------------------- */

static void
print_number (const char *label,
              double      number)
{
  g_autofree char *text = g_strdup_printf ("%g", number);

  cli_columns_print_row (label, text);
}

static void
print_optional (const char *label,
                const char *text)
{
  if (text && *text != '\0')
    cli_columns_print_row (label, text);
}

static void
print_integer (const char *label,
               guint64     number)
{
  g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT, number);

  cli_columns_print_row (label, text);
}

/* What they were used for, and by which hash they are known again. */
static void
print_pictures (const CasMetadata *m)
{
  const guint *out = m->outpaint;

  for (guint i = 0; i < m->n_pictures; i++)
    {
      const CasMetadataPicture *picture = &m->pictures[i];
      g_autoptr (GString) text = g_string_new (picture->is_small ? "upscaling" : picture->role);

      g_string_append_printf (text, ":%g", picture->weight);
      if (picture->end > 0)
        g_string_append_printf (text, ":%g-%g", picture->start, picture->end);
      if (picture->high > 0)
        g_string_append_printf (text, " (%u,%u)", picture->low, picture->high);
      if (picture->threshold > 0)
        g_string_append_printf (text, " auto:%g", picture->threshold);
      g_string_append_printf (text, " %.12s…", picture->sha256);
      cli_columns_print_row (_("picture"), text->str);
    }
  if (cas_metadata_is_outpaint (m))
    {
      g_autofree char *margins
        = g_strdup_printf ("%u,%u,%u,%u", out[0], out[1], out[2], out[3]);

      cli_columns_print_row (_("outpaint"), margins);
    }
}

/* Files, and by which hash one of them is known again. */
static void
print_parts (const CasMetadata *m)
{
  for (guint i = 0; i < m->n_parts; i++)
    {
      const CasMetadataPart *part = &m->parts[i];
      g_autofree char *label = g_strdup_printf ("  %s", part->role ? part->role : "");
      g_autofree char *text = part->file && part->sha256
                                ? g_strdup_printf ("%s %.12s…", part->file, part->sha256)
                                : g_strdup (part->file);

      print_optional (label, text);
    }
}

/* As --lora and --lora-token take them. */
static void
print_loras (const CasMetadata *m)
{
  for (guint i = 0; i < m->n_loras; i++)
    {
      g_autofree char *text = g_strdup_printf ("%s:%g", m->loras[i].name ? m->loras[i].name : "",
                                               m->loras[i].weight);

      cli_columns_print_row (_("LoRA"), text);
    }
  for (guint i = 0; m->lora_tokens && m->lora_tokens[i]; i++)
    cli_columns_print_row (_("new token"), m->lora_tokens[i]);
}

static void
print_settings (const CasMetadata *m,
                CasSettingsFields  fields)
{
  print_optional (_("prompt"), m->prompt);
  print_optional (_("  drawn"), m->drawn_prompt);
  print_optional (_("negative prompt"), m->negative_prompt);
  print_optional (_("  drawn"), m->drawn_negative_prompt);
  if (m->restores_mean)
    cli_columns_print_row (_("weights"), _("restore the mean"));
  if ((fields & CAS_SETTING_WIDTH) && (fields & CAS_SETTING_HEIGHT))
    {
      g_autofree char *size = g_strdup_printf ("%u×%u", m->width, m->height);

      cli_columns_print_row (_("size"), size);
    }
  if (fields & CAS_SETTING_SEED)
    print_integer (_("seed"), m->seed);
  print_optional (_("sampler"), m->sampler);
  if (fields & CAS_SETTING_STEPS)
    print_integer (_("steps"), m->steps);
  if (fields & CAS_SETTING_CFG)
    print_number (_("guidance"), m->cfg);
  if (fields & CAS_SETTING_SHIFT)
    print_number (_("shift"), m->shift);
  if (fields & CAS_SETTING_DECODER_STEPS)
    print_integer (_("decoder steps"), m->decoder_steps);
  if (fields & CAS_SETTING_DECODER_CFG)
    print_number (_("decoder guidance"), m->decoder_cfg);
  print_optional (_("model"), m->model);
  print_parts (m);
  print_loras (m);
  print_pictures (m);
  print_optional (_("kernels"), m->kernels);
}

static void
print_for_person (const char        *path,
                  const CasSettings *settings,
                  const char        *hash)
{
  puts (path); /* as it is, whatever the locale */
  cli_columns_print_row (_("made by"), settings->program);
  print_settings (&settings->metadata, settings->fields);
  print_optional (_("SHA-256 of its pixels"), hash);
  if (settings->lost->len == 0)
    return;

  g_print ("%s\n", _("Weir cannot restore"));
  for (guint i = 0; i + 1 < settings->lost->len; i += 2)
    cli_columns_print_row (settings->lost->pdata[i], settings->lost->pdata[i + 1]);
}

/* --- for a program ------------------------------------------------------------------------- */

static void
add_name (GString    *json,
          const char *name)
{
  const char last = json->str[json->len - 1];

  if (last != '{' && last != '[')
    g_string_append_c (json, ',');
  cas_json_append_string (json, name);
  g_string_append_c (json, ':');
}

static void
add_string (GString    *json,
            const char *name,
            const char *value)
{
  if (!value)
    return;
  add_name (json, name);
  cas_json_append_string (json, value);
}

static void
add_integer (GString    *json,
             const char *name,
             gboolean    is_known,
             guint64     value)
{
  if (!is_known)
    return;
  add_name (json, name);
  g_string_append_printf (json, "%" G_GUINT64_FORMAT, value);
}

static void
add_number (GString    *json,
            const char *name,
            gboolean    is_known,
            double      value)
{
  if (!is_known)
    return;
  add_name (json, name);
  cas_json_append_double (json, value);
}

static void
add_parts (GString           *json,
           const CasMetadata *m)
{
  add_name (json, "parts");
  g_string_append_c (json, '[');
  for (guint i = 0; i < m->n_parts; i++)
    {
      g_string_append (json, i > 0 ? ",{" : "{");
      add_string (json, "role", m->parts[i].role);
      add_string (json, "file", m->parts[i].file);
      add_string (json, "sha256", m->parts[i].sha256);
      g_string_append_c (json, '}');
    }
  g_string_append_c (json, ']');
}

static void
add_loras (GString           *json,
           const CasMetadata *m)
{
  add_name (json, "loras");
  g_string_append_c (json, '[');
  for (guint i = 0; i < m->n_loras; i++)
    {
      g_string_append (json, i > 0 ? ",{" : "{");
      add_string (json, "name", m->loras[i].name);
      add_string (json, "sha256", m->loras[i].sha256);
      add_number (json, "weight", TRUE, m->loras[i].weight);
      g_string_append_c (json, '}');
    }
  g_string_append_c (json, ']');
}

static void
add_lora_tokens (GString           *json,
                 const CasMetadata *m)
{
  add_name (json, "lora_tokens");
  g_string_append_c (json, '[');
  for (guint i = 0; m->lora_tokens[i]; i++)
    {
      if (i > 0)
        g_string_append_c (json, ',');
      cas_json_append_string (json, m->lora_tokens[i]);
    }
  g_string_append_c (json, ']');
}

/* Named as in the text that we write into a picture. */
static void
add_settings (GString           *json,
              const CasMetadata *m,
              CasSettingsFields  fields)
{
  add_name (json, "settings");
  g_string_append_c (json, '{');
  add_string (json, "prompt", m->prompt);
  add_string (json, "negative_prompt", m->negative_prompt);
  add_string (json, "drawn_prompt", m->drawn_prompt);
  add_string (json, "drawn_negative_prompt", m->drawn_negative_prompt);
  if (m->restores_mean)
    {
      add_name (json, "restore_mean");
      g_string_append (json, "true");
    }
  add_integer (json, "width", fields & CAS_SETTING_WIDTH, m->width);
  add_integer (json, "height", fields & CAS_SETTING_HEIGHT, m->height);
  add_integer (json, "seed", fields & CAS_SETTING_SEED, m->seed);
  add_string (json, "sampler", m->sampler);
  add_integer (json, "steps", fields & CAS_SETTING_STEPS, m->steps);
  add_number (json, "cfg", fields & CAS_SETTING_CFG, m->cfg);
  add_number (json, "shift", fields & CAS_SETTING_SHIFT, m->shift);
  add_integer (json, "decoder_steps", fields & CAS_SETTING_DECODER_STEPS, m->decoder_steps);
  add_number (json, "decoder_cfg", fields & CAS_SETTING_DECODER_CFG, m->decoder_cfg);
  add_string (json, "model", m->model);
  if (m->n_parts > 0)
    add_parts (json, m);
  if (m->n_loras > 0)
    add_loras (json, m);
  if (m->lora_tokens)
    add_lora_tokens (json, m);
  cas_metadata_append_pictures (json, m);
  add_string (json, "kernels", m->kernels);
  add_string (json, "version", m->version);
  g_string_append_c (json, '}');
}

static void
print_json (const char        *path,
            const CasSettings *settings,
            const char        *hash)
{
  g_autoptr (GString) json = g_string_new ("{");
  g_autofree char *valid = g_utf8_make_valid (path, -1);

  add_string (json, "path", valid);
  add_string (json, "form", cas_settings_form_get_id (settings->form));
  add_string (json, "program", settings->program);
  add_string (json, "pixels_sha256", hash);
  add_settings (json, &settings->metadata, settings->fields);
  add_name (json, "not_restored");
  g_string_append_c (json, '[');
  for (guint i = 0; i + 1 < settings->lost->len; i += 2)
    {
      g_string_append (json, i > 0 ? ",{" : "{");
      add_string (json, "name", settings->lost->pdata[i]);
      add_string (json, "value", settings->lost->pdata[i + 1]);
      g_string_append_c (json, '}');
    }
  g_string_append (json, "]}");
  puts (json->str);
}

/* By which a job that it goes into knows it; NULL if its pixels cannot be read. */
static char *
dup_hash (const char   *path,
          GCancellable *cancellable)
{
  g_autoptr (CasImage) image = cli_picture_load (path, cancellable, NULL);

  return image ? cas_image_dup_hash (image) : NULL;
}

static gboolean
show (const char   *path,
      gboolean      is_json,
      GCancellable *cancellable,
      GError      **error)
{
  GError *cause = NULL;
  g_autoptr (CasSettings) settings = cas_settings_read (path, cancellable, &cause);
  g_autofree char *hash = settings ? dup_hash (path, cancellable) : NULL;

  if (!settings)
    return cli_exit_fail_input (cause, error);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  (is_json ? print_json : print_for_person) (path, settings, hash);
  return TRUE;
}

CliExit
cli_show (int           argc,
          char        **argv,
          GCancellable *cancellable)
{
  gboolean is_json = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &is_json, N_("One JSON object on one line"), NULL },
    { "verbose", 'v', 0, G_OPTION_ARG_NONE, &(gboolean) { FALSE }, N_("Say more on the way"), NULL },
    G_OPTION_ENTRY_NULL
  };
  const CliOptions options = {
    .usage = _("PICTURE…"),
    .summary = _("Prints the settings that are in a picture, in PNG's texts or in EXIF or XMP:\n"
                 "Weir's own in full, and those of A1111, ComfyUI, InvokeAI, SwarmUI and Fooocus\n"
                 "as far as Weir could restore them."),
    .description = _("Example:\n  weir-cli show ~/Pictures/Weir/a-white-boat-7.png\n"),
    .entries = entries,
  };

  if (!cli_options_parse (&options, &argc, &argv))
    return CLI_EXIT_USAGE;

  g_autoptr (CliReport) report = cli_report_new (is_json);
  g_autoptr (GError) error = NULL;

  if (argc < 2)
    {
      g_set_error_literal (&error, CLI_ERROR, CLI_ERROR_USAGE, _("Which picture? None is given."));
      return cli_report_error (report, error);
    }

  CliExit result = CLI_EXIT_OK;

  for (int i = g_str_equal (argv[1], "--") ? 2 : 1; i < argc && result != CLI_EXIT_CANCELLED; i++)
    {
      g_autoptr (GError) trouble = NULL;

      if (!show (argv[i], is_json, cancellable, &trouble))
        result = cli_report_error (report, trouble);
    }
  return result;
}
