/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A denoiser that draws from the inputs of a case and whose steps become outputs. */

#include "golden/loop.h"

#include <string.h>

typedef void (*ReadFunc) (CasDenoiser *denoiser,
                          float       *values);

typedef struct
{
  GoldenCase            *c;
  CasDenoiser           *denoiser;
  const GoldenLoopNames *names;
  GPtrArray             *draws; /* const GoldenTensor: perhaps the start, then one a step */
  guint                  n_drawn;
  float                 *latent;
} Loop;

static void
loop_clear (Loop *loop)
{
  g_ptr_array_unref (loop->draws);
  g_free (loop->latent);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Loop, loop_clear)

static char *
dup_name (const char *name,
          guint       step)
{
  return g_strdup_printf ("%s.%u", name, step);
}

static gboolean
add_draw (Loop       *loop,
          const char *name,
          GError    **error)
{
  const GoldenTensor *tensor = golden_case_get_input (loop->c, name, error);
  gsize length = cas_denoiser_get_length (loop->denoiser);

  if (!tensor)
    return FALSE;
  if (!tensor->f32 || tensor->n_dims != 4 || tensor->n_elements != length)
    {
      g_autofree char *shape = golden_tensor_dup_shape (tensor);

      golden_fail (error, "input “%s” has shape %s, wanted a latent of %" G_GSIZE_FORMAT " numbers",
                   name, shape, length);
      return FALSE;
    }
  g_ptr_array_add (loop->draws, (gpointer) tensor);
  return TRUE;
}

/* What a step takes and gives; given numbers all have the shape of the first draw. */
static gboolean
add_step (Loop   *loop,
          guint   step,
          GError **error)
{
  const char *outputs[] = { loop->names->x0, loop->names->x, loop->names->prediction };
  g_autofree char *noise = dup_name (loop->names->noise, step);

  if (!add_draw (loop, noise, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (outputs); i++)
    {
      g_autofree char *name = outputs[i] ? dup_name (outputs[i], step) : NULL;

      if (name && !golden_case_add_output_as (loop->c, name, loop->draws->pdata[0], error))
        return FALSE;
    }
  return TRUE;
}

static void
draw (gpointer source,
      float   *out,
      gsize    n)
{
  Loop *loop = source;
  const GoldenTensor *tensor = loop->draws->pdata[loop->n_drawn++];

  memcpy (out, tensor->f32, n * sizeof (float));
}

static void
keep (Loop       *loop,
      const char *output,
      guint       step,
      ReadFunc    read)
{
  g_autofree char *name = dup_name (output, step);

  read (loop->denoiser, loop->latent);
  golden_tensor_from_nhwc (g_hash_table_lookup (loop->c->outputs, name), loop->latent);
}

static void
on_step (guint    n_done,
         gpointer data)
{
  Loop *loop = data;

  keep (loop, loop->names->x0, n_done - 1, cas_denoiser_read_x0);
  keep (loop, loop->names->x, n_done - 1, cas_denoiser_read_x);
  if (loop->names->prediction)
    keep (loop, loop->names->prediction, n_done - 1, cas_denoiser_read_prediction);
}

gboolean
golden_loop_run (GoldenCase             *c,
                 CasDenoiser            *denoiser,
                 const GoldenLoopNames  *names,
                 const CasDenoiseParams *params,
                 const CasRun           *run,
                 GError                **error)
{
  CasDenoiseParams with_case = *params;
  g_auto (Loop) loop = {
    .c = c,
    .denoiser = denoiser,
    .names = names,
    .draws = g_ptr_array_new (),
    .latent = g_new (float, cas_denoiser_get_length (denoiser)),
  };

  if (names->start && !add_draw (&loop, names->start, error))
    return FALSE;
  for (guint i = 0; i < params->n_steps; i++)
    if (!add_step (&loop, i, error))
      return FALSE;

  with_case.draw = draw;
  with_case.draw_source = &loop;
  with_case.on_step = on_step;
  with_case.step_data = &loop;
  return cas_denoiser_run (denoiser, &with_case, run, error);
}
