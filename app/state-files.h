/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The files of the folder that outlives the program. */

#pragma once

#include "project/project.h"

G_BEGIN_DECLS

#define WEIR_STATE_MAX_PICTURES (WEIR_PROJECT_MAX_OTHERS + 1)

/* What state.json says, and what is to be written with it. */
typedef struct
{
  JsonNode    *json;  /* an object */
  char        *names[WEIR_STATE_MAX_PICTURES]; /* of files; the first is the document's picture */
  char        *mask_name;
  WeirPicture *pictures[WEIR_STATE_MAX_PICTURES]; /* those that are to be written */
  WeirMask    *mask;  /* likewise */
} WeirStateFiles;

/* For writing. names: of pictures that are written, which becomes those of project's pictures.
 * mask_name: that of the mask if it is written; nullable. */
WeirStateFiles *weir_state_files_new       (WeirProject           *project,
                                            GHashTable            *names,
                                            const char            *mask_name);

/* state.json alone: what it calls is not read yet. NULL if there is none, or none that is good. */
WeirStateFiles *weir_state_files_open      (const char            *folder);

void            weir_state_files_free      (WeirStateFiles        *self);

/* All or nothing; files that are not called any more go. One thread at a time.
 * Errors: G_IO_ERROR, CAS_ERROR_OUT_OF_HOST_MEMORY. */
gboolean        weir_state_files_write     (const WeirStateFiles  *self,
                                            const char            *folder,
                                            GError               **error);

/* Pictures, mask and frame, as far as they can be read; complaint says of one that cannot. */
WeirProject    *weir_state_files_read      (const WeirStateFiles  *self,
                                            const char            *folder);

/* Moves everything into a folder beside it, in place of what lies there. Returns its path; free with
 * g_free(). NULL if there was nothing. */
char           *weir_state_files_put_aside (const char            *folder);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirStateFiles, weir_state_files_free)

G_END_DECLS
