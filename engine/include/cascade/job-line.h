/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Jobs as text: one JSON object a line, with the options of “weir-cli generate” by their names and
 * the prompt as “prompt”. */

#pragma once

#include <cascade/job.h>

G_BEGIN_DECLS

/* What a line says. It is free with cas_job_line_free(). */
typedef struct
{
  guint    number;    /* of the line in its file, from 1 */
  GError  *error;     /* NULL; else why the line is no job, with its number */
  /* Of the run more than of the job; NULL where the line does not say. */
  char    *model;     /* a folder */
  char    *output;    /* a file, a pattern or a folder */
  gboolean overwrite; /* files that are there */
  char   **place;     /* where what it makes belongs, in the words of whoever wrote the line, NULL
                       * at the end: “place” */

  /*< private >*/
  struct _CasJobOptions *options;
} CasJobLine;

/* What a line does not say. */
typedef struct
{
  const char    *folder;   /* that the paths of files are seen from; NULL: the working folder */
  GHashTable    *pictures; /* by their paths, to CasImage: each file is read once; nullable */
  CasPreviewRate previews;
} CasJobPlace;

/* All lines of a file but the empty ones, also those that are no jobs; elements are CasJobLine, free
 * with g_ptr_array_unref(). A line without a seed gets one that is made from the line, so that it is
 * the same in every run; a line that is there twice gets two. Any thread.
 * Errors: G_IO_ERROR (INVALID_DATA for what is no UTF-8, or too large),
 * CAS_ERROR_OUT_OF_HOST_MEMORY. */
CAS_EXPORT
GPtrArray  *cas_job_lines_read    (const char            *path,
                                   GError               **error);

/* One line of UTF-8. What needs no other file is checked: names, types, whether there is a prompt.
 * Errors: CAS_ERROR_BAD_PARAMETER. */
CAS_EXPORT
CasJobLine *cas_job_line_parse    (const char            *text,
                                   GError               **error);

CAS_EXPORT
void        cas_job_line_free     (CasJobLine            *line);

/* The job of a line that has no error, whose pictures are read. Any thread.
 * Errors: those of cas_job_new() and cas_image_load(). */
CAS_EXPORT
CasJob     *cas_job_line_make_job (const CasJobLine      *line,
                                   const CasJobPlace     *place,
                                   GCancellable          *cancellable,
                                   GError               **error);

/* Puts a picture of a job into a file, and returns the path that the line shall have; free with
 * g_free(). The same picture may come several times. */
typedef char *(*CasJobLineKeep) (CasImage  *image,
                                 gpointer   user_data,
                                 GError   **error);

/* The line that cas_job_line_parse() and cas_job_line_make_job() make this job from, but for its
 * previews; without an end of line. Free with g_free(). Any thread.
 * Errors: those of keep; CAS_ERROR_BAD_PARAMETER for a strength that is too small to be said, below
 * 0.01, a threshold above 2040, or the name of a file that is no UTF-8. */
CAS_EXPORT
char       *cas_job_line_write    (CasJob                *job,
                                   CasJobLineKeep         keep,
                                   gpointer               user_data,
                                   GError               **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CasJobLine, cas_job_line_free)

G_END_DECLS
