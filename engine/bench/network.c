/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Measuring one network. */

#include "bench/network.h"

#include <time.h>

#include <glib/gi18n-lib.h>

#include "bench/samples.h"
#include "bench/subject.h"
#include "gpu/memory.h"

/* Steps that are measured: about so many seconds of them. */
#define WANTED_SECONDS 2.0
#define MIN_STEPS      2
#define MAX_STEPS      10

static const CasBenchNetwork networks[] = {
  { "stage-c-3.6b", "Stage C 3.6B", CAS_PUBLISHED_STAGE_C_3_6B },
  { "stage-c-1b", "Stage C 1B", CAS_PUBLISHED_STAGE_C_1B },
  { "stage-b-1.5b", "Stage B 1.5B", CAS_PUBLISHED_STAGE_B_1_5B },
  { "stage-b-700m", "Stage B 700M", CAS_PUBLISHED_STAGE_B_700M },
  { "stage-a", "Stage A", CAS_PUBLISHED_STAGE_A },
  { "text-encoder", "text encoder", CAS_PUBLISHED_CLIP_TEXT },
  { "previewer", "previewer", CAS_PUBLISHED_PREVIEWER },
};

G_STATIC_ASSERT (G_N_ELEMENTS (networks) == CAS_N_PUBLISHED);

guint
cas_bench_network_get_n (void)
{
  return G_N_ELEMENTS (networks);
}

const CasBenchNetwork *
cas_bench_network_get_nth (guint nth)
{
  g_return_val_if_fail (nth < G_N_ELEMENTS (networks), NULL);

  return &networks[nth];
}

void
cas_bench_network_result_clear (CasBenchNetworkResult *result)
{
  g_clear_pointer (&result->parts, g_array_unref);
}

/* --- watching steps --- */

typedef struct
{
  const double    *best;
  GArray          *parts;      /* CasBenchPart, over all steps but the first */
  CasBenchSamples  seconds, host, cpu;
  gint64           start_us;   /* of the step */
  double           start_cpu;
  double           device;     /* seconds of the step */
  guint            n_steps;    /* that were measured */
  gboolean         is_warm;    /* the first step is over */
} Watch;

static double
process_seconds (void)
{
  struct timespec now;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double) now.tv_sec + (double) now.tv_nsec * 1e-9;
}

static CasBenchPart *
find_part (GArray     *parts,
           const char *family)
{
  for (guint i = 0; i < parts->len; i++)
    if (g_str_equal (g_array_index (parts, CasBenchPart, i).family, family))
      return &g_array_index (parts, CasBenchPart, i);

  g_array_append_val (parts, ((CasBenchPart) { .family = family }));
  return &g_array_index (parts, CasBenchPart, parts->len - 1);
}

static void
add_dispatch (const char *kernel,
              const char *family,
              const char *scope,
              double      seconds,
              guint64     flop,
              guint64     bytes,
              gpointer    data)
{
  Watch *self = data;
  CasBenchPart *part = find_part (self->parts, family);

  part->seconds += seconds;
  part->ideal_seconds += MAX ((double) flop / self->best[CAS_BENCH_FLOP],
                              (double) bytes / self->best[CAS_BENCH_BYTES]);
  part->flop += flop;
  part->bytes += bytes;
  part->n_dispatches++;
  self->device += seconds;
}

static void
on_run (const char *name,
        CasGraph   *g,
        gpointer    data)
{
  Watch *self = data;

  if (self->is_warm)
    cas_graph_profile (g, add_dispatch, self);
}

static void
on_step (guint    n_done,
         gpointer data)
{
  Watch *self = data;
  const gint64 now_us = g_get_monotonic_time ();
  const double now_cpu = process_seconds ();
  const double seconds = (double) (now_us - self->start_us) / 1e6;

  if (self->is_warm)
    {
      cas_bench_samples_add (&self->seconds, seconds);
      cas_bench_samples_add (&self->host, MAX (seconds - self->device, 0));
      cas_bench_samples_add (&self->cpu, now_cpu - self->start_cpu);
      self->n_steps++;
    }
  self->is_warm = TRUE;
  self->device = 0;
  self->start_us = g_get_monotonic_time ();
  self->start_cpu = now_cpu;
}

static void
watch_clear (Watch *self)
{
  g_clear_pointer (&self->parts, g_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Watch, watch_clear)

static void
watch_init (Watch        *self,
            const double *best)
{
  watch_clear (self);
  *self = (Watch) {
    .best = best,
    .parts = g_array_new (FALSE, TRUE, sizeof (CasBenchPart)),
    .start_us = g_get_monotonic_time (),
  };
}

static gboolean
run (CasSubject   *subject,
     guint         n_steps,
     Watch        *watch,
     gboolean      has_profile,
     GCancellable *cancellable,
     GError      **error)
{
  const CasRun hooks = {
    .cancellable = cancellable,
    .on_run = has_profile ? on_run : NULL,
    .data = watch,
  };

  return cas_subject_run (subject, n_steps, &hooks, on_step, watch, error);
}

/* --- results --- */

static int
compare_parts (gconstpointer a,
               gconstpointer b)
{
  const CasBenchPart *x = a, *y = b;

  return (y->seconds > x->seconds) - (y->seconds < x->seconds);
}

static void
take_parts (CasBenchNetworkResult *result,
            Watch                 *watch)
{
  result->parts = g_steal_pointer (&watch->parts);
  g_array_sort (result->parts, compare_parts);

  for (guint i = 0; i < result->parts->len; i++)
    {
      CasBenchPart *part = &g_array_index (result->parts, CasBenchPart, i);

      part->seconds /= watch->n_steps;
      part->ideal_seconds /= watch->n_steps;
      part->flop /= watch->n_steps;
      part->bytes /= watch->n_steps;
      part->n_dispatches /= watch->n_steps;

      result->sum.seconds += part->seconds;
      result->sum.ideal_seconds += part->ideal_seconds;
      result->sum.flop += part->flop;
      result->sum.bytes += part->bytes;
      result->sum.n_dispatches += part->n_dispatches;
    }
}

static void
take_memory (CasBenchNetworkResult *result,
             CasGpu                *gpu)
{
  result->weight_bytes = cas_gpu_get_bytes_held (gpu, CAS_MEMORY_WEIGHTS);
  for (guint purpose = 0; purpose < CAS_N_MEMORY_PURPOSES; purpose++)
    result->memory_bytes += cas_gpu_get_bytes_held (gpu, purpose);
}

/* Before anything is allocated: some drivers would take the computer's own memory instead. */
static gboolean
check_room (CasSubject *subject,
            CasGpu     *gpu,
            GError    **error)
{
  const guint64 wanted = cas_subject_get_weight_bytes (subject);
  const guint64 available = cas_gpu_get_available_bytes (gpu);

  if (wanted <= available)
    return TRUE;

  g_set_error (error, CAS_ERROR, CAS_ERROR_OUT_OF_DEVICE_MEMORY,
               _("The weights alone take %.2f GiB, and the device has %.2f GiB left."),
               (double) wanted / 0x1p30, (double) available / 0x1p30);
  return FALSE;
}

/* On a card the time of a step is taken without timestamps between the dispatches; what each
 * kernel took, in a second go. A processor does not notice them, and has no time for two. */
static gboolean
measure_card (CasSubject       *subject,
              CasCompileParams *compile,
              Watch            *watch,
              GError          **error)
{
  const double *best = watch->best;
  double seconds;
  guint n_steps;

  if (!cas_subject_compile (subject, compile, error)
      || !run (subject, 2, watch, FALSE, compile->cancellable, error))
    return FALSE;
  seconds = cas_bench_samples_median (&watch->seconds);
  n_steps = 1 + (guint) CLAMP (WANTED_SECONDS / MAX (seconds, 1e-3), MIN_STEPS, MAX_STEPS);

  watch_init (watch, best);
  if (!run (subject, n_steps, watch, FALSE, compile->cancellable, error))
    return FALSE;

  const CasBenchSamples unprofiled = watch->seconds;

  compile->profile = TRUE;
  watch_init (watch, best);
  if (!cas_subject_compile (subject, compile, error)
      || !run (subject, n_steps, watch, TRUE, compile->cancellable, error))
    return FALSE;
  watch->seconds = unprofiled;
  return TRUE;
}

static gboolean
measure_processor (CasSubject       *subject,
                   CasCompileParams *compile,
                   Watch            *watch,
                   GError          **error)
{
  compile->profile = TRUE;
  return cas_subject_compile (subject, compile, error)
         && run (subject, 2, watch, TRUE, compile->cancellable, error);
}

gboolean
cas_bench_network_measure (const CasBenchNetwork *network,
                           CasGpu                *gpu,
                           const char            *kernels,
                           const double           best[CAS_N_BENCH_UNITS],
                           CasBenchNetworkResult *result,
                           GCancellable          *cancellable,
                           GError               **error)
{
  const gboolean is_processor = cas_gpu_get_info (gpu)->kind == CAS_GPU_CPU;
  g_autoptr (CasParams) params = cas_params_new_random (gpu);
  g_autoptr (CasSubject) subject = cas_subject_new (network->which, is_processor, error);
  g_auto (Watch) watch = { 0 };
  CasCompileParams compile = {
    .gpu = gpu,
    .params = params,
    .kernels = kernels,
    .cancellable = cancellable,
  };

  if (subject == NULL || !check_room (subject, gpu, error))
    return FALSE;

  watch_init (&watch, best);
  if (!(is_processor ? measure_processor : measure_card) (subject, &compile, &watch, error))
    return FALSE;

  *result = (CasBenchNetworkResult) {
    .network = network,
    .is_short = is_processor,
    .side = cas_subject_get_side (subject),
    .seconds = cas_bench_samples_median (&watch.seconds),
    .host_seconds = cas_bench_samples_median (&watch.host),
    .cpu_seconds = is_processor ? cas_bench_samples_median (&watch.cpu) : 0,
  };
  take_parts (result, &watch);
  take_memory (result, gpu);
  return TRUE;
}
