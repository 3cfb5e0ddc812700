/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the program says while it works. */

#include "cli/report.h"

#include <math.h>
#include <stdio.h>

#include <glib/gi18n-lib.h>
#include <inttypes.h>

#include "cli/progress-bar.h"
#include "io/json-text.h"

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

/* --- JSON lines ---------------------------------------------------------------------------- */

static GString *
begin_event (const char *name)
{
  GString *event = g_string_new ("{\"event\":");

  cas_json_append_string (event, name);
  return event;
}

static void
add_string (GString    *event,
            const char *name,
            const char *value)
{
  g_autofree char *valid = g_utf8_make_valid (value, -1);

  g_string_append_printf (event, ",\"%s\":", name);
  cas_json_append_string (event, valid);
}

static void
add_integer (GString    *event,
             const char *name,
             guint64     value)
{
  g_string_append_printf (event, ",\"%s\":%" G_GUINT64_FORMAT, name, value);
}

/* To a ten-thousandth: more digits would only be noise. */
static void
add_number (GString    *event,
            const char *name,
            double      value)
{
  g_string_append_printf (event, ",\"%s\":", name);
  cas_json_append_double (event, round (value * 10000) / 10000);
}

static void
end_event (GString *event)
{
  g_string_append_c (event, '}');
  puts (event->str);
  fflush (stdout);
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
      g_autoptr (GString) event = begin_event ("start");

      add_string (event, "device", device);
      add_string (event, "model", model);
      add_integer (event, "seed", seed);
      end_event (event);
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

  g_autoptr (GString) event = begin_event ("progress");

  add_string (event, "phase", cas_phase_get_id (progress->phase));
  add_integer (event, "step", progress->step);
  add_integer (event, "steps", progress->n_steps);
  add_integer (event, "picture", progress->picture);
  add_integer (event, "pictures", progress->n_pictures);
  add_number (event, "fraction", progress->fraction);
  if (progress->seconds_left >= 0)
    add_number (event, "seconds_left", progress->seconds_left);
  end_event (event);
}

void
cli_report_preview (CliReport        *report,
                    const CasPicture *picture,
                    const char       *path)
{
  if (!report->is_json)
    return;

  g_autoptr (GString) event = begin_event ("preview");

  add_string (event, "path", path);
  add_integer (event, "seed", picture->seed);
  add_string (event, "phase", cas_phase_get_id (picture->phase));
  add_integer (event, "step", picture->step);
  end_event (event);
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

  g_autoptr (GString) event = begin_event ("picture");

  add_string (event, "path", path);
  add_integer (event, "index", picture->index + 1);
  add_integer (event, "seed", picture->seed);
  add_integer (event, "width", cas_image_get_width (picture->image));
  add_integer (event, "height", cas_image_get_height (picture->image));
  add_number (event, "seconds", picture->seconds);
  end_event (event);
}

void
cli_report_notice (CliReport  *report,
                   const char *sentence)
{
  if (!report->is_json)
    {
      cli_progress_bar_clear (report->bar);
      g_printerr ("weir-cli: %s\n", sentence);
      return;
    }

  g_autoptr (GString) event = begin_event ("notice");

  add_string (event, "message", sentence);
  end_event (event);
}

void
cli_report_profile (CliReport             *report,
                    const CasProfileEntry *entry)
{
  if (!report->is_json)
    {
      cli_progress_bar_clear (report->bar);
      g_printerr ("%-14s %-16s %9.3f s %8.2f GFLOP/s\n", entry->network, entry->family,
                  entry->seconds, entry->flop / 1e9 / MAX (entry->seconds, 1e-9));
      return;
    }

  g_autoptr (GString) event = begin_event ("profile");

  add_string (event, "network", entry->network);
  add_string (event, "family", entry->family);
  add_number (event, "seconds", entry->seconds);
  add_integer (event, "flop", entry->flop);
  add_integer (event, "bytes", entry->bytes);
  end_event (event);
}

CliExit
cli_report_error (CliReport    *report,
                  const GError *error)
{
  CliExit code = cli_exit_from_error (error);

  g_info ("%s (exit code %d)", error->message, code);
  if (report->is_json)
    {
      g_autoptr (GString) event = begin_event ("error");

      add_string (event, "message", error->message);
      add_integer (event, "exit_code", code);
      end_event (event);
    }

  cli_progress_bar_clear (report->bar);
  g_printerr ("weir-cli: %s\n", code == CLI_EXIT_CANCELLED ? _("Cancelled.") : error->message);
  return code;
}
