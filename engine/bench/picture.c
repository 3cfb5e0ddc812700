/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pictures of 1024×1024 in as many steps as the published models take. */

#include "bench/picture.h"

#define N_STEPS         20
#define N_DECODER_STEPS 10

static const CasBenchPicture pictures[] = {
  { "picture-large",
    { { CAS_PUBLISHED_CLIP_TEXT, 1 },
      { CAS_PUBLISHED_STAGE_C_3_6B, N_STEPS },
      { CAS_PUBLISHED_STAGE_B_1_5B, N_DECODER_STEPS },
      { CAS_PUBLISHED_STAGE_A, 1 } } },
  { "picture-lite",
    { { CAS_PUBLISHED_CLIP_TEXT, 1 },
      { CAS_PUBLISHED_STAGE_C_1B, N_STEPS },
      { CAS_PUBLISHED_STAGE_B_700M, N_DECODER_STEPS },
      { CAS_PUBLISHED_STAGE_A, 1 } } },
};

guint
cas_bench_picture_get_n (void)
{
  return G_N_ELEMENTS (pictures);
}

const CasBenchPicture *
cas_bench_picture_get_nth (guint nth)
{
  g_return_val_if_fail (nth < G_N_ELEMENTS (pictures), NULL);

  return &pictures[nth];
}

gboolean
cas_bench_picture_has_network (const CasBenchPicture *picture,
                               CasPublished           network)
{
  for (guint i = 0; i < G_N_ELEMENTS (picture->terms); i++)
    if (picture->terms[i].network == network)
      return TRUE;
  return FALSE;
}

gboolean
cas_bench_picture_add_up (const CasBenchPicture *picture,
                          const CasBenchStep     steps[CAS_N_PUBLISHED],
                          CasBenchStep          *sum)
{
  *sum = (CasBenchStep) { 0 };
  for (guint i = 0; i < G_N_ELEMENTS (picture->terms); i++)
    {
      const CasBenchStep *step = &steps[picture->terms[i].network];

      if (step->seconds <= 0)
        return FALSE;
      sum->seconds += picture->terms[i].n_steps * step->seconds;
      sum->ideal_seconds += picture->terms[i].n_steps * step->ideal_seconds;
    }
  return TRUE;
}

static const char *
network_name (CasPublished which)
{
  guint i = 0;

  while (cas_bench_network_get_nth (i)->which != which)
    i++;
  return cas_bench_network_get_nth (i)->name;
}

char *
cas_bench_picture_dup_terms (const CasBenchPicture *picture)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (picture->terms); i++)
    g_string_append_printf (text, "%s%u × %s", i > 0 ? " + " : "", picture->terms[i].n_steps,
                            network_name (picture->terms[i].network));
  return g_string_free (text, FALSE);
}
