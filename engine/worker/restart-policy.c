/* SPDX-License-Identifier: GPL-3.0-or-later */

/* At once, after 1 s, after 5 s, and never when it is the third time within a minute, or before it
 * was ready. */

#include "worker/restart-policy.h"

#define MINUTE_US (60 * G_USEC_PER_SEC)

static const int delays_ms[] = { 0, 1000, 5000 };

int
cas_restart_policy_died (CasRestartPolicy *policy,
                         gboolean          was_ready,
                         gint64            now_us)
{
  const gboolean is_near = policy->n_deaths > 0 && now_us - policy->deaths_us[0] < MINUTE_US;

  policy->n_running = is_near ? policy->n_running + 1 : 1;
  for (guint i = CAS_RESTART_MAX_DEATHS - 1; i > 0; i--)
    policy->deaths_us[i] = policy->deaths_us[i - 1];
  policy->deaths_us[0] = now_us;
  policy->n_deaths = MIN (policy->n_deaths + 1, CAS_RESTART_MAX_DEATHS);
  policy->n_unready = was_ready ? 0 : policy->n_unready + 1;

  if (policy->n_unready >= CAS_RESTART_MAX_DEATHS)
    return CAS_RESTART_NEVER;
  if (policy->n_deaths == CAS_RESTART_MAX_DEATHS
      && now_us - policy->deaths_us[CAS_RESTART_MAX_DEATHS - 1] < MINUTE_US)
    return CAS_RESTART_NEVER;
  return delays_ms[MIN (policy->n_running, G_N_ELEMENTS (delays_ms)) - 1];
}

void
cas_restart_policy_reset (CasRestartPolicy *policy)
{
  *policy = (CasRestartPolicy) { 0 };
}
