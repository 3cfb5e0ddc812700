/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Files that are given again, among which those that a picture was made with are found by hash. */

#pragma once

#include "cascade/metadata.h"

typedef struct _CliGiven CliGiven;

CliGiven   *cli_given_new         (void);
void        cli_given_free        (CliGiven          *given);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CliGiven, cli_given_free)

/* One to be known by the hash of its bytes. Errors: those of reading it. */
gboolean    cli_given_add_file    (CliGiven          *given,
                                   const char        *path,
                                   GError           **error);

/* One to be known by that hash if m names it, else a picture, to be known by that of its pixels.
 * What is no picture either is left aside. Errors: those of cas_image_load() but
 * CAS_ERROR_BAD_IMAGE for a file that can be read. */
gboolean    cli_given_add_input   (CliGiven          *given,
                                   const char        *path,
                                   const CasMetadata *m,
                                   GCancellable      *cancellable,
                                   GError           **error);

/* The first one's path, which is used by that; NULL if there is none. hash may be NULL. */
const char *cli_given_use         (CliGiven          *given,
                                   const char        *hash);

/* A sentence (char *) for each that was not used. */
void        cli_given_tell_unused (const CliGiven    *given,
                                   GPtrArray         *notices);
