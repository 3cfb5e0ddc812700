/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The hyper-parameters of a network (spec 14). */

#include "model/describe.h"

#include "model/clip_text.h"
#include "model/clip_vision.h"
#include "model/controlnet.h"
#include "model/effnet.h"
#include "model/previewer.h"
#include "model/saliency.h"
#include "model/stage_a.h"
#include "model/stage_b.h"
#include "model/stage_c.h"

typedef struct
{
  CasFactFunc func;
  gpointer    data;
} Teller;

static void tell (const Teller *teller,
                  const char   *name,
                  const char   *format,
                  ...) G_GNUC_PRINTF (3, 4);

static void
tell (const Teller *teller,
      const char   *name,
      const char   *format,
      ...)
{
  va_list args;

  va_start (args, format);
  g_autofree char *value = g_strdup_vprintf (format, args);
  va_end (args);
  teller->func (name, value, teller->data);
}

/* --- the UNet -------------------------------------------------------------------------------- */

static guint
level_width (const CasLevel *level)
{
  return level->c;
}

static guint
level_repeats (const CasLevel *level)
{
  return level->n_repeats + 1;
}

static guint
count_kind (const CasLevel *level,
            CasBlockKind    kind)
{
  guint n = 0;

  for (guint i = 0; i < level->n_blocks; i++)
    n += level->blocks[i].kind == kind;

  return n;
}

/* Blocks are counted by their ResBlocks: "CTA" is one. */
static guint
level_blocks (const CasLevel *level)
{
  return count_kind (level, CAS_BLOCK_RES);
}

static guint
level_heads (const CasLevel *level)
{
  return count_kind (level, CAS_BLOCK_ATTN) > 0 ? level->c / CAS_HEAD_WIDTH : 0;
}

/* "[8, 24]" */
static char *
dup_levels (const CasLevel *levels,
            guint           n,
            guint         (*get) (const CasLevel *level))
{
  GString *text = g_string_new ("[");

  for (guint i = 0; i < n; i++)
    g_string_append_printf (text, i > 0 ? ", %u" : "%u", get (&levels[i]));

  g_string_append_c (text, ']');
  return g_string_free (text, FALSE);
}

/* Kinds of blocks up to where they begin anew: "CTA". */
static char *
dup_layout (const CasLevel *level)
{
  static const char letters[] = {
    [CAS_BLOCK_RES] = 'C',
    [CAS_BLOCK_TIMESTEP] = 'T',
    [CAS_BLOCK_ATTN] = 'A',
    [CAS_BLOCK_FEED_FORWARD] = 'F',
  };
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < level->n_blocks; i++)
    {
      if (i > 0 && level->blocks[i].kind == CAS_BLOCK_RES)
        break;
      g_string_append_c (text, letters[level->blocks[i].kind]);
    }

  return g_string_free (text, FALSE);
}

static void
tell_both_ways (const Teller  *teller,
                const CasUNet *unet,
                const char    *name,
                guint        (*get) (const CasLevel *level))
{
  g_autofree char *down = dup_levels (unet->down, unet->n_levels, get);
  g_autofree char *up = dup_levels (unet->up, unet->n_levels, get);

  tell (teller, name, "[%s, %s]", down, up);
}

static void
describe_unet (const Teller  *teller,
               const CasUNet *unet)
{
  g_autofree char *widths = dup_levels (unet->down, unet->n_levels, level_width);
  g_autofree char *heads = dup_levels (unet->down, unet->n_levels, level_heads);
  g_autoptr (GString) layouts = g_string_new (NULL);

  for (guint i = 0; i < unet->n_levels; i++)
    {
      g_autofree char *layout = dup_layout (&unet->down[i]);

      g_string_append_printf (layouts, i > 0 ? ", \"%s\"" : "\"%s\"", layout);
    }

  tell (teller, "c_cond", "%u", unet->c_cond);
  tell (teller, "c_hidden", "%s", widths);
  tell (teller, "nhead", "%s", heads);
  tell_both_ways (teller, unet, "blocks", level_blocks);
  tell_both_ways (teller, unet, "block_repeat", level_repeats);
  tell (teller, "level_config", "[%s]", layouts->str);
  tell (teller, "timestep_conditions", "%u", unet->n_conditions);
}

/* --- each kind ------------------------------------------------------------------------------- */

static gboolean
describe_stage_c (CasWeights   *ws,
                  const Teller *teller,
                  GError      **error)
{
  g_autoptr (CasStageC) m = cas_stage_c_new (ws, NULL, error);

  if (m == NULL)
    return FALSE;

  tell (teller, "c_in", "%u", m->c_in);
  describe_unet (teller, &m->unet);
  tell (teller, "c_clip_text", "%u", m->c_text);
  tell (teller, "c_clip_text_pooled", "%u", m->c_pooled);
  tell (teller, "c_clip_img", "%u", m->c_image);
  return TRUE;
}

static gboolean
describe_stage_b (CasWeights   *ws,
                  const Teller *teller,
                  GError      **error)
{
  g_autoptr (CasStageB) m = cas_stage_b_new (ws, error);

  if (m == NULL)
    return FALSE;

  tell (teller, "c_in", "%u", m->c_in);
  describe_unet (teller, &m->unet);
  tell (teller, "c_clip", "%u", m->c_pooled);
  tell (teller, "c_effnet", "%u", m->c_effnet);
  tell (teller, "c_pixels", "%u", m->c_pixels);
  return TRUE;
}

static gboolean
describe_stage_a (CasWeights   *ws,
                  const Teller *teller,
                  GError      **error)
{
  g_autoptr (CasStageA) m = cas_stage_a_new (ws, CAS_STAGE_A_SCALE, error);
  const gboolean has_encoder = cas_weights_peek (ws, "in_block.1.weight") != NULL;
  g_autoptr (CasStageAEncoder) encoder = NULL;

  if (m == NULL)
    return FALSE;
  if (has_encoder)
    encoder = cas_stage_a_encoder_new (ws, CAS_STAGE_A_SCALE, error);
  if (has_encoder && encoder == NULL)
    return FALSE;

  tell (teller, "c_latent", "%u", m->c_latent);
  tell (teller, "factor", "%u", m->factor);
  if (encoder != NULL)
    tell (teller, "codebook_size", "%" G_GUINT64_FORMAT, encoder->codebook->dims[0]);
  return TRUE;
}

static gboolean
describe_previewer (CasWeights   *ws,
                    const Teller *teller,
                    GError      **error)
{
  g_autoptr (CasPreviewer) m = cas_previewer_new (ws, error);

  if (m == NULL)
    return FALSE;

  tell (teller, "c_in", "%u", m->c_in);
  tell (teller, "factor", "%u", m->factor);
  return TRUE;
}

static gboolean
describe_controlnet (CasWeights   *ws,
                     const Teller *teller,
                     GError      **error)
{
  g_autoptr (CasControlNet) m = cas_controlnet_new (ws, NULL, error);
  g_autoptr (GString) blocks = g_string_new ("[");

  if (m == NULL)
    return FALSE;
  for (guint i = 0; i < m->n_projections; i++)
    g_string_append_printf (blocks, i > 0 ? ", %u" : "%u", m->projections[i].block);

  tell (teller, "filter", "%s", cas_control_kind_get_name (m->kind));
  tell (teller, "backbone", "%s", cas_control_backbone_get_name (m->backbone));
  tell (teller, "c_in", "%u", m->c_in);
  tell (teller, "c_backbone", "%u", m->c);
  tell (teller, "c_stage_c", "%u", (guint) m->projections[0].out.weight->dims[0]);
  tell (teller, "blocks", "%s]", blocks->str);
  return TRUE;
}

static gboolean
describe_saliency (CasWeights   *ws,
                   const Teller *teller,
                   GError      **error)
{
  g_autoptr (CasSaliency) m = cas_saliency_new (ws, error);

  if (m == NULL)
    return FALSE;

  tell (teller, "c_in", "%u", CAS_SALIENCY_C_IN);
  tell (teller, "factor", "%u", CAS_SALIENCY_FACTOR);
  return TRUE;
}

static gboolean
describe_clip_text (CasWeights   *ws,
                    const Teller *teller,
                    GError      **error)
{
  g_autoptr (CasClipText) m = cas_clip_text_new (ws, NULL, error);

  if (m == NULL)
    return FALSE;

  tell (teller, "hidden_size", "%u", m->c);
  tell (teller, "num_hidden_layers", "%u", m->tower.n_layers);
  tell (teller, "projection_dim", "%u", m->c_pooled);
  tell (teller, "vocab_size", "%u", m->n_vocabulary);
  tell (teller, "max_position_embeddings", "%u", m->n_positions);
  return TRUE;
}

/* "[24, 24, 48]": the channels that each stage gives. */
static char *
dup_stages (const CasEffnetBackbone *backbone)
{
  g_autoptr (GString) text = g_string_new (NULL);

  g_string_append_printf (text, "[%u", (guint) backbone->stem.weight->dims[0]);
  for (guint i = 0; i < backbone->n_blocks; i++)
    {
      const CasEffnetBlock *block = &backbone->blocks[i];
      const CasEffnetConv *last = block->kind == CAS_EFFNET_FUSED_PLAIN ? &block->expand
                                                                        : &block->project;

      if (block->number == 0)
        g_string_append_printf (text, ", %u", (guint) last->weight->dims[0]);
    }
  g_string_append_printf (text, ", %u]", backbone->c_out);
  return g_strdup (text->str);
}

static gboolean
describe_effnet (CasWeights   *ws,
                 const Teller *teller,
                 GError      **error)
{
  g_autoptr (CasEffnet) m = cas_effnet_new (ws, error);

  if (m == NULL)
    return FALSE;

  g_autofree char *stages = dup_stages (&m->backbone);

  tell (teller, "c_latent", "%u", m->c_latent);
  tell (teller, "factor", "%u", CAS_EFFNET_FACTOR);
  tell (teller, "widths", "%s", stages);
  tell (teller, "blocks", "%u", m->backbone.n_blocks);
  return TRUE;
}

static gboolean
describe_clip_vision (CasWeights   *ws,
                      const Teller *teller,
                      GError      **error)
{
  g_autoptr (CasClipVision) m = cas_clip_vision_new (ws, NULL, error);

  if (m == NULL)
    return FALSE;

  tell (teller, "hidden_size", "%u", m->c);
  tell (teller, "num_hidden_layers", "%u", m->tower.n_layers);
  tell (teller, "projection_dim", "%u", m->c_embedding);
  tell (teller, "image_size", "%u", m->size);
  tell (teller, "patch_size", "%u", m->patch);
  return TRUE;
}

gboolean
cas_describe (CasWeights   *ws,
              CasModelKind  kind,
              CasFactFunc   func,
              gpointer      data,
              GError      **error)
{
  const Teller teller = { func, data };

  switch (kind)
    {
    case CAS_MODEL_STAGE_C:
      return describe_stage_c (ws, &teller, error);
    case CAS_MODEL_STAGE_B:
      return describe_stage_b (ws, &teller, error);
    case CAS_MODEL_STAGE_A:
      return describe_stage_a (ws, &teller, error);
    case CAS_MODEL_PREVIEWER:
      return describe_previewer (ws, &teller, error);
    case CAS_MODEL_CONTROLNET:
      return describe_controlnet (ws, &teller, error);
    case CAS_MODEL_SALIENCY:
      return describe_saliency (ws, &teller, error);
    case CAS_MODEL_CLIP_TEXT:
      return describe_clip_text (ws, &teller, error);
    case CAS_MODEL_EFFNET:
      return describe_effnet (ws, &teller, error);
    case CAS_MODEL_CLIP_VISION:
      return describe_clip_vision (ws, &teller, error);
    default:
      return TRUE;
    }
}
