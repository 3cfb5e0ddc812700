/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Sets: sentences of this batch, and files with their models for good. */

#include "queue/notices.h"

#include <string.h>

struct _WeirNotices
{
  GHashTable *sentences;
  GHashTable *loras;     /* “model, new line, path” */
  GHashTable *now;       /* of those, what was said with this job */
  WeirJob    *job;       /* weak; the latest of which something was said */
};

WeirNotices *
weir_notices_new (void)
{
  WeirNotices *self = g_new0 (WeirNotices, 1);

  self->sentences = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->loras = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->now = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

void
weir_notices_free (WeirNotices *self)
{
  if (!self)
    return;

  g_hash_table_unref (self->sentences);
  g_hash_table_unref (self->loras);
  g_hash_table_unref (self->now);
  g_clear_weak_pointer (&self->job);
  g_free (self);
}

/* The engine names a file without folder and ending, in quotes. NULL if it names none of the job's. */
static const char *
find_lora (WeirJob    *job,
           const char *sentence)
{
  const CasJobParams *params = cas_job_get_params (weir_job_get_job (job));

  for (guint i = 0; i < params->n_loras; i++)
    {
      g_autofree char *name = g_path_get_basename (params->loras[i].path);
      g_autofree char *quoted = NULL;

      if (g_str_has_suffix (name, ".safetensors"))
        name[strlen (name) - strlen (".safetensors")] = '\0';
      quoted = g_strdup_printf ("“%s”", name);
      if (strstr (sentence, quoted))
        return params->loras[i].path;
    }
  return NULL;
}

gboolean
weir_notices_is_new (WeirNotices *self,
                     WeirJob     *job,
                     const char  *sentence)
{
  const char *lora = find_lora (job, sentence);
  const char *model = weir_job_get_model (job);
  g_autofree char *key = NULL;

  if (g_set_weak_pointer (&self->job, job))
    g_hash_table_remove_all (self->now);
  if (!lora)
    return g_hash_table_add (self->sentences, g_strdup (sentence));
  key = g_strconcat (model ? model : "", "\n", lora, NULL);
  if (!g_hash_table_contains (self->now, key) && g_hash_table_contains (self->loras, key))
    return FALSE;
  g_hash_table_add (self->loras, g_strdup (key));
  g_hash_table_add (self->now, g_steal_pointer (&key));
  return g_hash_table_add (self->sentences, g_strdup (sentence));
}

void
weir_notices_end_batch (WeirNotices *self)
{
  g_hash_table_remove_all (self->sentences);
}
