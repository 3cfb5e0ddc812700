/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The options of weir-cli generate. Numbers are taken as text, so that a zero is not mistaken for
 * an option that is not there, and so that every refusal names the option and its range. */

#include "cli/generate-options.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "cascade/error.h"
#include "cli/options.h"
#include "cli/text.h"
#include "sample/latent-size.h"

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
    { "negative", 'n', 0, G_OPTION_ARG_FILENAME, &o->negative,
      N_("What the picture should stay away from"), N_("TEXT") },
    { "restore-mean", 0, 0, G_OPTION_ARG_NONE, &o->restore_mean,
      N_("Weighted words keep the mean of the prompt's numbers"), NULL },
    { "width", 'W', 0, G_OPTION_ARG_STRING, &o->width, N_("Width in pixels"), "N" },
    { "height", 'H', 0, G_OPTION_ARG_STRING, &o->height, N_("Height in pixels"), "N" },
    { "seed", 's', 0, G_OPTION_ARG_STRING, &o->seed,
      N_("Which picture of the many; drawn and shown if not given"), "N" },
    { "count", 'c', 0, G_OPTION_ARG_STRING, &o->count,
      N_("How many pictures, with seeds N, N + 1, …"), "N" },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &o->output,
      N_("Where to write: a file, a pattern or a folder"), N_("PATTERN") },
    { "overwrite", 0, 0, G_OPTION_ARG_NONE, &o->overwrite, N_("Replace files that exist"), NULL },
    { "model", 'm', 0, G_OPTION_ARG_FILENAME, &o->model,
      N_("The model's folder (the demo model)"), N_("FOLDER") },
    { "device", 'd', 0, G_OPTION_ARG_FILENAME, &o->device,
      N_("A device's number or part of its name (see “weir-cli devices”)"), N_("DEVICE") },
    { "steps", 0, 0, G_OPTION_ARG_STRING, &o->steps,
      N_("Steps in which the picture is composed (20)"), "N" },
    { "cfg", 0, 0, G_OPTION_ARG_STRING, &o->cfg,
      N_("Guidance: how strictly the prompt is followed (4)"), "X" },
    { "shift", 0, 0, G_OPTION_ARG_STRING, &o->shift,
      N_("More spends more steps on the composition (2)"), "X" },
    { "decoder-steps", 0, 0, G_OPTION_ARG_STRING, &o->decoder_steps,
      N_("Steps in which detail is added (10)"), "N" },
    { "decoder-cfg", 0, 0, G_OPTION_ARG_STRING, &o->decoder_cfg,
      N_("Guidance of those steps (1.1)"), "X" },
    { "sampler", 0, 0, G_OPTION_ARG_STRING, &o->sampler,
      N_("ddpm, ddim or lcm (ddpm)"), N_("NAME") },
    { "init", 0, 0, G_OPTION_ARG_FILENAME, &o->pictures.init,
      N_("The picture to begin from"), N_("FILE") },
    { "strength", 0, 0, G_OPTION_ARG_STRING, &o->pictures.strength,
      N_("How much of it is made anew, to 1 (0.8, with a mask 1)"), "X" },
    { "mask", 0, 0, G_OPTION_ARG_FILENAME, &o->pictures.mask,
      N_("Where it is made anew: white; black stays as it is; auto: where the eye goes, above a "
         "threshold (0.2)"), N_("FILE|auto[:X]") },
    { "outpaint", 0, 0, G_OPTION_ARG_STRING, &o->pictures.outpaint,
      N_("Pixels that are added to it: left, top, right, bottom"), "L,T,R,B" },
    { "image-prompt", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &o->pictures.image_prompts,
      N_("A picture as a prompt, and how much of it (1); may be given several times"),
      N_("FILE[:WEIGHT]") },
    { "control", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &o->pictures.controls,
      N_("A picture for a ControlNet: canny=FILE follows its edges, super-resolution=FILE all of it, "
         "upscaling=FILE the same at twice its size, identity=FILE its faces; how strongly (1), "
         "and in which part of the steps (0-1); may be given several times"),
      N_("KIND=FILE[:X[:A-B]]") },
    { "canny", 0, 0, G_OPTION_ARG_STRING, &o->pictures.canny,
      N_("Thresholds of what is an edge (100,200)"), "LOW,HIGH" },
    { "face-detector", 0, 0, G_OPTION_ARG_FILENAME, &o->pictures.face_detector,
      N_("An ONNX file that finds faces, for identity: det_10g.onnx"), N_("FILE") },
    { "face-recogniser", 0, 0, G_OPTION_ARG_FILENAME, &o->pictures.face_recogniser,
      N_("An ONNX file that says whose they are: w600k_r50.onnx"), N_("FILE") },
    { "control-preview", 0, 0, G_OPTION_ARG_FILENAME, &o->pictures.control_preview,
      N_("Write what a ControlNet is shown: edges, a picture with its holes"), N_("FILE") },
    { "from", 0, 0, G_OPTION_ARG_FILENAME, &o->from,
      N_("A picture to make again: its settings hold where no other is given"), N_("PICTURE") },
    { "input", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &o->inputs,
      N_("A file among those that --from was made with; may be given several times"),
      N_("FILE") },
    { "lora", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &o->loras,
      N_("A LoRA or embedding file, and how much of it (1); may be given several times"),
      N_("FILE[:WEIGHT]") },
    { "lora-token", 0, 0, G_OPTION_ARG_STRING_ARRAY, &o->lora_tokens,
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

/* But --output's and --model's, which are checked where they are used. */
static gboolean
check_names (const CliGenerateOptions *o,
             GError                  **error)
{
  const struct
  {
    const char *option, *name;
  } names[] = {
    { "--init", o->pictures.init },
    { "--mask", o->pictures.mask },
    { "--face-detector", o->pictures.face_detector },
    { "--face-recogniser", o->pictures.face_recogniser },
    { "--control-preview", o->pictures.control_preview },
    { "--preview", o->preview },
    { "--from", o->from },
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (!cli_text_check_name (names[i].option, names[i].name, error))
      return FALSE;
  for (guint i = 0; o->inputs && o->inputs[i]; i++)
    if (!cli_text_check_name ("--input", o->inputs[i], error))
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
      options->prompt = g_strdup (argv[first]);
      return TRUE;
    }

  if (argc - first == 0 && options->from)
    return TRUE; /* the prompt is there */
  if (argc - first == 0 && cli_picture_options_stand_alone (&options->pictures))
    {
      options->prompt = g_strdup ("");
      return TRUE;
    }

  g_set_error_literal (error, CLI_ERROR, CLI_ERROR_USAGE,
                       argc - first == 0
                         ? _("The prompt is missing: say what the picture should show.")
                         : _("There are several prompts. Put one prompt in quotes."));
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
  char **texts[] = { &o->prompt, &o->negative, &o->model, &o->device, &o->kernels, &o->width,
                     &o->height, &o->steps, &o->cfg, &o->shift, &o->decoder_steps, &o->decoder_cfg,
                     &o->sampler, &o->seed, &o->count, &o->output, &o->preview };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_clear_pointer (texts[i], g_free);
  cli_picture_options_clear (&o->pictures);
  g_clear_pointer (&o->from, g_free);
  g_clear_pointer (&o->from_model, g_free);
  g_clear_pointer (&o->from_mask, g_free);
  g_clear_pointer (&o->inputs, g_strfreev);
  g_clear_pointer (&o->loras, g_strfreev);
  g_clear_pointer (&o->lora_tokens, g_strfreev);
}

static gboolean
parse_guint (const char *option,
             const char *text,
             guint       max,
             guint      *value,
             GError    **error)
{
  guint64 wide = 0;

  if (text && !cli_text_parse_integer (option, text, 1, max, &wide, error))
    return FALSE;
  *value = wide;
  return TRUE;
}

/* Any number is read, so that the refusal can name the nearest ones that work; the session's, which
 * knows what fits, but for a 0, which would leave the size to the model. */
static gboolean
parse_side (const char *option,
            const char *text,
            guint      *side,
            GError    **error)
{
  guint64 wide = 0;

  if (text && !cli_text_parse_integer (option, text, 0, G_MAXUINT, &wide, NULL))
    {
      g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE,
                   _("%s is “%s”, and it may be a multiple of 8 from %d up."), option, text,
                   CAS_IMAGE_MIN_SIDE);
      return FALSE;
    }
  *side = wide;
  return TRUE;
}

static gboolean
parse_size (const char   *width,
            const char   *height,
            CasJobParams *job,
            GError      **error)
{
  return parse_side ("--width", width, &job->width, error)
         && parse_side ("--height", height, &job->height, error)
         && cas_image_size_check (width && job->width == 0 ? 0 : CAS_IMAGE_MIN_SIDE,
                                  height && job->height == 0 ? 0 : CAS_IMAGE_MIN_SIDE,
                                  CAS_IMAGE_MAX_SIDE, CAS_IMAGE_MAX_SIDE, error);
}

static gboolean
parse_sampler (const char *text,
               CasSampler *sampler,
               GError    **error)
{
  if (!text || cas_sampler_from_name (text, sampler))
    return TRUE;

  g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE,
               _("--sampler is “%s”, and it may be ddpm, ddim or lcm."), text);
  return FALSE;
}

static gboolean
parse_numbers (const CliGenerateOptions *o,
               CasJobParams             *job,
               GError                  **error)
{
  job->has_seed = o->seed != NULL;
  job->has_cfg = o->cfg != NULL;
  job->has_decoder_cfg = o->decoder_cfg != NULL;
  job->previews = o->preview ? CAS_PREVIEW_EVERY_STEP : CAS_PREVIEW_NONE;

  return parse_size (o->width, o->height, job, error)
         && parse_guint ("--count", o->count, CAS_JOB_MAX_IMAGES, &job->n_images, error)
         && parse_guint ("--steps", o->steps, CAS_JOB_MAX_STEPS, &job->steps, error)
         && parse_guint ("--decoder-steps", o->decoder_steps, CAS_JOB_MAX_STEPS,
                         &job->decoder_steps, error)
         && (!o->cfg || cli_text_parse_number ("--cfg", o->cfg, 0, CAS_JOB_MAX_CFG, &job->cfg, error))
         && (!o->decoder_cfg || cli_text_parse_number ("--decoder-cfg", o->decoder_cfg, 0,
                                                       CAS_JOB_MAX_CFG, &job->decoder_cfg, error))
         && (!o->shift || cli_text_parse_number ("--shift", o->shift, CAS_JOB_MIN_SHIFT,
                                                 CAS_JOB_MAX_SHIFT, &job->shift, error))
         && (!o->seed || cli_text_parse_integer ("--seed", o->seed, 0, G_MAXINT64, &job->seed, error))
         && parse_sampler (o->sampler, &job->sampler, error);
}

static gboolean
parse_lora (const char *text,
            CasJobLora *lora,
            GError    **error)
{
  const char *weight;

  *lora = (CasJobLora) { cli_text_split_number (text, &weight), 1.0 };
  return !weight
         || cli_text_parse_number (_("The weight of --lora"), weight, -CAS_JOB_MAX_LORA_WEIGHT,
                                   CAS_JOB_MAX_LORA_WEIGHT, &lora->weight, error);
}

static void
clear_lora (gpointer data)
{
  g_free ((char *) ((CasJobLora *) data)->path);
}

/* CasJobLora; NULL if one cannot be read. */
static GArray *
parse_loras (const CliGenerateOptions *o,
             GError                  **error)
{
  g_autoptr (GArray) loras = g_array_new (FALSE, TRUE, sizeof (CasJobLora));

  if (o->lora_tokens && !o->loras)
    {
      g_set_error_literal (error, CLI_ERROR, CLI_ERROR_USAGE,
                           _("--lora-token is of no use without --lora FILE."));
      return NULL;
    }
  g_array_set_clear_func (loras, clear_lora);
  for (guint i = 0; o->loras && o->loras[i]; i++)
    {
      CasJobLora lora;
      const gboolean ok = parse_lora (o->loras[i], &lora, error);

      g_array_append_val (loras, lora);
      if (!ok)
        return NULL;
    }
  return g_steal_pointer (&loras);
}

CasJob *
cli_generate_options_make_job (const CliGenerateOptions *options,
                               GCancellable             *cancellable,
                               GError                  **error)
{
  CasJobParams params = { 0 };
  g_autofree char *prompt = cli_text_from_argument (_("The prompt"),
                                                    options->prompt ? options->prompt : "", error);

  if (!prompt)
    return NULL;

  g_autofree char *negative = cli_text_from_argument ("--negative",
                                                      options->negative ? options->negative : "",
                                                      error);

  if (!negative || !parse_numbers (options, &params, error))
    return NULL;

  g_autoptr (GArray) loras = parse_loras (options, error);

  if (!loras)
    return NULL;

  g_autoptr (CliPictures) pictures = cli_pictures_load (&options->pictures, cancellable, error);

  if (!pictures)
    return NULL;

  cli_pictures_fill (pictures, &params);
  params.face_detector = options->pictures.face_detector;
  params.face_recogniser = options->pictures.face_recogniser;
  params.loras = (const CasJobLora *) loras->data;
  params.n_loras = loras->len;
  params.lora_tokens = (const char *const *) options->lora_tokens;

  params.prompt = prompt;
  params.negative = negative;
  params.restores_mean = options->restore_mean;
  return cas_job_new (&params, error);
}
