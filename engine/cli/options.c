/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Parsing a command's options. */

#include "cli/options.h"

#include <glib/gi18n-lib.h>

gboolean
cli_options_parse (const CliOptions *options,
                   int              *argc,
                   char           ***argv)
{
  g_autofree char *name = g_strdup ((*argv)[0]);
  g_autofree char *program = g_strconcat ("weir-cli ", name, NULL);
  g_autoptr (GOptionContext) context = g_option_context_new (options->usage);
  g_autoptr (GError) error = NULL;

  g_set_prgname (program); /* the usage line of --help begins with it */
  g_option_context_set_translation_domain (context, GETTEXT_PACKAGE);
  g_option_context_set_summary (context, options->summary);
  g_option_context_set_description (context, options->description);
  g_option_context_add_main_entries (context, options->entries, GETTEXT_PACKAGE);
  if (g_option_context_parse (context, argc, argv, &error))
    return TRUE;

  g_printerr (_("weir-cli: %s. “%s --help” explains the options.\n"), error->message, program);
  return FALSE;
}
