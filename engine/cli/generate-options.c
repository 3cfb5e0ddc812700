/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The options of weir-cli generate. */

#include "cli/generate-options.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "cli/exit-code.h"
#include "cli/options.h"
#include "cli/text.h"
#include "session/job-text.h"

static const char summary[] = N_(
  "Makes pictures that show what PROMPT says. What is not given is the model's own:\n"
  "size, steps, guidance and shift. Each picture's path is printed when it is there.");

static const char description[] = N_(
  "Output names:\n"
  "  {seed}, {index} (from 1) and {prompt} in --output are replaced; {{ is a brace.\n"
  "  Where that leaves several pictures one name, -1, -2, … are added. Without --output:\n"
  "  {prompt}-{seed}.png in Weir/ in the pictures folder.\n"
  "\n"
  "Prompts:\n"
  "  (red) weighs more, [red] less, (red:1.5) as it says; {red|blue} is one of them, drawn\n"
  "  by the seed; a line that begins with # is a comment; \\( is a plain bracket.\n"
  "\n"
  "Sizes are multiples of 8 from 64 up.\n"
  "\n"
  "Examples:\n"
  "  weir-cli generate \"a black rocket in the desert\"\n"
  "  weir-cli generate \"a castle\" --negative \"night\" --seed 3 --count 4 -o \"castle-{seed}\"\n"
  "  weir-cli generate \"a [lucky]\" --lora lucky.safetensors:0.8\n"
  "  weir-cli generate \"a tree\" --steps 30 --cfg 5 --preview /tmp/steps\n"
  "  weir-cli generate \"a tree\" --json | jq -r 'select(.event == \"picture\").path'\n"
  "\n"
  "A prompt that begins with a dash goes after “--”.\n");

static gboolean
read_entries (CliGenerateOptions *o,
              int                *argc,
              char             ***argv,
              GError            **error)
{
  const GOptionEntry entries[] = {
    { "negative", 'n', 0, G_OPTION_ARG_FILENAME, &o->job.negative,
      N_("What the picture should stay away from"), N_("TEXT") },
    { "restore-mean", 0, 0, G_OPTION_ARG_NONE, &o->job.restores_mean,
      N_("Weighted words keep the mean of the prompt's numbers"), NULL },
    { "width", 'W', 0, G_OPTION_ARG_STRING, &o->job.width, N_("Width in pixels"), "N" },
    { "height", 'H', 0, G_OPTION_ARG_STRING, &o->job.height, N_("Height in pixels"), "N" },
    { "seed", 's', 0, G_OPTION_ARG_STRING, &o->job.seed,
      N_("Which picture of the many; drawn and shown if not given"), "N" },
    { "count", 'c', 0, G_OPTION_ARG_STRING, &o->job.count,
      N_("How many pictures, with seeds N, N + 1, …"), "N" },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &o->output,
      N_("Where to write: a file, a pattern or a folder"), N_("PATTERN") },
    { "overwrite", 0, 0, G_OPTION_ARG_NONE, &o->overwrite, N_("Replace files that exist"), NULL },
    { "model", 'm', 0, G_OPTION_ARG_FILENAME, &o->model,
      N_("The model's folder (the demo model)"), N_("FOLDER") },
    { "device", 'd', 0, G_OPTION_ARG_FILENAME, &o->device,
      N_("A device's number or part of its name (see “weir-cli devices”)"), N_("DEVICE") },
    { "steps", 0, 0, G_OPTION_ARG_STRING, &o->job.steps,
      N_("Steps in which the picture is composed (20)"), "N" },
    { "cfg", 0, 0, G_OPTION_ARG_STRING, &o->job.cfg,
      N_("Guidance: how strictly the prompt is followed (4)"), "X" },
    { "shift", 0, 0, G_OPTION_ARG_STRING, &o->job.shift,
      N_("More spends more steps on the composition (2)"), "X" },
    { "decoder-steps", 0, 0, G_OPTION_ARG_STRING, &o->job.decoder_steps,
      N_("Steps in which detail is added (10)"), "N" },
    { "decoder-cfg", 0, 0, G_OPTION_ARG_STRING, &o->job.decoder_cfg,
      N_("Guidance of those steps (1.1)"), "X" },
    { "sampler", 0, 0, G_OPTION_ARG_STRING, &o->job.sampler,
      N_("ddpm, ddim or lcm (ddpm)"), N_("NAME") },
    { "init", 0, 0, G_OPTION_ARG_FILENAME, &o->job.pictures.init,
      N_("The picture to begin from"), N_("FILE") },
    { "strength", 0, 0, G_OPTION_ARG_STRING, &o->job.pictures.strength,
      N_("How much of it is made anew, to 1 (0.8, with a mask 1)"), "X" },
    { "mask", 0, 0, G_OPTION_ARG_FILENAME, &o->job.pictures.mask,
      N_("Where it is made anew: white; black stays as it is; auto: where the eye goes, above a "
         "threshold (0.2)"), N_("FILE|auto[:X]") },
    { "outpaint", 0, 0, G_OPTION_ARG_STRING, &o->job.pictures.outpaint,
      N_("Pixels that are added to it: left, top, right, bottom"), "L,T,R,B" },
    { "image-prompt", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &o->job.pictures.image_prompts,
      N_("A picture as a prompt, and how much of it (1); may be given several times"),
      N_("FILE[:WEIGHT]") },
    { "control", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &o->job.pictures.controls,
      N_("A picture for a ControlNet: canny=FILE follows its edges, super-resolution=FILE all of it, "
         "upscaling=FILE the same at twice its size, identity=FILE its faces; how strongly (1), "
         "and in which part of the steps (0-1); may be given several times"),
      N_("KIND=FILE[:X[:A-B]]") },
    { "canny", 0, 0, G_OPTION_ARG_STRING_ARRAY, &o->job.pictures.canny,
      N_("Thresholds of what is an edge (100,200), for each picture or once for all"), "LOW,HIGH" },
    { "face-detector", 0, 0, G_OPTION_ARG_FILENAME, &o->job.pictures.face_detector,
      N_("An ONNX file that finds faces, for identity: det_10g.onnx"), N_("FILE") },
    { "face-recogniser", 0, 0, G_OPTION_ARG_FILENAME, &o->job.pictures.face_recogniser,
      N_("An ONNX file that says whose they are: w600k_r50.onnx"), N_("FILE") },
    { "control-preview", 0, 0, G_OPTION_ARG_FILENAME, &o->control_preview,
      N_("Write what a ControlNet is shown: edges, a picture with its holes"), N_("FILE") },
    { "from", 0, 0, G_OPTION_ARG_FILENAME, &o->from,
      N_("A picture to make again: its settings hold where no other is given"), N_("PICTURE") },
    { "input", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &o->inputs,
      N_("A file among those that --from was made with; may be given several times"),
      N_("FILE") },
    { "lora", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &o->job.loras,
      N_("A LoRA or embedding file, and how much of it (1); may be given several times"),
      N_("FILE[:WEIGHT]") },
    { "lora-token", 0, 0, G_OPTION_ARG_STRING_ARRAY, &o->job.lora_tokens,
      N_("Name a new token that its file does not, and what it starts from"), N_("NAME=RULE") },
    { "preview", 0, 0, G_OPTION_ARG_FILENAME, &o->preview,
      N_("Write a picture of every step into this folder"), N_("FOLDER") },
    { "kernels", 0, 0, G_OPTION_ARG_STRING, &o->kernels,
      N_("A path that “devices” lists, for comparing; the best if not given"), N_("NAME") },
    { "json", 0, 0, G_OPTION_ARG_NONE, &o->json,
      N_("Tell a program: one JSON object a line on standard output"), NULL },
    { "profile", 0, 0, G_OPTION_ARG_NONE, &o->profile,
      N_("Tell where the device's time went, at the end"), NULL },
    { "verbose", 'v', 0, G_OPTION_ARG_NONE, &o->verbose, N_("Say more on the way"), NULL },
    G_OPTION_ENTRY_NULL
  };
  const CliOptions options = {
    .usage = _("PROMPT"),
    .summary = _(summary),
    .description = _(description),
    .entries = entries,
  };

  return cli_options_read (&options, argc, argv, error);
}

/* But --output's and --model's, which are checked where they are used, and those of a job. */
static gboolean
check_names (const CliGenerateOptions *o,
             GError                  **error)
{
  const struct
  {
    const char *option, *name;
  } names[] = {
    { "--control-preview", o->control_preview },
    { "--preview", o->preview },
    { "--from", o->from },
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (!cas_job_text_check_name (names[i].option, names[i].name, error))
      return FALSE;
  for (guint i = 0; o->inputs && o->inputs[i]; i++)
    if (!cas_job_text_check_name ("--input", o->inputs[i], error))
      return FALSE;
  return TRUE;
}

gboolean
cli_generate_options_read (CliGenerateOptions *options,
                           int                 argc,
                           char              **argv,
                           GError            **error)
{
  if (!read_entries (options, &argc, &argv, error) || !check_names (options, error))
    return FALSE;

  /* what was after "--" keeps it */
  int first = argc > 1 && g_str_equal (argv[1], "--") ? 2 : 1;

  if (argc - first == 1)
    {
      options->job.prompt = g_strdup (argv[first]);
      return TRUE;
    }

  if (argc - first == 0 && options->from)
    return TRUE; /* the prompt is there */
  if (argc - first == 0)
    return cas_job_options_check_prompt (&options->job, error);

  g_set_error_literal (error, CLI_ERROR, CLI_ERROR_USAGE,
                       _("There are several prompts. Put one prompt in quotes."));
  return FALSE;
}

gboolean
cli_generate_options_parse (CliGenerateOptions *options,
                            int                 argc,
                            char              **argv)
{
  g_autofree char **arguments = g_memdup2 (argv, (argc + 1) * sizeof *argv);
  g_autoptr (GError) error = NULL;
  g_autofree char *sentence = NULL;

  if (cli_generate_options_read (options, argc, argv, &error))
    return TRUE;

  if (error->domain == G_OPTION_ERROR)
    sentence = g_strdup_printf (_("%s. “%s --help” explains the options."), error->message,
                                g_get_prgname ());
  cli_options_refuse (argc, arguments, sentence ? sentence : error->message);
  return FALSE;
}

void
cli_generate_options_clear (CliGenerateOptions *o)
{
  char **texts[] = { &o->model, &o->device, &o->kernels, &o->output, &o->preview,
                     &o->control_preview };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_clear_pointer (texts[i], g_free);
  cas_job_options_clear (&o->job);
  g_clear_pointer (&o->from, g_free);
  g_clear_pointer (&o->from_model, g_free);
  g_clear_pointer (&o->from_mask, g_free);
  g_clear_pointer (&o->inputs, g_strfreev);
  g_clear_pointer (&o->job.loras, g_strfreev);
  g_clear_pointer (&o->job.lora_tokens, g_strfreev);
}

/* What would be ignored. */
static gboolean
check_use (const CliGenerateOptions *o,
           GError                  **error)
{
  const CasJobPictureOptions *pictures = &o->job.pictures;

  if (!o->control_preview || pictures->controls || pictures->mask || pictures->outpaint)
    return TRUE;
  g_set_error_literal (error, CLI_ERROR, CLI_ERROR_USAGE,
                       _("--control-preview is of no use without --control, --mask or --outpaint."));
  return FALSE;
}

/* What was typed becomes UTF-8. */
static gboolean
convert (const char *what,
         char      **text,
         GError    **error)
{
  char *converted = *text ? cli_text_from_argument (what, *text, error) : NULL;

  if (*text && !converted)
    return FALSE;
  g_free (*text);
  *text = converted;
  return TRUE;
}

CasJob *
cli_generate_options_make_job (CliGenerateOptions *options,
                               GCancellable       *cancellable,
                               GError            **error)
{
  const CasJobPlace place = {
    .previews = options->preview ? CAS_PREVIEW_EVERY_STEP : CAS_PREVIEW_NONE,
  };
  GError *cause = NULL;
  CasJob *job;

  if (!convert (_("The prompt"), &options->job.prompt, error)
      || !convert ("--negative", &options->job.negative, error) || !check_use (options, error))
    return NULL;

  job = cas_job_options_make_job (&options->job, &place, cancellable, &cause);
  if (!job)
    cli_exit_fail_input (cause, error);
  return job;
}
