/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pictures of the smallest size in the fewest steps: a job gives the same picture whatever the
 * session did before. Run under Vulkan's validation layer, whose messages end the test. */

#include "picture/picture.h"

static CasJobParams
small_job (const char *prompt,
           guint64     seed)
{
  return (CasJobParams) {
    .prompt = prompt,
    .seed = seed,
    .has_seed = TRUE,
    .width = 64,
    .height = 64,
    .steps = 2,
    .decoder_steps = 1,
  };
}

static void
assert_same_pixels (CasImage *a,
                    CasImage *b)
{
  g_assert_cmpuint (cas_image_get_width (a), ==, cas_image_get_width (b));
  g_assert_cmpuint (cas_image_get_height (a), ==, cas_image_get_height (b));
  g_assert_cmpmem (cas_image_get_pixels (a), cas_image_get_stride (a) * cas_image_get_height (a),
                   cas_image_get_pixels (b), cas_image_get_stride (b) * cas_image_get_height (b));
}

static void
test_after_another (void)
{
  g_autoptr (CasSession) session = picture_open_session (NULL);
  CasJobParams job = small_job ("a house", 1);
  CasJobParams other = small_job ("a boat", 2);

  other.width = 128;
  other.negative = "fog";
  other.sampler = CAS_SAMPLER_DDIM;

  g_autoptr (GPtrArray) first = picture_run (session, &job);
  g_autoptr (GPtrArray) between = picture_run (session, &other);
  g_autoptr (GPtrArray) again = picture_run (session, &job);

  g_assert_cmpuint (first->len, ==, 1);
  g_assert_cmpuint (cas_image_get_width (between->pdata[0]), ==, 128);
  assert_same_pixels (first->pdata[0], again->pdata[0]);
}

/* With previews of every step, which use networks of their own in between. */
static void
test_previews (void)
{
  g_autoptr (CasSession) session = picture_open_session (NULL);
  CasJobParams job = small_job ("a car", 3);

  g_autoptr (GPtrArray) without = picture_run (session, &job);
  job.previews = CAS_PREVIEW_EVERY_STEP;
  g_autoptr (GPtrArray) with = picture_run (session, &job);

  assert_same_pixels (without->pdata[0], with->pdata[0]);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/picture/small/after-another", test_after_another);
  g_test_add_func ("/picture/small/previews", test_previews);
  return g_test_run ();
}
