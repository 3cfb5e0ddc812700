/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which name is free is not asked: a file is moved to one where nothing is, or to the next. */

#include "cli/save.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#define SUFFIX    ".png"
#define MAX_TRIES 10000

static char *
dup_numbered (const char *path,
              guint       number)
{
  g_autofree char *stem = g_strdup (path);

  if (g_str_has_suffix (stem, SUFFIX))
    stem[strlen (stem) - strlen (SUFFIX)] = '\0';
  return g_strdup_printf ("%s-%u" SUFFIX, stem, number);
}

static void
tell_other_name (CliReport  *report,
                 const char *wanted,
                 const char *found)
{
  g_autofree char *wanted_shown = g_filename_display_name (wanted);
  g_autofree char *found_shown = g_filename_display_basename (found);
  g_autofree char *sentence
    = g_strdup_printf (_("“%s” came into being while the picture was made, so it is “%s”."),
                       wanted_shown, found_shown);

  cli_report_notice (report, sentence);
}

gboolean
cli_save_picture (const CasPicture *picture,
                  const char       *path,
                  gboolean          overwrite,
                  CliReport        *report,
                  GError          **error)
{
  g_autofree char *place = g_strdup (path);
  g_autoptr (GError) cause = NULL;

  for (guint i = 2;
       !cas_image_save_png (picture->image, place, picture->metadata, overwrite, &cause);
       i++)
    {
      if (!g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_EXISTS) || i > MAX_TRIES)
        {
          g_set_error_literal (error, CLI_ERROR, CLI_ERROR_OUTPUT, cause->message);
          return FALSE;
        }
      g_clear_error (&cause);
      g_free (place);
      place = dup_numbered (path, i);
    }
  if (strcmp (place, path) != 0)
    tell_other_name (report, path, place);
  cli_report_picture (report, picture, place);
  return TRUE;
}
