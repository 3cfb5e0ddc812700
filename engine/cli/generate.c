/* SPDX-License-Identifier: GPL-3.0-or-later */

/* weir-cli generate: everything that can be refused is refused first, then the work is done. */

#include "cli/command.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "cascade/cascade.h"
#include "cli/exit-code.h"
#include "cli/generate-options.h"
#include "cli/output.h"
#include "cli/pictures.h"
#include "cli/report.h"
#include "cli/restore.h"
#include "cli/save.h"
#include "io/prompt.h"
#include "session/guides.h"
#include "session/session-private.h"

#define MASK_SUFFIX "-mask"

typedef struct
{
  CliGenerateOptions options;
  CliReport         *report;
  GPtrArray         *paths;    /* of the pictures */
  char              *previews; /* folder, or NULL */
  GError            *preview_error;
} Generate;

static void
generate_clear (Generate *self)
{
  cli_generate_options_clear (&self->options);
  g_clear_pointer (&self->report, cli_report_free);
  g_clear_pointer (&self->paths, g_ptr_array_unref);
  g_clear_pointer (&self->previews, g_free);
  g_clear_error (&self->preview_error);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Generate, generate_clear)

static void
on_progress (const CasProgress *progress,
             gpointer           data)
{
  Generate *self = data;

  cli_report_progress (self->report, progress);
}

static void
on_preview (const CasPicture *picture,
            gpointer          data)
{
  Generate *self = data;
  g_autofree char *name = g_strdup_printf ("%" G_GUINT64_FORMAT "-%u-%s-%03u.png", picture->seed,
                                           (guint) picture->phase, cas_phase_get_id (picture->phase),
                                           picture->step);
  g_autofree char *path = g_build_filename (self->previews, name, NULL);

  if (self->preview_error)
    return;
  if (cas_image_save_png (picture->image, path, picture->metadata, TRUE, &self->preview_error))
    cli_report_preview (self->report, picture, path);
  else
    cli_report_notice (self->report, self->preview_error->message);
}

/* Beside what is made of the picture: FILE, then what tells it from others, then the ending. NULL
 * if none is wanted. */
static char *
dup_preview_path (const Generate *self,
                  const char     *suffix)
{
  g_autofree char *stem = g_strdup (self->options.control_preview);
  g_autofree char *name = NULL;

  if (!stem)
    return NULL;
  if (g_str_has_suffix (stem, ".png"))
    stem[strlen (stem) - strlen (".png")] = '\0';
  name = g_strconcat (stem, suffix, ".png", NULL);
  return g_canonicalize_filename (name, NULL);
}

static void
save_preview (Generate   *self,
              CasImage   *image,
              const char *suffix)
{
  g_autofree char *path = dup_preview_path (self, suffix);
  g_autoptr (GError) error = NULL;

  if (!path)
    return;
  if (!cas_image_save_plain_png (image, path, self->options.overwrite, &error))
    cli_report_notice (self->report, error->message);
}

static char *
dup_number (guint index,
            guint n)
{
  return n > 1 ? g_strdup_printf ("-%u", index + 1) : g_strdup ("");
}

/* FILE, or where there are several FILE-1, FILE-2, … */
static void
on_control (CasControlKind kind,
            CasImage      *image,
            guint          index,
            guint          n,
            gpointer       data)
{
  g_autofree char *number = dup_number (index, n);

  save_preview (data, image, number);
}

/* Another version or device may have found another mask than that of the picture to make again. */
static void
check_mask (Generate *self,
            CasImage *mask)
{
  const char *wanted = self->options.from_mask;
  g_autofree char *found = wanted ? cas_image_dup_hash (mask) : NULL;
  g_autofree char *sentence = NULL;

  if (!wanted || strcmp (found, wanted) == 0)
    return;
  sentence = g_strdup_printf (_("The mask that was found is another than the picture was made "
                                "with: that one's pixels have the SHA-256 %s, and --input takes it."),
                              wanted);
  cli_report_notice (self->report, sentence);
}

/* FILE-mask, which --mask takes as it is or changed by hand. */
static void
on_mask (CasImage *mask,
         gpointer  data)
{
  check_mask (data, mask);
  save_preview (data, mask, MASK_SUFFIX);
}

static gboolean
on_picture (const CasPicture *picture,
            gpointer          data,
            GError          **error)
{
  Generate *self = data;
  const char *path = g_ptr_array_index (self->paths, picture->index);

  return cli_save_picture (picture, path, self->options.overwrite, self->report, error);
}

static void
on_notice (const char *sentence,
           gpointer    data)
{
  Generate *self = data;

  cli_report_notice (self->report, sentence);
}

static void
on_profile (const CasProfileEntry *entry,
            gpointer               data)
{
  Generate *self = data;

  cli_report_profile (self->report, entry);
}

static gboolean
check_preview (Generate   *self,
               const char *suffix,
               GError    **error)
{
  g_autofree char *path = dup_preview_path (self, suffix);
  g_autofree char *shown = NULL;

  if (!g_ptr_array_find_with_equal_func (self->paths, path, g_str_equal, NULL))
    return cli_output_check_file (path, self->options.overwrite, error);

  shown = g_filename_display_name (path);
  g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE,
               _("--control-preview would write “%s”, and so would --output."), shown);
  return FALSE;
}

/* What the ControlNets are shown, which with a mask may be one more, and the mask. */
static gboolean
check_previews (Generate           *self,
                CasSession         *session,
                const CasJobParams *params,
                GError            **error)
{
  const guint n = params->n_controls
                  + cas_guides_uses_inpainting (params, cas_session_peek_networks (session));
  const char *name = self->options.control_preview;

  if (!name)
    return TRUE;
  if (!cli_output_check_name ("--control-preview", name, ".png", error))
    return FALSE;
  if (g_file_test (name, G_FILE_TEST_IS_DIR))
    return cli_output_check_file (name, FALSE, error);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *number = dup_number (i, n);

      if (!check_preview (self, number, error))
        return FALSE;
    }
  return !params->mask_is_automatic || check_preview (self, MASK_SUFFIX, error);
}

/* What only the file system can refuse. */
static gboolean
plan_output (Generate           *self,
             CasSession         *session,
             const CasJobParams *params,
             GError            **error)
{
  const CliPatternValues values = {
    .prompt = params->prompt,
    .seed = params->seed,
    .n_images = params->n_images,
  };

  self->paths = cli_output_plan (self->options.output, &values, self->options.overwrite, error);
  if (!self->paths || !cli_output_check_room (self->paths, params, error)
      || !check_previews (self, session, params, error))
    return FALSE;
  if (!self->options.preview)
    return TRUE;
  self->previews = cli_output_plan_previews (self->options.preview, &values,
                                             self->options.overwrite, error);
  return self->previews != NULL;
}

/* What of another picture's settings does not hold. */
static void
tell_restored (Generate        *self,
               const GPtrArray *notices,
               const char      *model)
{
  const char *wanted = self->options.from_model;

  for (guint i = 0; i < notices->len; i++)
    cli_report_notice (self->report, notices->pdata[i]);
  if (wanted && strcmp (wanted, model) != 0)
    {
      g_autofree char *sentence
        = g_strdup_printf (_("The picture was made with the model “%s”, and this is “%s”."), wanted,
                           model);

      cli_report_notice (self->report, sentence);
    }
}

/* Without words, whatever comments it has. */
static gboolean
is_empty (const char *prompt)
{
  g_autoptr (CasPrompt) read = cas_prompt_parse (prompt, NULL, NULL);

  return !*g_strstrip (read->text->str);
}

static gboolean
generate (Generate     *self,
          GCancellable *cancellable,
          GError      **error)
{
  CliGenerateOptions *options = &self->options;
  g_autoptr (GPtrArray) notices = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (CasJob) job = NULL;

  if (!cli_restore (&self->options, notices, cancellable, error)
      || !(job = cli_generate_options_make_job (options, cancellable, error)))
    return FALSE;

  g_autoptr (CasSession) session = cas_session_new (&(CasSessionParams) {
      .device = options->device,
      .model = options->model,
      .kernels = options->kernels,
      .profile = options->profile,
    }, error);
  CasJobParams params;

  if (!session || !cas_session_resolve (session, job, &params, error)
      || !plan_output (self, session, &params, error))
    return FALSE;

  tell_restored (self, notices, cas_session_get_model_name (session));
  cli_pictures_tell_small (&params, NULL, self->report);
  if (is_empty (params.prompt) && !cas_job_picture_options_stand_alone (&options->job.pictures))
    cli_report_notice (self->report, _("The prompt is empty: the model draws what it likes."));
  cli_report_start (self->report, cas_session_get_device_name (session),
                    cas_session_get_model_name (session), params.seed, !options->job.seed);
  return cas_session_run (session, job, &(CasJobCallbacks) {
      .progress = on_progress,
      .preview = on_preview,
      .control = on_control,
      .mask = on_mask,
      .picture = on_picture,
      .notice = on_notice,
      .remark = on_notice,
      .profile = on_profile,
    }, self, cancellable, error);
}

CliExit
cli_generate (int           argc,
              char        **argv,
              GCancellable *cancellable)
{
  g_auto (Generate) self = { 0 };
  g_autoptr (GError) error = NULL;

  if (!cli_generate_options_parse (&self.options, argc, argv))
    return CLI_EXIT_USAGE;

  self.report = cli_report_new (self.options.json);
  if (!generate (&self, cancellable, &error))
    return cli_report_error (self.report, error);
  return CLI_EXIT_OK;
}
