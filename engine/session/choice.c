/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Trying kernel paths, and choosing one by what came out. */

#include "session/choice.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>

/* As a device should have them: what is fastest where it is right. */
static const CasPath card_order[] = {
  CAS_PATH_MATRIX2_BF16, CAS_PATH_MATRIX_BF16, CAS_PATH_MATRIX2_F16, CAS_PATH_MATRIX_F16,
  CAS_PATH_TILE,         CAS_PATH_REGISTER,
};
static const CasPath processor_order[] = {
  CAS_PATH_REGISTER,    CAS_PATH_TILE,        CAS_PATH_MATRIX_F16,
  CAS_PATH_MATRIX_BF16, CAS_PATH_MATRIX2_F16, CAS_PATH_MATRIX2_BF16,
};

G_STATIC_ASSERT (G_N_ELEMENTS (card_order) == CAS_N_PATHS);
G_STATIC_ASSERT (G_N_ELEMENTS (processor_order) == CAS_N_PATHS);

gboolean
cas_choice_read_without (CasPathSet *without,
                         GError    **error)
{
  const char *list = g_getenv ("CAS_WITHOUT_KERNELS");
  g_auto (GStrv) names = g_strsplit (list ? list : "", ",", -1);

  *without = 0;
  for (guint i = 0; names[i]; i++)
    {
      CasPath path;

      if (!*g_strstrip (names[i]))
        continue;
      if (!cas_path_parse (names[i], &path, error))
        return FALSE;
      *without |= 1u << path;
    }
  return TRUE;
}

/* --- trying -------------------------------------------------------------------------------- */

/* Held while paths are tried, so that who finds a trial unfinished knows that it crashed; −1 where
 * there is no such file to be had. The system lets go of it when a program ends. */
static int
lock (const char *folder)
{
  g_autofree char *path = folder ? g_build_filename (folder, "kernels.lock", NULL) : NULL;
  int fd = -1;

  if (path && g_mkdir_with_parents (folder, 0700) == 0)
    fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  while (fd >= 0 && flock (fd, LOCK_EX) != 0 && errno == EINTR)
    continue;
  return fd;
}

static void
unlock (int fd)
{
  if (fd >= 0)
    close (fd);
}

/* On a device that is opened for this alone: it may be lost. What goes wrong before the path has
 * its turn is no fault of the path, nor is want of memory, which others may hold. */
static CasVerdictKind
try_path (const CasGpuParams *params,
          CasPath             path,
          CasTrialResult     *result,
          GError            **error)
{
  g_autoptr (CasGpu) gpu = cas_gpu_new (params, error);
  g_autoptr (CasTrial) trial = gpu ? cas_trial_new (gpu, error) : NULL;

  if (!trial)
    return CAS_VERDICT_NONE;
  if (!cas_trial_run (trial, path, result, error))
    return g_error_matches (*error, CAS_ERROR, CAS_ERROR_OUT_OF_DEVICE_MEMORY)
                   || g_error_matches (*error, CAS_ERROR, CAS_ERROR_OUT_OF_HOST_MEMORY)
               ? CAS_VERDICT_NONE : CAS_VERDICT_FAILED;
  cas_gpu_save_cache (gpu);
  return CAS_VERDICT_TRIED;
}

static void
check (const CasGpuParams *params,
       CasVerdicts        *verdicts,
       CasPath             path)
{
  g_autoptr (GError) error = NULL;
  CasVerdict verdict = { 0 };

  cas_verdicts_begin (verdicts, path);
  verdict.kind = try_path (params, path, &verdict.result, &error);
  if (verdict.kind == CAS_VERDICT_TRIED)
    g_info ("Kernels “%s”: relative error %.2g, %.4g GFLOP/s.", cas_path_get_name (path),
            verdict.result.error, verdict.result.speed / 1e9);
  else
    {
      verdict.message = error->message;
      g_info ("Kernels “%s” cannot be tried: %s", cas_path_get_name (path), error->message);
    }
  cas_verdicts_set (verdicts, path, &verdict);
}

gboolean
cas_choice_check_all (const CasGpuParams *params,
                      GError            **error)
{
  g_autoptr (CasGpu) gpu = cas_gpu_new (params, error);

  if (!gpu)
    return FALSE;

  const CasGpuInfo *info = cas_gpu_get_info (gpu);
  const int fd = lock (params->cache_folder);
  g_autoptr (CasVerdicts) verdicts = cas_verdicts_load (info, params->cache_folder);

  for (CasPath path = 0; path < CAS_N_PATHS; path++)
    if (cas_path_is_offered (path, info))
      check (params, verdicts, path);
  unlock (fd);
  return TRUE;
}

/* --- choosing ------------------------------------------------------------------------------ */

static gboolean
is_right (CasVerdicts *verdicts,
          CasPath      path)
{
  const CasVerdict *verdict = cas_verdicts_get (verdicts, path);

  return verdict->kind == CAS_VERDICT_TRIED && verdict->result.error <= cas_trial_get_bound (path);
}

/* Of the best kernels without matrix units. */
static double
get_scalar_speed (CasVerdicts *verdicts)
{
  double speed = cas_verdicts_get (verdicts, CAS_PATH_REGISTER)->result.speed;

  if (is_right (verdicts, CAS_PATH_TILE))
    speed = MAX (speed, cas_verdicts_get (verdicts, CAS_PATH_TILE)->result.speed);
  return speed;
}

CasKernelsState
cas_choice_get_state (CasVerdicts *verdicts,
                      CasPath      path)
{
  const CasVerdict *verdict = cas_verdicts_get (verdicts, path);

  switch (verdict->kind)
    {
    case CAS_VERDICT_NONE:
      return CAS_KERNELS_UNTRIED;
    case CAS_VERDICT_FAILED:
      return CAS_KERNELS_FAILED;
    case CAS_VERDICT_UNFINISHED: /* once may be a person who did not want to wait */
      return verdict->n_unfinished < 2 ? CAS_KERNELS_UNTRIED : CAS_KERNELS_CRASHED;
    case CAS_VERDICT_TRIED:
      break;
    }
  if (!is_right (verdicts, path))
    return CAS_KERNELS_WRONG;
  return verdict->result.speed < 0.5 * get_scalar_speed (verdicts) ? CAS_KERNELS_SLOW
                                                                   : CAS_KERNELS_RIGHT;
}

static gboolean
is_candidate (CasPath           path,
              const CasGpuInfo *info,
              CasPathSet        without)
{
  return cas_path_is_offered (path, info) && !(without >> path & 1);
}

/* What nothing could replace is taken as it is. */
static gboolean
wants_trial (CasPath           path,
             const CasGpuInfo *info)
{
  return info->kind != CAS_GPU_CPU && path != CAS_PATH_REGISTER;
}

/* The second generation of matrix units is no better for its name: the first may be faster. */
static gboolean
is_beaten (CasVerdicts *verdicts,
           CasPath      path,
           CasPathSet   without)
{
  CasMatrixType type;
  CasPath first;

  if (!cas_path_is_matrix2 (path))
    return FALSE;
  cas_path_get_matrix (path, &type);
  first = type == CAS_MATRIX_BF16 ? CAS_PATH_MATRIX_BF16 : CAS_PATH_MATRIX_F16;
  return !(without >> first & 1) && is_right (verdicts, first)
         && cas_verdicts_get (verdicts, first)->result.speed
              > cas_verdicts_get (verdicts, path)->result.speed;
}

static CasPath
choose (CasVerdicts      *verdicts,
        const CasGpuInfo *info,
        CasPathSet        without)
{
  const CasPath *order = info->kind == CAS_GPU_CPU ? processor_order : card_order;

  for (guint i = 0; i < CAS_N_PATHS; i++)
    if (is_candidate (order[i], info, without)
        && (!wants_trial (order[i], info)
            || (cas_choice_get_state (verdicts, order[i]) == CAS_KERNELS_RIGHT
                && !is_beaten (verdicts, order[i], without))))
      return order[i];
  return CAS_N_PATHS;
}

/* Paths whose verdict the choice hangs on: with register tiles, which the others are compared
 * with. */
static CasPathSet
find_compared (const CasGpuInfo *info,
               CasPathSet        without)
{
  CasPathSet compared = 0;

  for (CasPath path = 0; path < CAS_N_PATHS; path++)
    if (is_candidate (path, info, without) && wants_trial (path, info))
      compared |= 1u << path | 1u << CAS_PATH_REGISTER;
  return compared;
}

static CasPathSet
find_untried (CasVerdicts      *verdicts,
              const CasGpuInfo *info,
              CasPathSet        without)
{
  CasPathSet untried = find_compared (info, without);

  for (CasPath path = 0; path < CAS_N_PATHS; path++)
    if (cas_choice_get_state (verdicts, path) != CAS_KERNELS_UNTRIED)
      untried &= ~(1u << path);
  return untried;
}

/* Another program may be in the middle of a trial that the choice hangs on. */
static gboolean
is_unsettled (CasVerdicts      *verdicts,
              const CasGpuInfo *info,
              CasPathSet        without)
{
  const CasPathSet compared = find_compared (info, without);

  for (CasPath path = 0; path < CAS_N_PATHS; path++)
    if (compared >> path & 1 && cas_verdicts_get (verdicts, path)->kind == CAS_VERDICT_UNFINISHED)
      return TRUE;
  return find_untried (verdicts, info, without) != 0;
}

/* TRUE if there was any to try. */
static gboolean
try_untried (const CasGpuParams *params,
             CasVerdicts        *verdicts,
             CasPathSet          untried)
{
  for (CasPath path = 0; path < CAS_N_PATHS; path++)
    if (untried >> path & 1)
      check (params, verdicts, path);
  return untried != 0;
}

CasPath
cas_choice_foretell (CasVerdicts      *verdicts,
                     const CasGpuInfo *info,
                     CasPathSet        without)
{
  return find_untried (verdicts, info, without) ? CAS_N_PATHS : choose (verdicts, info, without);
}

gboolean
cas_choice_make (const CasGpuParams *params,
                 const CasGpuInfo   *info,
                 CasPathSet          without,
                 CasPath            *path,
                 gboolean           *has_tried,
                 GError            **error)
{
  g_autoptr (CasVerdicts) verdicts = cas_verdicts_load (info, params->cache_folder);

  *has_tried = FALSE;
  if (is_unsettled (verdicts, info, without))
    {
      const int fd = lock (params->cache_folder);

      g_clear_pointer (&verdicts, cas_verdicts_free); /* another program may have been quicker */
      verdicts = cas_verdicts_load (info, params->cache_folder);
      *has_tried = try_untried (params, verdicts, find_untried (verdicts, info, without));
      unlock (fd);
    }

  *path = choose (verdicts, info, without);
  if (*path < CAS_N_PATHS)
    return TRUE;

  g_set_error (error, CAS_ERROR, CAS_ERROR_UNSUPPORTED_DEVICE,
               _("All kernels of the device “%s” that could be used are turned off."), info->name);
  return FALSE;
}
