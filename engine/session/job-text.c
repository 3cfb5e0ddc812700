/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Options as they were typed: what is in the text, or a sentence that names the option. */

#include "session/job-text.h"

#include <string.h>

#include <glib/gi18n-lib.h>
#include <inttypes.h>

#include "cascade/error.h"

gboolean
cas_job_text_check_name (const char *option,
                         const char *name,
                         GError    **error)
{
  if (!name || *name)
    return TRUE;

  g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_PARAMETER, _("%s is an empty name."), option);
  return FALSE;
}

gboolean
cas_job_text_parse_integer (const char *option,
                            const char *text,
                            guint64     min,
                            guint64     max,
                            guint64    *value,
                            GError    **error)
{
  if (g_ascii_string_to_unsigned (text, 10, min, max, value, NULL))
    return TRUE;

  g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_PARAMETER,
               _("%s is “%s”, and it may be a whole number from %" PRIu64 " to %" PRIu64 "."),
               option, text, min, max);
  return FALSE;
}

gboolean
cas_job_text_parse_number (const char *option,
                           const char *text,
                           double      min,
                           double      max,
                           double     *value,
                           GError    **error)
{
  char *end;

  *value = g_ascii_strtod (text, &end);
  if (end != text && *end == '\0' && *value >= min && *value <= max)
    return TRUE;

  g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_PARAMETER,
               _("%s is “%s”, and it may be a number from %g to %g."), option, text, min, max);
  return FALSE;
}

char *
cas_job_text_split_number (const char  *text,
                           const char  *folder,
                           const char **number)
{
  const char *colon = strrchr (text, ':');
  g_autofree char *whole = cas_job_text_dup_path (text, folder);

  *number = NULL;
  if (!colon || g_file_test (whole, G_FILE_TEST_EXISTS))
    return g_strdup (text);
  *number = colon + 1;
  return g_strndup (text, colon - text);
}

char *
cas_job_text_dup_path (const char *path,
                       const char *folder)
{
  return folder && *path ? g_canonicalize_filename (path, folder) : g_strdup (path);
}
