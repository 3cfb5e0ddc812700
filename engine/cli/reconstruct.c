/* SPDX-License-Identifier: GPL-3.0-or-later */

/* weir-cli encode and weir-cli decode: pictures to latents and back. */

#include "cli/command.h"

#include <math.h>

#include <glib/gi18n-lib.h>

#include "cascade/cascade.h"
#include "cli/conversion.h"
#include "cli/options.h"
#include "cli/report.h"
#include "cli/save.h"
#include "session/job-text.h"

#define PICTURE ".png"
#define LATENT  ".safetensors"

static const char *const pictures[] = {
  PICTURE, ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".avif", ".heif", ".heic", ".gif", ".bmp",
  ".pnm", ".ppm", ".pgm", ".pbm", ".tga", NULL,
};
static const char *const latents[] = { LATENT, NULL };

static const char encode_summary[] = N_(
  "Makes the few numbers of pictures that Stage C draws in: a safetensors file for each\n"
  "picture, or for each in a folder, with a tensor “latent”.");
static const char encode_description[] = N_(
  "Examples:\n"
  "  weir-cli encode photo.jpg -o photo.safetensors\n"
  "  weir-cli encode pictures -o latents\n"
  "      All pictures in a folder.\n");
static const char decode_summary[] = N_(
  "Makes pictures again of what “weir-cli encode” made of them. What the numbers do not say,\n"
  "noise decides: another seed gives other details.");
static const char decode_description[] = N_(
  "Examples:\n"
  "  weir-cli decode photo.safetensors -o again.png\n"
  "  weir-cli decode latents -o pictures --seed 7\n");

typedef struct
{
  char    *output, *model, *device, *kernels, *seed;
  gboolean overwrite, is_json;
} Options;

static void
options_clear (Options *self)
{
  g_free (self->output);
  g_free (self->model);
  g_free (self->device);
  g_free (self->kernels);
  g_free (self->seed);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

/* What every file is converted with. */
typedef struct
{
  const Options *options;
  guint64        seed;
  CasCodec      *codec;
  CliReport     *report;
  GCancellable  *cancellable;
} Tools;

/* The file of this number; FALSE with the error. */
typedef gboolean (*ConvertFunc) (const Tools *tools,
                                 guint        i,
                                 const char  *input,
                                 const char  *output,
                                 GError     **error);

static gboolean
fail_output (GError  *cause,
             GError **error)
{
  g_set_error_literal (error, CLI_ERROR, CLI_ERROR_OUTPUT, cause->message);
  g_error_free (cause);
  return FALSE;
}

/* What is wrong with one file, or too much for it alone, stops no other. */
static gboolean
is_files_own (const GError *error)
{
  static const CasError own[] = {
    CAS_ERROR_BAD_IMAGE, CAS_ERROR_NOT_FINITE, CAS_ERROR_OUT_OF_HOST_MEMORY,
    CAS_ERROR_OUT_OF_DEVICE_MEMORY, CAS_ERROR_WORKER_DIED, CAS_ERROR_PROTOCOL,
  };

  for (guint i = 0; i < G_N_ELEMENTS (own); i++)
    if (g_error_matches (error, CAS_ERROR, (int) own[i]))
      return TRUE;
  return g_error_matches (error, CLI_ERROR, CLI_ERROR_INPUT);
}

/* The codec knows no file, so that its words for what is wrong with one do not name it. */
static gboolean
fail_codec (const char *path,
            GError     *cause,
            GError    **error)
{
  g_autofree char *shown = g_filename_display_name (path);

  if (cause->domain == CAS_ERROR && is_files_own (cause))
    g_prefix_error (&cause, "%s: ", shown);
  g_propagate_error (error, cause);
  return FALSE;
}

/* Opaque. */
static CasImage *
load_picture (const Tools *tools,
              const char  *path,
              GError     **error)
{
  GError *cause = NULL;
  CasImage *image = cas_image_load (path, tools->cancellable, &cause);

  if (!image)
    cli_exit_fail_input (cause, error);
  if (!image || !cas_image_get_alpha (image))
    return image;

  g_autofree char *name = g_filename_display_basename (path);
  g_autofree char *sentence
    = g_strdup_printf (_("%s: what is transparent was laid on white."), name);

  cas_image_flatten (image, 255, 255, 255);
  cli_report_notice (tools->report, sentence);
  return image;
}

/* How much smaller it has become. */
static void
tell_compression (CliReport       *report,
                  const char      *path,
                  const CasLatent *latent)
{
  g_autofree char *name = g_filename_display_basename (path);
  const double n_pixels = (double) latent->width * latent->height;
  const double n_cells = (double) latent->n_columns * latent->n_rows;
  g_autofree char *sentence = g_strdup_printf (
      _("%s: %u×%u pixels are now %u×%u×%u numbers: %.1f times fewer in all, %.1f times each way."),
      name, latent->width, latent->height, latent->n_channels, latent->n_rows, latent->n_columns,
      3 * n_pixels / (n_cells * latent->n_channels), sqrt (n_pixels / n_cells));

  cli_report_notice (report, sentence);
}

static gboolean
encode (const Tools *tools,
        guint        i,
        const char  *input,
        const char  *output,
        GError     **error)
{
  g_autoptr (CasImage) image = load_picture (tools, input, error);
  GError *cause = NULL;

  if (!image)
    return FALSE;

  g_autoptr (CasLatent) latent
    = cas_codec_encode (tools->codec, image, tools->cancellable, &cause);

  if (!latent)
    return fail_codec (input, cause, error);
  if (!cas_latent_save (latent, output, &cause))
    return fail_output (cause, error);
  tell_compression (tools->report, input, latent);
  cli_report_latent (tools->report, latent, output);
  return TRUE;
}

static gboolean
decode (const Tools *tools,
        guint        i,
        const char  *input,
        const char  *output,
        GError     **error)
{
  const gint64 start_us = g_get_monotonic_time ();
  GError *cause = NULL;
  g_autoptr (CasLatent) latent = cas_latent_load (input, &cause);

  if (!latent)
    return cli_exit_fail_input (cause, error);

  g_autoptr (CasImage) image
    = cas_codec_decode (tools->codec, latent, tools->seed, tools->cancellable, &cause);

  if (!image)
    return fail_codec (input, cause, error);
  return cli_save_picture (&(CasPicture) {
      .image = image,
      .index = i,
      .seed = tools->seed,
      .seconds = (double) (g_get_monotonic_time () - start_us) / G_USEC_PER_SEC,
    }, output, tools->options->overwrite, tools->report, error);
}

static CliExit
convert_all (const Options       *options,
             guint64              seed,
             const CliConversion *files,
             ConvertFunc          convert,
             CliReport           *report,
             GCancellable        *cancellable)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CasSession) session = cas_session_new (&(CasSessionParams) {
      .device = options->device,
      .model = options->model,
      .kernels = options->kernels,
    }, &error);
  g_autoptr (CasCodec) codec = session ? cas_codec_new (session) : NULL;
  CliExit result = codec ? CLI_EXIT_OK : cli_report_error (report, error);
  const Tools tools = { options, seed, codec, report, cancellable };

  for (guint i = 0; codec && i < files->inputs->len; i++)
    {
      g_autoptr (GError) trouble = NULL;

      if (convert (&tools, i, files->inputs->pdata[i], files->outputs->pdata[i], &trouble))
        continue;
      result = cli_report_error (report, trouble);
      if (!is_files_own (trouble))
        break;
    }
  g_clear_pointer (&codec, cas_codec_free); /* before the session */
  return result;
}

static CliExit
run (const Options     *options,
     char             **names,
     const char *const *from,
     const char        *to,
     ConvertFunc        convert,
     GCancellable      *cancellable)
{
  g_autoptr (CliReport) report = cli_report_new (options->is_json);
  g_auto (CliConversion) files = { 0 };
  g_autoptr (GError) error = NULL;
  guint64 seed = 0;

  if (g_strcmp0 (*names, "--") == 0)
    names++;
  if ((options->seed
       && !cas_job_text_parse_integer ("--seed", options->seed, 0, G_MAXINT64, &seed, &error))
      || !cli_conversion_plan (&files, names, from, to, options->output, options->overwrite, &error))
    return cli_report_error (report, error);
  return convert_all (options, seed, &files, convert, report, cancellable);
}

#define COMMON_ENTRIES(o) \
  { "output", 'o', 0, G_OPTION_ARG_FILENAME, &(o).output, \
    N_("Where to write: a file, or a folder (this one)"), N_("PATH") }, \
  { "overwrite", 0, 0, G_OPTION_ARG_NONE, &(o).overwrite, N_("Replace files that exist"), NULL }, \
  { "model", 'm', 0, G_OPTION_ARG_FILENAME, &(o).model, \
    N_("The model's folder (the demo model)"), N_("FOLDER") }, \
  { "device", 'd', 0, G_OPTION_ARG_FILENAME, &(o).device, \
    N_("A device's number or part of its name (see “weir-cli devices”)"), N_("DEVICE") }, \
  { "kernels", 0, 0, G_OPTION_ARG_STRING, &(o).kernels, \
    N_("A path that “devices” lists, for comparing; the best if not given"), N_("NAME") }, \
  { "json", 0, 0, G_OPTION_ARG_NONE, &(o).is_json, \
    N_("Tell a program: one JSON object a line on standard output"), NULL }, \
  { "verbose", 'v', 0, G_OPTION_ARG_NONE, &(gboolean) { FALSE }, N_("Say more on the way"), NULL }

CliExit
cli_encode (int           argc,
            char        **argv,
            GCancellable *cancellable)
{
  g_auto (Options) o = { 0 };
  const GOptionEntry entries[] = { COMMON_ENTRIES (o), G_OPTION_ENTRY_NULL };
  const CliOptions options = {
    .usage = _("PICTURE…"),
    .summary = _(encode_summary),
    .description = _(encode_description),
    .entries = entries,
  };

  if (!cli_options_parse (&options, &argc, &argv))
    return CLI_EXIT_USAGE;
  return run (&o, argv + 1, pictures, LATENT, encode, cancellable);
}

CliExit
cli_decode (int           argc,
            char        **argv,
            GCancellable *cancellable)
{
  g_auto (Options) o = { 0 };
  const GOptionEntry entries[] = {
    { "seed", 's', 0, G_OPTION_ARG_STRING, &o.seed, N_("Which details of the many (0)"), "N" },
    COMMON_ENTRIES (o),
    G_OPTION_ENTRY_NULL
  };
  const CliOptions options = {
    .usage = _("LATENT…"),
    .summary = _(decode_summary),
    .description = _(decode_description),
    .entries = entries,
  };

  if (!cli_options_parse (&options, &argc, &argv))
    return CLI_EXIT_USAGE;
  return run (&o, argv + 1, latents, PICTURE, decode, cancellable);
}
