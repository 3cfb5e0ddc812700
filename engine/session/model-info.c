/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a model file, a model folder or a picture is. */

#include "cascade/model.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "io/picture-file.h"
#include "io/png.h"
#include "model/describe.h"
#include "model/folder.h"
#include "session/latent-file.h"
#include "session/lora-info.h"
#include "session/networks.h"

#define MAX_NETWORKS 8 /* of one file */

static const char *const kind_ids[CAS_N_MODEL_KINDS] = {
  [CAS_MODEL_UNKNOWN] = "unknown",
  [CAS_MODEL_STAGE_C] = "stage_c",
  [CAS_MODEL_STAGE_B] = "stage_b",
  [CAS_MODEL_DIFFUSION] = "diffusion",
  [CAS_MODEL_STAGE_A] = "stage_a",
  [CAS_MODEL_EFFNET] = "effnet_encoder",
  [CAS_MODEL_PREVIEWER] = "previewer",
  [CAS_MODEL_CONTROLNET] = "controlnet",
  [CAS_MODEL_SALIENCY] = "saliency",
  [CAS_MODEL_LORA] = "lora",
  [CAS_MODEL_LORA_NAMED] = "lora",
  [CAS_MODEL_EMBEDDING] = "embedding",
  [CAS_MODEL_CLIP_TEXT] = "text_encoder",
  [CAS_MODEL_CLIP_VISION] = "image_encoder",
};

static CasModelInfo *
info_new (const char *path)
{
  CasModelInfo *info = g_new0 (CasModelInfo, 1);

  info->path = g_canonicalize_filename (path, NULL);
  info->types = g_array_new (FALSE, TRUE, sizeof (CasModelType));
  info->metadata = g_ptr_array_new_with_free_func (g_free);
  info->details = g_ptr_array_new_with_free_func (g_free);
  info->missing = g_ptr_array_new_with_free_func (g_free);
  info->unused = g_ptr_array_new_with_free_func (g_free);
  info->tokens = g_ptr_array_new_with_free_func (g_free);
  info->parts = g_ptr_array_new_with_free_func ((GDestroyNotify) cas_model_info_free);
  return info;
}

void
cas_model_info_free (CasModelInfo *info)
{
  if (!info)
    return;

  g_free (info->path);
  g_free (info->kind);
  g_free (info->kind_id);
  g_array_unref (info->types);
  g_ptr_array_unref (info->metadata);
  g_ptr_array_unref (info->details);
  g_ptr_array_unref (info->missing);
  g_ptr_array_unref (info->unused);
  g_ptr_array_unref (info->tokens);
  g_ptr_array_unref (info->parts);
  g_free (info);
}

static void
set_kind (CasModelInfo *info,
          const char   *id,
          const char   *name)
{
  info->kind_id = g_strdup (id);
  info->kind = g_strdup (name);
}

static void
add_pair (GPtrArray  *pairs,
          const char *name,
          const char *value)
{
  g_ptr_array_add (pairs, g_strdup (name));
  g_ptr_array_add (pairs, g_strdup (value));
}

/* --- a safetensors file -------------------------------------------------------------------- */

static void
add_type (CasModelInfo *info,
          const char   *name,
          guint         n_tensors,
          guint64       n_elements)
{
  CasModelType *type = NULL;

  for (guint i = 0; i < info->types->len && !type; i++)
    if (g_str_equal (g_array_index (info->types, CasModelType, i).name, name))
      type = &g_array_index (info->types, CasModelType, i);
  if (!type)
    {
      g_array_append_vals (info->types, &(CasModelType) { .name = name }, 1);
      type = &g_array_index (info->types, CasModelType, info->types->len - 1);
    }

  type->n_tensors += n_tensors;
  type->n_elements += n_elements;
  info->n_tensors += n_tensors;
  info->n_parameters += n_elements;
}

static int
compare_types (gconstpointer a,
               gconstpointer b)
{
  const CasModelType *x = a, *y = b;

  return (y->n_elements > x->n_elements) - (y->n_elements < x->n_elements);
}

static void
count_tensors (CasModelInfo *info,
               CasWeights   *ws)
{
  for (guint i = 0; i < cas_weights_get_n (ws); i++)
    {
      const CasWeight *weight = cas_weights_get_nth (ws, i);

      add_type (info, cas_dtype_name (weight->dtype), 1, cas_weight_n_elements (weight));
    }
  g_array_sort (info->types, compare_types);
}

static void
add_fact (const char *name,
          const char *value,
          gpointer    data)
{
  CasModelInfo *info = data;

  add_pair (info->details, name, value);
}

/* Loads the network to see what it is made of, what it lacks and what it has too much. */
static void
describe_network (CasModelInfo       *info,
                  CasSafetensors     *file,
                  const CasModelPart *network)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CasWeights) ws = cas_weights_new (file, network->prefix, &error);

  if (!ws || !cas_describe (ws, network->kind, add_fact, info, &error))
    {
      g_ptr_array_add (info->missing, g_strdup (error->message));
      return;
    }
  if (info->details->len == 0) /* a kind that this version does not load */
    return;

  g_auto (GStrv) unused = cas_weights_dup_unused (ws);

  for (guint i = 0; unused[i] && !*network->prefix; i++)
    g_ptr_array_add (info->unused, g_strdup (unused[i]));
}

/* FALSE if it is none. */
static gboolean
set_latent (CasModelInfo         *info,
            const CasSafetensors *file)
{
  CasLatent latent;

  if (!cas_latent_describe (&latent, file))
    return FALSE;

  g_autofree char *kind
    = g_strdup_printf (_("a latent of a picture of %u×%u"), latent.width, latent.height);

  set_kind (info, "latent", kind);
  return TRUE;
}

static CasModelInfo *
inspect_file (const char *path,
              const char *model,
              GError    **error)
{
  g_autoptr (CasSafetensors) file = cas_safetensors_open (path, error);
  g_autoptr (CasWeights) ws = file ? cas_weights_new (file, NULL, error) : NULL;
  CasModelPart networks[MAX_NETWORKS];
  GStatBuf status;

  if (!ws)
    return NULL;

  CasModelInfo *info = info_new (path);
  guint n = MIN (cas_detect_parts (ws, networks, MAX_NETWORKS), MAX_NETWORKS);
  CasModelKind kind = n > 0 ? networks[0].kind : CAS_MODEL_UNKNOWN;

  if (g_stat (path, &status) == 0)
    info->size_bytes = status.st_size;
  if (n > 0 || !set_latent (info, file))
    set_kind (info, kind_ids[kind], cas_model_kind_get_name (kind));
  count_tensors (info, ws);
  for (guint i = 0; i < cas_safetensors_get_n_metadata (file); i++)
    {
      const char *key = cas_safetensors_get_metadata_key (file, i);

      add_pair (info->metadata, key, cas_safetensors_lookup_metadata (file, key));
    }

  if (kind == CAS_MODEL_LORA || kind == CAS_MODEL_LORA_NAMED || kind == CAS_MODEL_EMBEDDING)
    cas_lora_info_describe (info, path, model);
  else
    for (guint i = 0; i < n; i++)
      describe_network (info, file, &networks[i]);
  for (guint i = 1; i < n; i++)
    add_pair (info->details, N_("holds too"), cas_model_kind_get_name (networks[i].kind));
  return info;
}

/* --- a folder ------------------------------------------------------------------------------ */

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static void
list_files (GPtrArray  *files,
            const char *folder,
            guint       depth)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir && (name = g_dir_read_name (dir)))
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (g_str_has_suffix (name, ".safetensors"))
        g_ptr_array_add (files, g_steal_pointer (&path));
      else if (depth > 0 && g_file_test (path, G_FILE_TEST_IS_DIR))
        list_files (files, path, depth - 1);
    }
}

/* How many safetensors files there are, also those that cannot be read. */
static guint
add_parts (CasModelInfo *info)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_free);

  list_files (files, info->path, 1);
  g_ptr_array_sort (files, compare_names);

  for (guint i = 0; i < files->len; i++)
    {
      g_autoptr (GError) error = NULL;
      CasModelInfo *part = inspect_file (files->pdata[i], NULL, &error);

      if (!part)
        {
          g_ptr_array_add (info->missing, g_strdup (error->message));
          continue;
        }

      g_ptr_array_add (info->parts, part);
      info->size_bytes += part->size_bytes;
      for (guint j = 0; j < part->types->len; j++)
        {
          const CasModelType *type = &g_array_index (part->types, CasModelType, j);

          add_type (info, type->name, type->n_tensors, type->n_elements);
        }
    }
  g_array_sort (info->types, compare_types);
  return files->len;
}

static void
add_missing_parts (CasModelInfo *info,
                   CasFolder    *folder)
{
  static const CasModelKind wanted[] = {
    CAS_MODEL_CLIP_TEXT, CAS_MODEL_STAGE_C, CAS_MODEL_STAGE_B, CAS_MODEL_STAGE_A,
  };
  static const char *const files[] = { "vocab.json", "merges.txt" };

  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++)
    if (!cas_folder_has (folder, wanted[i]))
      g_ptr_array_add (info->missing, g_strdup (cas_model_kind_get_name (wanted[i])));

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = cas_folder_dup_file (folder, "tokenizer", files[i], NULL);

      if (!path)
        g_ptr_array_add (info->missing, g_build_filename ("tokenizer", files[i], NULL));
    }
}

/* What opening the model would say. */
static void
add_trouble (CasModelInfo *info)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CasLoadedNetworks) networks = cas_loaded_networks_new (info->path, &error);

  if (!networks)
    g_ptr_array_add (info->missing, g_strdup (error->message));
}

static void
add_defaults (CasModelInfo           *info,
              const CasModelDefaults *defaults)
{
  g_autofree char *size = g_strdup_printf ("%u×%u", defaults->width, defaults->height);
  g_autofree char *c
    = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u step, guidance %g, shift %g",
                                    "%u steps, guidance %g, shift %g", defaults->steps),
                       defaults->steps, defaults->cfg, defaults->shift);
  g_autofree char *b
    = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u step, guidance %g",
                                    "%u steps, guidance %g", defaults->decoder_steps),
                       defaults->decoder_steps, defaults->decoder_cfg);

  add_pair (info->details, N_("size of pictures"), size);
  add_pair (info->details, "Stage C", c);
  add_pair (info->details, "Stage B", b);
}

static CasModelInfo *
inspect_folder (const char *path,
                GError    **error)
{
  g_autoptr (CasFolder) folder = cas_folder_open (path, error);

  if (!folder)
    return NULL;

  g_autoptr (CasModelInfo) info = info_new (path);

  if (add_parts (info) == 0)
    {
      g_set_error (error, CAS_ERROR, CAS_ERROR_MISSING_MODEL,
                   _("%s is no model folder: there is no safetensors file in it, nor in the "
                     "folders in it."),
                   cas_folder_get_display_path (folder));
      return NULL;
    }

  set_kind (info, "folder", _("a model folder"));
  add_pair (info->details, N_("name"), cas_folder_get_name (folder));
  if (cas_folder_get_license (folder))
    add_pair (info->details, N_("license"), cas_folder_get_license (folder));
  add_defaults (info, cas_folder_get_defaults (folder));
  add_missing_parts (info, folder);
  if (info->missing->len == 0)
    add_trouble (info);
  return g_steal_pointer (&info);
}

/* --- a picture ----------------------------------------------------------------------------- */

static CasModelInfo *
picture_info_new (const char *path,
                  guint       width,
                  guint       height)
{
  CasModelInfo *info = info_new (path);
  g_autofree char *size = g_strdup_printf ("%u×%u", width, height);
  GStatBuf status;

  set_kind (info, "picture", _("a picture"));
  if (g_stat (path, &status) == 0)
    info->size_bytes = status.st_size;
  add_pair (info->details, N_("pixels"), size);
  return info;
}

/* As a job that it steers knows it again: without what is transparent. */
static void
add_hash (CasModelInfo *info,
          CasImage     *image)
{
  g_autofree char *hash = NULL;

  cas_image_flatten (image, 255, 255, 255);
  hash = cas_image_dup_hash (image);
  add_pair (info->details, N_("SHA-256 of its pixels"), hash);
}

static CasModelInfo *
inspect_png (const char *path,
             GError    **error)
{
  g_autoptr (CasPng) png = cas_png_read (path, NULL, error);
  g_autoptr (CasImage) image = png ? cas_image_load (path, NULL, NULL) : NULL;

  if (!png)
    return NULL;

  CasModelInfo *info = picture_info_new (path, png->width, png->height);

  if (image) /* not where weir-decode is missing */
    add_hash (info, image);
  for (guint i = 0; i < png->n_texts; i++)
    add_pair (info->metadata, png->texts[i].key, png->texts[i].text);
  return info;
}

/* Of any other format; NULL if it is none. */
static CasModelInfo *
inspect_picture (const char *path)
{
  g_autoptr (CasPictureFile) picture = cas_picture_file_read (path, NULL, NULL, NULL);

  if (!picture)
    return NULL;

  CasModelInfo *info = picture_info_new (path, cas_image_get_width (picture->image),
                                         cas_image_get_height (picture->image));

  add_hash (info, picture->image);
  for (guint i = 0; i < picture->n_texts; i++)
    add_pair (info->metadata, picture->texts[i].key, picture->texts[i].text);
  return info;
}

/* --- anything ------------------------------------------------------------------------------ */

#define HEAD_BYTES 9

/* The first bytes of a file; how many there are, at most HEAD_BYTES, or -1. */
static gssize
read_head (const char *path,
           guint8     *head)
{
  /* not blocking, lest a named pipe hangs us */
  const int fd = g_open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0);
  gssize n;

  if (fd < 0)
    return -1;
  n = read (fd, head, HEAD_BYTES);
  close (fd);
  return n;
}

static gboolean
is_png (const guint8 *head,
        gssize        n)
{
  static const guint8 signature[8] = { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n' };

  return n >= 8 && memcmp (head, signature, sizeof signature) == 0;
}

/* By its name, or by the header that follows its length. */
static gboolean
is_safetensors (const char   *path,
                const guint8 *head,
                gssize        n)
{
  return g_str_has_suffix (path, ".safetensors") || (n == HEAD_BYTES && head[8] == '{');
}

CasModelInfo *
cas_model_inspect (const char *path,
                   const char *model,
                   GError    **error)
{
  guint8 head[HEAD_BYTES] = { 0 };

  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    return inspect_folder (path, error);

  const gssize n = read_head (path, head);

  if (is_png (head, n))
    return inspect_png (path, error);
  if (!g_file_test (path, G_FILE_TEST_IS_REGULAR) || n < 0 || is_safetensors (path, head, n))
    return inspect_file (path, model, error); /* which says why where it cannot be read */

  CasModelInfo *picture = inspect_picture (path);

  if (picture)
    return picture;

  g_autofree char *shown = g_filename_display_name (path);

  g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_MODEL,
               _("%s is no safetensors file, and no picture that can be read: %s."), shown,
               CAS_DECODED_FORMATS);
  return NULL;
}
