/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Files that each become another file. */

#include "cli/conversion.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "cli/exit-code.h"
#include "cli/output.h"

void
cli_conversion_clear (CliConversion *self)
{
  g_clear_pointer (&self->inputs, g_ptr_array_unref);
  g_clear_pointer (&self->outputs, g_ptr_array_unref);
}

static int
compare_paths (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* In small letters or not, as cameras have it. */
static gboolean
ends_with_one_of (const char        *name,
                  const char *const *endings)
{
  const gsize length = strlen (name);

  for (; *endings; endings++)
    if (length >= strlen (*endings)
        && g_ascii_strcasecmp (name + length - strlen (*endings), *endings) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
add_folder (GPtrArray         *inputs,
            const char        *path,
            const char *const *from,
            GError           **error)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new ();
  g_autoptr (GError) cause = NULL;
  g_autoptr (GDir) dir = g_dir_open (path, 0, &cause);
  g_autofree char *shown = g_filename_display_name (path);
  const char *name;

  if (!dir)
    {
      g_set_error (error, CLI_ERROR, CLI_ERROR_INPUT, "%s.", cause->message);
      return FALSE;
    }
  while ((name = g_dir_read_name (dir)))
    if (ends_with_one_of (name, from))
      g_ptr_array_add (found, g_build_filename (path, name, NULL));

  g_ptr_array_sort (found, compare_paths);
  g_ptr_array_extend (inputs, found, NULL, NULL);
  if (found->len > 0)
    return TRUE;

  g_autofree char *endings = g_strjoinv ("”, “", (char **) from);

  g_set_error (error, CLI_ERROR, CLI_ERROR_INPUT, _("There is no file in “%s” that ends with “%s”."),
               shown, endings);
  return FALSE;
}

static void
add_output (CliConversion *self,
            const char    *folder,
            const char    *input,
            const char    *to)
{
  g_autofree char *name = g_path_get_basename (input);
  char *dot = strrchr (name, '.');

  if (dot && dot != name)
    *dot = '\0';

  g_autofree char *file = g_strconcat (name, to, NULL);

  g_ptr_array_add (self->outputs, g_canonicalize_filename (file, folder));
}

static gboolean
check_outputs (CliConversion *self,
               gboolean       overwrite,
               GError       **error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < self->outputs->len; i++)
    {
      const char *path = self->outputs->pdata[i];

      if (!cli_output_check_file (path, overwrite, error))
        return FALSE;
      if (!g_hash_table_add (seen, (gpointer) path))
        {
          g_autofree char *shown = g_filename_display_name (path);

          g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE,
                       _("Two of the files given would become “%s”."), shown);
          return FALSE;
        }
    }
  return TRUE;
}

gboolean
cli_conversion_plan (CliConversion     *self,
                     char             **names,
                     const char *const *from,
                     const char        *to,
                     const char        *output,
                     gboolean           overwrite,
                     GError           **error)
{
  g_autofree char *here = g_get_current_dir ();
  g_autofree char *place = g_canonicalize_filename (output ? output : here, here);

  self->inputs = g_ptr_array_new_with_free_func (g_free);
  self->outputs = g_ptr_array_new_with_free_func (g_free);

  for (char **name = names; *name; name++)
    if (!g_file_test (*name, G_FILE_TEST_IS_DIR))
      g_ptr_array_add (self->inputs, g_strdup (*name));
    else if (!add_folder (self->inputs, *name, from, error))
      return FALSE;

  if (output && !cli_output_check_name ("--output", output, to, error))
    return FALSE;
  if (self->inputs->len == 0)
    {
      g_set_error_literal (error, CLI_ERROR, CLI_ERROR_USAGE, _("Which file? None is given."));
      return FALSE;
    }
  if (self->inputs->len == 1 && !g_file_test (place, G_FILE_TEST_IS_DIR))
    g_ptr_array_add (self->outputs, g_steal_pointer (&place));
  else
    for (guint i = 0; i < self->inputs->len; i++)
      add_output (self, place, self->inputs->pdata[i], to);
  return check_outputs (self, overwrite, error);
}
