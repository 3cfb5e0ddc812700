/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A device that runs out of memory in the middle of a job that fits: the job goes on with less of
 * the model on the device, says so, and its pictures are the same to the byte. */

#include "picture/picture.h"

#include <string.h>

#include "gpu/gpu-private.h"
#include "session/session-private.h"

#define FOR_EVER G_MAXUINT

static const CasJobParams small = {
  .prompt = "a red house",
  .seed = 5,
  .has_seed = TRUE,
  .width = 64,
  .height = 64,
  .steps = 3,
  .decoder_steps = 2,
  .n_images = 2,
};

/* --- calls that fail ------------------------------------------------------------------------ */

static PFN_vkQueueSubmit2 real_submit;
static PFN_vkAllocateMemory real_allocate;
static gboolean counts_allocations; /* else submits */
static guint n_calls;
static guint fails_at, n_fails; /* from which on, counted from 1, and how many; 0: none */

static gboolean
is_to_fail (gboolean is_allocation)
{
  if (is_allocation != counts_allocations)
    return FALSE;
  n_calls++;
  return n_fails > 0 && n_calls >= fails_at && n_calls - fails_at < n_fails;
}

static VKAPI_ATTR VkResult VKAPI_CALL
submit (VkQueue              queue,
        uint32_t             n,
        const VkSubmitInfo2 *infos,
        VkFence              fence)
{
  return is_to_fail (FALSE) ? VK_ERROR_OUT_OF_DEVICE_MEMORY
                            : real_submit (queue, n, infos, fence);
}

static VKAPI_ATTR VkResult VKAPI_CALL
allocate (VkDevice                     device,
          const VkMemoryAllocateInfo  *info,
          const VkAllocationCallbacks *allocator,
          VkDeviceMemory              *memory)
{
  return is_to_fail (TRUE) ? VK_ERROR_OUT_OF_DEVICE_MEMORY
                           : real_allocate (device, info, allocator, memory);
}

static CasSession *
open_session (gboolean with_allocations)
{
  CasSession *session = picture_open_session (NULL);
  CasGpu *gpu = cas_session_get_compile (session).gpu;

  real_submit = gpu->instance->vk.QueueSubmit2;
  gpu->instance->vk.QueueSubmit2 = submit;
  real_allocate = gpu->instance->vk.AllocateMemory;
  gpu->instance->vk.AllocateMemory = allocate;
  counts_allocations = with_allocations;
  return session;
}

/* --- what comes of them --------------------------------------------------------------------- */

typedef struct
{
  GString   *told;   /* metadata and pixels of each picture */
  guint      n_notices, n_steps;
  double     fraction;
} Record;

static void
record_clear (Record *record)
{
  g_string_free (record->told, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Record, record_clear)

static gboolean
on_picture (const CasPicture *picture,
            gpointer          data,
            GError          **error)
{
  Record *record = data;
  g_autofree char *json = cas_metadata_to_json (picture->metadata);

  g_string_append (record->told, json);
  g_string_append_len (record->told, (const char *) cas_image_get_pixels (picture->image),
                       (gssize) cas_image_get_stride (picture->image)
                         * cas_image_get_height (picture->image));
  return TRUE;
}

static void
on_notice (const char *sentence,
           gpointer    data)
{
  g_assert_nonnull (strstr (sentence, "ran out of memory"));
  ((Record *) data)->n_notices++;
}

static void
on_checkpoint (CasCheckpoint *checkpoint,
               gpointer       data)
{
  ((Record *) data)->n_steps++;
}

static void
on_progress (const CasProgress *progress,
             gpointer           data)
{
  Record *record = data;

  g_assert_cmpfloat (progress->fraction, >=, record->fraction);
  record->fraction = progress->fraction;
}

static gboolean
run (CasSession *session,
     Record     *record,
     guint       at,
     guint       n,
     GError    **error)
{
  const CasJobCallbacks callbacks = {
    .progress = on_progress, .picture = on_picture, .checkpoint = on_checkpoint,
    .notice = on_notice,
  };
  g_autoptr (CasJob) job = cas_job_new (&small, NULL);

  *record = (Record) { .told = g_string_new (NULL) };
  n_calls = 0;
  fails_at = at;
  n_fails = n;
  return cas_session_run (session, job, &callbacks, record, NULL, error);
}

static void
check (const Record *record,
       const Record *wanted)
{
  g_assert_cmpmem (record->told->str, record->told->len, wanted->told->str, wanted->told->len);
  g_assert_cmpuint (record->n_steps, ==, wanted->n_steps); /* none is made twice */
  g_assert_cmpfloat (record->fraction, <=, 1);
}

/* --- tests ---------------------------------------------------------------------------------- */

static void
test_once (void)
{
  g_autoptr (CasSession) session = open_session (FALSE);
  g_auto (Record) wanted = { 0 }, warm = { 0 };
  guint n_all;

  g_assert_true (run (session, &wanted, 0, 0, NULL));
  g_assert_true (run (session, &warm, 0, 0, NULL));
  g_assert_cmpuint (warm.n_notices, ==, 0);
  n_all = n_calls;
  g_test_message ("%u submits", n_all);

  for (guint at = 1; at <= n_all; at++)
    {
      g_auto (Record) full = { 0 }, record = { 0 };
      g_autoptr (GError) error = NULL;

      g_assert_true (run (session, &full, 0, 0, NULL)); /* everything is on the device again */
      g_test_message ("at submit %u", at);
      g_assert_true (run (session, &record, at, 1, &error));
      g_assert_no_error (error);
      g_assert_cmpuint (record.n_notices, ==, 1);
      check (&record, &wanted);
    }
}

/* While the model is put on the device: what is there already makes room, or the job begins again. */
static void
test_allocation (void)
{
  g_auto (Record) wanted = { 0 };
  guint n_all, n_notices = 0;

  {
    g_autoptr (CasSession) session = open_session (TRUE);

    g_assert_true (run (session, &wanted, 0, 0, NULL));
    n_all = n_calls;
  }
  g_test_message ("%u allocations", n_all);
  for (guint at = 1; at <= n_all; at += MAX (n_all / 8, 1))
    {
      g_autoptr (CasSession) session = open_session (TRUE);
      g_auto (Record) record = { 0 };
      g_autoptr (GError) error = NULL;

      g_test_message ("at allocation %u", at);
      run (session, &record, at, 1, &error);
      g_assert_no_error (error);
      n_notices += record.n_notices;
      check (&record, &wanted);
    }
  g_assert_cmpuint (n_notices, >, 0);
}

/* What is asked of the device fails whatever is done, and then does not any more. */
static void
test_for_ever (void)
{
  g_autoptr (CasSession) session = open_session (FALSE);
  g_auto (Record) wanted = { 0 }, failed = { 0 }, again = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_true (run (session, &wanted, 0, 0, NULL));
  g_assert_false (run (session, &failed, 5, FOR_EVER, &error));
  g_assert_error (error, CAS_ERROR, CAS_ERROR_OUT_OF_DEVICE_MEMORY);
  g_assert_cmpuint (failed.n_notices, ==, 1);
  g_assert_true (run (session, &again, 0, 0, NULL));
  g_assert_cmpuint (again.n_notices, ==, 0);
  check (&again, &wanted);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/picture/short-memory/once", test_once);
  g_test_add_func ("/picture/short-memory/allocation", test_allocation);
  g_test_add_func ("/picture/short-memory/for-ever", test_for_ever);
  return g_test_run ();
}
