/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where the device's time went. */

#include "session/profile.h"

#include <string.h>

typedef struct
{
  CasProfileEntry entry;
  char           *network;
  char           *family;
} Sum;

struct _CasProfile
{
  GArray     *sums;
  const char *network; /* while a graph is being added */
};

static void
sum_clear (gpointer data)
{
  Sum *sum = data;

  g_free (sum->network);
  g_free (sum->family);
}

CasProfile *
cas_profile_new (void)
{
  CasProfile *self = g_new0 (CasProfile, 1);

  self->sums = g_array_new (FALSE, TRUE, sizeof (Sum));
  g_array_set_clear_func (self->sums, sum_clear);
  return self;
}

void
cas_profile_free (CasProfile *self)
{
  if (!self)
    return;

  g_array_unref (self->sums);
  g_free (self);
}

static Sum *
find_sum (CasProfile *self,
          const char *network,
          const char *family)
{
  for (guint i = 0; i < self->sums->len; i++)
    {
      Sum *sum = &g_array_index (self->sums, Sum, i);

      if (g_str_equal (sum->network, network) && g_str_equal (sum->family, family))
        return sum;
    }

  Sum sum = { .network = g_strdup (network), .family = g_strdup (family) };

  sum.entry.network = sum.network;
  sum.entry.family = sum.family;
  g_array_append_val (self->sums, sum);
  return &g_array_index (self->sums, Sum, self->sums->len - 1);
}

static void
add (const char *kernel,
     const char *family,
     const char *scope,
     double      seconds,
     guint64     flop,
     guint64     bytes,
     gpointer    data)
{
  CasProfile *self = data;
  Sum *sum = find_sum (self, self->network, family);

  sum->entry.seconds += seconds;
  sum->entry.flop += flop;
  sum->entry.bytes += bytes;
}

void
cas_profile_add (CasProfile *self,
                 const char *network,
                 CasGraph   *g)
{
  self->network = network;
  cas_graph_profile (g, add, self);
}

static int
compare_seconds (gconstpointer a,
                 gconstpointer b)
{
  double difference = ((const Sum *) b)->entry.seconds - ((const Sum *) a)->entry.seconds;

  return (difference > 0) - (difference < 0);
}

void
cas_profile_foreach (CasProfile *self,
                     void      (*func) (const CasProfileEntry *entry,
                                        gpointer               data),
                     gpointer    data)
{
  g_array_sort (self->sums, compare_seconds);
  for (guint i = 0; i < self->sums->len; i++)
    func (&g_array_index (self->sums, Sum, i).entry, data);
}
