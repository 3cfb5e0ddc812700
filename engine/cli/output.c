/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where the pictures go. */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* O_TMPFILE */
#endif

#include "cli/output.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <inttypes.h>

#include "cli/exit-code.h"
#include "io/png.h"
#include "session/job-text.h"

#define DEFAULT_NAME "{prompt}-{seed}.png"

static gboolean
fail_output (GError    **error,
             const char *format,
             ...) G_GNUC_PRINTF (2, 3);

static gboolean
fail_output (GError    **error,
             const char *format,
             ...)
{
  va_list args;

  va_start (args, format);
  if (error)
    *error = g_error_new_valist (CLI_ERROR, CLI_ERROR_OUTPUT, format, args);
  va_end (args);
  return FALSE;
}

static char *
dup_display_name (const char *path)
{
  return g_filename_display_name (path);
}

/* A file without a name, which nobody finds if this process is killed; with one for a moment where
 * the file system has no others. Below 0 with errno. */
static int
open_probe (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, ".weir-XXXXXX", NULL);
  int fd = open (folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);

  if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL))
    return fd;
  fd = g_mkstemp (path);
  if (fd >= 0)
    g_unlink (path);
  return fd;
}

/* Asks the file system itself: permission bits do not tell of read-only mounts, nor root's limits. */
static gboolean
check_folder (const char *folder,
              GError    **error)
{
  g_autofree char *shown = dup_display_name (folder);
  int fd;

  if (!g_file_test (folder, G_FILE_TEST_EXISTS))
    return fail_output (error, _("The folder “%s” does not exist."), shown);
  if (!g_file_test (folder, G_FILE_TEST_IS_DIR))
    return fail_output (error, _("“%s” is no folder."), shown);

  fd = open_probe (folder);
  if (fd < 0)
    return fail_output (error, _("Nothing can be written to the folder “%s”: %s."), shown,
                        g_strerror (errno));
  close (fd);
  return TRUE;
}

static gboolean
make_folder (const char *folder,
             GError    **error)
{
  g_autofree char *shown = dup_display_name (folder);

  if (g_mkdir_with_parents (folder, 0777) != 0)
    return fail_output (error, _("The folder “%s” cannot be made: %s."), shown, g_strerror (errno));
  return TRUE;
}

static char *
dup_default_folder (void)
{
  const char *pictures = g_get_user_special_dir (G_USER_DIRECTORY_PICTURES);
  g_autofree char *home_pictures = g_build_filename (g_get_home_dir (), "Pictures", NULL);

  if (!pictures && g_file_test (g_get_home_dir (), G_FILE_TEST_IS_DIR))
    pictures = home_pictures;
  return g_build_filename (pictures ? pictures : ".", "Weir", NULL);
}

gboolean
cli_output_check_file (const char *path,
                       gboolean    overwrite,
                       GError    **error)
{
  g_autofree char *shown = dup_display_name (path);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *name = g_path_get_basename (path);
  GStatBuf info;

  if (!check_folder (folder, error))
    return FALSE;
  if (strlen (name) > 240) /* leaves room for the name while it is written */
    return fail_output (error, _("The file name of “%s” is longer than 240 bytes."), shown);
  if (g_lstat (path, &info) != 0)
    return TRUE;
  if (S_ISDIR (info.st_mode))
    return fail_output (error, _("“%s” is a folder."), shown);
  if (!S_ISREG (info.st_mode) && !S_ISLNK (info.st_mode))
    return fail_output (error, _("“%s” is neither a file nor a folder."), shown);
  if (!overwrite)
    return fail_output (error, _("“%s” exists. Give --overwrite to replace it, or another --output."),
                        shown);
  return TRUE;
}

/* Braces of a path that is not a pattern. */
static char *
escape_braces (const char *path)
{
  g_auto (GStrv) parts = g_strsplit (path, "{", -1);

  return g_strjoinv ("{{", parts);
}

static char *
dup_full_pattern (const char *pattern,
                  GError    **error)
{
  g_autofree char *folder = NULL;

  if (!pattern)
    {
      folder = dup_default_folder ();
      if (!make_folder (folder, error))
        return NULL;
    }
  else if (g_file_test (pattern, G_FILE_TEST_IS_DIR) || g_str_has_suffix (pattern, G_DIR_SEPARATOR_S))
    folder = g_strdup (pattern);
  else
    return g_strdup (pattern);

  g_autofree char *escaped = escape_braces (folder);

  return g_build_filename (escaped, DEFAULT_NAME, NULL);
}

gboolean
cli_output_check_name (const char *option,
                       const char *name,
                       const char *ending,
                       GError    **error)
{
  g_autofree char *shown = dup_display_name (name);

  if (!cas_job_text_check_name (option, name, error))
    return FALSE;
  if (strcmp (name, "-") == 0)
    return fail_output (error, _("%s is “-”, and no file can be written to standard output. Name a "
                                 "file."), option);
  if (g_file_test (name, G_FILE_TEST_IS_DIR))
    return TRUE;
  if (g_str_has_suffix (name, G_DIR_SEPARATOR_S))
    return fail_output (error, _("The folder “%s” does not exist."), shown);
  if (g_file_test (name, G_FILE_TEST_EXISTS) && !g_file_test (name, G_FILE_TEST_IS_REGULAR))
    return fail_output (error, _("“%s” is neither a file nor a folder."), shown);
  return cli_pattern_check_ending (option, name, ending, error);
}

GPtrArray *
cli_output_plan (const char             *pattern,
                 const CliPatternValues *values,
                 gboolean                overwrite,
                 GError                **error)
{
  if (pattern && !cli_output_check_name ("--output", pattern, ".png", error))
    return NULL;

  g_autofree char *full = dup_full_pattern (pattern, error);

  if (!full)
    return NULL;

  g_autoptr (GPtrArray) paths = cli_pattern_expand (full, values, error);

  if (!paths)
    return NULL;

  for (guint i = 0; i < paths->len; i++)
    {
      g_autofree char *path = paths->pdata[i];

      paths->pdata[i] = g_canonicalize_filename (path, NULL);
      if (!cli_output_check_file (paths->pdata[i], overwrite, error))
        return NULL;
    }
  return g_steal_pointer (&paths);
}

/* FALSE if the file system does not say. */
static gboolean
get_free_bytes (const char *folder,
                guint64    *bytes)
{
  g_autoptr (GFile) file = g_file_new_for_path (folder);
  g_autoptr (GFileInfo) info
    = g_file_query_filesystem_info (file, "filesystem::size,filesystem::free", NULL, NULL);

  if (!info || g_file_info_get_attribute_uint64 (info, G_FILE_ATTRIBUTE_FILESYSTEM_SIZE) == 0
      || !g_file_info_has_attribute (info, G_FILE_ATTRIBUTE_FILESYSTEM_FREE))
    return FALSE;

  *bytes = g_file_info_get_attribute_uint64 (info, G_FILE_ATTRIBUTE_FILESYSTEM_FREE);
  return TRUE;
}

/* What pictures need of one file system. */
typedef struct
{
  dev_t    device;
  char    *folder; /* one that is there */
  guint    n_pictures;
  guint64  bytes;
  gboolean replaces;
} Share;

static void
share_clear (gpointer data)
{
  Share *share = data;

  g_free (share->folder);
}

static Share *
find_share (GArray     *shares,
            const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  Share new = { 0 };
  GStatBuf info;

  if (g_stat (folder, &info) == 0)
    new.device = info.st_dev;
  for (guint i = 0; i < shares->len; i++)
    if (g_array_index (shares, Share, i).device == new.device)
      return &g_array_index (shares, Share, i);

  new.folder = g_steal_pointer (&folder);
  g_array_append_val (shares, new);
  return &g_array_index (shares, Share, shares->len - 1);
}

/* A file that is replaced gives its room back, once the new one is whole beside it. */
static void
add_picture (Share      *share,
             const char *path,
             guint64     bytes)
{
  GStatBuf info;
  guint64 given = 0;

  share->n_pictures++;
  if (g_lstat (path, &info) == 0 && S_ISREG (info.st_mode) && info.st_nlink == 1)
    {
      given = MIN ((guint64) info.st_blocks * 512, bytes);
      share->replaces = TRUE;
    }
  share->bytes += bytes - given;
}

static gboolean
check_share (const Share *share,
             guint64      bytes_each,
             GError     **error)
{
  const guint64 needed = share->bytes + (share->replaces ? bytes_each : 0);
  guint64 free_bytes;

  if (!get_free_bytes (share->folder, &free_bytes) || free_bytes >= needed)
    return TRUE;

  g_autofree char *shown = dup_display_name (share->folder);
  g_autofree char *has = g_format_size (free_bytes);
  g_autofree char *wants = g_format_size (needed);

  return fail_output (error,
                      g_dngettext (GETTEXT_PACKAGE,
                                   "The folder “%s” has %s free, and %u picture may need %s.",
                                   "The folder “%s” has %s free, and %u pictures may need %s.",
                                   share->n_pictures),
                      shown, has, share->n_pictures, wants);
}

/* The prompts are in a picture up to four times, as typed and as drawn, three times in quotes: in up
 * to six bytes for each of theirs. */
static guint64
max_picture_bytes (const CasJobParams *params)
{
  const guint64 prompts = strlen (params->prompt) + strlen (params->negative);

  return cas_png_max_bytes (params->width, params->height, 19 * prompts + 8192);
}

gboolean
cli_output_check_room (const GPtrArray    *paths,
                       const CasJobParams *params,
                       GError            **error)
{
  const guint64 bytes_each = max_picture_bytes (params);
  g_autoptr (GArray) shares = g_array_new (FALSE, FALSE, sizeof (Share));

  g_array_set_clear_func (shares, share_clear);
  for (guint i = 0; i < paths->len; i++)
    add_picture (find_share (shares, paths->pdata[i]), paths->pdata[i], bytes_each);

  for (guint i = 0; i < shares->len; i++)
    if (!check_share (&g_array_index (shares, Share, i), bytes_each, error))
      return FALSE;
  return TRUE;
}

static gboolean
holds_previews_of (const char *folder,
                   guint64     seed)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autofree char *prefix = g_strdup_printf ("%" G_GUINT64_FORMAT "-", seed);
  const char *name;

  while (dir && (name = g_dir_read_name (dir)))
    if (g_str_has_prefix (name, prefix))
      return TRUE;
  return FALSE;
}

char *
cli_output_plan_previews (const char             *folder,
                          const CliPatternValues *values,
                          gboolean                overwrite,
                          GError                **error)
{
  g_autofree char *path = g_canonicalize_filename (folder, NULL);
  g_autofree char *shown = dup_display_name (path);

  if (!make_folder (path, error) || !check_folder (path, error))
    return NULL;

  for (guint i = 0; !overwrite && i < values->n_images; i++)
    if (holds_previews_of (path, values->seed + i))
      {
        fail_output (error,
                     _("“%s” holds step pictures of seed %" PRIu64 " already. Give "
                       "--overwrite to replace them, or another folder."),
                     shown, values->seed + i);
        return NULL;
      }
  return g_steal_pointer (&path);
}
