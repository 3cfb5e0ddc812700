/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A source before all others is asked twice in each turn of the loop: after what the loop waited for
 * came, and before it waits again. What lies between is the turn. */

#include "support/watch.h"

#include <time.h>

#define LONG_TURN 50000 /* µs; what a person begins to notice */

/* The source comes first, as GLib wants it. */
typedef struct
{
  GSource        source;
  WeirTestWatch *watch;
} Source;

struct _WeirTestWatch
{
  Source        *source;
  GdkFrameClock *clock;

  gint64 woken;  /* when this turn began; 0: it does not count */
  gint64 worked; /* the thread's processor time then */
  gint64 begun;  /* when the frame that is drawn did; 0: there is none */
  gint64 drawn;  /* in this turn */

  guint  n_turns;
  guint  n_long;
  guint  n_frames;
  gint64 longest;       /* turn */
  gint64 longest_work;  /* processor time in that turn: the rest of it this thread did not run */
  gint64 longest_own;   /* the same, without its frame */
  gint64 longest_frame;
};

static gint64
get_thread_time (void)
{
  struct timespec time = { 0 };

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);
  return (gint64) time.tv_sec * G_USEC_PER_SEC + time.tv_nsec / 1000;
}

static gboolean
turn_ends (GSource *source,
           int     *timeout)
{
  WeirTestWatch *self = ((Source *) source)->watch;
  const gint64 length = g_get_monotonic_time () - self->woken;

  *timeout = -1;
  if (self->woken)
    {
      self->n_turns++;
      self->n_long += length > LONG_TURN;
      if (length > self->longest)
        {
          self->longest = length;
          self->longest_work = get_thread_time () - self->worked;
        }
      self->longest_own = MAX (self->longest_own, length - self->drawn);
    }
  self->woken = 0;
  return FALSE;
}

static gboolean
turn_begins (GSource *source)
{
  WeirTestWatch *self = ((Source *) source)->watch;

  self->woken = g_get_monotonic_time ();
  self->worked = get_thread_time ();
  self->drawn = 0;
  return FALSE;
}

static gboolean
never (GSource     *source,
       GSourceFunc  callback,
       gpointer     data)
{
  return G_SOURCE_CONTINUE;
}

static void
frame_begins (WeirTestWatch *self)
{
  self->begun = g_get_monotonic_time ();
}

static void
frame_ends (WeirTestWatch *self)
{
  const gint64 length = g_get_monotonic_time () - self->begun;

  if (!self->begun)
    return;
  self->n_frames++;
  self->drawn += length;
  self->longest_frame = MAX (self->longest_frame, length);
  self->begun = 0;
}

WeirTestWatch *
weir_test_watch_new (GtkWidget *widget)
{
  static GSourceFuncs functions = { .prepare = turn_ends, .check = turn_begins, .dispatch = never };
  WeirTestWatch *self = g_new0 (WeirTestWatch, 1);

  self->source = (Source *) g_source_new (&functions, sizeof *self->source);
  self->source->watch = self;
  g_source_set_priority (&self->source->source, G_MININT);
  g_source_attach (&self->source->source, NULL);
  self->clock = g_object_ref (gtk_widget_get_frame_clock (widget));
  g_signal_connect_swapped (self->clock, "before-paint", G_CALLBACK (frame_begins), self);
  g_signal_connect_swapped (self->clock, "after-paint", G_CALLBACK (frame_ends), self);
  return self;
}

void
weir_test_watch_skip (WeirTestWatch *self)
{
  self->woken = 0;
}

gint64
weir_test_watch_get_longest (WeirTestWatch *self,
                             gint64        *work)
{
  *work = self->longest_work;
  return self->longest;
}

void
weir_test_watch_report (WeirTestWatch *self)
{
  g_test_message ("largest stall %.1f ms (%.1f ms of it at work), without drawing %.1f ms, over %d ms %u "
                  "of %u turns, frames %u, longest %.1f ms",
                  self->longest / 1e3, self->longest_work / 1e3, self->longest_own / 1e3,
                  LONG_TURN / 1000, self->n_long, self->n_turns, self->n_frames,
                  self->longest_frame / 1e3);
  g_signal_handlers_disconnect_by_data (self->clock, self);
  g_object_unref (self->clock);
  g_source_destroy (&self->source->source);
  g_source_unref (&self->source->source);
  g_free (self);
}
