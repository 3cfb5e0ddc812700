/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pictures of a picture: those that the history has can steer again. */

#include "restore-plan-private.h"

#include <math.h>

#include <glib/gi18n.h>

/* Of which role a picture was, for a person. */
static const char *
get_role_name (const char *role)
{
  static const struct { const char *role, *name; } names[] = {
    { "init", N_("Image to Begin From") },
    { "mask", N_("Mask") },
    { "prompt", N_("Image to Vary") },
    { "canny", N_("Guidance: Edges") },
    { "identity", N_("Guidance: Face") },
    { "super_resolution", N_("Guidance: Super Resolution") },
    { "inpainting", N_("Guidance: Inpainting") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_strcmp0 (names[i].role, role) == 0)
      return _(names[i].name);
  return role ? role : _("Image");
}

/* What the picture was for, if that can be had here again. */
static gboolean
read_role (const CasMetadataPicture *picture,
           WeirRestorePicture       *use)
{
  *use = (WeirRestorePicture) {
    .is_init = g_strcmp0 (picture->role, "init") == 0,
    .is_reference = g_strcmp0 (picture->role, "prompt") == 0,
    .weight = picture->weight,
    .start = picture->start,
    .end = picture->end,
    .low = picture->low,
    .high = picture->high,
  };
  return use->is_reference || use->is_init ||
         (picture->role && cas_control_kind_from_name (picture->role, &use->kind) &&
          use->kind != CAS_CONTROL_INPAINTING && use->kind != CAS_CONTROL_OTHER);
}

/* How much was made anew. */
static void
add_strength (WeirRestorePlan *plan,
              double           strength)
{
  WeirRestoreSetting *setting;

  if (strength <= 0 || strength > 1)
    return;
  setting = weir_restore_plan_add (plan, WEIR_RESTORE_READY, _("Strength"),
                                   g_strdup_printf (_("%d %%"), (int) round (strength * 100)));
  g_value_set_double (weir_restore_setting_append (setting, "strength", G_TYPE_DOUBLE), strength);
}

static void
add_outpaint (WeirRestorePlan   *plan,
              const CasMetadata *m,
              gboolean           is_used)
{
  const guint *outside = m->outpaint;
  WeirRestoreSetting *setting;

  if (outside[0] + outside[1] + outside[2] + outside[3] == 0)
    return;
  setting = weir_restore_plan_add (
    plan, is_used ? WEIR_RESTORE_READY : WEIR_RESTORE_UNAVAILABLE, _("Expanded Image"),
    is_used ? g_strdup_printf (_("%u, %u, %u and %u pixels on the left, top, right and bottom of "
                                 "the image to begin from"),
                               outside[0], outside[1], outside[2], outside[3])
            : g_strdup_printf (_("%u, %u, %u and %u pixels on the left, top, right and bottom → "
                                 "none are added"),
                               outside[0], outside[1], outside[2], outside[3]));
  setting->adds_outside = is_used;
}

/* TRUE if it is one to begin from and can be had. */
static gboolean
add_picture (WeirRestorePlan          *plan,
             const CasMetadataPicture *picture,
             const WeirRestoreHere    *here)
{
  const char *title = get_role_name (picture->role);
  WeirRestorePicture use;
  const gboolean is_usable = read_role (picture, &use);
  g_autofree char *path = is_usable && here->dup_picture && picture->sha256
                            ? here->dup_picture (here->data, picture->sha256) : NULL;

  if (picture->is_small)
    weir_restore_plan_add (plan, WEIR_RESTORE_UNAVAILABLE, title,
                           g_strdup (_("The image was doubled → choose Upscale ×2 for an image of "
                                       "the history")));
  else if (is_usable && !use.is_reference && !use.is_init &&
           !(here->control_kinds & 1u << use.kind))
    weir_restore_plan_add (plan, WEIR_RESTORE_MISSING, title,
         g_strdup (_("The model has no ControlNet for it → none is used")));
  else if (path)
    {
      g_autofree char *name = g_filename_display_basename (path);
      WeirRestoreSetting *setting = weir_restore_plan_add (plan, WEIR_RESTORE_READY, title,
                              g_strdup_printf (_("“%s” of the history, strength %g"), name,
                                               picture->weight));

      setting->path = g_steal_pointer (&path);
      setting->picture = use;
      setting->picture.path = setting->path;
      return use.is_init;
    }
  else if (picture->threshold > 0)
    weir_restore_plan_add (plan, WEIR_RESTORE_UNAVAILABLE, title,
         g_strdup (_("It was found by the model → none is used")));
  else if (!picture->sha256)
    weir_restore_plan_add (plan, WEIR_RESTORE_UNAVAILABLE, title,
         g_strdup (_("Its fingerprint is not known → none is used")));
  else
    weir_restore_plan_add (plan, WEIR_RESTORE_MISSING, title,
         g_strdup_printf (_("The image with the fingerprint %.12s…, strength %g → none is used"),
                          picture->sha256, picture->weight));
  return FALSE;
}

void
weir_restore_plan_add_pictures (WeirRestorePlan       *plan,
                                const CasSettings     *settings,
                                const WeirRestoreHere *here)
{
  const CasMetadata *m = &settings->metadata;
  gboolean has_init = FALSE;

  for (guint i = 0; i < m->n_pictures; i++)
    {
      has_init |= add_picture (plan, &m->pictures[i], here);
      if (g_strcmp0 (m->pictures[i].role, "init") == 0)
        add_strength (plan, m->pictures[i].weight);
    }
  add_outpaint (plan, m, has_init);
}
