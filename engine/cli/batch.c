/* SPDX-License-Identifier: GPL-3.0-or-later */

/* weir-cli batch: the pictures of a file of jobs that are not there yet, one after another, each
 * made by one run alone. */

#include "cli/command.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

#include "cascade/cascade.h"
#include "cli/batch-file.h"
#include "cli/exit-code.h"
#include "cli/lock.h"
#include "cli/made.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/pictures.h"
#include "cli/report.h"

static const char summary[] = N_(
  "Makes the pictures that FILE asks for: one JSON object a line, with the options of\n"
  "“weir-cli generate” by their names and the prompt as “prompt”.");

static const char description[] = N_(
  "A picture that is there already, made with the same settings, is not made again, so a\n"
  "run that was cut off goes on where it was. Several runs may work on one file at once, on\n"
  "one machine or on many: each picture is made by one of them, and a job that fails stops\n"
  "no other. A line without a seed gets one that is the same in every run.\n"
  "\n"
  "Examples:\n"
  "  {\"prompt\": \"a red house\", \"seed\": 7, \"count\": 4, \"output\": \"house-{seed}.png\"}\n"
  "      A line of FILE.\n"
  "  weir-cli batch jobs.jsonl --output \"pictures/{prompt}-{seed}.png\"\n"
  "  weir-cli batch jobs.jsonl --shard 2/8\n"
  "      The second of eight parts, for a scheduler that starts eight of these.\n");

typedef struct
{
  char    *file, *output, *model, *device, *kernels, *shard;
  gboolean is_json;
} Options;

static void
options_clear (Options *self)
{
  g_free (self->file);
  g_free (self->output);
  g_free (self->model);
  g_free (self->device);
  g_free (self->kernels);
  g_free (self->shard);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

/* How often what other runs hold is looked at, and for how long if nothing changes: an abandoned
 * claim is dead before. */
#define POLL_SECONDS 2
#define WAIT_SECONDS (CLI_LOCK_SECONDS + 60)

typedef struct
{
  guint made, there, elsewhere, failed;
  guint jobs_left; /* where the run was broken off */
} Counts;

/* A picture of a line. */
typedef struct
{
  const CasJobLine *line;
  guint               index;
  char               *path;
} Place;

typedef struct
{
  const Options *options;
  CliReport     *report;
  GCancellable  *cancellable;
  CasSession    *session;
  char          *model;    /* of the session; NULL: the demo's */
  Counts         counts;
  Place          now;      /* that is worked on; its path is the line's or the list's */
  GPtrArray     *left;     /* Place: what other runs hold */
  gboolean       is_again; /* what is left is gone through */
} Batch;

static void
batch_clear (Batch *self)
{
  g_clear_pointer (&self->session, cas_session_free);
  g_clear_pointer (&self->left, g_ptr_array_unref);
  g_free (self->model);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Batch, batch_clear)

/* --- one picture --------------------------------------------------------------------------- */

static void
on_progress (const CasProgress *progress,
             gpointer           data)
{
  cli_report_progress (((Batch *) data)->report, progress);
}

static void
on_notice (const char *sentence,
           gpointer    data)
{
  cli_report_notice (((Batch *) data)->report, sentence);
}

static gboolean
on_picture (const CasPicture *picture,
            gpointer          data,
            GError          **error)
{
  Batch *self = data;
  g_autoptr (GError) cause = NULL;

  if (cas_image_save_png (picture->image, self->now.path, picture->metadata,
                          self->now.line->overwrite, &cause))
    {
      cli_report_picture (self->report, picture, self->now.path);
      return TRUE;
    }
  g_set_error_literal (error, CLI_ERROR, CLI_ERROR_OUTPUT, cause->message);
  return FALSE;
}

/* The line's, seen from the working folder. */
static CasJob *
make_job (Batch            *self,
          const CasJobLine *line,
          GError          **error)
{
  GError *cause = NULL;
  CasJob *job = cas_job_line_make_job (line, &(CasJobPlace) { 0 }, self->cancellable, &cause);

  if (!job)
    cli_exit_fail_input (cause, error);
  return job;
}

/* The line's, unless it is open. */
static gboolean
open_session (Batch   *self,
              GError **error)
{
  const char *wanted = self->now.line->model;
  const char *model = wanted ? wanted : self->options->model;

  if (self->session && g_strcmp0 (self->model, model) == 0)
    return TRUE;

  g_clear_pointer (&self->session, cas_session_free);
  g_free (self->model);
  self->model = g_strdup (model);
  self->session = cas_session_new (&(CasSessionParams) {
      .device = self->options->device,
      .model = model,
      .kernels = self->options->kernels,
    }, error);
  return self->session != NULL;
}

/* A lost device is opened anew, once. */
static gboolean
run_job (Batch        *self,
         CasJob       *job,
         GError      **error)
{
  static const CasJobCallbacks callbacks = {
    .progress = on_progress,
    .picture = on_picture,
    .notice = on_notice,
    .remark = on_notice,
  };
  g_autoptr (GError) cause = NULL;

  if (cas_session_run (self->session, job, &callbacks, self, self->cancellable, &cause))
    return TRUE;

  if (g_error_matches (cause, CAS_ERROR, CAS_ERROR_DEVICE_LOST))
    {
      g_info ("%s", cause->message);
      g_clear_pointer (&self->session, cas_session_free);
      return open_session (self, error)
             && cas_session_run (self->session, job, &callbacks, self, self->cancellable, error);
    }
  g_propagate_error (error, g_steal_pointer (&cause));
  return FALSE;
}

/* Whether it is there, which is counted. */
static gboolean
find_picture (Batch       *self,
              CasMetadata *wanted)
{
  if (!cli_made_is_there (self->now.path, wanted))
    return FALSE;
  if (self->is_again)
    self->counts.elsewhere++;
  else
    self->counts.there++;
  return TRUE;
}

static void
leave (Batch *self)
{
  Place *place = g_memdup2 (&self->now, sizeof self->now);

  place->path = g_strdup (place->path);
  g_ptr_array_add (self->left, place);
}

/* Of a picture's own job: what will be in it. The session may be another by now, or have had other
 * jobs. */
static gboolean
describe (Batch        *self,
          CasJob       *job,
          CasJobParams *params,
          CasMetadata  *wanted,
          GError      **error)
{
  if (!open_session (self, error) || !cas_session_resolve (self->session, job, params, error))
    return FALSE;
  cas_session_describe (self->session, params, 0, wanted);
  return TRUE;
}

/* Where the picture of the job goes. */
static gboolean
check_place (Batch              *self,
             const CasJobParams *params,
             GError            **error)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new ();

  g_ptr_array_add (paths, self->now.path);
  return cli_output_check_file (self->now.path, self->now.line->overwrite, error)
         && cli_output_check_room (paths, params, error);
}

/* all: the line's. */
static gboolean
make_picture (Batch   *self,
              CasJob  *all,
              GError **error)
{
  CasJobParams one = *cas_job_get_params (all), settled;
  g_auto (CasMetadata) wanted = { 0 };
  g_autoptr (GError) cause = NULL;

  one.n_images = 1;
  one.seed += self->now.index;

  g_autoptr (CasJob) job = cas_job_new (&one, error);

  if (!job || !describe (self, job, &settled, &wanted, error))
    return FALSE;
  if (find_picture (self, &wanted))
    return TRUE;

  g_autoptr (CliLock) lock = cli_lock_take (self->now.path, &cause);

  if (cause)
    {
      g_propagate_error (error, g_steal_pointer (&cause));
      return FALSE;
    }
  if (!lock)
    {
      leave (self);
      return TRUE;
    }
  if (find_picture (self, &wanted)) /* by now */
    return TRUE;
  cli_made_remove_empty (self->now.path);
  if (!check_place (self, &settled, error) || !run_job (self, job, error))
    return FALSE;
  self->counts.made++;
  return TRUE;
}

/* --- one line ------------------------------------------------------------------------------ */

static gboolean
is_cancelled (const GError *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* FALSE only if the run is cancelled. */
static gboolean
fail (Batch   *self,
      guint    n_pictures,
      GError  *cause,
      GError **error)
{
  g_autoptr (GError) owned = cause;
  g_autoptr (GError) located = NULL;

  if (is_cancelled (cause))
    {
      g_propagate_error (error, g_steal_pointer (&owned));
      return FALSE;
    }
  located = g_error_new (cause->domain, cause->code, _("Line %u: %s"), self->now.line->number,
                         cause->message);
  self->counts.failed += n_pictures;
  cli_report_error (self->report, located);
  return TRUE;
}

static gboolean
make_pictures (Batch     *self,
               CasJob    *job,
               GPtrArray *paths,
               GError   **error)
{
  for (guint i = 0; i < paths->len; i++)
    {
      GError *cause = NULL;

      self->now.index = i;
      self->now.path = paths->pdata[i];
      if (!make_picture (self, job, &cause) && !fail (self, 1, cause, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
run_line (Batch            *self,
          const CasJobLine *line,
          GError          **error)
{
  g_autoptr (GPtrArray) paths = NULL;
  g_autoptr (CasJob) job = NULL;
  g_autofree char *where = g_strdup_printf (_("Line %u"), line->number);
  CasJobParams params;
  GError *cause = NULL;

  self->now = (Place) { .line = line };
  job = make_job (self, line, &cause);
  if (!job || !open_session (self, &cause)
      || !cas_session_resolve (self->session, job, &params, &cause))
    return fail (self, 1, cause, error);

  cli_pictures_tell_small (&params, where, self->report);
  paths = cli_output_plan (line->output ? line->output : self->options->output, &(CliPatternValues) {
      .prompt = params.prompt,
      .seed = params.seed,
      .n_images = params.n_images,
    }, TRUE, &cause);
  if (!paths)
    return fail (self, params.n_images, cause, error);
  return make_pictures (self, job, paths, error);
}

/* --- what other runs hold ------------------------------------------------------------------ */

static void
place_free (gpointer data)
{
  Place *place = data;

  g_free (place->path);
  g_free (place);
}

/* Once more, unless it is still held. */
static gboolean
run_place (Batch       *self,
           const Place *place,
           GError     **error)
{
  g_autoptr (CasJob) job = NULL;
  CliLock *lock;
  GError *cause = NULL;

  self->now = *place;
  lock = cli_lock_take (place->path, &cause);
  if (!lock && !cause)
    {
      leave (self);
      return TRUE;
    }
  cli_lock_release (lock);

  if (!cause)
    job = make_job (self, place->line, &cause);
  return (job && make_picture (self, job, &cause)) || fail (self, 1, cause, error);
}

static gboolean
run_places (Batch   *self,
            GError **error)
{
  g_autoptr (GPtrArray) places = g_steal_pointer (&self->left);

  self->left = g_ptr_array_new_with_free_func (place_free);
  for (guint i = 0; i < places->len; i++)
    if (!run_place (self, places->pdata[i], error))
      {
        self->counts.elsewhere += places->len - i; /* the others are in the new list */
        return FALSE;
      }
  return TRUE;
}

/* Waits a little. */
static gboolean
rest (Batch   *self,
      GError **error)
{
  GPollFD fd;

  if (g_cancellable_make_pollfd (self->cancellable, &fd))
    {
      g_poll (&fd, 1, POLL_SECONDS * 1000);
      g_cancellable_release_fd (self->cancellable);
    }
  else
    g_usleep (POLL_SECONDS * G_USEC_PER_SEC);
  return !g_cancellable_set_error_if_cancelled (self->cancellable, error);
}

/* Until each is there, failed, or was made here after all. */
static gboolean
run_left (Batch   *self,
          GError **error)
{
  gint64 changed_us = g_get_monotonic_time ();
  gboolean is_told = FALSE;

  self->is_again = TRUE;
  while (self->left->len > 0)
    {
      const guint n = self->left->len;

      if (!run_places (self, error))
        return FALSE;
      if (self->left->len == 0)
        break;
      if (self->left->len < n)
        changed_us = g_get_monotonic_time ();
      if (g_get_monotonic_time () - changed_us > WAIT_SECONDS * G_TIME_SPAN_SECOND)
        break;
      if (!is_told)
        cli_report_notice (self->report, _("What other runs have begun is waited for."));
      is_told = TRUE;
      if (!rest (self, error))
        return FALSE;
    }
  return TRUE;
}

/* --- all of them --------------------------------------------------------------------------- */

static gboolean
run_lines (Batch     *self,
           GPtrArray *lines,
           guint      shard,
           guint      n_shards,
           GError   **error)
{
  for (guint i = shard; i < lines->len; i += n_shards)
    {
      const CasJobLine *line = lines->pdata[i];

      if (line->error)
        {
          self->counts.failed++;
          cli_report_error (self->report, line->error);
        }
      else if (!run_line (self, line, error))
        {
          self->counts.jobs_left = (lines->len - i + n_shards - 1) / n_shards;
          return FALSE;
        }
    }
  return run_left (self, error);
}

/* Of what could not be seen in the numbers of pictures. */
static void
tell_jobs (const Batch     *self,
           const GPtrArray *lines)
{
  const guint n = self->counts.jobs_left;
  g_autofree char *shown = g_filename_display_name (self->options->file);
  g_autofree char *sentence = NULL;

  if (lines->len == 0)
    sentence = g_strdup_printf (_("There are no jobs in “%s”."), shown);
  else if (n > 0)
    sentence = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                             "%u job is left; the same command goes on with it.",
                                             "%u jobs are left; the same command goes on with them.",
                                             n), n);
  if (sentence)
    cli_report_notice (self->report, sentence);
}

static CliExit
run (const Options *options,
     CliReport     *report,
     GCancellable  *cancellable)
{
  g_auto (Batch) self = { .options = options, .report = report, .cancellable = cancellable };
  g_autoptr (GPtrArray) lines = NULL;
  g_autoptr (GError) error = NULL;
  CliExit code;
  guint shard, n_shards;

  if (!cli_batch_shard_parse (options->shard, &shard, &n_shards, &error)
      || !(lines = cli_batch_file_read (options->file, &error))
      || !cli_batch_lines_check_output (lines, options->output, &error))
    return cli_report_error (report, error);

  self.left = g_ptr_array_new_with_free_func (place_free);
  code = run_lines (&self, lines, shard, n_shards, &error) ? CLI_EXIT_OK
                                                           : cli_report_error (report, error);
  self.counts.elsewhere += self.left->len;
  tell_jobs (&self, lines);
  cli_report_batch (report, self.counts.made, self.counts.there, self.counts.elsewhere,
                    self.counts.failed);
  return code == CLI_EXIT_OK && self.counts.failed > 0 ? CLI_EXIT_FAILED : code;
}

CliExit
cli_batch (int           argc,
           char        **argv,
           GCancellable *cancellable)
{
  g_auto (Options) o = { 0 };
  const GOptionEntry entries[] = {
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &o.output,
      N_("Where to write what has no output of its own: a pattern or a folder"), N_("PATTERN") },
    { "shard", 0, 0, G_OPTION_ARG_STRING, &o.shard,
      N_("Only every Nth line, from the Ith: one part of N"), "I/N" },
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
    .usage = _("FILE"),
    .summary = _(summary),
    .description = _(description),
    .entries = entries,
  };

  if (!cli_options_parse (&options, &argc, &argv))
    return CLI_EXIT_USAGE;

  g_autoptr (CliReport) report = cli_report_new (o.is_json);
  const int first = argc > 1 && g_str_equal (argv[1], "--") ? 2 : 1;

  if (argc - first != 1)
    {
      g_autoptr (GError) error
        = g_error_new_literal (CLI_ERROR, CLI_ERROR_USAGE, _("batch wants one file of jobs."));

      return cli_report_error (report, error);
    }
  o.file = g_strdup (argv[first]);
  return run (&o, report, cancellable);
}
