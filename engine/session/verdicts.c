/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A key file with a group a path. */

#include "session/verdicts.h"

#include <string.h>

#include "base/file.h"

#define MAX_FILE_BYTES 65536
#define HEAD           "device"

struct _CasVerdicts
{
  char      *path; /* of the file; NULL: none */
  char      *name;
  guint32    driver_version;
  CasVerdict verdicts[CAS_N_PATHS];
};

static const char *const kinds[] = {
  [CAS_VERDICT_NONE] = "none",
  [CAS_VERDICT_TRIED] = "tried",
  [CAS_VERDICT_FAILED] = "failed",
  [CAS_VERDICT_UNFINISHED] = "unfinished",
};

static GKeyFile *
read_file (CasVerdicts *self)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *kernels = cas_trial_dup_version ();
  gsize size;
  g_autofree char *text = cas_file_read (self->path, MAX_FILE_BYTES, &size, NULL);

  if (!text || !g_key_file_load_from_data (file, text, size, G_KEY_FILE_NONE, NULL))
    return NULL;

  g_autofree char *found = g_key_file_get_string (file, HEAD, "kernels", NULL);

  if (g_strcmp0 (found, kernels) != 0
      || g_key_file_get_uint64 (file, HEAD, "driver-version", NULL) != self->driver_version)
    return NULL;
  return g_steal_pointer (&file);
}

static void
read_verdict (CasVerdict *verdict,
              GKeyFile   *file,
              const char *path)
{
  g_autofree char *kind = g_key_file_get_string (file, path, "verdict", NULL);

  for (guint i = 0; kind && i < G_N_ELEMENTS (kinds); i++)
    if (strcmp (kind, kinds[i]) == 0)
      verdict->kind = i;
  verdict->result.error = g_key_file_get_double (file, path, "error", NULL);
  verdict->result.speed = g_key_file_get_double (file, path, "speed", NULL);
  verdict->n_unfinished = (guint) g_key_file_get_uint64 (file, path, "unfinished", NULL);
  verdict->message = g_key_file_get_string (file, path, "message", NULL);
}

CasVerdicts *
cas_verdicts_load (const CasGpuInfo *info,
                   const char       *folder)
{
  CasVerdicts *self = g_new0 (CasVerdicts, 1);
  g_autoptr (GKeyFile) file = NULL;

  self->name = g_utf8_make_valid (info->name, -1);
  self->driver_version = info->driver_version;
  if (folder)
    self->path = cas_gpu_info_dup_cache_path (info, folder, "kernels", ".ini");
  if (self->path)
    file = read_file (self);
  for (CasPath path = 0; file && path < CAS_N_PATHS; path++)
    read_verdict (&self->verdicts[path], file, cas_path_get_name (path));
  return self;
}

void
cas_verdicts_free (CasVerdicts *self)
{
  if (!self)
    return;

  for (CasPath path = 0; path < CAS_N_PATHS; path++)
    g_free (self->verdicts[path].message);
  g_free (self->name);
  g_free (self->path);
  g_free (self);
}

const CasVerdict *
cas_verdicts_get (CasVerdicts *self,
                  CasPath      path)
{
  return &self->verdicts[path];
}

static void
write_verdict (GKeyFile         *file,
               const char       *path,
               const CasVerdict *verdict)
{
  g_key_file_set_string (file, path, "verdict", kinds[verdict->kind]);
  if (verdict->kind == CAS_VERDICT_TRIED)
    {
      g_key_file_set_double (file, path, "error", verdict->result.error);
      g_key_file_set_double (file, path, "speed", verdict->result.speed);
    }
  if (verdict->n_unfinished > 0)
    g_key_file_set_uint64 (file, path, "unfinished", verdict->n_unfinished);
  if (verdict->message)
    g_key_file_set_string (file, path, "message", verdict->message);
}

static void
save (CasVerdicts *self)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *kernels = cas_trial_dup_version ();
  g_autofree char *folder = g_path_get_dirname (self->path);
  g_autoptr (GError) error = NULL;
  gsize size;

  g_key_file_set_string (file, HEAD, "name", self->name);
  g_key_file_set_uint64 (file, HEAD, "driver-version", self->driver_version);
  g_key_file_set_string (file, HEAD, "kernels", kernels);
  for (CasPath path = 0; path < CAS_N_PATHS; path++)
    if (self->verdicts[path].kind != CAS_VERDICT_NONE)
      write_verdict (file, cas_path_get_name (path), &self->verdicts[path]);

  g_autofree char *text = g_key_file_to_data (file, &size, NULL);

  g_mkdir_with_parents (folder, 0700); /* what is wrong with it, writing tells */
  if (!cas_file_write_new (self->path, text, size, TRUE, &error))
    g_info ("What was found of the kernels is not kept: %s", error->message);
}

void
cas_verdicts_set (CasVerdicts      *self,
                  CasPath           path,
                  const CasVerdict *verdict)
{
  CasVerdict *own = &self->verdicts[path];
  g_autofree char *old = own->message;

  *own = *verdict;
  own->message = g_strdup (verdict->message);
  if (self->path)
    save (self);
}

void
cas_verdicts_begin (CasVerdicts *self,
                    CasPath      path)
{
  cas_verdicts_set (self, path, &(CasVerdict) {
    .kind = CAS_VERDICT_UNFINISHED,
    .n_unfinished = self->verdicts[path].n_unfinished + 1,
  });
}
