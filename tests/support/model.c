/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Folders of models, and a saliency network that is made by hand. */

#include "support/model.h"

#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "cascade/model.h"
#include "io/safetensors.h"

char *
test_model_link_demo (const char *left_out)
{
  g_autofree char *demo = cas_model_dup_demo ();
  g_autoptr (GDir) dir = g_dir_open (demo, 0, NULL);
  char *folder = g_dir_make_tmp ("weir-model-XXXXXX", NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)))
    {
      g_autofree char *from = g_build_filename (demo, name, NULL);
      g_autofree char *to = g_build_filename (folder, name, NULL);

      if (g_strcmp0 (name, left_out) != 0)
        g_assert_cmpint (symlink (from, to), ==, 0);
    }
  return folder;
}

void
test_model_free (char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)))
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_assert_cmpint (g_unlink (path), ==, 0);
    }
  g_assert_cmpint (g_rmdir (folder), ==, 0);
  g_free (folder);
}

/* --- the saliency network ------------------------------------------------------------------ */

#define MAX_NUMBERS (64 * 64 * 3 * 3)

/* A convolution, and whether a norm follows at the next number. */
typedef struct
{
  const char *prefix;
  guint       number;
  guint       c_out, c_in, side;
  gboolean    has_norm;
} Layer;

static const Layer layers[] = {
  { "downsampler", 1, 8, 3, 9, TRUE },
  { "downsampler", 5, 16, 8, 3, TRUE },
  { "downsampler", 9, 32, 16, 3, TRUE },
  { "residual.0.resblock", 1, 32, 32, 3, TRUE },
  { "residual.0.resblock", 5, 32, 32, 3, TRUE },
  { "residual.2.resblock", 1, 64, 64, 3, TRUE },
  { "residual.2.resblock", 5, 64, 64, 3, TRUE },
  { "segmentator", 1, 16, 64, 3, TRUE },
  { "segmentator", 6, 1, 16, 9, FALSE },
};

typedef struct
{
  CasSafetensorsTensor tensors[4 * G_N_ELEMENTS (layers)];
  guint                n;
  GPtrArray           *memory;
} Writer;

static float *
add (Writer      *w,
     char        *name,
     guint        n_dims,
     const guint *dims)
{
  CasSafetensorsTensor *tensor = &w->tensors[w->n++];
  float *numbers;
  guint n = 1;

  *tensor = (CasSafetensorsTensor) { .name = name, .dtype = CAS_F32, .n_dims = n_dims };
  for (guint i = 0; i < n_dims; i++)
    {
      tensor->dims[i] = dims[i];
      n *= dims[i];
    }
  g_assert_cmpuint (n, <=, MAX_NUMBERS);
  tensor->data = numbers = g_new0 (float, n);
  g_ptr_array_add (w->memory, name);
  g_ptr_array_add (w->memory, numbers);
  return numbers;
}

/* One channel goes through: the picture's brightness, then how far it is above the mean. A layer of
 * some stride takes the mean of just the pixels that become one. Residual blocks add nothing. */
static void
fill (const Layer *layer,
      float       *weight,
      float       *bias)
{
  const guint side = layer->side, centre = side / 2;
  const guint stride = !g_str_equal (layer->prefix, "downsampler") ? 1 : side == 9 ? 4 : 2;
  const guint n_colours = layer->c_in == 3 ? 3 : 1;

  if (g_str_has_prefix (layer->prefix, "residual"))
    return;
  for (guint c = 0; c < n_colours; c++)
    for (guint y = 0; y < stride; y++)
      for (guint x = 0; x < stride; x++)
        weight[(c * side + centre + y) * side + centre + x] = 1.0f / (n_colours * stride * stride);
  if (layer->has_norm)
    return;
  weight[centre * side + centre] = 8;
  bias[0] = -4;
}

static void
add_layer (Writer      *w,
           const Layer *layer)
{
  const guint c = layer->c_out;
  const guint dims[] = { c, layer->c_in, layer->side, layer->side };
  const char *prefix = layer->prefix;
  float *bias = add (w, g_strdup_printf ("%s.%u.bias", prefix, layer->number), 1, &c);
  float *weight = add (w, g_strdup_printf ("%s.%u.weight", prefix, layer->number), 4, dims);

  fill (layer, weight, bias);
  if (!layer->has_norm)
    return;
  add (w, g_strdup_printf ("%s.%u.bias", prefix, layer->number + 1), 1, &c);
  weight = add (w, g_strdup_printf ("%s.%u.weight", prefix, layer->number + 1), 1, &c);
  for (guint i = 0; i < c; i++)
    weight[i] = 1;
}

static void
add_saliency (const char *folder,
              gboolean    is_broken)
{
  static const guint widen_dims[] = { 64, 1, 1, 1 };
  g_autofree char *path = g_build_filename (folder, "saliency_model.safetensors", NULL);
  g_autoptr (GError) error = NULL;
  Writer w = { .memory = g_ptr_array_new_with_free_func (g_free) };

  for (guint i = 0; i < G_N_ELEMENTS (layers); i++)
    {
      Layer layer = layers[i];

      layer.c_in += is_broken && !layer.has_norm;
      add_layer (&w, &layer);
    }

  float *widen = add (&w, g_strdup ("residual.1.weight"), G_N_ELEMENTS (widen_dims), widen_dims);

  for (guint i = 0; i < widen_dims[0]; i++)
    widen[i] = 1;
  g_assert_cmpuint (w.n, ==, 35); /* as published */
  cas_safetensors_write (path, w.tensors, w.n, NULL, &error);
  g_assert_no_error (error);
  g_ptr_array_unref (w.memory);
}

void
test_model_add_saliency (const char *folder)
{
  add_saliency (folder, FALSE);
}

void
test_model_add_broken_saliency (const char *folder)
{
  add_saliency (folder, TRUE);
}
