/* SPDX-License-Identifier: GPL-3.0-or-later */

/* weir-cli upscale: a picture at twice its size. It is begun from, a little of it is made anew, and
 * the ControlNet for small pictures holds it to what it was. */

#include "cli/command.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "cascade/cascade.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/pictures.h"
#include "cli/report.h"
#include "cli/save.h"
#include "cli/text.h"
#include "session/job-text.h"

#define DEFAULT_STRENGTH 0.3

static const char summary[] = N_(
  "Draws PICTURE at twice its size, with detail it did not have. The model must have the\n"
  "ControlNet for super resolution, which holds the new picture to the small one.");

static const char description[] = N_(
  "What the picture shows is said by --prompt; else by the prompt in the picture, if it was\n"
  "made here. Without --output it is written beside the picture, as NAME-x2.png.\n"
  "\n"
  "Example:\n"
  "  weir-cli upscale fox.jpg --prompt \"a fox in the snow\" -o fox-large.png\n");

typedef struct
{
  char    *prompt, *strength, *seed, *output, *model, *device, *kernels;
  gboolean overwrite, is_json;
} Options;

static void
options_clear (Options *self)
{
  g_free (self->prompt);
  g_free (self->strength);
  g_free (self->seed);
  g_free (self->output);
  g_free (self->model);
  g_free (self->device);
  g_free (self->kernels);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

typedef struct
{
  const Options *options;
  CliReport     *report;
  char          *path;
} Upscale;

static void
upscale_clear (Upscale *self)
{
  g_clear_pointer (&self->report, cli_report_free);
  g_free (self->path);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Upscale, upscale_clear)

static void
on_progress (const CasProgress *progress,
             gpointer           data)
{
  cli_report_progress (((Upscale *) data)->report, progress);
}

static void
on_notice (const char *sentence,
           gpointer    data)
{
  cli_report_notice (((Upscale *) data)->report, sentence);
}

static gboolean
on_picture (const CasPicture *picture,
            gpointer          data,
            GError          **error)
{
  Upscale *self = data;

  return cli_save_picture (picture, self->path, self->options->overwrite, self->report, error);
}

static char *
dup_output (const Options *options,
            const char    *name)
{
  const char *dot = strrchr (name, '.');
  const char *slash = strrchr (name, G_DIR_SEPARATOR);
  const gsize length = dot && dot > (slash ? slash : name) ? (gsize) (dot - name) : strlen (name);
  g_autofree char *stem = g_strndup (name, length);

  g_autofree char *beside = g_strconcat (stem, "-x2.png", NULL);

  return g_canonicalize_filename (options->output ? options->output : beside, NULL);
}

/* It has some, or may have. */
static void
tell_unread (Upscale      *self,
             const GError *cause)
{
  g_autofree char *sentence = NULL;

  if (g_error_matches (cause, CAS_ERROR, CAS_ERROR_NO_SETTINGS))
    return;
  sentence = g_strdup_printf (_("A prompt that the picture may have is not used. %s"),
                              cause->message);
  cli_report_notice (self->report, sentence);
}

/* What the picture says of itself, or nothing. */
static char *
dup_prompt (Upscale      *self,
            const char   *name,
            GCancellable *cancellable,
            GError      **error)
{
  g_autoptr (CasSettings) settings = NULL;
  g_autoptr (GError) cause = NULL;

  if (self->options->prompt)
    return cli_text_from_argument ("--prompt", self->options->prompt, error);
  settings = cas_settings_read (name, cancellable, &cause);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  if (!settings)
    tell_unread (self, cause);
  if (settings && settings->metadata.prompt)
    return g_strdup (settings->metadata.drawn_prompt ? settings->metadata.drawn_prompt
                                                     : settings->metadata.prompt);
  return g_strdup ("");
}

static gboolean
parse (const Options *options,
       CasJobParams  *params,
       GError       **error)
{
  params->strength = DEFAULT_STRENGTH;
  params->has_seed = options->seed != NULL;
  return (!options->seed
          || cas_job_text_parse_integer ("--seed", options->seed, 0, G_MAXINT64, &params->seed,
                                         error))
         && (!options->strength
             || cas_job_text_parse_number ("--strength", options->strength, 0.01, 1,
                                           &params->strength, error));
}

static void
tell_small (Upscale    *self,
            CasImage   *image,
            const char *shown)
{
  g_autofree char *sentence = NULL;

  if (!cli_picture_is_small (image))
    return;
  sentence = g_strdup_printf (_("“%s” has only %u×%u pixels, in which there is little to see."), shown,
                              cas_image_get_width (image), cas_image_get_height (image));
  cli_report_notice (self->report, sentence);
}

/* What is wrong with the job is wrong with the picture, whose size nobody asked for. */
static gboolean
check (Upscale    *self,
       CasSession *session,
       CasJob     *job,
       const char *name,
       GError    **error)
{
  g_autofree char *shown = g_filename_display_name (name);
  g_autoptr (GPtrArray) paths = g_ptr_array_new ();
  CasJobParams params;

  g_ptr_array_add (paths, self->path);
  if (cas_session_resolve (session, job, &params, error))
    {
      tell_small (self, params.init, shown);
      return cli_output_check_room (paths, &params, error);
    }
  if (!g_error_matches (*error, CAS_ERROR, CAS_ERROR_BAD_PARAMETER)
      && !g_error_matches (*error, CAS_ERROR, CAS_ERROR_OUT_OF_DEVICE_MEMORY))
    return FALSE;
  g_prefix_error (error, "%s: ", shown);
  return FALSE;
}

static gboolean
upscale (Upscale      *self,
         const char   *name,
         GCancellable *cancellable,
         GError      **error)
{
  const Options *options = self->options;
  CasJobControl control = { .kind = CAS_CONTROL_SUPER_RESOLUTION, .is_small = TRUE };
  CasJobParams params = { .controls = &control, .n_controls = 1 };
  g_autoptr (CasImage) image = cli_picture_load (name, cancellable, error);
  g_autofree char *prompt = image ? dup_prompt (self, name, cancellable, error) : NULL;

  if (!prompt || !parse (options, &params, error))
    return FALSE;

  if (options->output && !cli_output_check_name ("--output", options->output, ".png", error))
    return FALSE;
  self->path = dup_output (options, name);
  if (!cli_output_check_file (self->path, options->overwrite, error))
    return FALSE;

  control.image = params.init = image;
  params.prompt = prompt;

  g_autoptr (CasJob) job = cas_job_new (&params, error);
  g_autoptr (CasSession) session = job ? cas_session_new (&(CasSessionParams) {
      .device = options->device,
      .model = options->model,
      .kernels = options->kernels,
    }, error) : NULL;

  if (!session || !check (self, session, job, name, error))
    return FALSE;
  cli_report_start (self->report, cas_session_get_device_name (session),
                    cas_session_get_model_name (session), cas_job_get_params (job)->seed,
                    !options->seed);
  return cas_session_run (session, job, &(CasJobCallbacks) {
      .progress = on_progress,
      .picture = on_picture,
      .notice = on_notice,
      .remark = on_notice,
    }, self, cancellable, error);
}

CliExit
cli_upscale (int           argc,
             char        **argv,
             GCancellable *cancellable)
{
  g_auto (Options) o = { 0 };
  const GOptionEntry entries[] = {
    { "prompt", 'p', 0, G_OPTION_ARG_FILENAME, &o.prompt,
      N_("What the picture shows"), N_("TEXT") },
    { "strength", 0, 0, G_OPTION_ARG_STRING, &o.strength,
      N_("How much is made anew, to 1 (0.3)"), "X" },
    { "seed", 's', 0, G_OPTION_ARG_STRING, &o.seed,
      N_("Which picture of the many; drawn and shown if not given"), "N" },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &o.output, N_("Where to write"), N_("FILE") },
    { "overwrite", 0, 0, G_OPTION_ARG_NONE, &o.overwrite, N_("Replace files that exist"), NULL },
    { "model", 'm', 0, G_OPTION_ARG_FILENAME, &o.model,
      N_("The model's folder (the demo model)"), N_("FOLDER") },
    { "device", 'd', 0, G_OPTION_ARG_FILENAME, &o.device,
      N_("A device's number or part of its name (see “weir-cli devices”)"), N_("DEVICE") },
    { "kernels", 0, 0, G_OPTION_ARG_STRING, &o.kernels,
      N_("A path that “devices” lists, for comparing; the best if not given"), N_("NAME") },
    { "json", 0, 0, G_OPTION_ARG_NONE, &o.is_json,
      N_("Tell a program: one JSON object a line on standard output"), NULL },
    { "verbose", 'v', 0, G_OPTION_ARG_NONE, &(gboolean) { FALSE }, N_("Say more on the way"), NULL },
    G_OPTION_ENTRY_NULL
  };
  const CliOptions options = {
    .usage = _("PICTURE"),
    .summary = _(summary),
    .description = _(description),
    .entries = entries,
  };

  if (!cli_options_parse (&options, &argc, &argv))
    return CLI_EXIT_USAGE;

  g_auto (Upscale) self = { .options = &o, .report = cli_report_new (o.is_json) };
  g_autoptr (GError) error = NULL;
  const int first = argc > 1 && g_str_equal (argv[1], "--") ? 2 : 1;

  if (argc - first != 1)
    g_set_error_literal (&error, CLI_ERROR, CLI_ERROR_USAGE, _("upscale wants one picture."));
  else
    upscale (&self, argv[first], cancellable, &error);
  return error ? cli_report_error (self.report, error) : CLI_EXIT_OK;
}
