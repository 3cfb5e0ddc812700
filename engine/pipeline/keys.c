/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Keys and values between graphs. */

#include "pipeline/keys.h"

struct _CasKeys
{
  const CasUNet *unet;
  CasState     **states;
  CasTensor     *tensors;
};

CasKeys *
cas_keys_new (const CasUNet *unet,
              guint32        n,
              guint32        n_tokens)
{
  CasKeys *self = g_new0 (CasKeys, 1);

  self->unet = unet;
  self->states = g_new0 (CasState *, unet->n_attn);
  self->tensors = g_new0 (CasTensor, unet->n_attn);
  for (guint i = 0; i < unet->n_attn; i++)
    {
      g_autofree char *name = g_strdup_printf ("keys and values %u", i);

      self->states[i] = cas_state_new (name, CAS_F32,
                                       CAS_SHAPE (n, 1, n_tokens, 2 * cas_unet_attn_width (unet, i)));
    }
  return self;
}

void
cas_keys_free (CasKeys *self)
{
  if (!self)
    return;

  for (guint i = 0; i < self->unet->n_attn; i++)
    cas_state_unref (self->states[i]);
  g_free (self->states);
  g_free (self->tensors);
  g_free (self);
}

void
cas_keys_store (CasKeys  *self,
                CasGraph *g,
                CasTensor cond)
{
  cas_unet_condition (g, self->unet, cond, self->tensors);
  for (guint i = 0; i < self->unet->n_attn; i++)
    cas_graph_store (g, self->tensors[i], self->states[i]);
}

const CasTensor *
cas_keys_load (CasKeys  *self,
               CasGraph *g)
{
  for (guint i = 0; i < self->unet->n_attn; i++)
    self->tensors[i] = cas_graph_load (g, self->states[i]);
  return self->tensors;
}
