/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pictures that are read, and those that are too small. */

#include "cli/pictures.h"

#include <glib/gi18n-lib.h>

#include "cli/exit-code.h"

#define SMALL_SIDE 64

CasImage *
cli_picture_load (const char   *path,
                  GCancellable *cancellable,
                  GError      **error)
{
  GError *cause = NULL;
  CasImage *image = cas_image_load (path, cancellable, &cause);

  if (image)
    cas_image_flatten (image, 255, 255, 255);
  else
    cli_exit_fail_input (cause, error);
  return image;
}

gboolean
cli_picture_is_small (CasImage *image)
{
  return cas_image_get_width (image) < SMALL_SIDE || cas_image_get_height (image) < SMALL_SIDE;
}

static void
tell_small (const char *where,
            const char *option,
            CasImage   *image,
            CliReport  *report)
{
  g_autofree char *sentence = NULL;
  g_autofree char *located = NULL;

  if (!image || !cli_picture_is_small (image))
    return;

  sentence = g_strdup_printf (_("The picture of %s has only %u×%u pixels, in which there is little to "
                                "see."), option, cas_image_get_width (image),
                              cas_image_get_height (image));
  located = where ? g_strdup_printf ("%s: %s", where, sentence) : NULL;
  cli_report_notice (report, located ? located : sentence);
}

void
cli_pictures_tell_small (const CasJobParams *params,
                         const char         *where,
                         CliReport          *report)
{
  tell_small (where, "--init", params->init, report);
  for (guint i = 0; i < params->n_image_prompts; i++)
    tell_small (where, "--image-prompt", params->image_prompts[i].image, report);
  for (guint i = 0; i < params->n_controls; i++)
    tell_small (where, "--control", params->controls[i].image, report);
}
