/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Latents in files. */

#include "session/latent-file.h"

#include <glib/gi18n-lib.h>

#include "cascade/error.h"

#define MAX_SIDE     4096 /* of a latent; that of the largest picture has 1536 */
#define MAX_CHANNELS 256
#define MAX_PIXELS   65536

void
cas_latent_free (CasLatent *self)
{
  if (!self)
    return;

  g_free (self->values);
  g_free (self);
}

/* values as the file has them, [channels, rows, columns], to the order of the networks, or back. */
static void
transpose (const CasLatent *self,
           float           *planes,
           gboolean         to_planes)
{
  const gsize n_pixels = (gsize) self->n_rows * self->n_columns;

  for (gsize i = 0; i < n_pixels; i++)
    for (gsize c = 0; c < self->n_channels; c++)
      {
        float *number = &self->values[i * self->n_channels + c];

        if (to_planes)
          planes[c * n_pixels + i] = *number;
        else
          *number = planes[c * n_pixels + i];
      }
}

static float *
new_numbers (const CasLatent *self,
             GError         **error)
{
  float *numbers = g_try_new (float, (gsize) self->n_rows * self->n_columns * self->n_channels);

  if (!numbers)
    g_set_error (error, CAS_ERROR, CAS_ERROR_OUT_OF_HOST_MEMORY,
                 _("There is no memory for a latent of %u×%u."), self->n_columns, self->n_rows);
  return numbers;
}

gboolean
cas_latent_save (const CasLatent *self,
                 const char      *path,
                 GError         **error)
{
  g_autofree float *planes = new_numbers (self, error);
  g_autofree char *width = g_strdup_printf ("%u", self->width);
  g_autofree char *height = g_strdup_printf ("%u", self->height);
  const char *metadata[] = { "height", height, "width", width, NULL };
  const CasSafetensorsTensor tensor = {
    .name = "latent",
    .dtype = CAS_F32,
    .n_dims = 3,
    .dims = { self->n_channels, self->n_rows, self->n_columns },
    .data = planes,
  };

  if (!planes)
    return FALSE;
  transpose (self, planes, TRUE);
  return cas_safetensors_write (path, &tensor, 1, metadata, error);
}

static gboolean
read_side (const CasSafetensors *file,
           const char           *name,
           guint                *side)
{
  const char *text = cas_safetensors_lookup_metadata (file, name);
  guint64 value;

  if (!text || !g_ascii_string_to_unsigned (text, 10, 1, MAX_PIXELS, &value, NULL))
    return FALSE;
  *side = (guint) value;
  return TRUE;
}

static gboolean
is_latent (const CasSafetensorsEntry *entry)
{
  return entry && entry->dtype == CAS_F32 && entry->n_dims == 3 && entry->dims[0] > 0
         && entry->dims[0] <= MAX_CHANNELS && entry->dims[1] > 0 && entry->dims[1] <= MAX_SIDE
         && entry->dims[2] > 0 && entry->dims[2] <= MAX_SIDE;
}

gboolean
cas_latent_describe (CasLatent            *self,
                     const CasSafetensors *file)
{
  const CasSafetensorsEntry *entry = cas_safetensors_lookup (file, "latent");

  if (!is_latent (entry) || !read_side (file, "width", &self->width)
      || !read_side (file, "height", &self->height))
    return FALSE;
  self->n_channels = (guint) entry->dims[0];
  self->n_rows = (guint) entry->dims[1];
  self->n_columns = (guint) entry->dims[2];
  return TRUE;
}

/* What is wrong with a latent's file is no fault of the model. */
static CasLatent *
fail_file (GError  *cause,
           GError **error)
{
  if (g_error_matches (cause, CAS_ERROR, CAS_ERROR_BAD_MODEL))
    cause->code = CAS_ERROR_BAD_IMAGE;
  g_propagate_error (error, cause);
  return NULL;
}

CasLatent *
cas_latent_load (const char *path,
                 GError    **error)
{
  GError *cause = NULL;
  g_autoptr (CasSafetensors) file = cas_safetensors_open (path, &cause);
  g_autoptr (CasLatent) self = g_new0 (CasLatent, 1);

  if (!file)
    return fail_file (cause, error);
  if (!cas_latent_describe (self, file))
    {
      g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_IMAGE,
                   _("%s: this is no latent of a picture: a tensor “latent” of three dimensions "
                     "and F32 is wanted, with the picture's width and height in the metadata."),
                   cas_safetensors_get_display_name (file));
      return NULL;
    }

  self->values = new_numbers (self, error);

  const CasSafetensorsEntry *entry = cas_safetensors_lookup (file, "latent");
  g_autofree float *planes = self->values ? new_numbers (self, error) : NULL;

  if (!planes)
    return NULL;
  if (!cas_safetensors_read (file, entry, 0, planes, entry->size, &cause))
    return fail_file (cause, error);
  transpose (self, planes, FALSE);
  return g_steal_pointer (&self);
}
