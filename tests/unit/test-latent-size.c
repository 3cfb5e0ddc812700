/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Sizes of latents against the reference, and which pictures are refused in which words. */

#include "sample/latent-size.h"

static const struct { guint32 side, stage_c, stage_b; } sides[] = {
  { 96, 3, 24 }, { 128, 3, 32 }, { 512, 12, 128 }, { 640, 15, 160 }, { 720, 17, 180 },
  { 768, 18, 192 }, { 832, 20, 208 }, { 896, 21, 224 }, { 1000, 24, 250 }, { 1024, 24, 256 },
  { 1152, 27, 288 }, { 1216, 29, 304 }, { 1280, 30, 320 }, { 1344, 32, 336 }, { 1500, 36, 375 },
  { 1536, 36, 384 }, { 2048, 48, 512 },
};

static const struct { gint64 width, height; } good[] = {
  { 64, 64 }, { 1024, 72 }, { 65536, 64 }, { 1000, 65536 },
};

static const struct
{
  gint64      width, height;
  const char *message;
  guint       max_width, max_height; /* 0: no limits but those that always hold */
} bad[] = {
  { 100, 64, "The width is 100, but must be a multiple of 8 from 64 to 65536; "
             "the nearest that work are 96 and 104." },
  { 64, 1023, "The height is 1023, but must be a multiple of 8 from 64 to 65536; "
              "the nearest that work are 1016 and 1024." },
  { 0, 64, "The width is 0, but must be a multiple of 8 from 64 to 65536; "
           "the nearest that work are 64 and 72." },
  { 56, 64, "The width is 56, but must be a multiple of 8 from 64 to 65536; "
            "the nearest that work are 64 and 72." },
  { 64, -8, "The height is -8, but must be a multiple of 8 from 64 to 65536; "
            "the nearest that work are 64 and 72." },
  { 1000000, 64, "The width is 1000000, but must be a multiple of 8 from 64 to 65536; "
                 "the nearest that work are 65528 and 65536." },
  { 64, 65537, "The height is 65537, but must be a multiple of 8 from 64 to 65536; "
               "the nearest that work are 65528 and 65536." },
  { 64, G_MININT64, "The height is -9223372036854775808, but must be a multiple of 8 from 64 to "
                    "65536; the nearest that work are 64 and 72." },
  { 65536, 64, "The width is 65536, but must be a multiple of 8 from 64 to 1024; "
               "the nearest that work are 1016 and 1024.", 1024, 2048 },
  { 64, 3000, "The height is 3000, but must be a multiple of 8 from 64 to 2048; "
              "the nearest that work are 2040 and 2048.", 1024, 2048 },
  { 100, 64, "The width is 100, but must be a multiple of 8 from 64 to 72; "
             "the nearest that work are 64 and 72.", 72, 72 },
};

static const struct { gint64 side; guint near; } rounded[] = {
  { 64, 64 }, { 67, 64 }, { 68, 72 }, { 1000, 1000 }, { 0, 64 }, { -1, 64 }, { G_MININT64, 64 },
  { 65535, 65536 }, { 65537, 65536 }, { G_MAXINT64, 65536 },
};

static void
test_sides (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (sides); i++)
    {
      guint32 stage_c = cas_latent_side_stage_c (sides[i].side);
      guint32 stage_b = cas_latent_side_stage_b (sides[i].side);

      if (stage_c != sides[i].stage_c || stage_b != sides[i].stage_b)
        {
          g_test_message ("side %u: %u and %u, wanted %u and %u", sides[i].side,
                          stage_c, stage_b, sides[i].stage_c, sides[i].stage_b);
          g_test_fail ();
        }
    }
}

static void
test_good (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr (GError) error = NULL;

      cas_image_size_check (good[i].width, good[i].height, CAS_IMAGE_MAX_SIDE, CAS_IMAGE_MAX_SIDE,
                            &error);
      g_assert_no_error (error);
    }
}

static void
test_bad (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (cas_image_size_check (bad[i].width, bad[i].height,
                                            bad[i].max_width ? bad[i].max_width : CAS_IMAGE_MAX_SIDE,
                                            bad[i].max_height ? bad[i].max_height
                                                              : CAS_IMAGE_MAX_SIDE,
                                            &error));
      g_assert_error (error, CAS_ERROR, CAS_ERROR_BAD_PARAMETER);
      g_assert_cmpstr (error->message, ==, bad[i].message);
    }
}

static void
test_rounded (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rounded); i++)
    g_assert_cmpuint (cas_image_side_round (rounded[i].side), ==, rounded[i].near);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/latent-size/sides", test_sides);
  g_test_add_func ("/latent-size/good", test_good);
  g_test_add_func ("/latent-size/bad", test_bad);
  g_test_add_func ("/latent-size/rounded", test_rounded);
  return g_test_run ();
}
