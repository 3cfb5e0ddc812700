/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Latent sizes: the product's rules and, for comparison, those of the other packagings. A case
 * gives the sizes in its parameters and expects no tensors. */

#include "golden/op-table.h"

#include "sample/latent-size.h"

#include <math.h>

static guint32
diffusers_stage_b (guint32 side)
{
  return (guint32) (ceil (side / 42.67) * 10.67);
}

static guint32
comfy_stage_c (guint32 side)
{
  return side / 42;
}

static guint32
quarter (guint32 side)
{
  return side / 4;
}

/* The image that the encoder sees when a picture is reconstructed. */
static guint32
reconstruction_image (guint32 side)
{
  return (guint32) floor (0.75 * side / 32) * 32;
}

static const struct
{
  const char *name;
  guint32   (*rule) (guint32 side);
} rules[] = {
  { "orig_c", cas_latent_side_stage_c },
  { "orig_b", cas_latent_side_stage_b },
  { "diffusers_c", cas_latent_side_stage_c },
  { "diffusers_b", diffusers_stage_b },
  { "comfy_c_42", comfy_stage_c },
  { "comfy_b", quarter },
  { "recon_effnet_image", reconstruction_image },
  { "recon_b", quarter },
};

static gboolean
check_row (JsonObject *row,
           GError    **error)
{
  guint32 height = (guint32) json_object_get_int_member (row, "h");
  guint32 width = (guint32) json_object_get_int_member (row, "w");

  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    {
      if (!json_object_has_member (row, rules[i].name))
        {
          golden_fail (error, "a row has no “%s”", rules[i].name);
          return FALSE;
        }

      JsonArray *wanted = json_object_get_array_member (row, rules[i].name);
      gint64 wanted_h = json_array_get_int_element (wanted, 0);
      gint64 wanted_w = json_array_get_int_element (wanted, 1);
      guint32 h = rules[i].rule (height);
      guint32 w = rules[i].rule (width);
      if (h != wanted_h || w != wanted_w)
        {
          golden_fail (error, "%s of %u × %u: %u × %u, wanted %d × %d", rules[i].name,
                       height, width, h, w, (int) wanted_h, (int) wanted_w);
          return FALSE;
        }
    }
  return TRUE;
}

gboolean
golden_latent_sizes (GoldenCase *c,
                     GError    **error)
{
  JsonArray *rows;

  if (!golden_case_get_array (c, "rows", &rows, error))
    return FALSE;
  for (guint i = 0; i < json_array_get_length (rows); i++)
    if (!check_row (json_array_get_object_element (rows, i), error))
      return FALSE;
  return TRUE;
}
