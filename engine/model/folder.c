/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Finding the parts of a model in a folder. */

#include "model/folder.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "model/config.h"

static const struct
{
  CasModelKind kind;
  const char  *subfolder;
} parts[] = {
  { CAS_MODEL_CLIP_TEXT, "text_encoder" },
  { CAS_MODEL_STAGE_C, "." },
  { CAS_MODEL_STAGE_B, "." },
  { CAS_MODEL_STAGE_A, "." },
  { CAS_MODEL_PREVIEWER, "." },
  { CAS_MODEL_EFFNET, "." },
  { CAS_MODEL_CLIP_VISION, "image_encoder" },
};

#define N_PARTS G_N_ELEMENTS (parts)

struct _CasFolder
{
  char            *path;
  char            *shown; /* the path, as UTF-8 */
  GPtrArray       *others; /* CasWeights of kinds that may be there more than once */
  GError          *unreadable_other; /* the first file that might be one */
  char            *name;
  char            *license;
  CasModelDefaults defaults;
  CasWeights      *found[N_PARTS];
  GError          *unreadable[N_PARTS]; /* the first file of the part's folder that is */
};

/* --- model.json ------------------------------------------------------------------------------ */

static gboolean
load_settings (CasFolder *folder,
               GError   **error)
{
  CasModelDefaults *defaults = &folder->defaults;
  guint size[2] = { 1024, 1024 };
  g_autofree char *path = g_build_filename (folder->path, "model.json", NULL);
  g_autoptr (CasConfig) json = NULL;

  if (g_file_test (path, G_FILE_TEST_EXISTS))
    {
      json = cas_config_open (path, error);
      if (json == NULL)
        return FALSE;
    }

  g_autofree char *own_name = g_path_get_basename (folder->shown);
  folder->name = g_strdup (cas_config_get_string (json, "name", own_name));
  folder->license = g_strdup (cas_config_get_string (json, "license", NULL));
  cas_config_get_pair (json, "native_size", 64, 16384, size);

  cas_config_enter (json, "text_to_image");
  *defaults = (CasModelDefaults) {
    .width = size[0],
    .height = size[1],
    .steps = (guint) cas_config_get_int (json, "steps", 1, 1000, 20),
    .cfg = cas_config_get_double (json, "cfg", 0.0, 100.0, 4.0),
    .shift = cas_config_get_double (json, "shift", 0.01, 100.0, 2.0),
    .decoder_steps = (guint) cas_config_get_int (json, "decoder_steps", 1, 1000, 10),
    .decoder_cfg = cas_config_get_double (json, "decoder_cfg", 0.0, 100.0, 1.1),
  };
  cas_config_leave (json);

  return cas_config_check (json, error);
}

/* --- the files ------------------------------------------------------------------------------- */

static int
compare_paths (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* The safetensors files of a folder by name; none if there is no such folder. */
static GPtrArray *
list_files (const char *path)
{
  GPtrArray *files = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ".safetensors"))
      g_ptr_array_add (files, g_build_filename (path, name, NULL));

  g_ptr_array_sort (files, compare_paths);
  return files;
}

static gboolean
is_bf16 (CasWeights *ws)
{
  for (guint i = 0; i < cas_weights_get_n (ws); i++)
    if (cas_weights_get_nth (ws, i)->n_dims > 1)
      return cas_weights_get_nth (ws, i)->dtype == CAS_BF16;

  return FALSE;
}

/* The same network, whatever its number types. */
static gboolean
are_alike (CasWeights *a,
           CasWeights *b)
{
  if (cas_weights_get_n (a) != cas_weights_get_n (b))
    return FALSE;

  for (guint i = 0; i < cas_weights_get_n (a); i++)
    {
      const CasWeight *x = cas_weights_get_nth (a, i);
      const CasWeight *y = cas_weights_get_nth (b, i);

      if (strcmp (x->name, y->name) != 0 || x->n_dims != y->n_dims
          || memcmp (x->dims, y->dims, sizeof x->dims) != 0)
        return FALSE;
    }

  return TRUE;
}

/* Takes the tensors of one file for the parts that they are. */
static void
consider (CasFolder  *folder,
          const char *subfolder,
          CasWeights *ws)
{
  CasModelKind kind = cas_detect (ws);

  if (kind == CAS_MODEL_CONTROLNET || kind == CAS_MODEL_SALIENCY)
    g_ptr_array_add (folder->others, cas_weights_ref (ws));
  for (guint i = 0; i < N_PARTS; i++)
    {
      if (parts[i].kind != kind || strcmp (parts[i].subfolder, subfolder) != 0)
        continue;

      CasWeights *found = folder->found[i];
      if (found == NULL || (!is_bf16 (found) && is_bf16 (ws) && are_alike (found, ws)))
        {
          g_clear_pointer (&folder->found[i], cas_weights_unref);
          folder->found[i] = cas_weights_ref (ws);
        }
    }
}

static CasWeights *
open_file (const char *path,
           GError    **error)
{
  g_autoptr (CasSafetensors) file = cas_safetensors_open (path, error);

  return file != NULL ? cas_weights_new (file, NULL, error) : NULL;
}

static void
scan (CasFolder  *folder,
      const char *subfolder)
{
  const gboolean has_others = strcmp (subfolder, ".") == 0 || strcmp (subfolder, "controlnet") == 0;
  g_autofree char *path = g_canonicalize_filename (subfolder, folder->path);
  g_autoptr (GPtrArray) files = list_files (path);

  for (guint i = 0; i < files->len; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (CasWeights) ws = open_file (files->pdata[i], &error);

      if (ws != NULL)
        consider (folder, subfolder, ws);
      else if (has_others && folder->unreadable_other == NULL)
        folder->unreadable_other = g_error_copy (error);
      for (guint j = 0; error != NULL && j < N_PARTS; j++)
        if (folder->unreadable[j] == NULL && strcmp (parts[j].subfolder, subfolder) == 0)
          folder->unreadable[j] = g_error_copy (error);
    }
}

CasFolder *
cas_folder_open (const char *path,
                 GError    **error)
{
  if (!g_file_test (path, G_FILE_TEST_IS_DIR))
    {
      g_autofree char *name = g_filename_display_name (path);

      g_set_error (error, CAS_ERROR, CAS_ERROR_MISSING_MODEL,
                   _("“%s” is no folder; a model is a folder with its parts."), name);
      return NULL;
    }

  g_autoptr (CasFolder) folder = g_new0 (CasFolder, 1);
  folder->path = g_canonicalize_filename (path, NULL);
  folder->shown = g_filename_display_name (folder->path);
  folder->others = g_ptr_array_new_with_free_func ((GDestroyNotify) cas_weights_unref);
  if (!load_settings (folder, error))
    return NULL;

  scan (folder, ".");
  scan (folder, "text_encoder");
  scan (folder, "image_encoder");
  scan (folder, "controlnet");
  return g_steal_pointer (&folder);
}

void
cas_folder_free (CasFolder *folder)
{
  if (folder == NULL)
    return;

  for (guint i = 0; i < N_PARTS; i++)
    {
      g_clear_pointer (&folder->found[i], cas_weights_unref);
      g_clear_error (&folder->unreadable[i]);
    }
  g_clear_pointer (&folder->others, g_ptr_array_unref);
  g_clear_error (&folder->unreadable_other);
  g_free (folder->shown);
  g_free (folder->path);
  g_free (folder->name);
  g_free (folder->license);
  g_free (folder);
}

/* --- asking ---------------------------------------------------------------------------------- */

const char *
cas_folder_get_display_path (CasFolder *folder)
{
  return folder->shown;
}

const char *
cas_folder_get_name (CasFolder *folder)
{
  return folder->name;
}

const char *
cas_folder_get_license (CasFolder *folder)
{
  return folder->license;
}

const CasModelDefaults *
cas_folder_get_defaults (CasFolder *folder)
{
  return &folder->defaults;
}

static guint
part_of (CasModelKind kind)
{
  guint i = 0;

  while (i < N_PARTS && parts[i].kind != kind)
    i++;
  return i;
}

gboolean
cas_folder_has (CasFolder   *folder,
                CasModelKind kind)
{
  guint part = part_of (kind);

  g_return_val_if_fail (part < N_PARTS, FALSE);
  return folder->found[part] != NULL;
}

CasWeights *
cas_folder_load (CasFolder   *folder,
                 CasModelKind kind,
                 GError     **error)
{
  guint part = part_of (kind);

  g_return_val_if_fail (part < N_PARTS, NULL);
  if (folder->found[part] != NULL)
    return cas_weights_ref (folder->found[part]);

  const char *what = cas_model_kind_get_name (kind);
  g_autofree char *path = g_canonicalize_filename (parts[part].subfolder, folder->path);
  g_autofree char *where = g_filename_display_name (path);

  if (folder->unreadable[part] != NULL)
    {
      g_propagate_error (error, g_error_copy (folder->unreadable[part]));
      g_prefix_error (error, _("The model has no %s that can be read: "), what);
    }
  else
    g_set_error (error, CAS_ERROR, CAS_ERROR_MISSING_MODEL,
                 _("The model has no %s: none of the safetensors files in “%s” is one."), what,
                 where);
  return NULL;
}

void
cas_folder_foreach (CasFolder    *folder,
                    CasModelKind  kind,
                    void        (*func) (CasWeights *ws,
                                         gpointer    data),
                    gpointer      data)
{
  for (guint i = 0; i < folder->others->len; i++)
    if (cas_detect (folder->others->pdata[i]) == kind)
      func (folder->others->pdata[i], data);
}

const GError *
cas_folder_get_unreadable (CasFolder *folder)
{
  return folder->unreadable_other;
}

char *
cas_folder_dup_file (CasFolder  *folder,
                     const char *subfolder,
                     const char *name,
                     GError    **error)
{
  g_autofree char *path = g_build_filename (folder->path, subfolder, name, NULL);

  if (g_file_test (path, G_FILE_TEST_IS_REGULAR))
    return g_steal_pointer (&path);

  g_autofree char *where = g_filename_display_name (path);
  g_set_error (error, CAS_ERROR, CAS_ERROR_MISSING_MODEL,
               _("The model has no %s/%s: there is no file “%s”."), subfolder, name, where);
  return NULL;
}
