/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Measuring the device's ceilings: each is a kind of work that is recorded more and more often,
 * until it takes long enough to be timed. A new one is a function and a line in the table. */

#include "bench/ceiling.h"

#include <glib/gi18n-lib.h>

#include "bench/samples.h"
#include "gpu/commands.h"
#include "ops/path.h"
#include "shaders/bench_copy.h"
#include "shaders/bench_multiply_add.h"
#include "shaders/generated/bench_matrix.h"

#define MAX_GROUPS 65535
#define N_SAMPLES  5
#define MAX_REPEATS (1u << 20)

/* Much more than the caches hold. */
#define COPY_BYTES           (G_GUINT64_CONSTANT (256) << 20)
#define PROCESSOR_COPY_BYTES (G_GUINT64_CONSTANT (64) << 20)

typedef struct
{
  CasGpu    *gpu;
  gboolean   is_processor;
  guint32    lanes; /* of a workgroup */
  CasBuffer *a;
  CasBuffer *b;
} Bench;

/* Records the work n times; what that comes to, in the ceiling's unit. 0: failed. */
typedef double (*RecordFunc) (Bench       *bench,
                              CasCommands *commands,
                              guint        n,
                              GError     **error);

static CasPipeline *
get_pipeline (Bench           *bench,
              const CasShader *shader,
              guint32          spec,
              GError         **error)
{
  return cas_gpu_get_pipeline (bench->gpu, &(CasPipelineParams) {
      .shader = shader,
      .spec = { bench->lanes, spec },
      .n_spec = 2,
      .pin_subgroup = TRUE,
    }, error);
}

/* --- copies --- */

static double
record_driver_copy (Bench       *bench,
                    CasCommands *commands,
                    guint        n,
                    GError     **error)
{
  const guint64 size = cas_buffer_get_size (bench->a);

  for (guint i = 0; i < n; i++)
    {
      cas_commands_copy (commands, bench->a, 0, bench->b, 0, size);
      cas_commands_barrier (commands);
      cas_commands_copy (commands, bench->b, 0, bench->a, 0, size);
      cas_commands_barrier (commands);
    }

  return 4.0 * n * size;
}

static double
record_kernel_copy (Bench       *bench,
                    CasCommands *commands,
                    guint        n,
                    GError     **error)
{
  const guint32 vectors_per_lane = bench->is_processor ? 64 : 4;
  const guint64 size = cas_buffer_get_size (bench->a);
  const guint64 addresses[2] = { cas_buffer_get_address (bench->a),
                                 cas_buffer_get_address (bench->b) };
  const guint32 group_vectors = bench->lanes * vectors_per_lane;
  CasBenchCopyParams push = { .n_vectors = (guint32) (size / 16) };
  const guint32 n_groups = (push.n_vectors + group_vectors - 1) / group_vectors;
  const guint32 n_rows = (n_groups + MAX_GROUPS - 1) / MAX_GROUPS;
  CasPipeline *pipeline = get_pipeline (bench, &cas_shader_bench_copy, vectors_per_lane, error);

  if (pipeline == NULL)
    return 0;

  for (guint i = 0; i < 2 * n; i++)
    {
      push.x = addresses[i % 2];
      push.y = addresses[(i + 1) % 2];
      cas_commands_dispatch (commands, pipeline, &push, (n_groups + n_rows - 1) / n_rows, n_rows,
                             1);
      cas_commands_barrier (commands);
    }

  return 4.0 * n * size;
}

/* --- arithmetic --- */

/* as in the kernel */
#define MULTIPLY_ADDS_PER_LOOP (8 * 32)

static double
record_multiply_add (Bench       *bench,
                     CasCommands *commands,
                     guint        n,
                     GError     **error)
{
  const guint32 n_groups = bench->is_processor ? 64 : 8192;
  const CasBenchMultiplyAddParams push = {
    .y = cas_buffer_get_address (bench->a),
    .n_loops = n,
    .a = 0.75f,
    .b = 0.25f,
  };
  CasPipeline *pipeline = get_pipeline (bench, &cas_shader_bench_multiply_add, 0, error);

  if (pipeline == NULL)
    return 0;

  cas_commands_dispatch (commands, pipeline, &push, n_groups, 1, 1);
  return 2.0 * MULTIPLY_ADDS_PER_LOOP * n * n_groups * bench->lanes;
}

/* as in the kernel */
#define MATRIX_MULTIPLY_ADDS_PER_LOOP (8 * 4)

static double
record_matrix (Bench         *bench,
               CasCommands   *commands,
               guint          n,
               CasMatrixType  type,
               GError       **error)
{
  const CasGpuInfo *info = cas_gpu_get_info (bench->gpu);
  const CasMatrixShape shape = info->matrix[type];
  const guint32 lanes = info->subgroup_size * MIN (info->max_workgroup_subgroups, 4);
  const guint32 n_subgroups = lanes / info->subgroup_size;
  const guint32 n_groups = bench->is_processor ? 64 : 4096;
  const CasBenchMatrixParams push = {
    .y = cas_buffer_get_address (bench->a),
    .n_loops = n,
    .a = 0.75f,
    .b = 0.25f,
  };
  CasPipeline *pipeline = cas_gpu_get_pipeline (bench->gpu, &(CasPipelineParams) {
      .shader = type == CAS_MATRIX_BF16 ? &cas_shader_bench_matrix_bf16 : &cas_shader_bench_matrix,
      .spec = { lanes, shape.m, shape.n, shape.k },
      .n_spec = 4,
      .pin_subgroup = TRUE,
    }, error);

  if (pipeline == NULL)
    return 0;

  cas_commands_dispatch (commands, pipeline, &push, n_groups, 1, 1);
  return 2.0 * MATRIX_MULTIPLY_ADDS_PER_LOOP * shape.m * shape.n * shape.k * n * n_groups
         * n_subgroups;
}

static double
record_matrix_f16 (Bench       *bench,
                   CasCommands *commands,
                   guint        n,
                   GError     **error)
{
  return record_matrix (bench, commands, n, CAS_MATRIX_F16, error);
}

static double
record_matrix_bf16 (Bench       *bench,
                    CasCommands *commands,
                    guint        n,
                    GError     **error)
{
  return record_matrix (bench, commands, n, CAS_MATRIX_BF16, error);
}

static const struct
{
  const char  *name;
  const char  *title;
  CasBenchUnit unit;
  RecordFunc   record;
  CasPath      path; /* measured where the device offers it */
} ceilings[] = {
  { "driver-copy", N_("copy by the driver"), CAS_BENCH_BYTES, record_driver_copy },
  { "kernel-copy", N_("copy by a kernel"), CAS_BENCH_BYTES, record_kernel_copy },
  { "multiply-add-f32", N_("multiply-add, f32"), CAS_BENCH_FLOP, record_multiply_add },
  { "matrix-f16", N_("matrix units, f16"), CAS_BENCH_FLOP, record_matrix_f16,
    CAS_PATH_MATRIX_F16 },
  { "matrix-bf16", N_("matrix units, bf16"), CAS_BENCH_FLOP, record_matrix_bf16,
    CAS_PATH_MATRIX_BF16 },
};

/* --- timing --- */

/* Seconds of one run, by the device's clock where it has one. */
static gboolean
run (CasCommands *commands,
     double      *seconds,
     GError     **error)
{
  const gint64 start = g_get_monotonic_time ();

  if (!cas_commands_run (commands, error))
    return FALSE;

  *seconds = cas_commands_get_time (commands, 1);
  if (*seconds <= 0)
    *seconds = (g_get_monotonic_time () - start) / 1e6;
  return TRUE;
}

static CasCommands *
record (Bench     *bench,
        RecordFunc func,
        guint      n,
        double    *work,
        GError   **error)
{
  g_autoptr (CasCommands) commands = cas_commands_new (bench->gpu, 2, "ceiling", error);

  if (commands == NULL)
    return NULL;

  cas_commands_timestamp (commands, 0);
  *work = func (bench, commands, n, error);
  if (*work <= 0)
    return NULL;
  cas_commands_timestamp (commands, 1);
  return cas_commands_end (commands, error) ? g_steal_pointer (&commands) : NULL;
}

/* The work a second, with enough of it in one run. */
static double
measure (Bench        *bench,
         RecordFunc    func,
         GCancellable *cancellable,
         GError      **error)
{
  const double enough = bench->is_processor ? 0.05 : 0.01;
  CasBenchSamples samples = { 0 };
  double work = 0, seconds = 0;

  for (guint n = 1; samples.n == 0 && n < MAX_REPEATS; n *= 2)
    {
      g_autoptr (CasCommands) commands = record (bench, func, n, &work, error);

      if (commands == NULL || !run (commands, &seconds, error) || !run (commands, &seconds, error))
        return 0;
      if (seconds < enough)
        continue;
      for (guint i = 0; i < N_SAMPLES; i++)
        {
          if (g_cancellable_set_error_if_cancelled (cancellable, error)
              || !run (commands, &seconds, error))
            return 0;
          cas_bench_samples_add (&samples, seconds);
        }
    }

  return work / (samples.n > 0 ? cas_bench_samples_median (&samples) : seconds);
}

static CasBuffer *
make_buffer (CasGpu  *gpu,
             GError **error)
{
  const CasGpuInfo *info = cas_gpu_get_info (gpu);
  const guint64 wanted = info->kind == CAS_GPU_CPU ? PROCESSOR_COPY_BYTES : COPY_BYTES;
  const guint64 available = MIN (cas_gpu_get_available_bytes (gpu), info->max_allocation_bytes);

  return cas_buffer_new (gpu, MIN (wanted, available / 4 / 256 * 256), CAS_MEMORY_ACTIVATIONS,
                         CAS_MEMORY_DEVICE, "ceiling", error);
}

gboolean
cas_bench_measure_ceilings (CasGpu        *gpu,
                            double         best[CAS_N_BENCH_UNITS],
                            void         (*tell) (const CasBenchCeiling *ceiling,
                                                  gpointer               data),
                            gpointer       data,
                            GCancellable  *cancellable,
                            GError       **error)
{
  const CasGpuInfo *info = cas_gpu_get_info (gpu);
  g_autoptr (CasBuffer) a = make_buffer (gpu, error);
  g_autoptr (CasBuffer) b = a != NULL ? make_buffer (gpu, error) : NULL;
  const gboolean is_processor = info->kind == CAS_GPU_CPU;
  Bench bench = {
    .gpu = gpu,
    .is_processor = is_processor,
    .lanes = is_processor ? info->subgroup_size : MIN (info->max_workgroup_invocations, 256),
    .a = a,
    .b = b,
  };

  if (b == NULL)
    return FALSE;

  for (guint unit = 0; unit < CAS_N_BENCH_UNITS; unit++)
    best[unit] = 0;
  for (guint i = 0; i < G_N_ELEMENTS (ceilings); i++)
    {
      if (!cas_path_is_offered (ceilings[i].path, info))
        continue;

      CasBenchCeiling ceiling = {
        .name = ceilings[i].name,
        .title = _(ceilings[i].title),
        .unit = ceilings[i].unit,
        .per_second = measure (&bench, ceilings[i].record, cancellable, error),
      };

      if (ceiling.per_second <= 0)
        return FALSE;
      best[ceiling.unit] = MAX (best[ceiling.unit], ceiling.per_second);
      tell (&ceiling, data);
    }
  return TRUE;
}
