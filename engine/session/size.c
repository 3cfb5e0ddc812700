/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Sizes are tried on the memory plan, so what is named here works. */

#include "session/size.h"

#include <glib/gi18n-lib.h>

#include "gpu/memory-plan.h"
#include "sample/latent-size.h"

#define STEP CAS_IMAGE_SIDE_STEP

typedef struct
{
  guint width, height;
} Size;

static gboolean
fits (const CasSizeParams *plan,
      Size                 size,
      GError             **error)
{
  CasJobParams job = *plan->job;
  CasDemand demand = {
    .width = size.width,
    .height = size.height,
    .n_chunks = plan->n_chunks,
    .has_previewer = job.previews != CAS_PREVIEW_NONE && plan->networks->previewer,
  };

  job.width = size.width;
  job.height = size.height;
  cas_guides_add_demand (&job, plan->networks, &demand);
  return cas_residency_check_fit (plan->residency, &demand, error)
         && cas_guides_check_size_fit (&job, plan->networks, plan->compile, error);
}

/* --- searching ----------------------------------------------------------------------------- */

/* A size with one side given, and the other as asked says. */
typedef Size (*SizeFunc) (Size  asked,
                          guint side);

static Size
with_width (Size  asked,
            guint side)
{
  return (Size) { side, asked.height };
}

static Size
with_height (Size  asked,
             guint side)
{
  return (Size) { asked.width, side };
}

/* Of the same shape, as far as steps allow. */
static Size
with_longer (Size  asked,
             guint side)
{
  const guint longer = MAX (asked.width, asked.height);
  const guint shorter = MIN (asked.width, asked.height);
  const guint other = cas_image_side_round ((gint64) side * shorter / longer);

  return asked.width == longer ? (Size) { side, other } : (Size) { other, side };
}

/* The largest size whose side is below too_large; FALSE if there is none. */
static gboolean
find_largest (const CasSizeParams *plan,
              SizeFunc             make,
              Size                 asked,
              guint                too_large,
              Size                *found)
{
  guint low = CAS_IMAGE_MIN_SIDE / STEP - 1, high = too_large / STEP;

  while (high - low > 1)
    {
      const guint middle = low + (high - low) / 2;

      if (fits (plan, make (asked, middle * STEP), NULL))
        low = middle;
      else
        high = middle;
    }
  if (low * STEP < CAS_IMAGE_MIN_SIDE)
    return FALSE;

  *found = make (asked, low * STEP);
  return TRUE;
}

static gboolean
is_same (Size a,
         Size b)
{
  return a.width == b.width && a.height == b.height;
}

/* One side is kept. A strip instead of a picture helps nobody: half of the other must be left. */
static gboolean
find_with_kept_side (const CasSizeParams *plan,
                     Size                 asked,
                     Size                *found)
{
  return (find_largest (plan, with_height, asked, asked.height, found)
          && found->height >= asked.height / 2)
         || (find_largest (plan, with_width, asked, asked.width, found)
             && found->width >= asked.width / 2);
}

static guint
find_nearest (const CasSizeParams *plan,
              Size                 asked,
              Size                 found[2])
{
  const guint longer = MAX (asked.width, asked.height);

  if (!find_largest (plan, with_longer, asked, longer, &found[0]))
    return 0;
  if (find_with_kept_side (plan, asked, &found[1]) && !is_same (found[0], found[1]))
    return 2;
  if (find_largest (plan, with_longer, asked, MAX (found[0].width, found[0].height), &found[1]))
    return 2;
  return 1;
}

/* --- refusing ------------------------------------------------------------------------------ */

static void
advise (CasSizeAdvice *advice,
        const Size     found[2],
        guint          n)
{
  advice->n_sizes = n;
  for (guint i = 0; i < n; i++)
    {
      advice->sizes[i][0] = found[i].width;
      advice->sizes[i][1] = found[i].height;
    }
}

static void
refuse_size (const CasSizeParams *plan,
             Size                 asked,
             const GError        *cause,
             GError             **error)
{
  Size found[2];
  const guint n = find_nearest (plan, asked, found);

  advise (plan->advice, found, n);
  switch (n)
    {
    case 0:
      g_propagate_error (error, g_error_copy (cause));
      return;
    case 1:
      g_set_error (error, cause->domain, cause->code,
                   _("A picture of %u×%u does not fit. %s The nearest size that works is %u×%u."),
                   asked.width, asked.height, cause->message, found[0].width, found[0].height);
      return;
    default:
      g_set_error (error, cause->domain, cause->code,
                   _("A picture of %u×%u does not fit. %s The nearest sizes that work are %u×%u "
                     "and %u×%u."),
                   asked.width, asked.height, cause->message, found[0].width, found[0].height,
                   found[1].width, found[1].height);
    }
}

/* Nobody asked for these sides, so it is said what the picture may have. */
static void
refuse_doubled (const CasSizeParams *plan,
                CasImage            *small,
                const GError        *cause, /* NULL: there are no such sides */
                GError             **error)
{
  const guint w = cas_image_get_width (small), h = cas_image_get_height (small);
  const Size asked = { plan->job->width, plan->job->height };
  Size found;

  if (!cause)
    g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_PARAMETER,
                 _("The picture has %u×%u pixels, and to be drawn at twice its size it must have "
                   "%d to %d on each side."), w, h, (CAS_IMAGE_MIN_SIDE - STEP) / 2 + 1,
                 CAS_IMAGE_MAX_SIDE / 2);
  else if (find_largest (plan, with_longer, asked, MAX (asked.width, asked.height), &found))
    g_set_error (error, cause->domain, cause->code,
                 _("The picture has %u×%u pixels, and at twice its size it does not fit. %s The "
                   "largest of its proportions that works has %u×%u."), w, h, cause->message,
                 found.width / 2, found.height / 2);
  else
    g_propagate_error (error, g_error_copy (cause));
}

static gboolean
is_memory_short (const GError *cause)
{
  return g_error_matches (cause, CAS_ERROR, CAS_ERROR_OUT_OF_DEVICE_MEMORY)
         || g_error_matches (cause, CAS_ERROR, CAS_ERROR_OUT_OF_HOST_MEMORY);
}

static void
refuse (const CasSizeParams *plan,
        Size                 asked,
        const GError        *cause,
        GError             **error)
{
  CasImage *doubled = cas_guides_peek_doubled (plan->job);

  if (is_memory_short (cause) && doubled)
    refuse_doubled (plan, doubled, cause, error);
  else if (is_memory_short (cause))
    refuse_size (plan, asked, cause, error);
  else
    g_propagate_error (error, g_error_copy (cause));
}

/* The longest side that works with the other one as it is; 0: none. */
static guint
find_limit (const CasSizeParams *plan,
            SizeFunc             make,
            Size                 near)
{
  Size found = { 0 };

  if (!find_largest (plan, make, near, CAS_IMAGE_MAX_SIDE + STEP, &found))
    return 0;
  return make == with_width ? found.width : found.height;
}

/* A side is none that there can be. What it may be also depends on what fits. */
static void
refuse_side (const CasSizeParams *plan,
             Size                 asked,
             Size                 near,
             GError             **error)
{
  const guint two = CAS_IMAGE_MIN_SIDE + STEP; /* two sides work where this does */
  const Size larger = { MAX (near.width, two), MAX (near.height, two) };
  guint max_width = CAS_IMAGE_MAX_SIDE, max_height = CAS_IMAGE_MAX_SIDE;
  g_autoptr (GError) cause = NULL;

  if (near.width == asked.width)
    max_height = find_limit (plan, with_height, near);
  else if (near.height == asked.height || fits (plan, near, NULL))
    max_width = find_limit (plan, with_width, near);
  else
    max_width = 0;

  if ((max_width < two || max_height < two) && !fits (plan, larger, &cause))
    refuse (plan, larger, cause, error);
  else
    cas_image_size_check (asked.width, asked.height, MAX (max_width, two), MAX (max_height, two),
                          error);
}

gboolean
cas_size_check (const CasSizeParams *plan,
                GError             **error)
{
  const Size asked = { plan->job->width, plan->job->height };
  const Size near = { cas_image_side_round (asked.width), cas_image_side_round (asked.height) };
  CasImage *doubled = cas_guides_peek_doubled (plan->job);
  CasSizeAdvice *advice = plan->advice;
  guint64 before[2]; /* of another job's plan */
  g_autoptr (GError) cause = NULL;

  cas_memory_plan_take_shortage (plan->compile->gpu, &before[0], &before[1]);
  if (!cas_guides_check_fit (plan->job, plan->networks, plan->face_files, plan->compile, error))
    return FALSE;
  if (!is_same (asked, near) && doubled)
    refuse_doubled (plan, doubled, NULL, error);
  else if (!is_same (asked, near))
    refuse_side (plan, asked, near, error);
  else if (fits (plan, asked, &cause))
    return TRUE;
  else
    {
      cas_memory_plan_take_shortage (plan->compile->gpu, &advice->needed_bytes,
                                     &advice->available_bytes);
      refuse (plan, asked, cause, error);
    }
  return FALSE;
}
