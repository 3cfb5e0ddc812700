/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a LoRA file is, for a person who has one and wonders. */

#pragma once

#include "cascade/model.h"

G_BEGIN_DECLS

/* Adds the file's form, rank, networks and tokens to the details; what is wrong with it to what is
 * missing; what nothing knows to what is not used. model (NULL: none is asked about): the folder of
 * one, and how much of the file belongs to it. */
void cas_lora_info_describe (CasModelInfo *info,
                             const char   *path,
                             const char   *model);

G_END_DECLS
