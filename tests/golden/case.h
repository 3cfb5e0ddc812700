/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One golden case: what case.json says, its tensors, and the outputs that an operation puts. */

#pragma once

#include "golden/tensor.h"

#include <json-glib/json-glib.h>

typedef struct _GoldenDevice GoldenDevice;

typedef struct
{
  char         *name;
  char         *op;
  char         *root;          /* the folder that paths of models are relative to */
  JsonNode     *json;          /* owns the objects below */
  JsonObject   *params;
  JsonObject   *model;         /* role → path */
  double        tolerance;
  JsonObject   *tolerances;    /* by output; may be NULL */
  double        amplification; /* of weight noise */
  GHashTable   *inputs;        /* name → GoldenTensor */
  GHashTable   *expected;
  GHashTable   *outputs;
  GHashTable   *files;         /* role → CasSafetensors, opened when first asked for */
  GoldenDevice *device;        /* borrowed */
} GoldenCase;

GoldenCase         *golden_case_load          (const char       *root,
                                               const char       *name,
                                               GoldenDevice     *device,
                                               GError          **error);
void                golden_case_free          (GoldenCase       *c);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GoldenCase, golden_case_free)

/* What follows fails with a sentence that names what is missing. */

const GoldenTensor *golden_case_get_input     (GoldenCase       *c,
                                               const char       *name,
                                               GError          **error);
const GoldenTensor *golden_case_get_expected  (GoldenCase       *c,
                                               const char       *name,
                                               GError          **error);

gboolean            golden_case_get_number    (GoldenCase       *c,
                                               const char       *param,
                                               double           *value,
                                               GError          **error);
gboolean            golden_case_get_array     (GoldenCase       *c,
                                               const char       *param,
                                               JsonArray       **array,
                                               GError          **error);
/* FALSE if there is no such flag. */
gboolean            golden_case_has_flag      (GoldenCase       *c,
                                               const char       *param);
/* NULL, without an error, if there is no such text. */
const char         *golden_case_peek_string   (GoldenCase       *c,
                                               const char       *param);

gboolean            golden_case_has_model     (GoldenCase       *c,
                                               const char       *role);
/* The path of a model file; free with g_free. */
char               *golden_case_dup_path      (GoldenCase       *c,
                                               const char       *role,
                                               GError          **error);
CasSafetensors     *golden_case_get_file      (GoldenCase       *c,
                                               const char       *role,
                                               GError          **error);

/* A new output of the case, to be filled; dtype CAS_F32 or CAS_I64. */
GoldenTensor       *golden_case_add_output    (GoldenCase       *c,
                                               const char       *name,
                                               CasDtype          dtype,
                                               guint             n_dims,
                                               const guint64    *dims,
                                               GError          **error);
/* With the type and shape of another tensor. */
GoldenTensor       *golden_case_add_output_as (GoldenCase         *c,
                                               const char         *name,
                                               const GoldenTensor *model,
                                               GError            **error);
