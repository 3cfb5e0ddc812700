/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The named tensors of one model file, asked for by name and shape while a network is built.
 *
 * The first misfit sticks: later calls give a placeholder of no size, so that loading code is
 * straight lines that ask once at the end, with cas_weights_check(). Shapes are checked here,
 * before any graph. A CasWeights belongs to one thread at a time; what it hands out lives as long
 * as it does. */

#pragma once

#include <gio/gio.h>

#include "cascade/error.h"
#include "io/safetensors.h"
#include "ops/ops.h"

G_BEGIN_DECLS

typedef struct _CasWeights CasWeights;

/* No side of a tensor may be larger, so that sums and small multiples of sides fit 32 bits. */
#define CAS_WEIGHTS_MAX_SIDE (1u << 18)

/* A wanted shape; 0 stands for any size. */
typedef struct
{
  guint   n;
  guint64 size[CAS_WEIGHT_MAX_DIMS];
} CasDims;

#define CAS_DIMS(...) \
  ((CasDims) { sizeof ((guint64[]) { __VA_ARGS__ }) / sizeof (guint64), { __VA_ARGS__ } })

typedef struct
{
  const CasWeight *weight;
  const CasWeight *bias;
} CasConv;

/* The tensors of file whose names begin with prefix (NULL: all), which is not part of the names
 * asked for. The file is kept open as long as the weights live. */
CasWeights      *cas_weights_new            (CasSafetensors *file,
                                             const char     *prefix,
                                             GError        **error);
/* A model that is not here, from lines of "name 16x2048x1x1" or "name scalar"; lines that begin
 * with # say nothing. The weights are bf16 and have no numbers. */
CasWeights      *cas_weights_new_from_list  (const char     *text,
                                             const char     *file_name,
                                             GError        **error);
CasWeights      *cas_weights_ref            (CasWeights     *ws);
void             cas_weights_unref          (CasWeights     *ws);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CasWeights, cas_weights_unref)

const char      *cas_weights_get_file       (CasWeights     *ws);
/* What tells these tensors from others without reading them; of a list, nothing. */
void             cas_weights_identify       (CasWeights     *ws,
                                             GChecksum      *checksum);
/* What names begin with, which is not part of those asked for; "" for nothing. */
const char      *cas_weights_get_prefix     (CasWeights     *ws);
/* A remark of the file's own; NULL if there is none. Lives as long as the weights. */
const char      *cas_weights_lookup_metadata (CasWeights    *ws,
                                             const char     *key);
guint            cas_weights_get_n          (CasWeights     *ws);
/* In the order of their names. */
const CasWeight *cas_weights_get_nth        (CasWeights     *ws,
                                             guint           nth);
/* Elements of all tensors together. */
guint64          cas_weights_get_n_elements (CasWeights     *ws);

/* FALSE and the error that sticks, if one does; it is then forgotten. */
gboolean         cas_weights_check          (CasWeights     *ws,
                                             GError        **error);
/* Makes an error (CAS_ERROR_BAD_MODEL) stick, unless one does already; the file's name is put
 * before it. */
void             cas_weights_fail           (CasWeights     *ws,
                                             const char     *format,
                                             ...) G_GNUC_PRINTF (2, 3);

/* What is asked for next begins with this ("down_blocks.0.2") and a dot. */
void             cas_weights_push_scope     (CasWeights     *ws,
                                             const char     *format,
                                             ...) G_GNUC_PRINTF (2, 3);
void             cas_weights_pop_scope      (CasWeights     *ws);

/* NULL if there is none; asking does not make it a used one. */
const CasWeight *cas_weights_peek           (CasWeights     *ws,
                                             const char     *format,
                                             ...) G_GNUC_PRINTF (2, 3);
/* Never NULL. */
const CasWeight *cas_weights_get            (CasWeights     *ws,
                                             CasDims         dims,
                                             const char     *format,
                                             ...) G_GNUC_PRINTF (3, 4);
/* NAME.weight and NAME.bias: [n_out, n_in] and [n_out]. */
CasLinear        cas_weights_linear         (CasWeights     *ws,
                                             guint32         n_out,
                                             guint32         n_in,
                                             const char     *format,
                                             ...) G_GNUC_PRINTF (4, 5);
/* The same, [n_out, n_in, 1, 1]. */
CasLinear        cas_weights_conv1x1        (CasWeights     *ws,
                                             guint32         n_out,
                                             guint32         n_in,
                                             const char     *format,
                                             ...) G_GNUC_PRINTF (4, 5);
/* NAME.weight of dims [out, in, k, k] and NAME.bias [out]. */
CasConv          cas_weights_conv           (CasWeights     *ws,
                                             CasDims         dims,
                                             const char     *format,
                                             ...) G_GNUC_PRINTF (3, 4);
/* NAME.weight of dims [in, out, k, k] and NAME.bias [out]. */
CasConv          cas_weights_conv_transpose (CasWeights     *ws,
                                             CasDims         dims,
                                             const char     *format,
                                             ...) G_GNUC_PRINTF (3, 4);

/* How many numbers 0, 1, … follow the name and a dot: the levels of "down_blocks", the blocks of
 * "down_blocks.1". Numbers left out and more than max are errors. */
guint            cas_weights_count          (CasWeights     *ws,
                                             guint           max,
                                             const char     *format,
                                             ...) G_GNUC_PRINTF (3, 4);

/* Puts a change on a weight of these, or takes it off with NULL. Graphs that are built from then
 * on are of the changed weight; change lives until it is off and they are gone. */
void             cas_weights_set_low_rank   (CasWeights       *ws,
                                             const CasWeight  *weight,
                                             const CasLowRank *change);

/* The first tensor whose name begins with this and that nothing has used, or NULL. */
const CasWeight *cas_weights_find_unused    (CasWeights     *ws,
                                             const char     *format,
                                             ...) G_GNUC_PRINTF (2, 3);
/* Names of all tensors that nothing has used, batch counters aside; free with g_strfreev(). */
char           **cas_weights_dup_unused     (CasWeights     *ws);

G_END_DECLS
