/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Jobs that cross to another process: all of a right one arrives, and of a wrong one an error. */

#define _GNU_SOURCE /* memfd_create() */

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cascade/cascade.h"
#include "worker/job-variant.h"
#include "worker/sealed.h"

#if GLIB_SIZEOF_VOID_P == 8
/* A field more needs a line in job-variant.c, and one here; is_doubled is not sent, but settled. */
G_STATIC_ASSERT (sizeof (CasJobParams) == 240);
G_STATIC_ASSERT (sizeof (CasJobControl) == 56);
G_STATIC_ASSERT (sizeof (CasJobImage) == 16 && sizeof (CasJobLora) == 16);
#endif

static CasImage *
new_image (guint    width,
           guint    height,
           guint    seed,
           gboolean has_alpha)
{
  CasImage *image = cas_image_new (width, height, NULL);

  for (gsize i = 0; i < 3 * (gsize) width * height; i++)
    cas_image_get_pixels (image)[i] = (guint8) (seed + 7 * i);
  if (has_alpha)
    {
      cas_image_add_alpha (image, NULL);
      for (gsize i = 0; i < (gsize) width * height; i++)
        cas_image_get_alpha (image)[i] = (guint8) (seed + 3 * i);
    }
  return image;
}

static void
check_same_image (CasImage *a,
                  CasImage *b)
{
  g_autofree char *first = cas_image_dup_hash (a), *second = cas_image_dup_hash (b);

  g_assert_true (a != b);
  g_assert_cmpstr (first, ==, second);
}

/* As it is at the other end, where the bytes have been through a socket. */
static GVariant *
copy (GVariant *variant)
{
  g_autoptr (GVariant) taken = g_variant_ref_sink (variant);
  g_autoptr (GBytes) bytes = g_variant_get_data_as_bytes (taken);

  return g_variant_ref_sink (g_variant_new_from_bytes (g_variant_get_type (taken), bytes, FALSE));
}

static CasJob *
cross (const CasJobParams *params)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GUnixFDList) fds = g_unix_fd_list_new ();
  GVariant *variant = cas_job_to_variant (params, fds, &error);

  g_assert_no_error (error);
  g_autoptr (GVariant) arrived = copy (variant);
  CasJob *job = cas_job_from_variant (arrived, fds, &error);

  g_assert_no_error (error);
  return job;
}

static void
check_same_numbers (const CasJobParams *a,
                    const CasJobParams *b)
{
  g_assert_cmpint (a->restores_mean, ==, b->restores_mean);
  g_assert_cmpuint (a->width, ==, b->width);
  g_assert_cmpuint (a->height, ==, b->height);
  g_assert_cmpuint (a->n_images, ==, b->n_images);
  g_assert_cmpuint (a->steps, ==, b->steps);
  g_assert_cmpfloat (a->cfg, ==, b->cfg);
  g_assert_cmpint (a->has_cfg, ==, b->has_cfg);
  g_assert_cmpfloat (a->shift, ==, b->shift);
  g_assert_cmpuint (a->decoder_steps, ==, b->decoder_steps);
  g_assert_cmpfloat (a->decoder_cfg, ==, b->decoder_cfg);
  g_assert_cmpint (a->has_decoder_cfg, ==, b->has_decoder_cfg);
  g_assert_cmpint (a->sampler, ==, b->sampler);
  g_assert_cmpuint (a->seed, ==, b->seed);
  g_assert_cmpint (a->has_seed, ==, b->has_seed);
  g_assert_cmpint (a->previews, ==, b->previews);
  g_assert_cmpfloat (a->strength, ==, b->strength);
  g_assert_cmpint (a->mask_is_automatic, ==, b->mask_is_automatic);
  g_assert_cmpfloat (a->mask_threshold, ==, b->mask_threshold);
  g_assert_cmpmem (a->outpaint, sizeof a->outpaint, b->outpaint, sizeof b->outpaint);
}

static void
check_same (const CasJobParams *a,
            const CasJobParams *b)
{
  check_same_numbers (a, b);
  g_assert_cmpstr (a->prompt, ==, b->prompt);
  g_assert_cmpstr (a->negative, ==, b->negative);
  g_assert_cmpstr (a->face_detector, ==, b->face_detector);
  g_assert_cmpstr (a->face_recogniser, ==, b->face_recogniser);

  g_assert_cmpuint (a->n_loras, ==, b->n_loras);
  for (guint i = 0; i < a->n_loras; i++)
    {
      g_assert_cmpstr (a->loras[i].path, ==, b->loras[i].path);
      g_assert_cmpfloat (a->loras[i].weight, ==, b->loras[i].weight);
    }
  g_assert_true (!a->lora_tokens == !b->lora_tokens);
  if (a->lora_tokens)
    g_assert_cmpstrv (a->lora_tokens, b->lora_tokens);

  g_assert_cmpuint (a->n_image_prompts, ==, b->n_image_prompts);
  for (guint i = 0; i < a->n_image_prompts; i++)
    {
      check_same_image (a->image_prompts[i].image, b->image_prompts[i].image);
      g_assert_cmpfloat (a->image_prompts[i].weight, ==, b->image_prompts[i].weight);
    }
  g_assert_cmpuint (a->n_controls, ==, b->n_controls);
  for (guint i = 0; i < a->n_controls; i++)
    {
      const CasJobControl *x = &a->controls[i], *y = &b->controls[i];

      check_same_image (x->image, y->image);
      g_assert_cmpint (x->kind, ==, y->kind);
      g_assert_cmpfloat (x->strength, ==, y->strength);
      g_assert_cmpfloat (x->start, ==, y->start);
      g_assert_cmpfloat (x->end, ==, y->end);
      g_assert_cmpuint (x->canny_low, ==, y->canny_low);
      g_assert_cmpuint (x->canny_high, ==, y->canny_high);
      g_assert_cmpint (x->is_small, ==, y->is_small);
    }
  g_assert_true (!a->init == !b->init && !a->mask == !b->mask);
  if (a->init)
    check_same_image (a->init, b->init);
  if (a->mask)
    check_same_image (a->mask, b->mask);
}

/* --- right jobs ---------------------------------------------------------------------------- */

static void
test_empty (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GUnixFDList) fds = g_unix_fd_list_new ();
  g_autoptr (GVariant) variant
    = g_variant_ref_sink (cas_job_to_variant (&(CasJobParams) { 0 }, fds, &error));

  g_assert_no_error (error);
  g_assert_cmpuint (g_variant_n_children (variant), ==, 0);
  g_assert_cmpint (g_unix_fd_list_get_length (fds), ==, 0);

  g_autoptr (CasJob) job = cas_job_from_variant (variant, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (cas_job_get_params (job)->prompt, ==, "");
}

/* Every field has a number or a text that no other has. */
static void
test_everything (void)
{
  g_autoptr (CasImage) first = new_image (7, 5, 1, FALSE), second = new_image (64, 3, 2, TRUE),
                       third = new_image (1, 1, 3, FALSE), fourth = new_image (7, 5, 4, TRUE);
  const CasJobImage prompts[] = { { first, 0.25 }, { second, -3 } };
  const CasJobControl controls[] = {
    { CAS_CONTROL_CANNY, first, 0.5, 0.125, 0.75, 31, 77, FALSE },
    { CAS_CONTROL_SUPER_RESOLUTION, third, 2, 0, 1, 1, 2, TRUE },
    { CAS_CONTROL_OTHER, second, 0.1, 0.9, 0.95, 100, 101, FALSE },
  };
  const CasJobLora loras[] = { { "/models/\xff.safetensors", 0.7 }, { "b", -1.5 } };
  const char *tokens[] = { "[a]=^dog</w>", "ö", NULL };
  const CasJobParams params = {
    .prompt = "a (red:1.3) house", .negative = "snow ❄", .restores_mean = TRUE,
    .width = 1024, .height = 768, .n_images = 3,
    .steps = 11, .cfg = 3.7, .has_cfg = TRUE, .shift = 2.1,
    .decoder_steps = 9, .decoder_cfg = 1.7, .has_decoder_cfg = TRUE,
    .sampler = CAS_SAMPLER_LCM, .seed = G_MAXINT64 - 3, .has_seed = TRUE,
    .previews = CAS_PREVIEW_EVERY_STEP,
    .image_prompts = prompts, .n_image_prompts = G_N_ELEMENTS (prompts),
    .controls = controls, .n_controls = G_N_ELEMENTS (controls),
    .face_detector = "/faces/\xfe.onnx", .face_recogniser = "arc.onnx",
    .init = first, .strength = 0.3, .mask = fourth,
    .loras = loras, .n_loras = G_N_ELEMENTS (loras), .lora_tokens = tokens,
  };
  g_autoptr (CasJob) job = cross (&params);

  check_same (cas_job_get_params (job), &params);
}

/* What cannot be had beside a mask; and what is not the default although it is 0. */
static void
test_others (void)
{
  g_autoptr (CasImage) image = new_image (9, 8, 1, FALSE);
  const CasJobParams params[] = {
    { .prompt = "", .negative = "", .init = image, .outpaint = { 1, 2, 3, 4 }, .n_images = 1,
      .has_seed = TRUE },
    { .prompt = "", .negative = "", .sampler = CAS_SAMPLER_DDIM, .previews = CAS_PREVIEW_LIVE,
      .has_cfg = TRUE, .has_decoder_cfg = TRUE, .n_images = 1, .seed = 1, .has_seed = TRUE },
    { .prompt = "", .negative = "", .init = image, .outpaint = { 0, 0, 0, 4 }, .n_images = 1,
      .has_seed = TRUE },
    { .prompt = "", .negative = "", .init = image, .mask_is_automatic = TRUE,
      .mask_threshold = 0.375, .n_images = 1, .has_seed = TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (params); i++)
    {
      g_autoptr (CasJob) job = cross (&params[i]);

      check_same (cas_job_get_params (job), &params[i]);
    }
}

static void
test_numbers (void)
{
  g_autoptr (GError) error = NULL;
  const CasJobParams params = { .width = 64, .height = 72, .steps = 5, .cfg = 1.5, .has_cfg = TRUE,
                                .shift = 2, .decoder_steps = 3, .seed = 8, .strength = 0.5 };
  CasJobParams found = { .prompt = "kept", .width = 1, .n_images = 9, .has_seed = TRUE };
  g_autoptr (GVariant) variant = copy (cas_job_numbers_to_variant (&params));

  g_assert_true (cas_job_numbers_from_variant (variant, &found, &error));
  g_assert_no_error (error);
  check_same_numbers (&found, &params);
  g_assert_cmpstr (found.prompt, ==, "kept");
}

/* --- wrong jobs ---------------------------------------------------------------------------- */

#define WITH_IMAGE "<(handle 0, uint32 2, uint32 1, false)>"

static void
test_wrong_members (void)
{
  static const struct
  {
    const char *text;
    int         code;
  } cases[] = {
    { "{'width': <'64'>}", CAS_ERROR_PROTOCOL },
    { "{'width': <int32 64>}", CAS_ERROR_PROTOCOL },
    { "{'seed': <uint32 1>}", CAS_ERROR_PROTOCOL },
    { "{'cfg': <uint32 1>}", CAS_ERROR_PROTOCOL },
    { "{'has_cfg': <uint32 1>}", CAS_ERROR_PROTOCOL },
    { "{'depth': <uint32 1>}", CAS_ERROR_PROTOCOL },
    { "{'width': <uint32 64>, 'width': <uint32 64>}", CAS_ERROR_PROTOCOL },
    { "{'prompt': <b'red'>}", CAS_ERROR_PROTOCOL },
    { "{'face_detector': <'red'>}", CAS_ERROR_PROTOCOL },
    { "{'sampler': <'magic'>}", CAS_ERROR_PROTOCOL },
    { "{'sampler': <uint32 7>}", CAS_ERROR_PROTOCOL },
    { "{'previews': <uint32 3>}", CAS_ERROR_PROTOCOL },
    { "{'outpaint': <(uint32 1, uint32 2)>}", CAS_ERROR_PROTOCOL },
    { "{'loras': <[(b'a', 'b')]>}", CAS_ERROR_PROTOCOL },
    { "{'lora_tokens': <'a'>}", CAS_ERROR_PROTOCOL },
    { "{'init': <handle 0>}", CAS_ERROR_PROTOCOL },
    { "{'init': <(handle 0, uint32 0, uint32 1, false)>}", CAS_ERROR_PROTOCOL },
    { "{'init': <(handle 0, uint32 2, uint32 1, true)>}", CAS_ERROR_PROTOCOL },
    { "{'init': <(handle 0, uint32 1, uint32 1, false)>}", CAS_ERROR_PROTOCOL },
    { "{'init': <(handle 0, uint32 4294967295, uint32 4294967295, true)>}", CAS_ERROR_PROTOCOL },
    { "{'init': <(handle 0, uint32 65536, uint32 65536, false)>}", CAS_ERROR_PROTOCOL },
    { "{'init': <(handle 0, uint32 1, uint32 268435456, false)>}", CAS_ERROR_PROTOCOL },
    { "{'init': <(handle 1, uint32 2, uint32 1, false)>}", CAS_ERROR_PROTOCOL },
    { "{'init': <(handle -1, uint32 2, uint32 1, false)>}", CAS_ERROR_PROTOCOL },
    { "{'init': <(handle -2147483648, uint32 2, uint32 1, false)>}", CAS_ERROR_PROTOCOL },
    { "{'init': <(handle 2147483647, uint32 2, uint32 1, false)>}", CAS_ERROR_PROTOCOL },
    { "{'controls': <[('face', (handle 0, uint32 2, uint32 1, false), 1.0, 0.0, 1.0, uint32 0, "
      "uint32 0, false)]>}", CAS_ERROR_PROTOCOL },
    /* what crosses, and is no job */
    { "{'width': <uint32 64>, 'n_images': <uint32 4294967295>}", CAS_ERROR_BAD_PARAMETER },
    { "{'cfg': <nan>}", CAS_ERROR_BAD_PARAMETER },
    { "{'seed': <uint64 18446744073709551615>}", CAS_ERROR_BAD_PARAMETER },
    { "{'mask': " WITH_IMAGE "}", CAS_ERROR_BAD_PARAMETER },
    { "{'loras': <[(@ay [], 1.0)]>}", CAS_ERROR_BAD_PARAMETER },
  };
  g_autoptr (CasImage) image = new_image (2, 1, 1, FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GUnixFDList) fds = g_unix_fd_list_new ();
      g_autoptr (GVariant) value = g_variant_ref_sink (cas_sealed_from_image (image, fds, NULL));
      g_autoptr (GError) error = NULL;
      g_autofree char *text = g_strconcat ("@a{sv} ", cases[i].text, NULL);
      GVariant *variant = g_variant_new_parsed (text);
      g_autoptr (GVariant) arrived = copy (variant);
      CasJob *job = cas_job_from_variant (arrived, fds, &error);

      if (job || !g_error_matches (error, CAS_ERROR, cases[i].code))
        g_error ("%s: %s", cases[i].text, error ? error->message : "no error");
      g_assert_true (g_str_has_suffix (error->message, "."));
    }
}

/* Lists longer than any job's: nothing of their pictures is read. */
static void
test_long_lists (void)
{
  static const struct
  {
    const char *name, *type, *member;
  } cases[] = {
    { "image_prompts", "a((huub)d)", "((handle 0, uint32 2, uint32 1, false), 1.0)" },
    { "controls", "a(s(huub)ddduub)",
      "('canny', (handle 0, uint32 2, uint32 1, false), 1.0, 0.0, 1.0, uint32 1, uint32 2, false)" },
    { "loras", "a(ayd)", "(b'a', 1.0)" },
    { "lora_tokens", "as", "'a'" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      GVariantBuilder list;
      g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);

      g_variant_builder_init (&list, G_VARIANT_TYPE (cases[i].type));
      for (guint m = 0; m < 100000; m++)
        g_variant_builder_add_value (&list, g_variant_new_parsed (cases[i].member));
      g_variant_dict_insert_value (&dict, cases[i].name, g_variant_builder_end (&list));

      g_autoptr (GVariant) arrived = copy (g_variant_dict_end (&dict));

      g_assert_null (cas_job_from_variant (arrived, NULL, &error));
      g_assert_error (error, CAS_ERROR, CAS_ERROR_PROTOCOL);
      g_assert_nonnull (strstr (error->message, cases[i].name));
    }
}

/* Any bytes at all are a variant to GLib, whose missing members are zero. */
static void
test_noise (void)
{
  g_autoptr (CasImage) image = new_image (4, 4, 1, TRUE);
  const CasJobParams params = { .prompt = "a red house", .width = 64, .init = image };
  g_autoptr (GUnixFDList) fds = g_unix_fd_list_new ();
  g_autoptr (GVariant) variant = g_variant_ref_sink (cas_job_to_variant (&params, fds, NULL));
  g_autoptr (GBytes) bytes = g_variant_get_data_as_bytes (variant);
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  guint n_jobs = 0;

  for (gsize at = 0; at < size; at++)
    for (guint bit = 0; bit < 8; bit++)
      {
        guint8 *flipped = g_memdup2 (data, size);
        g_autoptr (GError) error = NULL;

        flipped[at] ^= (guint8) (1 << bit);
        g_autoptr (GBytes) noise = g_bytes_new_take (flipped, size);
        g_autoptr (GVariant) arrived = g_variant_ref_sink (
          g_variant_new_from_bytes (G_VARIANT_TYPE_VARDICT, noise, FALSE));
        g_autoptr (CasJob) job = cas_job_from_variant (arrived, fds, &error);

        g_assert_true ((job == NULL) == (error != NULL));
        n_jobs += job != NULL;
      }
  g_assert_cmpuint (n_jobs, >, 0); /* bits of the prompt */
}

/* --- wrong memory -------------------------------------------------------------------------- */

typedef enum { PLAIN, UNSEALED, SEAL_ONE, NO_MEMORY_FILE, LONGER, SHORTER } Memory;

static int
make_memory (Memory kind)
{
  const guint8 pixels[7] = { 0 };
  const gsize size = kind == LONGER ? 7 : kind == SHORTER ? 5 : 6;
  int fd = -1;

  if (kind == NO_MEMORY_FILE)
    {
      g_autofree char *path = NULL;

      fd = g_file_open_tmp ("weir-XXXXXX", &path, NULL);
      unlink (path);
    }
  else
    fd = memfd_create ("test", MFD_ALLOW_SEALING | MFD_CLOEXEC);
  g_assert_cmpint (write (fd, pixels, size), ==, size);
  if (kind == SEAL_ONE)
    fcntl (fd, F_ADD_SEALS, F_SEAL_WRITE);
  else if (kind != UNSEALED && kind != NO_MEMORY_FILE)
    fcntl (fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL);
  return fd;
}

static void
test_memory (void)
{
  for (Memory kind = PLAIN; kind <= SHORTER; kind++)
    {
      g_autoptr (GUnixFDList) fds = g_unix_fd_list_new ();
      g_autoptr (GError) error = NULL, bytes_error = NULL;
      const int fd = make_memory (kind);
      const int index = g_unix_fd_list_append (fds, fd, NULL);
      g_autoptr (GVariant) image
        = g_variant_ref_sink (g_variant_new (CAS_SEALED_IMAGE_TYPE, index, 2, 1, FALSE));
      g_autoptr (GVariant) bytes
        = g_variant_ref_sink (g_variant_new (CAS_SEALED_BYTES_TYPE, index, (guint64) 6));
      g_autoptr (CasImage) found = cas_sealed_to_image (image, fds, &error);
      g_autoptr (GBytes) found_bytes = cas_sealed_to_bytes (bytes, fds, &bytes_error);

      close (fd);
      if (kind == PLAIN)
        {
          g_assert_no_error (error);
          g_assert_no_error (bytes_error);
          g_assert_cmpuint (g_bytes_get_size (found_bytes), ==, 6);
          continue;
        }
      g_assert_error (error, CAS_ERROR, CAS_ERROR_PROTOCOL);
      g_assert_error (bytes_error, CAS_ERROR, CAS_ERROR_PROTOCOL);
    }
}

static void
test_bytes (void)
{
  static const gsize sizes[] = { 0, 1, 4096, 1000003 };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (GUnixFDList) fds = g_unix_fd_list_new ();
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) bytes = g_bytes_new_take (g_malloc0 (MAX (sizes[i], 1)), sizes[i]);
      g_autoptr (GVariant) variant = g_variant_ref_sink (cas_sealed_from_bytes (bytes, fds, &error));
      g_autoptr (GBytes) found = cas_sealed_to_bytes (variant, fds, &error);

      g_assert_no_error (error);
      g_assert_true (g_bytes_equal (found, bytes));
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/job-variant/empty", test_empty);
  g_test_add_func ("/job-variant/everything", test_everything);
  g_test_add_func ("/job-variant/others", test_others);
  g_test_add_func ("/job-variant/numbers", test_numbers);
  g_test_add_func ("/job-variant/wrong-members", test_wrong_members);
  g_test_add_func ("/job-variant/long-lists", test_long_lists);
  g_test_add_func ("/job-variant/noise", test_noise);
  g_test_add_func ("/job-variant/memory", test_memory);
  g_test_add_func ("/job-variant/bytes", test_bytes);
  return g_test_run ();
}
