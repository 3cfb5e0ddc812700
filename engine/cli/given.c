/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Files by hash. */

#include "cli/given.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "base/file.h"
#include "cascade/error.h"
#include "cli/pictures.h"

typedef struct
{
  char    *path;
  char    *hash;    /* NULL: of what is neither named nor a picture */
  gboolean is_used;
} File;

struct _CliGiven
{
  GArray *files; /* File */
};

static void
clear_file (gpointer data)
{
  File *file = data;

  g_free (file->path);
  g_free (file->hash);
}

CliGiven *
cli_given_new (void)
{
  CliGiven *self = g_new0 (CliGiven, 1);

  self->files = g_array_new (FALSE, TRUE, sizeof (File));
  g_array_set_clear_func (self->files, clear_file);
  return self;
}

void
cli_given_free (CliGiven *self)
{
  if (!self)
    return;

  g_array_unref (self->files);
  g_free (self);
}

/* Takes the hash. */
static void
add (CliGiven   *self,
     const char *path,
     char       *hash)
{
  const File file = { g_strdup (path), hash };

  g_array_append_val (self->files, file);
}

gboolean
cli_given_add_file (CliGiven   *self,
                    const char *path,
                    GError    **error)
{
  char *hash = cas_file_dup_hash (path, error);

  if (hash)
    add (self, path, hash);
  return hash != NULL;
}

/* Whether a file of these bytes is named, as a part or a LoRA. */
static gboolean
is_named (const CasMetadata *m,
          const char        *hash)
{
  for (guint i = 0; i < m->n_parts; i++)
    if (g_strcmp0 (m->parts[i].sha256, hash) == 0)
      return TRUE;
  for (guint i = 0; i < m->n_loras; i++)
    if (g_strcmp0 (m->loras[i].sha256, hash) == 0)
      return TRUE;
  return FALSE;
}

gboolean
cli_given_add_input (CliGiven          *self,
                     const char        *path,
                     const CasMetadata *m,
                     GCancellable      *cancellable,
                     GError           **error)
{
  g_autofree char *hash = cas_file_dup_hash (path, NULL);
  g_autoptr (CasImage) image = NULL;
  g_autoptr (GError) cause = NULL;

  if (hash && is_named (m, hash))
    {
      add (self, path, g_steal_pointer (&hash));
      return TRUE;
    }

  image = cli_picture_load (path, cancellable, &cause);
  if (!image && !(hash && g_error_matches (cause, CAS_ERROR, CAS_ERROR_BAD_IMAGE)))
    {
      g_propagate_error (error, g_steal_pointer (&cause));
      return FALSE;
    }
  add (self, path, image ? cas_image_dup_hash (image) : NULL);
  return TRUE;
}

const char *
cli_given_use (CliGiven   *self,
               const char *hash)
{
  for (guint i = 0; hash && i < self->files->len; i++)
    {
      File *file = &g_array_index (self->files, File, i);

      if (g_strcmp0 (file->hash, hash) != 0)
        continue;
      file->is_used = TRUE;
      return file->path;
    }
  return NULL;
}

void
cli_given_tell_unused (const CliGiven *self,
                       GPtrArray      *notices)
{
  for (guint i = 0; i < self->files->len; i++)
    {
      const File *file = &g_array_index (self->files, File, i);
      g_autofree char *shown = g_filename_display_name (file->path);

      if (!file->is_used)
        g_ptr_array_add (notices,
                         g_strdup_printf (_("“%s” is left aside: nothing that is restored from the "
                                            "picture needs it."), shown));
    }
}
