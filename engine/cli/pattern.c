/* SPDX-License-Identifier: GPL-3.0-or-later */

/* File names from a pattern. */

#include "cli/pattern.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "cascade/file-name.h"
#include "cli/exit-code.h"

#define SUFFIX ".png"

/* Where a path's ending begins, NULL if it has none. */
static const char *
find_ending (const char *path)
{
  const char *name = strrchr (path, G_DIR_SEPARATOR);

  return strrchr (name ? name + 1 : path, '.');
}

gboolean
cli_pattern_check_ending (const char *option,
                          const char *path,
                          const char *wanted,
                          GError    **error)
{
  static const char *const endings[] = { SUFFIX, ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif",
                                         ".tiff", ".avif", ".jxl", ".heic", ".safetensors" };
  const char *ending = find_ending (path);

  if (!ending || g_ascii_strcasecmp (ending, wanted) == 0)
    return TRUE;

  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    if (g_ascii_strcasecmp (ending, endings[i]) == 0)
      {
        g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE,
                     strcmp (wanted, SUFFIX) == 0
                       ? _("%s ends in “%s”, and pictures are written as PNG: let it end in “.png”.")
                       : _("%s ends in “%s”, and latents are written as safetensors: let it end in "
                           "“.safetensors”."), option, ending);
        return FALSE;
      }
  return TRUE;
}

/* The pattern without its ending. */
static char *
strip_suffix (const char *pattern)
{
  const char *ending = find_ending (pattern);

  return ending && g_ascii_strcasecmp (ending, SUFFIX) == 0 ? g_strndup (pattern, ending - pattern)
                                                            : g_strdup (pattern);
}

static char *
expand (const char             *pattern,
        const CliPatternValues *values,
        guint                   index,
        GError                **error)
{
  g_autoptr (GError) cause = NULL;
  char *path = cas_file_name_expand (pattern, &(CasFileNameValues) {
      .prompt = values->prompt,
      .seed = values->seed + index,
      .index = index + 1,
    }, &cause);

  if (!path)
    g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE, "--output: %s", cause->message);
  return path;
}

GPtrArray *
cli_pattern_expand (const char             *pattern,
                    const CliPatternValues *values,
                    GError                **error)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *stem = strip_suffix (pattern);
  gboolean is_ambiguous = FALSE;

  if (!cli_pattern_check_ending ("--output", pattern, SUFFIX, error))
    return NULL;

  for (guint i = 0; i < values->n_images; i++)
    {
      char *path = expand (stem, values, i, error);

      if (!path)
        return NULL;
      g_ptr_array_add (paths, path);
      is_ambiguous |= i > 0 && g_str_equal (path, g_ptr_array_index (paths, 0));
    }

  for (guint i = 0; i < paths->len; i++)
    {
      char *path = g_ptr_array_index (paths, i);

      paths->pdata[i] = is_ambiguous ? g_strdup_printf ("%s-%u" SUFFIX, path, i + 1)
                                     : g_strconcat (path, SUFFIX, NULL);
      g_free (path);
    }
  return g_steal_pointer (&paths);
}
