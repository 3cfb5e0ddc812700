/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The ONNX files of a job that find faces and say whose they are, by their hash. */

#pragma once

#include "cascade/job.h"
#include "cascade/metadata.h"
#include "session/known-file.h"

G_BEGIN_DECLS

/* Of the last job that had some; all zero: none. */
typedef struct
{
  CasKnownFile detector, recogniser;
  gboolean     is_checked; /* networks of faces are in them, which fit */
} CasFaceFiles;

void     cas_face_files_clear    (CasFaceFiles       *files);

/* Takes the job's, as they are now: those that have become others are no longer checked. job: with
 * a file for each if it has a control for faces. */
void     cas_face_files_set      (CasFaceFiles       *files,
                                  const CasJobParams *job);

/* Hashes those that are not, if the job uses them. Errors: G_IO_ERROR. */
gboolean cas_face_files_hash     (CasFaceFiles       *files,
                                  const CasJobParams *job,
                                  GError            **error);

/* Adds them to the parts in a picture's metadata, if the job uses them. */
void     cas_face_files_describe (const CasFaceFiles *files,
                                  const CasJobParams *job,
                                  CasMetadata        *m);

G_END_DECLS
