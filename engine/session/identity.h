/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What has to be the same for a job to go on as if nothing had been, as hashes. */

#pragma once

#include "cascade/job.h"
#include "gpu/gpu.h"
#include "ops/path.h"
#include "session/loras.h"
#include "session/networks.h"

G_BEGIN_DECLS

#define CAS_IDENTITY_HASH_BYTES 32

typedef struct
{
  guint8 job[CAS_IDENTITY_HASH_BYTES];    /* every number, word, picture and LoRA of it */
  guint8 model[CAS_IDENTITY_HASH_BYTES];  /* the files that make its pictures */
  guint8 device[CAS_IDENTITY_HASH_BYTES]; /* with its driver and this version of its kernels */
} CasIdentity;

/* job: resolved, its LoRAs on, the networks that its pictures need open. */
void cas_identity_init (CasIdentity        *identity,
                        const CasJobParams *job,
                        CasLoadedNetworks  *networks,
                        CasLoras           *loras,
                        const CasGpuInfo   *device,
                        CasPath             path);

G_END_DECLS
