/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The desktop program. */

#include <locale.h>

#include <glib/gi18n.h>

#include "application.h"

int
main (int    argc,
      char **argv)
{
  WeirLog *log = weir_log_new ();
  g_autoptr (WeirApplication) app = NULL;

  weir_log_install (log);
  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, WEIR_LOCALE_DIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);

  g_set_application_name (_("Weir"));
  app = weir_application_new (G_APPLICATION_HANDLES_OPEN, log);
  return g_application_run (G_APPLICATION (app), argc, argv);
}
