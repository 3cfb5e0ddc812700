/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The graph: a network as a list of operations.
 *
 * Built without a device, then counted, printed, or compiled for one and run as often as wanted.
 * The first error sticks: later calls do nothing and the caller asks once, at compile (or with
 * cas_graph_get_error()). A graph belongs to one thread at a time. */

#pragma once

#include <gio/gio.h>

#include "gpu/gpu.h"
#include "ops/weight.h"

G_BEGIN_DECLS

typedef struct _CasGraph   CasGraph;
typedef struct _CasState   CasState;
typedef struct _CasParams  CasParams;

/* Channels-last: n pictures of h rows and w columns of c channels, c fastest.
 * Tokens are pixels of one row: { n, 1, n_tokens, c }. */
typedef struct
{
  guint32 n, h, w, c;
} CasShape;

#define CAS_SHAPE(n_, h_, w_, c_) ((CasShape) { (n_), (h_), (w_), (c_) })

/* A symbolic tensor: a value, cheap to copy; only its graph knows where it lives.
 * May be a view of some channels of a wider tensor. */
typedef struct
{
  guint32  id;    /* 0: no tensor */
  CasDtype dtype; /* CAS_F32 or CAS_I32 */
  CasShape shape;
  guint32  first_channel; /* of a view */
} CasTensor;

#define CAS_NO_TENSOR ((CasTensor) { 0 })

static inline gboolean
cas_tensor_is_set (CasTensor x)
{
  return x.id != 0;
}

CasGraph     *cas_graph_new            (const char *name);
void          cas_graph_free           (CasGraph   *g);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CasGraph, cas_graph_free)

/* The first error of building, or NULL. */
const GError *cas_graph_get_error      (CasGraph   *g);

/* Makes an error stick, unless one does already. */
void          cas_graph_fail           (CasGraph   *g,
                                        int         code, /* CasError */
                                        const char *format,
                                        ...) G_GNUC_PRINTF (3, 4);

/* Names what follows ("down_blocks.0.2"), for messages, the printer and the profile. */
void          cas_graph_push_scope     (CasGraph   *g,
                                        const char *format,
                                        ...) G_GNUC_PRINTF (2, 3);
void          cas_graph_pop_scope      (CasGraph   *g);

/* --- what goes in and out ------------------------------------------------------------------ */

/* A tensor that the host writes before a run with cas_graph_write(). */
CasTensor     cas_graph_input          (CasGraph   *g,
                                        const char *name,
                                        CasDtype    dtype,
                                        CasShape    shape);

/* Keeps x for the host: cas_graph_read() after a run. */
void          cas_graph_output         (CasGraph   *g,
                                        const char *name,
                                        CasTensor   x);

/* A tensor that lives on the device between runs and is shared by graphs. */
CasState     *cas_state_new            (const char *name,
                                        CasDtype    dtype,
                                        CasShape    shape);
CasState     *cas_state_ref            (CasState   *state);
void          cas_state_unref          (CasState   *state);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CasState, cas_state_unref)
CasShape      cas_state_get_shape      (CasState   *state);

CasTensor     cas_graph_load           (CasGraph   *g,
                                        CasState   *state);
/* At the end of a run state holds x. A state loaded in the same graph keeps its old value until then. */
void          cas_graph_store          (CasGraph   *g,
                                        CasTensor   x,
                                        CasState   *state);

/* --- views: no work ------------------------------------------------------------------------ */

CasTensor     cas_tensor_channels      (CasGraph   *g,
                                        CasTensor   x,
                                        guint32     first,
                                        guint32     n_channels);
/* The same numbers in the same order; x must not be a view of channels. */
CasTensor     cas_tensor_reshape       (CasGraph   *g,
                                        CasTensor   x,
                                        CasShape    shape);
/* Some pictures of a batch; x must not be a view of channels. */
CasTensor     cas_tensor_batch         (CasGraph   *g,
                                        CasTensor   x,
                                        guint32     first,
                                        guint32     n);

/* --- counting and printing, no device needed ------------------------------------------------- */

typedef struct
{
  guint64 flop_linear;      /* 2 per multiply-add */
  guint64 flop_convolution;
  guint64 flop_attention;
  guint64 bytes_moved;      /* activations read and written, weights read */
  guint64 weight_bytes;
  guint64 weight_elements;
  guint   n_ops;
} CasGraphCost;

void          cas_graph_count          (CasGraph     *g,
                                        CasGraphCost *cost);

/* One operation a line, free with g_free. */
char         *cas_graph_print          (CasGraph   *g);

/* --- device ---------------------------------------------------------------------------------- */

/* Weights on the device, shared by the graphs of a model part; a weight is uploaded once. */
CasParams    *cas_params_new           (CasGpu     *gpu);
/* Weights of models that are not here: random numbers that the device makes, nothing is read. */
CasParams    *cas_params_new_random    (CasGpu     *gpu);
void          cas_params_free          (CasParams  *params);
/* Frees what was uploaded of temporary weights. No graph that uses any may be run after this. */
void          cas_params_drop_temporary (CasParams *params);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CasParams, cas_params_free)

/* What compiling graphs would hold on a device that holds nothing else, added up over them. */
typedef struct _CasNeeds CasNeeds;

CasNeeds     *cas_needs_new            (CasGpu     *gpu);
void          cas_needs_free           (CasNeeds   *needs);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CasNeeds, cas_needs_free)

typedef struct
{
  CasGpu       *gpu;
  CasParams    *params;
  CasNeeds     *needs;       /* if not NULL, compiling only adds to it; then only free the graph */
  const char   *kernels;     /* a path's name (path.h); NULL: as cas_path_choose() takes it */
  gboolean      profile;     /* a timestamp around every operation */
  GCancellable *cancellable; /* seen between weights and between pipelines */
  void        (*progress) (guint    n_done, /* operations whose weights and pipelines are there */
                           guint    n_ops,
                           gpointer data);  /* may be NULL */
  gpointer      progress_data;
} CasCompileParams;

/* Checks, fuses, plans memory, uploads weights, records.
 * Errors: what sticks to the graph, CAS_ERROR_OUT_OF_DEVICE_MEMORY, the weights', the device's. */
gboolean      cas_graph_compile        (CasGraph               *g,
                                        const CasCompileParams *params,
                                        GError                **error);

/* data: the whole tensor, tightly packed. The name must be an input's. */
void          cas_graph_write          (CasGraph   *g,
                                        const char *name,
                                        const void *data);

/* Replays and waits; cancel is seen between submits. */
gboolean      cas_graph_run            (CasGraph      *g,
                                        GCancellable  *cancellable,
                                        GError       **error);

/* The whole tensor, tightly packed, into data. */
void          cas_graph_read           (CasGraph   *g,
                                        const char *name,
                                        void       *data);

CasShape      cas_graph_get_shape      (CasGraph   *g,
                                        const char *name);

/* Estimated seconds of a run: from the cost before the first, measured after. */
double        cas_graph_get_seconds    (CasGraph   *g);

/* What each kernel took in the last run (compiled with profile). */
typedef void (*CasProfileFunc) (const char *kernel,
                                const char *family,
                                const char *scope,
                                double      seconds,
                                guint64     flop,
                                guint64     bytes,
                                gpointer    data);
void          cas_graph_profile        (CasGraph       *g,
                                        CasProfileFunc  func,
                                        gpointer        data);

/* The kernels the compiled graph uses, each once. */
void          cas_graph_foreach_kernel (CasGraph   *g,
                                        void      (*func) (const char *kernel,
                                                           gpointer    data),
                                        gpointer    data);

G_END_DECLS
