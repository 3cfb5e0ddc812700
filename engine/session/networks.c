/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A model folder's networks. */

#include "session/networks.h"

#include <glib/gi18n-lib.h>

#include "cascade/model.h"

static char *
dup_demo (GError **error)
{
  char *path = cas_model_dup_demo ();

  if (!path)
    g_set_error_literal (error, CAS_ERROR, CAS_ERROR_MISSING_MODEL,
                         _("No model was named, and the demo model is not installed."));
  return path;
}

CasFolder *
cas_networks_open_folder (const char *path,
                          GError    **error)
{
  g_autofree char *found = NULL;

  if (path && *path == '\0')
    {
      g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_PARAMETER,
                   _("The model's folder is an empty name."));
      return NULL;
    }
  found = path ? g_canonicalize_filename (path, NULL) : dup_demo (error);
  return found ? cas_folder_open (found, error) : NULL;
}

CasTokenizer *
cas_networks_load_tokenizer (CasFolder *folder,
                             GError   **error)
{
  g_autofree char *vocab = cas_folder_dup_file (folder, "tokenizer", "vocab.json", error);
  g_autofree char *merges = vocab ? cas_folder_dup_file (folder, "tokenizer", "merges.txt", error)
                                  : NULL;

  return vocab && merges ? cas_tokenizer_new (vocab, merges, error) : NULL;
}

static gboolean
load_text (CasLoadedNetworks *self,
           GError           **error)
{
  g_autoptr (CasWeights) ws = cas_folder_load (self->folder, CAS_MODEL_CLIP_TEXT, error);
  g_autofree char *config_path = ws ? cas_folder_dup_file (self->folder, "text_encoder",
                                                           "config.json", NULL)
                                    : NULL;
  CasClipTextConfig config = CAS_CLIP_TEXT_CONFIG_INIT;

  if (!ws || (config_path && !cas_clip_text_config_load (&config, config_path, error)))
    return FALSE;
  self->text = cas_clip_text_new (ws, &config, error);
  return self->text != NULL;
}

static gboolean
load_stages (CasLoadedNetworks *self,
             GError           **error)
{
  g_autoptr (CasWeights) c = cas_folder_load (self->folder, CAS_MODEL_STAGE_C, error);
  g_autoptr (CasWeights) b = c ? cas_folder_load (self->folder, CAS_MODEL_STAGE_B, error) : NULL;
  g_autoptr (CasWeights) a = b ? cas_folder_load (self->folder, CAS_MODEL_STAGE_A, error) : NULL;

  if (!a)
    return FALSE;

  self->stage_c = cas_stage_c_new (c, NULL, error);
  if (self->stage_c)
    self->stage_b = cas_stage_b_new (b, error);
  if (self->stage_b)
    self->stage_a = cas_stage_a_new (a, CAS_STAGE_A_SCALE, error);
  return self->stage_a != NULL;
}

/* Pictures do not need it, so a model without one is whole; one that is broken is not. */
static gboolean
load_previewer (CasLoadedNetworks *self,
                GError           **error)
{
  if (!cas_folder_has (self->folder, CAS_MODEL_PREVIEWER))
    return TRUE;

  g_autoptr (CasWeights) ws = cas_folder_load (self->folder, CAS_MODEL_PREVIEWER, error);

  if (ws)
    self->previewer = cas_previewer_new (ws, error);
  return self->previewer != NULL;
}

static gboolean
check_tokenizer (CasLoadedNetworks *self,
                 GError           **error)
{
  const gint32 eos = cas_tokenizer_get_eos (self->tokenizer);

  if ((guint32) cas_tokenizer_get_n_ids (self->tokenizer) > self->text->n_vocabulary)
    {
      g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_MODEL,
                   _("%s: the tokenizer knows %d tokens and the text encoder only %u."),
                   cas_folder_get_display_path (self->folder), cas_tokenizer_get_n_ids (self->tokenizer),
                   self->text->n_vocabulary);
      return FALSE;
    }
  if (!cas_clip_text_ends_with (self->text, eos))
    {
      g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_MODEL,
                   _("%s: the tokenizer ends a text with token %d, and “eos_token_id” of the text "
                     "encoder's config.json is %u."),
                   cas_folder_get_display_path (self->folder), eos, self->text->config.eos_token_id);
      return FALSE;
    }
  return TRUE;
}

/* What one network hands to the next must be of one width. */
static gboolean
check_together (CasLoadedNetworks *self,
                GError           **error)
{
  const struct
  {
    const char *what;
    guint       found;
    guint       wanted;
  } joints[] = {
    { _("channels of the text that Stage C takes"), self->stage_c->c_text, self->text->c },
    { _("channels of the pooled text that Stage C takes"), self->stage_c->c_pooled,
      self->text->c_pooled },
    { _("channels of the pooled text that Stage B takes"), self->stage_b->c_pooled,
      self->text->c_pooled },
    { _("channels of Stage C's latent that Stage B takes"), self->stage_b->c_effnet,
      self->stage_c->c_in },
    { _("channels of Stage B's latent that Stage A takes"), self->stage_a->c_latent,
      self->stage_b->c_in },
    { _("channels of Stage C's latent that the previewer takes"),
      self->previewer ? self->previewer->c_in : self->stage_c->c_in, self->stage_c->c_in },
    { _("pixels to a side of Stage A's latent"), self->stage_a->factor, 4 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (joints); i++)
    if (joints[i].found != joints[i].wanted)
      {
        g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_MODEL,
                     _("%s: the parts do not belong together: %s: %u, wanted %u."),
                     cas_folder_get_display_path (self->folder), joints[i].what, joints[i].found,
                     joints[i].wanted);
        return FALSE;
      }
  return check_tokenizer (self, error);
}

CasLoadedNetworks *
cas_loaded_networks_new (const char *path,
                         GError    **error)
{
  g_autoptr (CasLoadedNetworks) self = g_new0 (CasLoadedNetworks, 1);

  self->folder = cas_networks_open_folder (path, error);
  self->tokenizer = self->folder ? cas_networks_load_tokenizer (self->folder, error) : NULL;
  if (!self->tokenizer || !load_text (self, error) || !load_stages (self, error)
      || !load_previewer (self, error) || !check_together (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
cas_loaded_networks_free (CasLoadedNetworks *self)
{
  if (!self)
    return;

  g_clear_pointer (&self->effnet, cas_effnet_free);
  g_clear_pointer (&self->vision, cas_clip_vision_free);
  g_clear_pointer (&self->saliency, cas_saliency_free);
  for (guint i = 0; i < CAS_N_CONTROL_KINDS; i++)
    {
      g_clear_pointer (&self->controlnets[i], cas_controlnet_free);
      g_clear_error (&self->missing[i]);
    }
  g_clear_pointer (&self->previewer, cas_previewer_free);
  g_clear_pointer (&self->stage_a, cas_stage_a_free);
  g_clear_pointer (&self->stage_b, cas_stage_b_free);
  g_clear_pointer (&self->stage_c, cas_stage_c_free);
  g_clear_pointer (&self->text, cas_clip_text_free);
  g_clear_pointer (&self->tokenizer, cas_tokenizer_free);
  g_clear_pointer (&self->folder, cas_folder_free);
  g_free (self);
}

CasNetworks
cas_loaded_networks_borrow (CasLoadedNetworks *self)
{
  return (CasNetworks) {
    .tokenizer = self->tokenizer,
    .text = self->text,
    .stage_c = self->stage_c,
    .stage_b = self->stage_b,
    .stage_a = self->stage_a,
    .previewer = self->previewer,
  };
}

const CasEffnet *
cas_loaded_networks_need_effnet (CasLoadedNetworks *self,
                                 GError           **error)
{
  if (self->effnet)
    return self->effnet;

  g_autoptr (CasWeights) ws = cas_folder_load (self->folder, CAS_MODEL_EFFNET, error);
  g_autoptr (CasEffnet) effnet = ws ? cas_effnet_new (ws, error) : NULL;

  if (!effnet)
    return NULL;
  if (effnet->c_latent != self->stage_b->c_effnet)
    {
      g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_MODEL,
                   _("%s: the encoder's latents have %u channels, and Stage B takes %u."),
                   cas_folder_get_display_path (self->folder), effnet->c_latent,
                   self->stage_b->c_effnet);
      return NULL;
    }
  self->effnet = g_steal_pointer (&effnet);
  return self->effnet;
}

const CasClipVision *
cas_loaded_networks_need_vision (CasLoadedNetworks *self,
                                 GError           **error)
{
  if (self->vision)
    return self->vision;

  g_autoptr (CasWeights) ws = cas_folder_load (self->folder, CAS_MODEL_CLIP_VISION, error);
  g_autofree char *path = ws ? cas_folder_dup_file (self->folder, "image_encoder", "config.json", NULL)
                             : NULL;
  CasClipConfig config = CAS_CLIP_VISION_CONFIG_INIT;

  if (!ws || (path && !cas_clip_vision_config_load (&config, path, error)))
    return NULL;

  g_autoptr (CasClipVision) vision = cas_clip_vision_new (ws, &config, error);

  if (!vision)
    return NULL;
  if (vision->c_embedding != self->stage_c->c_image)
    {
      g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_MODEL,
                   _("%s: the image encoder's embeddings have %u numbers, and Stage C takes %u."),
                   cas_folder_get_display_path (self->folder), vision->c_embedding,
                   self->stage_c->c_image);
      return NULL;
    }
  self->vision = g_steal_pointer (&vision);
  return self->vision;
}

/* One that is missing might be in a file that cannot be read. */
static void
append_unreadable (CasLoadedNetworks *self,
                   GError           **error)
{
  const GError *unreadable = cas_folder_get_unreadable (self->folder);
  g_autofree char *message = NULL;

  if (!unreadable || !error || !*error)
    return;
  message = g_strdup_printf (_("%s One file cannot be read: %s"), (*error)->message,
                             unreadable->message);
  g_free ((*error)->message);
  (*error)->message = g_steal_pointer (&message);
}

/* --- the saliency network ------------------------------------------------------------------ */

typedef struct
{
  CasSaliency *found;
  GError      *error; /* of the first file that could not be read */
} SaliencySearch;

static void
look_at_saliency (CasWeights *ws,
                  gpointer    data)
{
  SaliencySearch *search = data;

  if (!search->found)
    search->found = cas_saliency_new (ws, search->error ? NULL : &search->error);
}

const CasSaliency *
cas_loaded_networks_need_saliency (CasLoadedNetworks *self,
                                   GError           **error)
{
  SaliencySearch search = { 0 };
  g_autoptr (GError) trouble = NULL;

  if (self->saliency)
    return self->saliency;

  cas_folder_foreach (self->folder, CAS_MODEL_SALIENCY, look_at_saliency, &search);
  trouble = search.error;
  self->saliency = search.found;
  if (self->saliency)
    return self->saliency;

  if (trouble)
    g_propagate_error (error, g_steal_pointer (&trouble));
  else
    {
      g_set_error (error, CAS_ERROR, CAS_ERROR_MISSING_MODEL,
                   _("The model has no saliency network, which finds masks: none of the "
                     "safetensors files in “%s” and its folder controlnet is one. Convert the published "
                     "saliency_model.pt to saliency_model.safetensors and put it there, or give a "
                     "mask."), cas_folder_get_display_path (self->folder));
      append_unreadable (self, error);
    }
  return NULL;
}

/* --- ControlNets --------------------------------------------------------------------------- */

/* The search for one of a kind. */
typedef struct
{
  CasControlKind  kind;
  CasControlNet  *found;
  GError         *error; /* of the first file that could not be read */
} Search;

static void
look_at (CasWeights *ws,
         gpointer    data)
{
  Search *search = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CasControlNet) controlnet = NULL;

  if (search->found)
    return;
  controlnet = cas_controlnet_new (ws, NULL, &error);
  if (controlnet && controlnet->kind == search->kind)
    search->found = g_steal_pointer (&controlnet);
  else if (!controlnet && !search->error)
    search->error = g_steal_pointer (&error);
}

static CasControlNet *
find_controlnet (CasLoadedNetworks *self,
                 CasControlKind     kind,
                 GError           **error)
{
  Search search = { .kind = kind };
  g_autoptr (GError) trouble = NULL;

  cas_folder_foreach (self->folder, CAS_MODEL_CONTROLNET, look_at, &search);
  trouble = search.error;
  if (search.found)
    return search.found;

  if (trouble)
    g_propagate_error (error, g_steal_pointer (&trouble));
  else
    {
      g_set_error (error, CAS_ERROR, CAS_ERROR_MISSING_MODEL,
                   _("The model has no ControlNet of the kind “%s”: none of the safetensors files "
                     "in “%s” and its folder controlnet is one."), cas_control_kind_get_name (kind),
                   cas_folder_get_display_path (self->folder));
      append_unreadable (self, error);
    }
  return NULL;
}

gboolean
cas_loaded_networks_have_controlnet (CasLoadedNetworks *self,
                                     CasControlKind     kind)
{
  return cas_loaded_networks_need_controlnet (self, kind, NULL) != NULL;
}

const CasControlNet *
cas_loaded_networks_need_controlnet (CasLoadedNetworks *self,
                                     CasControlKind     kind,
                                     GError           **error)
{
  g_autoptr (CasControlNet) controlnet = NULL;

  if (!self->controlnets[kind] && !self->missing[kind])
    {
      controlnet = find_controlnet (self, kind, &self->missing[kind]);
      if (controlnet
          && cas_controlnet_check (controlnet, &self->stage_c->unet, &self->missing[kind]))
        self->controlnets[kind] = g_steal_pointer (&controlnet);
    }
  if (!self->controlnets[kind])
    g_propagate_error (error, g_error_copy (self->missing[kind]));
  return self->controlnets[kind];
}
