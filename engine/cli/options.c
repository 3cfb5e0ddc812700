/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Parsing a command's options. */

#include "cli/options.h"

#include <string.h>

#include <glib/gi18n-lib.h>

/* Parsing takes what it knows out of the arguments, so it is asked before. */
static gboolean
has_json (int    argc,
          char **argv)
{
  for (int i = 1; i < argc && strcmp (argv[i], "--") != 0; i++)
    if (strcmp (argv[i], "--json") == 0)
      return TRUE;
  return FALSE;
}

void
cli_options_refuse (int         argc,
                    char      **argv,
                    const char *sentence)
{
  g_autoptr (CliReport) report = cli_report_new (has_json (argc, argv));
  g_autoptr (GError) error = g_error_new_literal (CLI_ERROR, CLI_ERROR_USAGE, sentence);

  cli_report_error (report, error);
}

gboolean
cli_options_read (const CliOptions *options,
                  int              *argc,
                  char           ***argv,
                  GError          **error)
{
  g_autofree char *program = g_strconcat ("weir-cli ", (*argv)[0], NULL);
  g_autoptr (GOptionContext) context = g_option_context_new (options->usage);

  g_set_prgname (program); /* the usage line of --help begins with it */
  g_option_context_set_translation_domain (context, GETTEXT_PACKAGE);
  g_option_context_set_summary (context, options->summary);
  g_option_context_set_description (context, options->description);
  g_option_context_add_main_entries (context, options->entries, GETTEXT_PACKAGE);
  return g_option_context_parse (context, argc, argv, error);
}

/* What is left after the options are names of files. */
static gboolean
has_empty_name (int    argc,
                char **argv)
{
  for (int i = 1; i < argc; i++)
    if (!*argv[i])
      return TRUE;
  return FALSE;
}

gboolean
cli_options_parse (const CliOptions *options,
                   int              *argc,
                   char           ***argv)
{
  g_autoptr (GError) error = NULL;
  const int n_arguments = *argc;
  g_autofree char **arguments = g_memdup2 (*argv, (n_arguments + 1) * sizeof **argv);

  if (cli_options_read (options, argc, argv, &error))
    {
      if (!has_empty_name (*argc, *argv))
        return TRUE;
      cli_options_refuse (n_arguments, arguments, _("A file's name is empty."));
      return FALSE;
    }

  g_autofree char *sentence
    = g_strdup_printf (_("%s. “%s --help” explains the options."), error->message, g_get_prgname ());

  cli_options_refuse (n_arguments, arguments, sentence);
  return FALSE;
}
