/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pictures made smaller or larger on the host, antialiased, in the two ways that models were
 * trained with: on real numbers, and on 8 bits with a rounding after each pass (spec 11, 18). */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Rows of pixels of n_channels numbers, from the top; one of the two is given. */
typedef struct
{
  const guint8 *bytes;  /* 0 … 255, taken for 0 … 1 */
  const float  *floats;
  guint         width, height;
  guint         n_channels;
  gsize         stride; /* numbers from row to row */
} CasPixels;

typedef enum
{
  CAS_RESAMPLE_BILINEAR,
  CAS_RESAMPLE_BICUBIC, /* a = −0.5 */
} CasResampleFilter;

/* A part of a resized picture. */
typedef struct
{
  CasResampleFilter filter;
  gboolean          is_8_bit;      /* each pass rounds to one of 256 levels, as integer code does */
  guint             width, height; /* of the whole result */
  guint             x, y;          /* where the wanted part begins */
  guint             n_columns, n_rows;
} CasResample;

/* The part's pixels, without gaps; free with g_free().
 * Errors: CAS_ERROR_OUT_OF_HOST_MEMORY. */
float *cas_resample (const CasPixels   *pixels,
                     const CasResample *params,
                     GError           **error);

G_END_DECLS
