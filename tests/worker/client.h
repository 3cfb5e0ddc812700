/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A window as small as one can be: it gives a worker a job, and keeps what it is told. */

#pragma once

#include "cascade/cascade.h"

/* What happens at the first progress of a phase, or of a later one: not all of them come. */
typedef struct _Client Client;
typedef void (*ClientAct) (Client *client);

struct _Client
{
  CasWorker    *worker;
  GCancellable *cancellable;
  CasPhase      act_at;
  ClientAct     act;          /* NULL: nothing */
  gboolean      refuses;      /* every picture */
  gboolean      kills;        /* the process, when a picture comes */

  GPtrArray    *pngs;         /* GBytes: the pictures as files */
  GString      *states;       /* that it had, by their words */
  guint         n_deaths, n_progress, n_previews, n_notices, n_controls;
  double        fraction;
  guint         least_step;   /* of composing, that a progress told since the last death */
  gboolean      is_done;
  gboolean      is_good;
  GError       *error;
};

/* 64×64, two steps. */
extern const CasJobParams client_small;

void   client_init  (Client                *client,
                     const CasWorkerParams *params);
void   client_clear (Client                *client);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Client, client_clear)

/* Gives it a job; and waits for its result. */
void   client_start (Client                *client,
                     const CasJobParams    *params);
void   client_run   (Client                *client,
                     const CasJobParams    *params);

/* Runs the main loop until the condition holds; fails the test after a minute. */
#define client_wait(condition)          \
  G_STMT_START                          \
  {                                     \
    client_begin_wait (#condition);     \
    while (!(condition))                \
      g_main_context_iteration (NULL, TRUE); \
    client_end_wait ();                 \
  }                                     \
  G_STMT_END
void   client_begin_wait (const char *what);
void   client_end_wait   (void);

/* Until there is no process of this number, not even a dead one; it is not a child's that GLib does
 * not know. */
void   client_wait_for_end (GPid pid);

/* A picture as a file. */
GBytes *client_make_png (CasImage          *image,
                         const CasMetadata *metadata);
