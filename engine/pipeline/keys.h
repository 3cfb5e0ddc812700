/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The condition's keys and values of every attention block, kept on the device from the graph that
 * makes them to the graph of a step. */

#pragma once

#include "model/unet.h"

G_BEGIN_DECLS

typedef struct _CasKeys CasKeys;

CasKeys         *cas_keys_new   (const CasUNet *unet,
                                 guint32        n,
                                 guint32        n_tokens);
void             cas_keys_free  (CasKeys       *keys);

/* Appends what makes them of the condition's tokens [n, 1, n_tokens, c_cond]. */
void             cas_keys_store (CasKeys       *keys,
                                 CasGraph      *g,
                                 CasTensor      cond);

/* As cas_unet_forward() takes them; valid until the next call. */
const CasTensor *cas_keys_load  (CasKeys       *keys,
                                 CasGraph      *g);

G_END_DECLS
