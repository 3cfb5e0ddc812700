/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The device that cases run on, and a run: one graph of one case, whose inputs and outputs are
 * tensors of the case. */

#pragma once

#include "golden/case.h"
#include "model/weights.h"
#include "pipeline/run.h"

/* kernels: NULL for the best of the device, else as in CasCompileParams. The device is opened
 * when a case first needs it. */
GoldenDevice *golden_device_new              (const char    *kernels);
void          golden_device_free             (GoldenDevice  *device);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GoldenDevice, golden_device_free)

/* Names of all kernels noted so far, sorted and separated by spaces; free with g_free. */
char         *golden_device_dup_kernel_names (GoldenDevice  *device);
guint         golden_device_get_n_validation_messages
                                             (GoldenDevice  *device);

/* How graphs of a case are compiled and run: their kernels are noted. compile->params is new; free
 * it after the graphs. */
gboolean      golden_device_prepare          (GoldenDevice     *device,
                                              CasCompileParams *compile,
                                              CasRun           *run,
                                              GError          **error);

/* How the dimensions of a case's tensor lie in a graph's [n, h, w, c]. */
typedef enum
{
  GOLDEN_NCHW,   /* [n, c, h, w]: transposed on the way */
  GOLDEN_NHWC,
  GOLDEN_TOKENS, /* [n, tokens, c] → [n, 1, tokens, c] */
  GOLDEN_ROWS,   /* [n, c] → [n, 1, 1, c] */
  GOLDEN_VECTOR, /* [c] → [1, 1, 1, c] */
} GoldenLayout;

typedef struct _GoldenRun GoldenRun;

/* role: of the model file whose tensors the graph uses, or NULL. */
GoldenRun    *golden_run_new                 (GoldenCase    *c,
                                              const char    *role,
                                              GError       **error);
void          golden_run_free                (GoldenRun     *run);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GoldenRun, golden_run_free)

CasGraph     *golden_run_get_graph           (GoldenRun     *run);
/* NULL if the run was made without. */
CasWeights   *golden_run_get_weights         (GoldenRun     *run);

/* An input of the case as an input of the graph. What is missing or of another shape sticks to the
 * graph, as errors of building do. */
CasTensor     golden_run_input               (GoldenRun     *run,
                                              const char    *name,
                                              GoldenLayout   layout);
/* Numbers that the operation made itself, in the graph's own order; copied. */
CasTensor     golden_run_values              (GoldenRun     *run,
                                              const char    *name,
                                              CasDtype       dtype,
                                              CasShape       shape,
                                              const void    *values);
/* x becomes an output of the case; whole numbers are not transposed. */
void          golden_run_output              (GoldenRun     *run,
                                              const char    *name,
                                              CasTensor      x,
                                              GoldenLayout   layout);

/* Compiles, runs once and reads the outputs into the case. */
gboolean      golden_run_finish              (GoldenRun     *run,
                                              GError       **error);
