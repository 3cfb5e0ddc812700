/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Checkpoints and their bytes: a head of little-endian numbers, then the latents. What is read was
 * written by a stranger until it is checked. */

#include "session/checkpoint.h"

#include <math.h>
#include <string.h>

#include <glib/gi18n-lib.h>

#define VERSION 1

static const char magic[12] = "cascade-stop";

typedef struct
{
  char        magic[12];
  guint32     version;
  guint64     sums[2];      /* of all that follows */

  CasIdentity identity;
  guint32     picture;
  guint32     is_detailing; /* else composing */
  guint32     n_done;
  guint32     n_random;     /* CasRandom's index */
  guint64     fraction;     /* a double's bits, as is cached */
  guint64     cached;
  guint32     has_cached;
  guint32     state[CAS_RANDOM_N_STATE];
  guint32     reserved;     /* 0 */
  guint64     n_c, n_b;     /* numbers of the latents, f32, which follow */
} Head;

G_STATIC_ASSERT (sizeof (Head) == 2680 && offsetof (Head, identity) == 32);

struct _CasCheckpoint
{
  gatomicrefcount ref_count;
  CasIdentity     identity;
  double          fraction;
  CasWaypoint     here;
  float          *latents; /* both */
};

/* --- one in memory ------------------------------------------------------------------------- */

/* With room for the latents that here counts; they are the caller's to fill. */
static CasCheckpoint *
allocate (const CasIdentity *identity,
          const CasWaypoint *here,
          double             fraction,
          GError           **error)
{
  float *latents = g_try_new (float, here->n_c + here->n_b + 1);

  if (!latents)
    {
      g_set_error (error, CAS_ERROR, CAS_ERROR_OUT_OF_HOST_MEMORY,
                   _("There is no memory for a checkpoint of %zu numbers."), here->n_c + here->n_b);
      return NULL;
    }

  CasCheckpoint *self = g_new0 (CasCheckpoint, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->identity = *identity;
  self->fraction = fraction;
  self->here = *here;
  self->latents = latents;
  self->here.c_latent = here->n_c > 0 ? latents : NULL;
  self->here.b_latent = here->n_b > 0 ? latents + here->n_c : NULL;
  return self;
}

CasCheckpoint *
cas_checkpoint_new (const CasIdentity *identity,
                    const CasWaypoint *here,
                    double             fraction,
                    GError           **error)
{
  CasCheckpoint *self = allocate (identity, here, fraction, error);

  if (!self)
    return NULL;
  if (here->n_c > 0)
    memcpy (self->latents, here->c_latent, here->n_c * sizeof (float));
  if (here->n_b > 0)
    memcpy (self->latents + here->n_c, here->b_latent, here->n_b * sizeof (float));
  return self;
}

CasCheckpoint *
cas_checkpoint_ref (CasCheckpoint *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
cas_checkpoint_unref (CasCheckpoint *self)
{
  if (!self || !g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_free (self->latents);
  g_free (self);
}

double
cas_checkpoint_get_fraction (CasCheckpoint *self)
{
  return self->fraction;
}

const CasWaypoint *
cas_checkpoint_peek_waypoint (CasCheckpoint *self)
{
  return &self->here;
}

gboolean
cas_checkpoint_check (CasCheckpoint     *self,
                      const CasIdentity *identity,
                      GError           **error)
{
  const CasIdentity *own = &self->identity;
  const char *sentence = NULL;

  if (memcmp (own->job, identity->job, sizeof own->job) != 0)
    sentence = _("The checkpoint is of another job: its settings, pictures or LoRAs are others.");
  else if (memcmp (own->model, identity->model, sizeof own->model) != 0)
    sentence = _("The checkpoint was made with another model, or the model's files have changed.");
  else if (memcmp (own->device, identity->device, sizeof own->device) != 0)
    sentence = _("The checkpoint was made on another device, or with another driver, other kernels "
                 "or another version of this program, which may draw the picture differently.");
  if (!sentence)
    return TRUE;

  g_set_error_literal (error, CAS_ERROR, CAS_ERROR_BAD_CHECKPOINT, sentence);
  return FALSE;
}

/* --- bytes --------------------------------------------------------------------------------- */

static guint64
double_to_le (double number)
{
  guint64 bits;

  memcpy (&bits, &number, sizeof bits);
  return GUINT64_TO_LE (bits);
}

static double
double_from_le (guint64 bits)
{
  double number;

  bits = GUINT64_FROM_LE (bits);
  memcpy (&number, &bits, sizeof number);
  return number;
}

/* Fletcher's sums: no change of less than two words keeps them. */
static void
add_words (const guint8 *bytes,
           gsize         size,
           guint64       sums[2])
{
  for (gsize i = 0; i < size; i += sizeof (guint32))
    {
      guint32 word;

      memcpy (&word, bytes + i, sizeof word);
      sums[0] += GUINT32_FROM_LE (word);
      sums[1] += sums[0];
    }
}

/* Of everything behind the sums. */
static void
add_up (const guint8 *bytes,
        gsize         size,
        guint64       sums[2])
{
  const gsize start = offsetof (Head, identity);

  sums[0] = sums[1] = 0;
  add_words (bytes + start, size - start, sums);
}

/* Words to or from little-endian, which is the same thing. */
static void
copy_words (void       *dst,
            const void *src,
            gsize       n)
{
  memcpy (dst, src, n * sizeof (guint32));
  if (G_BYTE_ORDER == G_LITTLE_ENDIAN)
    return;
  for (gsize i = 0; i < n; i++)
    ((guint32 *) dst)[i] = GUINT32_SWAP_LE_BE (((guint32 *) dst)[i]);
}

static void
write_head (CasCheckpoint *self,
            Head          *head)
{
  const CasWaypoint *here = &self->here;

  *head = (Head) {
    .version = GUINT32_TO_LE (VERSION),
    .identity = self->identity,
    .picture = GUINT32_TO_LE (here->picture),
    .is_detailing = GUINT32_TO_LE (here->part == CAS_PART_STAGE_B),
    .n_done = GUINT32_TO_LE (here->n_done),
    .n_random = GUINT32_TO_LE (here->random.index),
    .fraction = double_to_le (self->fraction),
    .cached = double_to_le (here->random.cached),
    .has_cached = GUINT32_TO_LE (here->random.has_cached != FALSE),
    .n_c = GUINT64_TO_LE (here->n_c),
    .n_b = GUINT64_TO_LE (here->n_b),
  };
  memcpy (head->magic, magic, sizeof magic);
  copy_words (head->state, here->random.state, CAS_RANDOM_N_STATE);
}

GBytes *
cas_checkpoint_to_bytes (CasCheckpoint *self,
                         GError       **error)
{
  const gsize n = self->here.n_c + self->here.n_b, size = sizeof (Head) + n * sizeof (float);
  guint8 *bytes = g_try_malloc (size);
  guint64 sums[2];
  Head head;

  if (!bytes)
    {
      g_set_error (error, CAS_ERROR, CAS_ERROR_OUT_OF_HOST_MEMORY,
                   _("There is no memory for a checkpoint of %zu numbers."), n);
      return NULL;
    }

  write_head (self, &head);
  memcpy (bytes, &head, sizeof head);
  copy_words (bytes + sizeof head, self->latents, n);
  add_up (bytes, size, sums);
  head.sums[0] = GUINT64_TO_LE (sums[0]);
  head.sums[1] = GUINT64_TO_LE (sums[1]);
  memcpy (bytes, &head, sizeof head);
  return g_bytes_new_take (bytes, size);
}

static gboolean
fail (const char *sentence,
      GError    **error)
{
  g_set_error_literal (error, CAS_ERROR, CAS_ERROR_BAD_CHECKPOINT, sentence);
  return FALSE;
}

/* What it is, whole, and as it was written. */
static gboolean
read_head (const guint8 *bytes,
           gsize         size,
           Head         *head,
           GError      **error)
{
  const gsize n = size < sizeof *head ? 0 : (size - sizeof *head) / sizeof (float);
  guint64 sums[2];

  if (size < sizeof magic + sizeof head->version || memcmp (bytes, magic, sizeof magic) != 0)
    return fail (_("These bytes are no checkpoint."), error);

  memcpy (head, bytes, MIN (size, sizeof *head));
  if (GUINT32_FROM_LE (head->version) != VERSION)
    {
      g_set_error (error, CAS_ERROR, CAS_ERROR_BAD_CHECKPOINT,
                   _("The checkpoint is of version %u, and this program knows version %u."),
                   GUINT32_FROM_LE (head->version), VERSION);
      return FALSE;
    }
  if (size < sizeof *head || (size - sizeof *head) % sizeof (float) != 0
      || GUINT64_FROM_LE (head->n_c) > n
      || GUINT64_FROM_LE (head->n_b) != n - GUINT64_FROM_LE (head->n_c))
    return fail (_("The checkpoint is cut off, or something follows it."), error);

  add_up (bytes, size, sums);
  if (GUINT64_FROM_LE (head->sums[0]) != sums[0] || GUINT64_FROM_LE (head->sums[1]) != sums[1])
    return fail (_("The checkpoint is damaged: its sums are not those of what it holds."), error);
  return TRUE;
}

/* Whether the numbers are such as are written at all. Those that depend on the job are looked at
 * when it is there. */
static gboolean
check_numbers (const CasCheckpoint *self,
               const Head          *head,
               GError             **error)
{
  const CasWaypoint *here = &self->here;
  gboolean is_finite = isfinite (here->random.cached);

  for (gsize i = 0; i < here->n_c + here->n_b; i++)
    is_finite &= isfinite (self->latents[i]) != 0;
  if (is_finite && self->fraction >= 0 && self->fraction <= 1
      && GUINT32_FROM_LE (head->is_detailing) <= 1 && GUINT32_FROM_LE (head->has_cached) <= 1
      && head->reserved == 0 && here->random.index <= CAS_RANDOM_N_STATE
      && here->picture <= CAS_JOB_MAX_IMAGES && here->n_done <= CAS_JOB_MAX_STEPS)
    return TRUE;
  return fail (_("The checkpoint holds numbers that cannot be."), error);
}

CasCheckpoint *
cas_checkpoint_new_from_bytes (GBytes  *bytes,
                               GError **error)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  Head head;

  if (!read_head (data, size, &head, error))
    return NULL;

  CasWaypoint here = {
    .picture = GUINT32_FROM_LE (head.picture),
    .part = head.is_detailing ? CAS_PART_STAGE_B : CAS_PART_STAGE_C,
    .n_done = GUINT32_FROM_LE (head.n_done),
    .random = {
      .index = GUINT32_FROM_LE (head.n_random),
      .has_cached = head.has_cached != 0,
      .cached = double_from_le (head.cached),
    },
    .n_c = GUINT64_FROM_LE (head.n_c),
    .n_b = GUINT64_FROM_LE (head.n_b),
  };

  copy_words (here.random.state, head.state, CAS_RANDOM_N_STATE);

  g_autoptr (CasCheckpoint) self
    = allocate (&head.identity, &here, double_from_le (head.fraction), error);

  if (!self)
    return NULL;
  copy_words (self->latents, data + sizeof head, here.n_c + here.n_b);
  return check_numbers (self, &head, error) ? g_steal_pointer (&self) : NULL;
}
