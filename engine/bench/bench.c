/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Everything, one after another. */

#include "bench/bench.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "session/opening.h"

typedef struct
{
  const CasBenchParams    *params;
  const CasBenchCallbacks *callbacks;
  gpointer                 data;
  GCancellable            *cancellable;
  CasGpu                  *gpu;
  const char              *kernels; /* of this path */
  double                   best[CAS_N_BENCH_UNITS];
  CasBenchStep             steps[CAS_N_PUBLISHED];
  CasBenchShape            other; /* one that the table does not have */
  gboolean                 has_other;
} Bench;

gboolean
cas_bench_matches (const char *pattern,
                   const char *name)
{
  if (pattern == NULL)
    return TRUE;
  if (strpbrk (pattern, "*?") != NULL)
    return g_pattern_match_simple (pattern, name);
  return strstr (name, pattern) != NULL;
}

/* Before the device is opened: a misspelt name costs nobody a minute. */
static gboolean
check_only (Bench   *self,
            GError **error)
{
  const char *only = self->params->only;
  gboolean found = FALSE;

  for (guint i = 0; !found && i < cas_bench_shape_get_n (); i++)
    {
      g_autofree char *name = cas_bench_shape_dup_name (cas_bench_shape_get_nth (i));

      found = cas_bench_matches (only, name);
    }
  for (guint i = 0; !found && i < cas_bench_network_get_n (); i++)
    found = cas_bench_matches (only, cas_bench_network_get_nth (i)->name);
  for (guint i = 0; !found && i < cas_bench_picture_get_n (); i++)
    found = cas_bench_matches (only, cas_bench_picture_get_nth (i)->name);

  if (!found)
    found = self->has_other = cas_bench_shape_parse (only, &self->other);
  if (!found)
    g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_PARAMETER,
                 _("There is nothing called “%s” to measure. Names are such as %s, attention* or "
                   "linear-576x2048x8192-bf16."), only, cas_bench_network_get_nth (0)->name);
  return found;
}

/* TRUE if the error is only that it does not fit, which is told. */
static gboolean
skip (Bench      *self,
      const char *name,
      GError     *trouble,
      GError    **error)
{
  g_autoptr (GError) cause = trouble;

  if (!g_error_matches (cause, CAS_ERROR, CAS_ERROR_OUT_OF_DEVICE_MEMORY))
    {
      g_propagate_error (error, g_steal_pointer (&cause));
      return FALSE;
    }

  self->callbacks->skipped (name, cause->message, self->data);
  return TRUE;
}

static gboolean
measure_shape (Bench               *self,
               const CasBenchShape *shape,
               GError             **error)
{
  g_autofree char *name = cas_bench_shape_dup_name (shape);
  GError *trouble = NULL;
  CasBenchShapeResult result;

  if (shape != &self->other && !cas_bench_matches (self->params->only, name))
    return TRUE;
  if (!cas_bench_shape_measure (shape, self->gpu, self->kernels, &result, self->cancellable,
                          &trouble))
    return skip (self, name, trouble, error);

  self->callbacks->shape (&result, name, result.per_second / self->best[result.unit], self->data);
  return TRUE;
}

/* A picture wants its networks. */
static gboolean
is_network_wanted (Bench                 *self,
                   const CasBenchNetwork *network)
{
  const char *only = self->params->only;

  for (guint i = 0; i < cas_bench_picture_get_n (); i++)
    if (cas_bench_matches (only, cas_bench_picture_get_nth (i)->name)
        && cas_bench_picture_has_network (cas_bench_picture_get_nth (i), network->which))
      return TRUE;
  return cas_bench_matches (only, network->name);
}

static gboolean
measure_network (Bench                 *self,
                 const CasBenchNetwork *network,
                 GError               **error)
{
  g_auto (CasBenchNetworkResult) result = { 0 };
  GError *trouble = NULL;

  if (!is_network_wanted (self, network))
    return TRUE;
  if (!cas_bench_network_measure (network, self->gpu, self->kernels, self->best, &result,
                            self->cancellable, &trouble))
    return skip (self, network->name, trouble, error);

  self->callbacks->network (&result, self->data);
  if (!result.is_short)
    self->steps[network->which] = (CasBenchStep) { result.seconds, result.sum.ideal_seconds };
  return TRUE;
}

static void
add_up_pictures (Bench *self)
{
  for (guint i = 0; i < cas_bench_picture_get_n (); i++)
    {
      const CasBenchPicture *picture = cas_bench_picture_get_nth (i);
      CasBenchStep sum;

      if (cas_bench_matches (self->params->only, picture->name)
          && cas_bench_picture_add_up (picture, self->steps, &sum))
        self->callbacks->picture (picture, &sum, self->data);
    }
}

gboolean
cas_bench_run (const CasBenchParams    *params,
               const CasBenchCallbacks *callbacks,
               gpointer                 data,
               GCancellable            *cancellable,
               GError                 **error)
{
  const CasOpeningParams opening = {
    .device = params->device,
    .kernels = params->kernels,
  };
  g_autoptr (CasGpu) gpu = NULL;
  Bench self = { params, callbacks, data, cancellable };
  CasPath path;
  gboolean ok = TRUE;

  if (!check_only (&self, error) || !cas_opening_check (&opening, error))
    return FALSE;
  gpu = self.gpu = cas_opening_open (&opening, &path, error);
  if (gpu == NULL)
    return FALSE;

  self.kernels = cas_path_get_name (path);
  callbacks->device (cas_gpu_get_info (gpu), data);
  if (!cas_bench_measure_ceilings (gpu, self.best, callbacks->ceiling, data, cancellable, error))
    return FALSE;
  if (self.has_other)
    ok = measure_shape (&self, &self.other, error);
  for (guint i = 0; ok && i < cas_bench_shape_get_n (); i++)
    ok = measure_shape (&self, cas_bench_shape_get_nth (i), error);
  for (guint i = 0; ok && i < cas_bench_network_get_n (); i++)
    ok = measure_network (&self, cas_bench_network_get_nth (i), error);
  if (ok)
    add_up_pictures (&self);

  cas_gpu_save_cache (gpu);
  return ok;
}
