/* SPDX-License-Identifier: GPL-3.0-or-later */

/* When a process that died is started again. Knows no clock: whoever asks says what time it is. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define CAS_RESTART_NEVER      (-1)
#define CAS_RESTART_MAX_DEATHS 3 /* the last of so many within a minute is final */

/* Zero is a good start. */
typedef struct
{
  gint64 deaths_us[CAS_RESTART_MAX_DEATHS]; /* the last ones, the newest first */
  guint  n_deaths;                          /* of those */
  guint  n_running;                         /* with less than a minute from each to the next */
  guint  n_unready;                         /* one after the other before it was ready */
} CasRestartPolicy;

/* It died: milliseconds to wait before it is started, or CAS_RESTART_NEVER. At once after one that
 * comes alone, after 1 s when the one before is less than a minute ago, then after 5 s. Those before
 * it was ready count however long each took: it may have hung. */
int  cas_restart_policy_died  (CasRestartPolicy *policy,
                               gboolean          was_ready,
                               gint64            now_us);

/* A person asks for it: what was does not count. */
void cas_restart_policy_reset (CasRestartPolicy *policy);

G_END_DECLS
