/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The hyper-parameters of a network, as its tensors tell them (spec 14). */

#pragma once

#include "model/detect.h"

G_BEGIN_DECLS

/* name as in the specification ("c_hidden"), value as JSON ("[2048, 2048]"). */
typedef void (*CasFactFunc) (const char *name,
                             const char *value,
                             gpointer    data);

/* Loads the network to see that it is whole: FALSE and the first thing that is wrong, before any
 * fact. Kinds that this version cannot load have no facts. */
gboolean cas_describe (CasWeights   *ws,
                       CasModelKind  kind,
                       CasFactFunc   func,
                       gpointer      data,
                       GError      **error);

G_END_DECLS
