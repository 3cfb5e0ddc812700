/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a model file or folder is, or a picture. */

#pragma once

#include <gio/gio.h>

#include <cascade/export.h>

G_BEGIN_DECLS

/* Tensors of one number type. */
typedef struct
{
  const char *name;       /* "F32", "BF16", … as in the file */
  guint       n_tensors;
  guint64     n_elements;
} CasModelType;

/* Plain data; everything in it belongs to it. */
typedef struct _CasModelInfo CasModelInfo;
struct _CasModelInfo
{
  char      *path;         /* absolute */
  char      *kind;         /* "Stage C", "a model folder", … for a person, in their language */
  char      *kind_id;      /* "stage_c", "stage_b", "stage_a", "text_encoder", "previewer",
                            * "effnet_encoder", "image_encoder", "controlnet", "saliency", "lora",
                            * "embedding", "diffusion", "folder", "picture", "latent" or
                            * "unknown" */
  guint64    size_bytes;   /* of the file, or of all parts */
  guint      n_tensors;
  guint64    n_parameters; /* elements of all tensors */
  GArray    *types;        /* CasModelType, the most elements first */
  GPtrArray *metadata;     /* char *: key, value, key, value, … as the file has them */
  GPtrArray *details;      /* char *: label, value, … from the shapes; labels in English, to translate */
  GPtrArray *missing;      /* char *: tensors, or parts of a folder, that should be there */
  GPtrArray *unused;       /* char *: tensors that nothing here makes use of */
  GPtrArray *tokens;       /* char *: words of a prompt that a LoRA brings; else empty */
  GPtrArray *parts;        /* CasModelInfo, of a folder; else empty */
};

/* Reads headers only, never the numbers but for a LoRA's few that are its settings; of a picture all.
 * model (NULL: none): the folder of the model that a LoRA is meant for. Any thread.
 * Errors: G_IO_ERROR, CAS_ERROR_BAD_MODEL, CAS_ERROR_BAD_IMAGE, CAS_ERROR_OUT_OF_HOST_MEMORY. */
CAS_EXPORT
CasModelInfo *cas_model_inspect   (const char   *path,
                                   const char   *model,
                                   GError      **error);

CAS_EXPORT
void          cas_model_info_free (CasModelInfo *info);

/* The folder of the demo model that comes with the library: $WEIR_DEMO_MODEL; else the one in the
 * prefix that the library is in, also after that was moved, or in the tree that it was built from.
 * NULL if there is none. Any thread; free with g_free(). */
CAS_EXPORT
char         *cas_model_dup_demo  (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CasModelInfo, cas_model_info_free)

G_END_DECLS
