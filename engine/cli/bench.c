/* SPDX-License-Identifier: GPL-3.0-or-later */

/* weir-cli bench */

#include "cli/command.h"

#include <glib/gi18n-lib.h>

#include "cli/bench-report.h"
#include "cli/options.h"

static const char summary[] = N_(
  "Measures what the device can do, and what the kernels and the published networks make of\n"
  "it. No model is needed: the weights are random numbers.");

static const char description[] = N_(
  "First come the ceilings: a big copy, and multiply-adds that stay in registers. Then each\n"
  "kernel in the sizes that the networks use it in, beside the ceiling. Then a step of each\n"
  "network for a picture of 1024×1024, with both halves of the guidance: its time, the time\n"
  "that the ceilings would allow (each dispatch by its arithmetic or its memory, whichever\n"
  "takes longer), and where it goes. Last the steps of a whole picture are added up: the text,\n"
  "20 of Stage C, 10 of Stage B, and Stage A. What does not fit the device's memory is left out.\n"
  "\n"
  "On a software driver kernels get fewer rows, and networks one block a level and a smaller\n"
  "picture, as whole ones would take hours; no picture is added up from those.\n"
  "\n"
  "Examples:\n"
  "  weir-cli bench\n"
  "  weir-cli bench --only stage-c-3.6b\n"
  "  weir-cli bench --only picture-lite\n"
  "  weir-cli bench --only \"linear*\" --kernels tile\n"
  "  weir-cli bench --only linear-72x768x192-f16\n"
  "      Linears may have any size: rows, outputs, inputs, and the weights' type.\n");

typedef struct
{
  CasBenchParams params;
  char          *device, *kernels, *only;
  gboolean       is_json;
} Options;

static void
options_clear (Options *self)
{
  g_free (self->device);
  g_free (self->kernels);
  g_free (self->only);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static gboolean
parse (Options *self,
       int     *argc,
       char  ***argv)
{
  const GOptionEntry entries[] = {
    { "device", 'd', 0, G_OPTION_ARG_FILENAME, &self->device,
      N_("A device's number or part of its name (see “weir-cli devices”)"), N_("DEVICE") },
    { "kernels", 0, 0, G_OPTION_ARG_STRING, &self->kernels,
      N_("A path that “devices” lists, for comparing; the best if not given"), N_("NAME") },
    { "only", 0, 0, G_OPTION_ARG_STRING, &self->only,
      N_("What to measure: a name of the tables or a part of one; * stands for any letters"),
      N_("NAME") },
    { "json", 0, 0, G_OPTION_ARG_NONE, &self->is_json,
      N_("Tell a program: one JSON object a line on standard output"), NULL },
    { "verbose", 'v', 0, G_OPTION_ARG_NONE, &(gboolean) { FALSE }, N_("Say more on the way"),
      NULL },
    G_OPTION_ENTRY_NULL
  };
  const CliOptions options = {
    .usage = "",
    .summary = _(summary),
    .description = _(description),
    .entries = entries,
  };

  if (!cli_options_parse (&options, argc, argv))
    return FALSE;

  self->params = (CasBenchParams) {
    .device = self->device,
    .kernels = self->kernels,
    .only = self->only,
  };
  return TRUE;
}

CliExit
cli_bench (int           argc,
           char        **argv,
           GCancellable *cancellable)
{
  g_auto (Options) options = { 0 };
  g_autoptr (GError) error = NULL;

  if (!parse (&options, &argc, &argv))
    return CLI_EXIT_USAGE;

  g_autoptr (CliReport) report = cli_report_new (options.is_json);
  g_autoptr (CliBenchReport) tables = cli_bench_report_new (options.is_json);

  if (argc > 1)
    {
      g_set_error (&error, CLI_ERROR, CLI_ERROR_USAGE, _("bench takes no “%s”."), argv[1]);
      return cli_report_error (report, error);
    }

  if (!cas_bench_run (&options.params, cli_bench_report_get_callbacks (tables), tables,
                      cancellable, &error))
    return cli_report_error (report, error);
  return CLI_EXIT_OK;
}
