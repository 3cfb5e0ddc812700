/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the program says while it works. */

#include "cli/report.h"

#include <stdio.h>

#include <glib/gi18n-lib.h>
#include <inttypes.h>

#include "cli/columns.h"
#include "cli/event.h"
#include "cli/progress-bar.h"
#include "cli/text.h"

struct _CliReport
{
  gboolean        is_json;
  CliProgressBar *bar;
};

CliReport *
cli_report_new (gboolean is_json)
{
  CliReport *report = g_new0 (CliReport, 1);

  report->is_json = is_json;
  report->bar = is_json ? NULL : cli_progress_bar_new ();
  return report;
}

void
cli_report_free (CliReport *report)
{
  if (!report)
    return;

  g_clear_pointer (&report->bar, cli_progress_bar_free);
  g_free (report);
}

/* A sentence may quote a stranger's file. */
static void
say (CliReport  *report,
     const char *sentence)
{
  g_autofree char *shown = cli_text_dup_visible (sentence, "\n");

  cli_progress_bar_clear (report->bar);
  g_printerr ("weir-cli: %s\n", shown);
}

/* --- events -------------------------------------------------------------------------------- */

void
cli_report_start (CliReport  *report,
                  const char *device,
                  const char *model,
                  guint64     seed,
                  gboolean    is_drawn)
{
  if (report->is_json)
    {
      g_autoptr (GString) event = cli_event_begin ("start");

      cli_event_add_string (event, "device", device);
      cli_event_add_string (event, "model", model);
      cli_event_add_integer (event, "seed", seed);
      cli_event_end (event);
    }
  else if (is_drawn)
    {
      cli_progress_bar_clear (report->bar);
      g_printerr (_("Seed %" PRIu64 "\n"), seed);
    }
}

void
cli_report_progress (CliReport         *report,
                     const CasProgress *progress)
{
  cli_progress_bar_show (report->bar, progress);
  if (!report->is_json)
    return;

  g_autoptr (GString) event = cli_event_begin ("progress");

  cli_event_add_string (event, "phase", cas_phase_get_id (progress->phase));
  cli_event_add_integer (event, "step", progress->step);
  cli_event_add_integer (event, "steps", progress->n_steps);
  cli_event_add_integer (event, "picture", progress->picture);
  cli_event_add_integer (event, "pictures", progress->n_pictures);
  cli_event_add_number (event, "fraction", progress->fraction);
  if (progress->seconds_left >= 0)
    cli_event_add_number (event, "seconds_left", progress->seconds_left);
  cli_event_end (event);
}

void
cli_report_preview (CliReport        *report,
                    const CasPicture *picture,
                    const char       *path)
{
  if (!report->is_json)
    return;

  g_autoptr (GString) event = cli_event_begin ("preview");

  cli_event_add_string (event, "path", path);
  cli_event_add_integer (event, "seed", picture->seed);
  cli_event_add_string (event, "phase", cas_phase_get_id (picture->phase));
  cli_event_add_integer (event, "step", picture->step);
  cli_event_end (event);
}

void
cli_report_picture (CliReport        *report,
                    const CasPicture *picture,
                    const char       *path)
{
  if (!report->is_json)
    {
      cli_progress_bar_clear (report->bar);
      puts (path);
      fflush (stdout);
      return;
    }

  g_autoptr (GString) event = cli_event_begin ("picture");

  cli_event_add_string (event, "path", path);
  cli_event_add_integer (event, "index", picture->index + 1);
  cli_event_add_integer (event, "seed", picture->seed);
  cli_event_add_integer (event, "width", cas_image_get_width (picture->image));
  cli_event_add_integer (event, "height", cas_image_get_height (picture->image));
  cli_event_add_number (event, "seconds", picture->seconds);
  cli_event_end (event);
}

void
cli_report_latent (CliReport       *report,
                   const CasLatent *latent,
                   const char      *path)
{
  if (!report->is_json)
    {
      cli_progress_bar_clear (report->bar);
      puts (path);
      fflush (stdout);
      return;
    }

  g_autoptr (GString) event = cli_event_begin ("latent");

  cli_event_add_string (event, "path", path);
  cli_event_add_integer (event, "width", latent->width);
  cli_event_add_integer (event, "height", latent->height);
  cli_event_add_integer (event, "columns", latent->n_columns);
  cli_event_add_integer (event, "rows", latent->n_rows);
  cli_event_add_integer (event, "channels", latent->n_channels);
  cli_event_end (event);
}

void
cli_report_notice (CliReport  *report,
                   const char *sentence)
{
  if (!report->is_json)
    {
      say (report, sentence);
      return;
    }

  g_autoptr (GString) event = cli_event_begin ("notice");

  cli_event_add_string (event, "message", sentence);
  cli_event_end (event);
}

void
cli_report_profile (CliReport             *report,
                    const CasProfileEntry *entry)
{
  if (!report->is_json)
    {
      g_autoptr (GString) network = g_string_new (NULL);

      cli_columns_append (network, entry->network, -14);
      cli_progress_bar_clear (report->bar);
      g_printerr ("%s %-16s %9.3f s %8.2f GFLOP/s\n", network->str, entry->family, entry->seconds,
                  entry->flop / 1e9 / MAX (entry->seconds, 1e-9));
      return;
    }

  g_autoptr (GString) event = cli_event_begin ("profile");

  cli_event_add_string (event, "network", entry->network);
  cli_event_add_string (event, "family", entry->family);
  cli_event_add_number (event, "seconds", entry->seconds);
  cli_event_add_integer (event, "flop", entry->flop);
  cli_event_add_integer (event, "bytes", entry->bytes);
  cli_event_end (event);
}

void
cli_report_batch (CliReport *report,
                  guint      n_made,
                  guint      n_there,
                  guint      n_elsewhere,
                  guint      n_failed)
{
  if (!report->is_json)
    {
      cli_progress_bar_clear (report->bar);
      g_printerr (_("Pictures: %u made, %u there before, %u left to other runs, %u failed.\n"),
                  n_made, n_there, n_elsewhere, n_failed);
      return;
    }

  g_autoptr (GString) event = cli_event_begin ("summary");

  cli_event_add_integer (event, "made", n_made);
  cli_event_add_integer (event, "there", n_there);
  cli_event_add_integer (event, "elsewhere", n_elsewhere);
  cli_event_add_integer (event, "failed", n_failed);
  cli_event_end (event);
}

CliExit
cli_report_error (CliReport    *report,
                  const GError *error)
{
  CliExit code = cli_exit_from_error (error);

  g_info ("%s (exit code %d)", error->message, code);
  if (report->is_json)
    {
      g_autoptr (GString) event = cli_event_begin ("error");

      cli_event_add_string (event, "message", error->message);
      cli_event_add_integer (event, "exit_code", code);
      cli_event_end (event);
    }

  say (report, code == CLI_EXIT_CANCELLED ? _("Cancelled.") : error->message);
  return code;
}
