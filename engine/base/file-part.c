/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is left of files that were not written to their end. */

#include "base/file.h"

#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define PART_SUFFIX   ".part"
#define RANDOM_LENGTH 6

/* “.NAME.XXXXXX.part” with a NAME that ends in suffix, or “.XXXXXX.part”. */
static gboolean
is_part (const char *name,
         const char *suffix)
{
  const gsize length = strlen (name), tail = 1 + RANDOM_LENGTH + strlen (PART_SUFFIX);

  if (name[0] != '.' || length < tail || !g_str_has_suffix (name, PART_SUFFIX)
      || name[length - tail] != '.')
    return FALSE;
  for (gsize i = length - tail + 1; i < length - strlen (PART_SUFFIX); i++)
    if (!g_ascii_isalnum (name[i]))
      return FALSE;

  g_autofree char *stem = g_strndup (name, length - tail);

  return !*stem || g_str_has_suffix (stem, suffix);
}

/* A lock that can be had is one that nobody holds any more. */
static void
remove_if_left (const char *path)
{
  const int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);

  if (fd < 0)
    return;
  if (flock (fd, LOCK_EX | LOCK_NB) == 0)
    unlink (path);
  close (fd);
}

void
cas_file_remove_parts (const char *folder,
                       const char *suffix)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir && (name = g_dir_read_name (dir)))
    if (is_part (name, suffix))
      {
        g_autofree char *path = g_build_filename (folder, name, NULL);

        remove_if_left (path);
      }
}
