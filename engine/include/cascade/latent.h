/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A picture as few numbers: the semantic latent that Stage C draws in, made of a picture by the
 * model's encoder and turned into a picture again by Stages B and A. */

#pragma once

#include <cascade/session.h>

G_BEGIN_DECLS

typedef struct
{
  guint  width, height;      /* of the picture */
  guint  n_columns, n_rows;  /* of the latent */
  guint  n_channels;
  float *values;             /* [n_rows, n_columns, n_channels] */
} CasLatent;

CAS_EXPORT
void       cas_latent_free   (CasLatent        *latent);

/* A safetensors file with the tensor “latent” [n_channels, n_rows, n_columns] and the picture's size
 * in its metadata. A file that is there is replaced.
 * Errors: G_IO_ERROR, CAS_ERROR_OUT_OF_HOST_MEMORY. */
CAS_EXPORT
gboolean   cas_latent_save   (const CasLatent  *latent,
                              const char       *path,
                              GError          **error);

/* Errors: CAS_ERROR_BAD_IMAGE for a file that is none of those, CAS_ERROR_OUT_OF_HOST_MEMORY,
 * G_IO_ERROR. */
CAS_EXPORT
CasLatent *cas_latent_load   (const char       *path,
                              GError          **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CasLatent, cas_latent_free)

/* Pictures to latents and back. What is loaded and compiled stays until a picture of another size
 * comes. Belongs to the thread of its session, which must live longer. */
typedef struct _CasCodec CasCodec;

CAS_EXPORT
CasCodec  *cas_codec_new     (CasSession       *session);
CAS_EXPORT
void       cas_codec_free    (CasCodec         *codec);

/* Errors: CAS_ERROR_MISSING_MODEL for a model without an encoder, CAS_ERROR_BAD_IMAGE for a picture
 * that is too small; those of cas_session_run(). */
CAS_EXPORT
CasLatent *cas_codec_encode  (CasCodec         *codec,
                              CasImage         *image,
                              GCancellable     *cancellable,
                              GError          **error);

/* The same seed gives the same picture. Errors: CAS_ERROR_BAD_IMAGE for a latent that is not of
 * this model, or whose sides are not those that a picture of its size has; those of
 * cas_session_run(). */
CAS_EXPORT
CasImage  *cas_codec_decode  (CasCodec         *codec,
                              const CasLatent  *latent,
                              guint64           seed,
                              GCancellable     *cancellable,
                              GError          **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CasCodec, cas_codec_free)

G_END_DECLS
