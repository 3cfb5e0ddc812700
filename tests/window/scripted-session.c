/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The worker with jobs that do what words of their prompts say, at once and always alike, in place of
 * making pictures. It is linked with --wrap.
 *
 *   waits      stops after two steps until it is cancelled
 *   lingers    does so in its second picture
 *   dies       ends the process after two steps, every time
 *   dies-once  the same, the first time
 *   no-memory  fails for want of device memory, every time
 *   no-memory-once  the same, the first time
 *   no-part    fails for want of a part of the model
 *   notices    says something first
 *
 * Any other job takes five steps with a preview each, and its pictures are grey, lighter by number.
 * Of sizes with more than 2048 × 2048 pixels it says that memory is short.
 *
 * The subject of a picture is its middle, a quarter of it; of one that is 300 pixels wide it is looked
 * for until that is cancelled, and at one that is 301 the process dies. */

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "cascade/checkpoint.h"
#include "cascade/error.h"
#include "cascade/session.h"

#define N_STEPS 5

gboolean __wrap_cas_session_run      (CasSession            *session,
                                      CasJob                *job,
                                      const CasJobCallbacks *callbacks,
                                      gpointer               user_data,
                                      GCancellable          *cancellable,
                                      GError               **error);
gboolean __wrap_cas_session_run_from (CasSession            *session,
                                      CasJob                *job,
                                      CasCheckpoint         *from,
                                      const CasJobCallbacks *callbacks,
                                      gpointer               user_data,
                                      GCancellable          *cancellable,
                                      GError               **error);

gboolean __real_cas_session_advise   (CasSession            *session,
                                      CasJob                *job,
                                      CasJobParams          *params,
                                      CasSizeAdvice         *advice,
                                      GError               **error);
gboolean __wrap_cas_session_advise   (CasSession            *session,
                                      CasJob                *job,
                                      CasJobParams          *params,
                                      CasSizeAdvice         *advice,
                                      GError               **error);

GBytes  *__wrap_cas_session_find_subject (CasSession   *session,
                                          CasImage     *image,
                                          double        threshold,
                                          GCancellable *cancellable,
                                          GError      **error);

static CasImage *
make_image (const CasJobParams *params,
            guint8              shade)
{
  const guint *out = params->outpaint;
  const gboolean has_size = params->width > 0;
  const guint width = has_size ? params->width
                               : out[0] + cas_image_get_width (params->init) + out[2];
  const guint height = has_size ? params->height
                                : out[1] + cas_image_get_height (params->init) + out[3];
  CasImage *image = cas_image_new (width, height, NULL);

  memset (cas_image_get_pixels (image), shade, cas_image_get_stride (image) * height);
  return image;
}

/* Whether nobody asked before: a file says so to the next, which removes it. */
static gboolean
is_first (void)
{
  g_autofree char *path = g_build_filename (g_get_user_cache_dir (), "failed-once", NULL);

  if (unlink (path) == 0)
    return FALSE;
  g_mkdir_with_parents (g_get_user_cache_dir (), 0700);
  g_file_set_contents (path, "", 0, NULL);
  return TRUE;
}

static void
do_at_second_step (const char   *prompt,
                   guint         picture,
                   GCancellable *cancellable)
{
  const gboolean waits = strstr (prompt, "waits") || (strstr (prompt, "lingers") && picture == 1);

  if (strstr (prompt, "dies-once") ? is_first () : strstr (prompt, "dies") != NULL)
    raise (SIGKILL);
  while (waits && !g_cancellable_is_cancelled (cancellable))
    g_usleep (1000);
}

static void
make_step (const CasJobParams    *params,
           guint                  picture,
           guint                  step,
           const CasJobCallbacks *callbacks,
           gpointer               user_data)
{
  g_autoptr (CasImage) image = make_image (params, (guint8) (40 * step));
  const CasPicture preview = {
    .image = image, .index = picture, .phase = CAS_PHASE_COMPOSING, .step = step,
  };

  callbacks->progress (&(CasProgress) {
    .phase = CAS_PHASE_COMPOSING,
    .step = step,
    .n_steps = N_STEPS,
    .picture = picture + 1,
    .n_pictures = params->n_images,
    .fraction = (picture + (double) step / N_STEPS) / params->n_images,
    .seconds_left = 60 - step,
  }, user_data);
  if (params->previews != CAS_PREVIEW_NONE)
    callbacks->preview (&preview, user_data);
}

static gboolean
make_picture (const CasJobParams    *params,
              guint                  index,
              const CasJobCallbacks *callbacks,
              gpointer               user_data,
              GError               **error)
{
  g_autoptr (CasImage) image = make_image (params, (guint8) (100 + 30 * index));
  CasMetadata metadata = {
    .prompt = (char *) params->prompt,
    .negative_prompt = (char *) params->negative,
    .width = cas_image_get_width (image),
    .height = cas_image_get_height (image),
    .seed = params->seed + index,
    .sampler = (char *) "ddpm",
    .steps = params->steps,
    .cfg = params->cfg,
    .shift = 1,
    .decoder_steps = params->decoder_steps,
    .decoder_cfg = params->decoder_cfg,
    .model = (char *) "scripted",
  };

  return callbacks->picture (&(CasPicture) {
    .image = image,
    .index = index,
    .seed = metadata.seed,
    .metadata = &metadata,
    .seconds = 1,
  }, user_data, error);
}

gboolean
__wrap_cas_session_run (CasSession            *session,
                        CasJob                *job,
                        const CasJobCallbacks *callbacks,
                        gpointer               user_data,
                        GCancellable          *cancellable,
                        GError               **error)
{
  const CasJobParams *params = cas_job_get_params (job);

  if (strstr (params->prompt, "notices"))
    callbacks->notice ("The prompt says that there is something to notice.", user_data);
  if (strstr (params->prompt, "no-memory-once") ? is_first ()
                                                : strstr (params->prompt, "no-memory") != NULL)
    {
      g_set_error_literal (error, CAS_ERROR, CAS_ERROR_OUT_OF_DEVICE_MEMORY,
                           "The device has no memory left for Stage C.");
      return FALSE;
    }
  if (strstr (params->prompt, "no-part"))
    {
      g_set_error_literal (error, CAS_ERROR, CAS_ERROR_MISSING_MODEL,
                           "The model has no part that sees images.");
      return FALSE;
    }
  for (guint i = 0; i < params->n_images; i++)
    {
      for (guint step = 1; step <= N_STEPS; step++)
        {
          if (g_cancellable_set_error_if_cancelled (cancellable, error))
            return FALSE;
          make_step (params, i, step, callbacks, user_data);
          if (step == 2)
            do_at_second_step (params->prompt, i, cancellable);
        }
      if (!make_picture (params, i, callbacks, user_data, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
__wrap_cas_session_run_from (CasSession            *session,
                             CasJob                *job,
                             CasCheckpoint         *from,
                             const CasJobCallbacks *callbacks,
                             gpointer               user_data,
                             GCancellable          *cancellable,
                             GError               **error)
{
  return __wrap_cas_session_run (session, job, callbacks, user_data, cancellable, error);
}

gboolean
__wrap_cas_session_advise (CasSession     *session,
                           CasJob         *job,
                           CasJobParams   *params,
                           CasSizeAdvice  *advice,
                           GError        **error)
{
  const CasJobParams *asked = cas_job_get_params (job);

  if ((guint64) asked->width * asked->height <= 2048 * 2048)
    return __real_cas_session_advise (session, job, params, advice, error);
  *params = *asked;
  if (asked->width == 2560) /* nearly so */
    *advice = (CasSizeAdvice) { .n_sizes = 2, .sizes = { { 2552, 2552 }, { 2544, 2544 } } };
  else if (asked->width == 3072)
    *advice = (CasSizeAdvice) { 0 };
  else
    *advice = (CasSizeAdvice) {
      .needed_bytes = G_GUINT64_CONSTANT (9100000000),
      .available_bytes = G_GUINT64_CONSTANT (7400000000),
      .n_sizes = 2,
      .sizes = { { 1024, 512 }, { 512, 512 } },
    };
  g_set_error_literal (error, CAS_ERROR, CAS_ERROR_OUT_OF_DEVICE_MEMORY, "It does not fit.");
  return FALSE;
}

GBytes *
__wrap_cas_session_find_subject (CasSession   *session,
                                 CasImage     *image,
                                 double        threshold,
                                 GCancellable *cancellable,
                                 GError      **error)
{
  const guint width = cas_image_get_width (image), height = cas_image_get_height (image);
  guint8 *mask = g_malloc0 ((gsize) width * height);

  if (width == 301)
    raise (SIGKILL);
  while (width == 300 && !g_cancellable_is_cancelled (cancellable))
    g_usleep (1000);
  for (guint y = height / 4; y < height / 4 + height / 2; y++)
    memset (mask + (gsize) y * width + width / 4, 255, width / 2);
  return g_bytes_new_take (mask, (gsize) width * height);
}
