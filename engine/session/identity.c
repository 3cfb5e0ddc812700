/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What has to be the same for a job to go on. Texts go into a hash with their NUL and lists with
 * their length, so that no two jobs run into one. */

#include "session/identity.h"

#include <string.h>

#include <glib/gstdio.h>

#include "ops/trial.h"
#include "session/recipe.h"

static void
put (GChecksum  *hash,
     const void *data,
     gsize       size)
{
  g_checksum_update (hash, data, (gssize) size);
}

static void
put_text (GChecksum  *hash,
          const char *text)
{
  put (hash, text ? text : "", text ? strlen (text) + 1 : 1);
}

static void
put_number (GChecksum *hash,
            guint64    number)
{
  put (hash, &number, sizeof number);
}

static void
put_real (GChecksum *hash,
          double     number)
{
  put (hash, &number, sizeof number);
}

static void
put_image (GChecksum *hash,
           CasImage  *image)
{
  g_autofree char *sha256 = image ? cas_image_dup_hash (image) : NULL;

  put_text (hash, sha256);
}

/* A file that is not there is the user's to learn of elsewhere. */
static void
put_file (GChecksum  *hash,
          const char *path)
{
  GStatBuf status = { 0 };

  if (path && g_stat (path, &status) != 0)
    memset (&status, 0, sizeof status);
  put_number (hash, status.st_ino);
  put_number (hash, (guint64) status.st_size);
  put_number (hash, (guint64) status.st_mtim.tv_sec);
  put_number (hash, (guint64) status.st_mtim.tv_nsec);
}

static void
finish (GChecksum *hash,
        guint8     digest[CAS_IDENTITY_HASH_BYTES])
{
  gsize size = CAS_IDENTITY_HASH_BYTES;

  g_checksum_get_digest (hash, digest, &size);
  g_checksum_free (hash);
}

/* --- the job ------------------------------------------------------------------------------- */

static void
put_numbers (GChecksum          *hash,
             const CasJobParams *job)
{
  put_text (hash, job->prompt);
  put_text (hash, job->negative);
  put_number (hash, job->restores_mean != FALSE);
  put_number (hash, job->width);
  put_number (hash, job->height);
  put_number (hash, job->is_doubled != FALSE);
  put_number (hash, job->n_images);
  put_number (hash, job->steps);
  put_real (hash, job->cfg);
  put_real (hash, job->shift);
  put_number (hash, job->decoder_steps);
  put_real (hash, job->decoder_cfg);
  put_number (hash, job->sampler);
  put_number (hash, job->seed);
}

static void
put_pictures (GChecksum          *hash,
              const CasJobParams *job)
{
  put_number (hash, job->n_image_prompts);
  for (guint i = 0; i < job->n_image_prompts; i++)
    {
      put_image (hash, job->image_prompts[i].image);
      put_real (hash, job->image_prompts[i].weight);
    }

  put_number (hash, job->n_controls);
  for (guint i = 0; i < job->n_controls; i++)
    {
      const CasJobControl *control = &job->controls[i];

      put_number (hash, control->kind);
      put_image (hash, control->image);
      put_real (hash, control->strength);
      put_real (hash, control->start);
      put_real (hash, control->end);
      put_number (hash, control->canny_low);
      put_number (hash, control->canny_high);
      put_number (hash, control->is_small != FALSE);
    }
  put_file (hash, job->face_detector);
  put_file (hash, job->face_recogniser);

  put_image (hash, job->init);
  put_image (hash, job->mask);
  put_number (hash, job->mask_is_automatic != FALSE);
  put_real (hash, job->mask_threshold);
  put_real (hash, job->strength);
  for (guint i = 0; i < G_N_ELEMENTS (job->outpaint); i++)
    put_number (hash, job->outpaint[i]);
}

/* By what is in their files, wherever those are. */
static void
put_loras (GChecksum *hash,
           CasLoras  *loras)
{
  g_auto (CasMetadata) m = { 0 };

  cas_loras_describe (loras, &m);
  put_number (hash, m.n_loras);
  for (guint i = 0; i < m.n_loras; i++)
    {
      put_text (hash, m.loras[i].sha256);
      put_real (hash, m.loras[i].weight);
    }
  for (guint i = 0; m.lora_tokens && m.lora_tokens[i]; i++)
    put_text (hash, m.lora_tokens[i]);
}

/* --- what it runs on ----------------------------------------------------------------------- */

static void
put_network (const char *role,
             CasWeights *ws,
             gpointer    data)
{
  put_text (data, role);
  cas_weights_identify (ws, data);
}

static void
put_model (GChecksum          *hash,
           const CasJobParams *job,
           CasLoadedNetworks  *networks)
{
  static const char *const files[][2] = {
    { "tokenizer", "vocab.json" }, { "tokenizer", "merges.txt" }, { "text_encoder", "config.json" },
    { "image_encoder", "config.json" },
  };

  cas_recipe_foreach (networks, job, put_network, hash);
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path
        = cas_folder_dup_file (networks->folder, files[i][0], files[i][1], NULL);

      put_file (hash, path);
    }
}

static void
put_device (GChecksum        *hash,
            const CasGpuInfo *device,
            CasPath           path)
{
  g_autofree char *kernels = cas_trial_dup_version ();

  put_text (hash, device->name);
  put_text (hash, device->driver);
  put_text (hash, device->driver_info);
  put_number (hash, device->driver_version);
  put_number (hash, device->subgroup_size);
  put_text (hash, cas_path_get_name (path));
  put_text (hash, kernels); /* and of what version of the program they are */
}

void
cas_identity_init (CasIdentity        *self,
                   const CasJobParams *job,
                   CasLoadedNetworks  *networks,
                   CasLoras           *loras,
                   const CasGpuInfo   *device,
                   CasPath             path)
{
  GChecksum *hash = g_checksum_new (G_CHECKSUM_SHA256);

  put_numbers (hash, job);
  put_pictures (hash, job);
  put_loras (hash, loras);
  finish (hash, self->job);

  hash = g_checksum_new (G_CHECKSUM_SHA256);
  put_model (hash, job, networks);
  finish (hash, self->model);

  hash = g_checksum_new (G_CHECKSUM_SHA256);
  put_device (hash, device, path);
  finish (hash, self->device);
}
