/* SPDX-License-Identifier: GPL-3.0-or-later */

/* ONNX files of faces in a picture's metadata. */

#include "session/face-files.h"

void
cas_face_files_clear (CasFaceFiles *files)
{
  cas_known_file_clear (&files->detector);
  cas_known_file_clear (&files->recogniser);
  files->is_checked = FALSE;
}

static gboolean
has_faces (const CasJobParams *job)
{
  for (guint i = 0; i < job->n_controls; i++)
    if (job->controls[i].kind == CAS_CONTROL_IDENTITY)
      return TRUE;
  return FALSE;
}

/* TRUE if it is the one that was there. */
static gboolean
set_file (CasKnownFile *file,
          const char   *path)
{
  CasKnownFile wanted;
  gboolean is_same;

  cas_known_file_init (&wanted, path);
  is_same = cas_known_file_is_same (&wanted, file);
  cas_known_file_take_hash (&wanted, file);
  cas_known_file_clear (file);
  *file = wanted;
  return is_same;
}

void
cas_face_files_set (CasFaceFiles       *files,
                    const CasJobParams *job)
{
  if (!has_faces (job))
    return;
  files->is_checked &= set_file (&files->detector, job->face_detector);
  files->is_checked &= set_file (&files->recogniser, job->face_recogniser);
}

gboolean
cas_face_files_hash (CasFaceFiles       *files,
                     const CasJobParams *job,
                     GError            **error)
{
  return !has_faces (job)
         || (cas_known_file_hash (&files->detector, error)
             && cas_known_file_hash (&files->recogniser, error));
}

static CasMetadataPart
part_of (const char         *role,
         const CasKnownFile *file)
{
  return (CasMetadataPart) {
    .role = g_strdup (role),
    .file = g_filename_display_basename (file->path),
    .sha256 = g_strdup (file->sha256),
  };
}

void
cas_face_files_describe (const CasFaceFiles *files,
                         const CasJobParams *job,
                         CasMetadata        *m)
{
  if (!has_faces (job))
    return;

  m->parts = g_renew (CasMetadataPart, m->parts, m->n_parts + 2);
  m->parts[m->n_parts++] = part_of (CAS_METADATA_FACE_DETECTOR, &files->detector);
  m->parts[m->n_parts++] = part_of (CAS_METADATA_FACE_RECOGNISER, &files->recogniser);
}
