/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which parts of a model are on the device. */

#include "session/residency.h"

typedef struct
{
  gboolean (*leave) (gpointer data);
  gpointer   data;
} Lodger;

struct _CasResidency
{
  CasNetworks      networks;
  CasCompileParams compile;
  guint            width, height;
  CasDemand        fitting; /* what was found to fit last */
  CasParts        *parts;
  CasParams       *params[CAS_N_PARTS]; /* weights; NULL where none are on the device */
  GArray          *lodgers;             /* Lodger */
  gboolean         is_sparing;
};

/* As a picture needs them, and then the next one; the text encoder only before the first. */
static const CasPart order[] = {
  CAS_PART_STAGE_C, CAS_PART_PREVIEWER, CAS_PART_STAGE_B, CAS_PART_STAGE_A,
};

CasResidency *
cas_residency_new (const CasNetworks      *networks,
                   const CasCompileParams *compile)
{
  CasResidency *self = g_new0 (CasResidency, 1);

  self->networks = *networks;
  self->compile = *compile;
  self->lodgers = g_array_new (FALSE, FALSE, sizeof (Lodger));
  return self;
}

void
cas_residency_free (CasResidency *self)
{
  if (!self)
    return;

  g_clear_pointer (&self->parts, cas_parts_free);
  for (CasPart part = 0; part < CAS_N_PARTS; part++)
    g_clear_pointer (&self->params[part], cas_params_free);
  g_array_unref (self->lodgers);
  g_free (self);
}

CasParts *
cas_residency_set_size (CasResidency *self,
                        guint         width,
                        guint         height)
{
  if (self->parts && self->width == width && self->height == height)
    return self->parts;

  g_clear_pointer (&self->parts, cas_parts_free);
  self->parts = cas_parts_new (&self->networks, width, height);
  self->width = width;
  self->height = height;
  return self->parts;
}

void
cas_residency_rebuild (CasResidency *self,
                       CasPart       part)
{
  if (self->parts)
    cas_parts_release (self->parts, part);
  if (self->params[part])
    cas_params_drop_temporary (self->params[part]);
  self->fitting = (CasDemand) { 0 }; /* what is put on the weights needs room too */
}

static gboolean
is_same_demand (const CasDemand *a,
                const CasDemand *b)
{
  if (a->width != b->width || a->height != b->height || a->n_chunks != b->n_chunks
      || a->has_previewer != b->has_previewer || a->n_images != b->n_images
      || a->n_controls != b->n_controls)
    return FALSE;
  for (guint i = 0; i < a->n_controls; i++)
    if (a->controls[i].controlnet != b->controls[i].controlnet
        || a->controls[i].h != b->controls[i].h || a->controls[i].w != b->controls[i].w)
      return FALSE;
  return TRUE;
}

gboolean
cas_residency_check_fit (CasResidency    *self,
                         const CasDemand *demand,
                         GError         **error)
{
  /* the hungriest first, so that what does not fit is known soon */
  static const CasPart parts[] = {
    CAS_PART_STAGE_A, CAS_PART_STAGE_B, CAS_PART_STAGE_C, CAS_PART_TEXT_ENCODER, CAS_PART_PREVIEWER,
  };

  /* its parts may be on the device by now, and what is there needs no room */
  if (is_same_demand (&self->fitting, demand))
    return TRUE;

  g_autoptr (CasParts) probe = cas_parts_new (&self->networks, demand->width, demand->height);

  cas_parts_set_n_chunks (probe, demand->n_chunks);
  cas_parts_set_guide (probe, demand->n_images, demand->controls, demand->n_controls);
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    if ((parts[i] != CAS_PART_PREVIEWER || demand->has_previewer)
        && !cas_parts_check_fit (probe, parts[i], &self->compile, error))
      return FALSE;
  self->fitting = *demand;
  return TRUE;
}

static void
evict (CasResidency *self,
       CasPart       part)
{
  cas_parts_release (self->parts, part);
  g_clear_pointer (&self->params[part], cas_params_free);
}

void
cas_residency_add_lodger (CasResidency *self,
                          gboolean    (*leave) (gpointer data),
                          gpointer      data)
{
  const Lodger lodger = { leave, data };

  g_array_append_val (self->lodgers, lodger);
}

void
cas_residency_remove_lodger (CasResidency *self,
                             gpointer      data)
{
  for (guint i = self->lodgers->len; i-- > 0;)
    if (g_array_index (self->lodgers, Lodger, i).data == data)
      g_array_remove_index (self->lodgers, i);
}

static gboolean
clear_lodgers (CasResidency *self,
               gpointer      asking)
{
  gboolean is_cleared = FALSE;

  for (guint i = 0; i < self->lodgers->len; i++)
    {
      const Lodger *lodger = &g_array_index (self->lodgers, Lodger, i);

      if (lodger->data != asking && lodger->leave (lodger->data))
        is_cleared = TRUE;
    }
  return is_cleared;
}

gboolean
cas_residency_clear (CasResidency *self,
                     gpointer      asking)
{
  gboolean is_cleared = clear_lodgers (self, asking);

  for (CasPart part = 0; self->parts && part < CAS_N_PARTS; part++)
    {
      is_cleared |= self->params[part] != NULL;
      evict (self, part);
    }
  return is_cleared;
}

void
cas_residency_set_sparing (CasResidency *self,
                           gboolean      is_sparing)
{
  self->is_sparing = is_sparing;
}

static gboolean
prepare (CasResidency        *self,
         CasPart              part,
         GCancellable        *cancellable,
         CasResidencyProgress progress,
         gpointer             data,
         GError             **error)
{
  CasCompileParams params = self->compile;

  if (!self->params[part])
    self->params[part] = cas_params_new (self->compile.gpu);
  params.params = self->params[part];
  params.cancellable = cancellable;
  params.progress = progress;
  params.progress_data = data;
  if (cas_parts_prepare (self->parts, part, &params, error))
    return TRUE;

  evict (self, part);
  return FALSE;
}

/* Takes away what lodgers hold, which no job needs, or else the part that will be needed last after
 * this one; FALSE if nothing else is there. */
static gboolean
make_room_for (CasResidency *self,
               CasPart       part,
               CasPart       running)
{
  const guint n = G_N_ELEMENTS (order);
  guint here = 0;

  if (clear_lodgers (self, NULL))
    return TRUE;
  while (here < n && order[here] != part)
    here++;
  for (guint i = 0; i <= n; i++)
    {
      const CasPart victim = i == 0 ? CAS_PART_TEXT_ENCODER : order[(here + n - i) % n];

      if (victim == part || victim == running || !self->params[victim])
        continue;
      g_info ("Part %d makes room for part %d.", victim, part);
      evict (self, victim);
      return TRUE;
    }
  return FALSE;
}

static void
clear_for (CasResidency *self,
           CasPart       part,
           CasPart       running)
{
  clear_lodgers (self, NULL);
  for (CasPart other = 0; other < CAS_N_PARTS; other++)
    if (other != part && other != running)
      evict (self, other);
}

gboolean
cas_residency_need (CasResidency        *self,
                    CasPart              part,
                    CasPart              running,
                    GCancellable        *cancellable,
                    CasResidencyProgress progress,
                    gpointer             data,
                    GError             **error)
{
  g_autoptr (GError) problem = NULL;

  if (self->is_sparing && !cas_parts_is_ready (self->parts, part))
    clear_for (self, part, running);
  while (!prepare (self, part, cancellable, progress, data, &problem))
    {
      if (!g_error_matches (problem, CAS_ERROR, CAS_ERROR_OUT_OF_DEVICE_MEMORY)
          || !make_room_for (self, part, running))
        {
          g_propagate_error (error, g_steal_pointer (&problem));
          return FALSE;
        }
      g_clear_error (&problem);
    }
  return TRUE;
}
