/* SPDX-License-Identifier: GPL-3.0-or-later */

/* LoRAs put on the model for a job. */

#include "session/loras.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "model/adapters.h"
#include "session/known-file.h"

typedef struct
{
  CasKnownFile known;
  double       weight;
} File;

struct _CasLoras
{
  CasLoadedNetworks *networks;
  CasResidency      *residency;
  CasAdapters       *adapters; /* NULL: none is on */
  GArray            *files;    /* File, of what is on */
  char             **tokens;   /* as the job named them */
};

static void
clear_file (gpointer data)
{
  cas_known_file_clear (&((File *) data)->known);
}

static GArray *
files_new (void)
{
  GArray *files = g_array_new (FALSE, TRUE, sizeof (File));

  g_array_set_clear_func (files, clear_file);
  return files;
}

CasLoras *
cas_loras_new (CasLoadedNetworks *networks,
               CasResidency      *residency)
{
  CasLoras *self = g_new0 (CasLoras, 1);

  self->networks = networks;
  self->residency = residency;
  self->files = files_new ();
  return self;
}

/* Parts that have what is on, or were recorded without it. */
static void
rebuild (CasLoras *self)
{
  static const CasPart parts[CAS_N_LORA_NETWORKS] = {
    [CAS_LORA_STAGE_C] = CAS_PART_STAGE_C,
    [CAS_LORA_STAGE_B] = CAS_PART_STAGE_B,
    [CAS_LORA_TEXT] = CAS_PART_TEXT_ENCODER,
  };

  for (CasLoraNetwork network = 0; network < CAS_N_LORA_NETWORKS; network++)
    if (cas_adapters_touches (self->adapters, network))
      cas_residency_rebuild (self->residency, parts[network]);
}

static void
take_off (CasLoras *self)
{
  if (!self->adapters)
    return;

  rebuild (self); /* first: the graphs read what goes */
  cas_adapters_take_off (self->adapters);
  g_clear_pointer (&self->adapters, cas_adapters_free);
}

void
cas_loras_free (CasLoras *self)
{
  if (!self)
    return;

  take_off (self);
  g_array_unref (self->files);
  g_strfreev (self->tokens);
  g_free (self);
}

/* --- files --------------------------------------------------------------------------------- */

static GArray *
list_files (const CasJobParams *job)
{
  GArray *files = files_new ();

  for (guint i = 0; i < job->n_loras; i++)
    {
      File file = { .weight = job->loras[i].weight };

      cas_known_file_init (&file.known, job->loras[i].path);
      g_array_append_val (files, file);
    }
  return files;
}

static gboolean
is_same_list (CasLoras           *self,
              GArray             *files,
              const CasJobParams *job)
{
  static const char *const none[] = { NULL };
  const char *const *found = self->tokens ? (const char *const *) self->tokens : none;
  const char *const *wanted = job->lora_tokens ? job->lora_tokens : none;

  if (files->len != self->files->len || !g_strv_equal (found, wanted))
    return FALSE;
  for (guint i = 0; i < files->len; i++)
    {
      const File *a = &g_array_index (files, File, i);
      const File *b = &g_array_index (self->files, File, i);

      if (a->weight != b->weight || !cas_known_file_is_same (&a->known, &b->known))
        return FALSE;
    }
  return TRUE;
}

/* What was hashed once is not read again. */
static gboolean
find_hash (CasLoras     *self,
           CasKnownFile *file,
           GError      **error)
{
  for (guint i = 0; i < self->files->len; i++)
    cas_known_file_take_hash (file, &g_array_index (self->files, File, i).known);
  return cas_known_file_hash (file, error);
}

/* --- on ------------------------------------------------------------------------------------ */

static gboolean
check_names (const char *const *rest,
             GError           **error)
{
  if (!rest || !*rest)
    return TRUE;
  g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_PARAMETER,
               _("A token is named by “%s”, and no LoRA has a new token that is left without a "
                 "name."), *rest);
  return FALSE;
}

static gboolean
load (CasLoras           *self,
      CasAdapters        *adapters,
      GArray             *files,
      const CasJobParams *job,
      GError            **error)
{
  const char *const *names = job->lora_tokens;

  for (guint i = 0; i < files->len; i++)
    {
      File *file = &g_array_index (files, File, i);
      CasLora *lora = cas_lora_open (file->known.path, error);

      if (!lora || !cas_adapters_add (adapters, lora, file->weight, &names, error)
          || !find_hash (self, &file->known, error))
        return FALSE;
    }
  return check_names (names, error) && cas_adapters_put_on (adapters, error);
}

gboolean
cas_loras_set (CasLoras           *self,
               const CasJobParams *job,
               GError            **error)
{
  const CasLoadedNetworks *m = self->networks;
  g_autoptr (GArray) files = list_files (job);

  if (is_same_list (self, files, job))
    return TRUE;

  take_off (self);
  if (job->n_loras > 0 || job->lora_tokens)
    {
      g_autoptr (CasAdapters) adapters = cas_adapters_new (&(CasAdapterModel) {
          .weights = {
            [CAS_LORA_STAGE_C] = m->stage_c->unet.weights,
            [CAS_LORA_STAGE_B] = m->stage_b->unet.weights,
            [CAS_LORA_TEXT] = m->text->weights,
          },
          .text = m->text,
          .tokenizer = m->tokenizer,
        });

      if (!load (self, adapters, files, job, error))
        {
          g_array_set_size (self->files, 0);
          g_clear_pointer (&self->tokens, g_strfreev);
          return FALSE;
        }
      self->adapters = g_steal_pointer (&adapters);
      rebuild (self);
    }

  g_array_unref (self->files);
  self->files = g_steal_pointer (&files);
  g_strfreev (self->tokens);
  self->tokens = g_strdupv ((char **) job->lora_tokens);
  return TRUE;
}

/* --- telling ------------------------------------------------------------------------------- */

static char *
dup_tokens (const CasLora *lora)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < lora->tokens->len; i += 2)
    g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", (char *) lora->tokens->pdata[i]);
  return g_string_free (text, FALSE);
}

static char *
dup_sentence (const CasAdapter *file)
{
  const guint n = file->n_matched + file->n_unmatched;
  g_autofree char *tokens = dup_tokens (file->lora);
  GString *text = g_string_new (NULL);

  g_string_append_printf (text,
                          g_dngettext (GETTEXT_PACKAGE,
                                       "LoRA “%s” at %g: %u of its %u tensor belongs to the model",
                                       "LoRA “%s” at %g: %u of its %u tensors belong to the model",
                                       n),
                          file->lora->name, file->weight, file->n_matched, n);
  if (file->n_unmatched > 0)
    g_string_append_printf (text, _(", and the first that does not is of “%s”"),
                            file->first_unmatched);
  if (*tokens)
    g_string_append_printf (text, _("; it knows %s"), tokens);
  g_string_append_c (text, '.');
  return g_string_free (text, FALSE);
}

void
cas_loras_foreach_notice (CasLoras *self,
                          void    (*notice) (const char *sentence,
                                             gpointer    data),
                          void    (*remark) (const char *sentence,
                                             gpointer    data),
                          gpointer  data)
{
  for (guint i = 0; self->adapters && i < cas_adapters_get_n (self->adapters); i++)
    {
      const CasAdapter *file = cas_adapters_get_nth (self->adapters, i);
      g_autofree char *sentence = dup_sentence (file);

      if (file->n_unmatched > 0)
        notice (sentence, data);
      else
        remark (sentence, data);
      if (file->n_nameless == 0)
        continue;
      g_autofree char *nameless
        = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                        "LoRA “%s” has %u new token without a name, which is left "
                                        "out: say its name and the rule that it starts from.",
                                        "LoRA “%s” has %u new tokens without a name, which are "
                                        "left out: say their names and the rules that they start "
                                        "from.",
                                        file->n_nameless),
                           file->lora->name, file->n_nameless);
      notice (nameless, data);
    }
}

void
cas_loras_describe (CasLoras    *self,
                    CasMetadata *m)
{
  if (!self->adapters)
    return;

  m->n_loras = self->files->len;
  m->loras = g_new0 (CasMetadataLora, MAX (m->n_loras, 1));
  for (guint i = 0; i < m->n_loras; i++)
    {
      const File *file = &g_array_index (self->files, File, i);

      m->loras[i] = (CasMetadataLora) {
        .name = g_strdup (cas_adapters_get_nth (self->adapters, i)->lora->name),
        .sha256 = g_strdup (file->known.sha256),
        .weight = file->weight,
      };
    }
  m->lora_tokens = g_strdupv (self->tokens);
}
