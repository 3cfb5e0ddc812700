/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A job as a variant, and a variant as a job again. */

#pragma once

#include <gio/gio.h>
#include <gio/gunixfdlist.h>

#include "cascade/job.h"

G_BEGIN_DECLS

/* Every field of the parameters that is not 0, by its name, as a floating variant of type a{sv};
 * the pictures' memory is appended to fds. NULL: of the pictures goes their size. Any thread.
 * Errors: CAS_ERROR_OUT_OF_HOST_MEMORY, CAS_ERROR_BAD_PARAMETER for a picture that is too large,
 * G_IO_ERROR. */
GVariant *cas_job_to_variant     (const CasJobParams *params,
                                  GUnixFDList        *fds,
                                  GError            **error);

/* The job that variant, of type a{sv}, asks for. Whatever it holds comes to a job or to an error:
 * pictures are read only when there are not too many. fds may be NULL.
 * Errors: CAS_ERROR_PROTOCOL, and those of cas_job_new(). */
CasJob   *cas_job_from_variant   (GVariant           *variant,
                                  GUnixFDList        *fds,
                                  GError            **error);

/* Of a job whose pictures came as their sizes: they are blank. Errors: the same. */
CasJob   *cas_job_from_blank_variant (GVariant       *variant,
                                      GError        **error);

/* The numbers alone, as cas_session_resolve() gives them, and their way back into params, of which
 * nothing else is touched.
 * Errors: CAS_ERROR_PROTOCOL. */
GVariant *cas_job_numbers_to_variant   (const CasJobParams *params);
gboolean  cas_job_numbers_from_variant (GVariant           *variant,
                                        CasJobParams       *params,
                                        GError            **error);

G_END_DECLS
