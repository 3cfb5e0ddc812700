/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A document in a file: .weir, a zip of PNGs and JSON. */

#pragma once

#include <cascade/job.h>
#include <json-glib/json-glib.h>

#include "mask/mask.h"
#include "picture.h"

G_BEGIN_DECLS

#define WEIR_PROJECT_ENDING ".weir"

/* Pictures beside the document's own: of guides and references. */
#define WEIR_PROJECT_MAX_OTHERS (CAS_JOB_MAX_CONTROLS + CAS_JOB_MAX_IMAGE_PROMPTS)

/* Parts that are not there are NULL, or FALSE. Owns what it has. */
typedef struct
{
  WeirPicture *picture;
  WeirMask    *mask;       /* of the picture's size, if there is one */
  gboolean     has_frame;
  GdkRectangle frame;      /* in pixels of the picture, beyond which it may reach */
  JsonNode    *params;     /* an object: what the panels show, which calls others by their place */
  WeirPicture *others[WEIR_PROJECT_MAX_OTHERS];
  char        *complaint;  /* what could not be read, as a sentence; only when it was loaded */
} WeirProject;

void         weir_project_free         (WeirProject         *self);

/* What is whole is read, each part by itself; complaint says what is not.
 * Errors: G_IO_ERROR (INVALID_DATA where nothing is whole), CAS_ERROR_OUT_OF_HOST_MEMORY. Any
 * thread. */
WeirProject *weir_project_load         (const char          *path,
                                        GCancellable        *cancellable,
                                        GError             **error);

/* The file appears whole or not at all, in place of one that is there already. Any thread, while
 * nobody changes the mask. Errors: G_IO_ERROR, CAS_ERROR_OUT_OF_HOST_MEMORY. */
gboolean     weir_project_save         (const WeirProject   *self,
                                        const char          *path,
                                        GCancellable        *cancellable,
                                        GError             **error);

/* [x, y, width, height]; FALSE if it is no frame. */
gboolean     weir_project_read_frame   (JsonNode            *node,
                                        GdkRectangle        *frame);

/* As a PNG of 8 bits of grey. Any thread, as above. Errors: CAS_ERROR_OUT_OF_HOST_MEMORY. */
GBytes      *weir_project_pack_mask    (WeirMask            *mask,
                                        GError             **error);

/* Both in a thread. What is saved is as it is now: it may change or go at once. */
void         weir_project_load_async   (const char          *path,
                                        GCancellable        *cancellable,
                                        GAsyncReadyCallback  callback,
                                        gpointer             user_data);
WeirProject *weir_project_load_finish  (GAsyncResult        *result,
                                        GError             **error);
void         weir_project_save_async   (const WeirProject   *self,
                                        const char          *path,
                                        GCancellable        *cancellable,
                                        GAsyncReadyCallback  callback,
                                        gpointer             user_data);
gboolean     weir_project_save_finish  (GAsyncResult        *result,
                                        GError             **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirProject, weir_project_free)

G_END_DECLS
