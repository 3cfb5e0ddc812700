/* SPDX-License-Identifier: GPL-3.0-or-later */

/* weir-cli encode and weir-cli decode: pictures to latents and back. */

#include "cli/command.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <glib/gi18n-lib.h>
#include <inttypes.h>

#include "cascade/cascade.h"
#include "cli/conversion.h"
#include "cli/options.h"
#include "cli/report.h"
#include "io/png.h"

#define PICTURE ".png"
#define LATENT  ".safetensors"

static const char encode_summary[] = N_(
  "Makes the few numbers of pictures that Stage C draws in: a safetensors file for each PNG\n"
  "picture, or for each in a folder, with a tensor “latent”.");
static const char encode_description[] = N_(
  "Examples:\n"
  "  weir-cli encode photo.png -o photo.safetensors\n"
  "  weir-cli encode pictures -o latents\n"
  "      All PNG pictures in a folder.\n");
static const char decode_summary[] = N_(
  "Makes pictures again of what “weir-cli encode” made of them. What the numbers do not say,\n"
  "noise decides: another seed gives other details.");
static const char decode_description[] = N_(
  "Examples:\n"
  "  weir-cli decode photo.safetensors -o again.png\n"
  "  weir-cli decode latents -o pictures --seed 7\n");

typedef struct
{
  char    *output, *model, *device, *kernels;
  gint64   seed;
  gboolean overwrite;
} Options;

static void
options_clear (Options *self)
{
  g_free (self->output);
  g_free (self->model);
  g_free (self->device);
  g_free (self->kernels);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

/* One file; FALSE with the error. */
typedef gboolean (*ConvertFunc) (CasCodec      *codec,
                                 const Options *options,
                                 const char    *input,
                                 const char    *output,
                                 CliReport     *report,
                                 GCancellable  *cancellable,
                                 GError       **error);

static gboolean
fail_output (GError  *cause,
             GError **error)
{
  g_set_error_literal (error, CLI_ERROR, CLI_ERROR_OUTPUT, cause->message);
  g_error_free (cause);
  return FALSE;
}

static CasImage *
load_picture (const char *path,
              GError    **error)
{
  g_autoptr (CasPng) png = cas_png_read (path, NULL, error);
  CasImage *image = png ? cas_image_new (png->width, png->height, error) : NULL;

  if (image)
    memcpy (cas_image_get_pixels (image), png->pixels,
            cas_image_get_stride (image) * png->height);
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
encode (CasCodec      *codec,
        const Options *options,
        const char    *input,
        const char    *output,
        CliReport     *report,
        GCancellable  *cancellable,
        GError       **error)
{
  g_autoptr (CasImage) image = load_picture (input, error);
  g_autoptr (CasLatent) latent = image ? cas_codec_encode (codec, image, cancellable, error) : NULL;
  GError *cause = NULL;

  if (!latent)
    return FALSE;
  if (!cas_latent_save (latent, output, &cause))
    return fail_output (cause, error);
  tell_compression (report, input, latent);
  return TRUE;
}

static gboolean
decode (CasCodec      *codec,
        const Options *options,
        const char    *input,
        const char    *output,
        CliReport     *report,
        GCancellable  *cancellable,
        GError       **error)
{
  g_autoptr (CasLatent) latent = cas_latent_load (input, error);
  g_autoptr (CasImage) image
    = latent ? cas_codec_decode (codec, latent, (guint64) options->seed, cancellable, error) : NULL;
  GError *cause = NULL;

  if (!image)
    return FALSE;
  if (!cas_image_save_png (image, output, NULL, options->overwrite, &cause))
    return fail_output (cause, error);
  return TRUE;
}

/* A file that is none of its kind stops no other. */
static gboolean
is_files_own (const GError *error)
{
  return g_error_matches (error, CAS_ERROR, CAS_ERROR_BAD_IMAGE);
}

static CliExit
convert_all (const Options       *options,
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

  for (guint i = 0; codec && i < files->inputs->len; i++)
    {
      const char *output = files->outputs->pdata[i];
      g_autoptr (GError) trouble = NULL;

      if (convert (codec, options, files->inputs->pdata[i], output, report, cancellable, &trouble))
        {
          puts (output);
          fflush (stdout);
          continue;
        }
      result = cli_report_error (report, trouble);
      if (!is_files_own (trouble))
        break;
    }
  g_clear_pointer (&codec, cas_codec_free); /* before the session */
  return result;
}

static CliExit
run (const Options *options,
     char         **names,
     const char    *from,
     const char    *to,
     ConvertFunc    convert,
     GCancellable  *cancellable)
{
  g_autoptr (CliReport) report = cli_report_new (FALSE);
  g_auto (CliConversion) files = { 0 };
  g_autoptr (GError) error = NULL;

  if (g_strcmp0 (*names, "--") == 0)
    names++;
  if (options->seed < 0)
    g_set_error (&error, CLI_ERROR, CLI_ERROR_USAGE,
                 _("--seed is %" PRId64 ", and it may be 0 or more."), options->seed);
  else
    cli_conversion_plan (&files, names, from, to, options->output, options->overwrite, &error);
  if (error)
    return cli_report_error (report, error);
  return convert_all (options, &files, convert, report, cancellable);
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
  return run (&o, argv + 1, PICTURE, LATENT, encode, cancellable);
}

CliExit
cli_decode (int           argc,
            char        **argv,
            GCancellable *cancellable)
{
  g_auto (Options) o = { 0 };
  const GOptionEntry entries[] = {
    { "seed", 's', 0, G_OPTION_ARG_INT64, &o.seed, N_("Which details of the many (0)"), N_("N") },
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
  return run (&o, argv + 1, LATENT, PICTURE, decode, cancellable);
}
