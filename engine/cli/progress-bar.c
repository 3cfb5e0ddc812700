/* SPDX-License-Identifier: GPL-3.0-or-later */

/* "Picture 2 of 4 · Composing 12/20 ━━━━━━──────  31 % · 9 s left" */

#include "cli/progress-bar.h"

#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>

#include "cli/columns.h"
#include "cli/text.h"

#define BAR_WIDTH      24
#define MIN_INTERVAL_US 50000

struct _CliProgressBar
{
  gint64   last_us;
  CasPhase last_phase;
  gboolean is_shown;
};

CliProgressBar *
cli_progress_bar_new (void)
{
  if (!isatty (STDERR_FILENO))
    return NULL;

  CliProgressBar *bar = g_new0 (CliProgressBar, 1);

  bar->last_phase = CAS_N_PHASES;
  return bar;
}

void
cli_progress_bar_free (CliProgressBar *bar)
{
  cli_progress_bar_clear (bar);
  g_free (bar);
}

void
cli_progress_bar_clear (CliProgressBar *bar)
{
  if (!bar || !bar->is_shown)
    return;

  fputs ("\r\033[K", stderr);
  fflush (stderr);
  bar->is_shown = FALSE;
}

static guint
get_columns (void)
{
  struct winsize size = { 0 };

  return ioctl (STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

static void
append_bar (GString *line,
            double   fraction)
{
  guint n_done = (guint) (CLAMP (fraction, 0, 1) * BAR_WIDTH + 0.5);

  g_string_append_c (line, ' ');
  for (guint i = 0; i < BAR_WIDTH; i++)
    g_string_append (line, i < n_done ? "━" : "─");
  g_string_append_c (line, ' ');
}

static char *
dup_line (const CasProgress *progress)
{
  static const char separator[] = " · ";
  GString *line = g_string_new (NULL);

  if (progress->n_pictures > 1)
    {
      g_string_append_printf (line, _("Picture %u of %u"), progress->picture, progress->n_pictures);
      g_string_append (line, separator);
    }
  g_string_append (line, cas_phase_get_name (progress->phase));
  if (progress->n_steps > 0)
    g_string_append_printf (line, " %u/%u", progress->step, progress->n_steps);

  append_bar (line, progress->fraction);
  g_string_append_printf (line, "%3.0f %%", 100 * CLAMP (progress->fraction, 0, 1));
  if (progress->seconds_left >= 0)
    {
      g_autofree char *duration = cli_text_dup_duration (progress->seconds_left);

      g_string_append (line, separator);
      g_string_append_printf (line, _("%s left"), duration);
    }
  return g_string_free (line, FALSE);
}

void
cli_progress_bar_show (CliProgressBar    *bar,
                       const CasProgress *progress)
{
  if (!bar)
    return;

  gint64 now_us = g_get_monotonic_time ();

  if (bar->is_shown && progress->phase == bar->last_phase && now_us - bar->last_us < MIN_INTERVAL_US)
    return;

  g_autofree char *line = dup_line (progress);
  g_autofree char *cut = cli_columns_dup_cut (line, get_columns () - 1);

  g_printerr ("\r%s\033[K", cut);
  bar->is_shown = TRUE;
  bar->last_us = now_us;
  bar->last_phase = progress->phase;
}
