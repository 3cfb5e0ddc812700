/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One device for all tests of a program, with the validation layer listening, and trials: a graph
 * of made-up inputs and weights, run in one kernel path and compared with a plain loop. */

#pragma once

#include "kernel/numbers.h"
#include "support/weights.h"

G_BEGIN_DECLS

typedef struct _Fixture Fixture;
typedef struct _Trial   Trial;

Fixture     *fixture_new        (void);
/* Runs the tests; the layer must have said nothing and no device memory be left. For main(). */
int          fixture_run        (Fixture    *f);
CasGpu      *fixture_get_gpu    (Fixture    *f);
/* What follows is compiled as if info were the device's; NULL: as for what it is. */
void         fixture_pretend    (Fixture          *f,
                                 const CasGpuInfo *info);

/* A test is a table and one loop: check (trial, row) for every row in both kernel paths. */
typedef void (*CheckFunc) (Trial         *t,
                           gconstpointer  row);

void         fixture_check_rows (Fixture       *f,
                                 gconstpointer  rows,
                                 gsize          row_size,
                                 guint          n_rows,
                                 CheckFunc      check);

#define CHECK_TABLE(fixture, table, check) \
  fixture_check_rows ((Fixture *) (fixture), (table), sizeof *(table), G_N_ELEMENTS (table), \
                      (check))

/* The same in the paths “matrix-f16” and “matrix-bf16” alone. */
void         fixture_check_matrix_rows (Fixture       *f,
                                        gconstpointer  rows,
                                        gsize          row_size,
                                        guint          n_rows,
                                        CheckFunc      check);

#define CHECK_MATRIX_TABLE(fixture, table, check) \
  fixture_check_matrix_rows ((Fixture *) (fixture), (table), sizeof *(table), \
                             G_N_ELEMENTS (table), (check))

/* Adds a test that is given the fixture. */
void         fixture_add        (Fixture       *f,
                                 const char    *path,
                                 void         (*test) (gconstpointer fixture));

/* --- one trial ------------------------------------------------------------------------------ */

Trial       *trial_new          (Fixture       *f,
                                 const char    *path);
/* Another in the same path. */
Trial       *trial_new_like     (Trial         *t);
void         trial_free         (Trial         *t);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Trial, trial_free)

CasGraph    *trial_graph        (Trial         *t);

/* What a failure calls this trial, besides its path. */
void         trial_name         (Trial         *t,
                                 const char    *format,
                                 ...) G_GNUC_PRINTF (2, 3);

/* An input of made-up numbers in −1 … 1. */
CasTensor    trial_input        (Trial         *t,
                                 const char    *name,
                                 CasShape       shape);
CasTensor    trial_input_values (Trial         *t,
                                 const char    *name,
                                 CasDtype       dtype,
                                 CasShape       shape,
                                 const void    *values);
/* What an input of floats holds. */
const Numbers *trial_numbers    (Trial         *t,
                                 CasTensor      input);

/* A weight of made-up numbers in −scale … scale, as wide as n_dims dimensions say. */
const CasWeight *trial_weight   (Trial         *t,
                                 const char    *name,
                                 CasDtype       dtype,
                                 float          scale,
                                 guint          n_dims,
                                 const guint64 *dims);
const CasWeight *trial_vector   (Trial         *t,
                                 const char    *name,
                                 float          scale,
                                 guint32        n);

/* Compiles, writes the inputs, runs. FALSE, and the test has failed, if that did not work. */
gboolean     trial_run          (Trial         *t);
/* The same, for cas_graph_profile(). */
gboolean     trial_run_profiled (Trial         *t);

/* An output after trial_run(): floats of shape's number. */
float       *trial_read         (Trial         *t,
                                 const char    *name);
Numbers     *trial_read_numbers (Trial         *t,
                                 const char    *name);

/* Output name is wanted, to what float sums of n_products products can give: a relative error
 * (L2) of 2⁻²⁴ √n_products, at least 1e-6. Without products: the same bits. */
void         trial_compare      (Trial         *t,
                                 const char    *name,
                                 const Numbers *wanted,
                                 guint64        n_products);

/* All of the above for one output. */
void         trial_check        (Trial         *t,
                                 CasTensor      y,
                                 const Numbers *wanted,
                                 guint64        n_products);

/* The test has failed, and goes on. */
void         trial_fail         (Trial         *t,
                                 const char    *format,
                                 ...) G_GNUC_PRINTF (2, 3);

/* The compiled graph says this of itself ("+residual"): what should be fused is. */
void         trial_expect       (Trial         *t,
                                 const char    *words);

/* The compiled graph uses kernel_register or kernel_tile, as its path says; that for matrix units
 * has kernel_matrix, and kernel_tile for what those cannot do. */
void         trial_expect_kernel (Trial        *t,
                                  const char   *kernel);

G_END_DECLS
