/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The list of operations that are built. */

#include "golden/op-table.h"

static const struct
{
  const char *name;
  GoldenOp    run;
} ops[] = {
  { "latent_sizes", golden_latent_sizes },
  { "r_embedding", golden_r_embedding },
  { "schedule", golden_schedule },
  { "tokenizer", golden_tokenizer },
  { "torch_rng", golden_torch_rng },
};

GoldenOp
golden_op_lookup (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (ops); i++)
    if (g_str_equal (ops[i].name, name))
      return ops[i].run;
  return NULL;
}
