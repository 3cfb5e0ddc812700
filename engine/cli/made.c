/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pictures that other runs have made. */

#include "cli/made.h"

#include <string.h>

#include <glib/gstdio.h>

#include "io/metadata.h"
#include "io/png.h"

/* All that says what the picture shows; the kernels and the version may be another machine's, and a
 * mask that is found is known when the picture is made. */
static char *
dup_settings (CasMetadata *metadata)
{
  g_clear_pointer (&metadata->kernels, g_free);
  g_clear_pointer (&metadata->version, g_free);
  for (guint i = 0; i < metadata->n_pictures; i++)
    if (metadata->pictures[i].threshold > 0)
      g_clear_pointer (&metadata->pictures[i].sha256, g_free);
  return cas_metadata_to_json (metadata);
}

gboolean
cli_made_is_there (const char  *path,
                   CasMetadata *wanted)
{
  g_autoptr (CasPng) png = NULL;
  g_auto (CasMetadata) found = { 0 };
  g_autofree char *wanted_settings = dup_settings (wanted);
  g_autofree char *settings = NULL;
  const char *json;

  if (!g_file_test (path, G_FILE_TEST_IS_REGULAR) || !(png = cas_png_read (path, NULL, NULL)))
    return FALSE;

  json = cas_png_lookup_text (png, CAS_METADATA_JSON_KEY);
  if (!json || !cas_metadata_parse_json (json, &found, NULL))
    return FALSE;

  settings = dup_settings (&found);
  return strcmp (settings, wanted_settings) == 0;
}

void
cli_made_remove_empty (const char *path)
{
  GStatBuf info;

  if (g_lstat (path, &info) == 0 && S_ISREG (info.st_mode) && info.st_size == 0)
    g_unlink (path);
}
