/* SPDX-License-Identifier: GPL-3.0-or-later */

/* File names from a pattern. */

#include "cli/pattern.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "cascade/file-name.h"
#include "cli/exit-code.h"

#define SUFFIX ".png"

/* The pattern without its ending; fails on an ending of another kind of picture. */
static char *
strip_suffix (const char *pattern,
              GError    **error)
{
  static const char *const others[] = { ".jpg", ".jpeg", ".webp", ".gif", ".bmp",
                                        ".tif", ".tiff", ".avif", ".jxl", ".heic" };
  const char *name = strrchr (pattern, G_DIR_SEPARATOR);
  const char *dot = strrchr (name ? name + 1 : pattern, '.');

  if (dot && g_ascii_strcasecmp (dot, SUFFIX) == 0)
    return g_strndup (pattern, dot - pattern);

  for (guint i = 0; dot && i < G_N_ELEMENTS (others); i++)
    if (g_ascii_strcasecmp (dot, others[i]) == 0)
      {
        g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE,
                     _("--output ends in “%s”, and pictures are written as PNG: let it end in "
                       "“.png”."), dot);
        return NULL;
      }
  return g_strdup (pattern);
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
  g_autofree char *stem = strip_suffix (pattern, error);
  gboolean is_ambiguous = FALSE;

  if (!stem)
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
