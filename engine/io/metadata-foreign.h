/* SPDX-License-Identifier: GPL-3.0-or-later */

/* For the readers of other programs' settings: each turns what it finds into CasSettings, and what
 * has no place there into a loss that a person is told. */

#pragma once

#include <json-glib/json-glib.h>

#include "cascade/metadata.h"

G_BEGIN_DECLS

/* --- the readers --------------------------------------------------------------------------- */

/* One for each form; FALSE without an error if the texts are of another. settings is empty but for
 * its form. Errors: CAS_ERROR_BAD_IMAGE. */
typedef gboolean (*CasForeignReader) (const CasSettingsText *texts,
                                      guint                  n_texts,
                                      CasSettings           *settings,
                                      GError               **error);

gboolean    cas_foreign_read_a1111    (const CasSettingsText *texts,
                                       guint                  n_texts,
                                       CasSettings           *settings,
                                       GError               **error);
gboolean    cas_foreign_read_comfyui  (const CasSettingsText *texts,
                                       guint                  n_texts,
                                       CasSettings           *settings,
                                       GError               **error);
gboolean    cas_foreign_read_invokeai (const CasSettingsText *texts,
                                       guint                  n_texts,
                                       CasSettings           *settings,
                                       GError               **error);
gboolean    cas_foreign_read_swarmui  (const CasSettingsText *texts,
                                       guint                  n_texts,
                                       CasSettings           *settings,
                                       GError               **error);
gboolean    cas_foreign_read_fooocus  (const CasSettingsText *texts,
                                       guint                  n_texts,
                                       CasSettings           *settings,
                                       GError               **error);

/* ComfyUI's workflow in the shape of its prompt, as far as nodes are known. */
JsonObject *cas_foreign_workflow_to_prompt (JsonObject       *workflow);

/* --- texts and JSON ------------------------------------------------------------------------ */

/* NULL if there is none. */
const char *cas_foreign_lookup        (const CasSettingsText *texts,
                                       guint                  n_texts,
                                       const char            *key);

/* An object, within limits of size, depth and number of values. Errors: CAS_ERROR_BAD_IMAGE. */
JsonNode   *cas_foreign_parse         (const char            *json,
                                       GError               **error);

/* Members that are of another kind or missing are NULL. */
JsonObject *cas_foreign_peek_object   (JsonObject            *object,
                                       const char            *name);
const char *cas_foreign_peek_string   (JsonObject            *object,
                                       const char            *name);

/* The value as a person would read it; NULL for null, "", [] and {}. */
char       *cas_foreign_dup_value     (JsonNode              *value);

/* --- filling ------------------------------------------------------------------------------- */

/* What cannot be taken (no number, out of range, no sampler of ours) is a loss under its name. */
void        cas_foreign_set           (CasSettings           *settings,
                                       CasSettingsFields      field,
                                       const char            *name,
                                       const char            *value);

/* “512x768”, “(1152, 896)” */
void        cas_foreign_set_size      (CasSettings           *settings,
                                       const char            *name,
                                       const char            *value);

void        cas_foreign_lose          (CasSettings           *settings,
                                       const char            *name,
                                       const char            *value);

/* What a member of an object is; 0: of no interest, and no loss. */
typedef struct
{
  const char       *name;
  CasSettingsFields field;
} CasForeignMember;

/* All members of an object; those that the list (up to a NULL name) does not know are losses. */
void        cas_foreign_take          (CasSettings            *settings,
                                       JsonObject             *object,
                                       const CasForeignMember *known);

G_END_DECLS
