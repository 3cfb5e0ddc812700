/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where the demo model is. */

#include "cascade/model.h"

#include "base/place.h"
#include "session/demo-place.h"

char *
cas_model_dup_demo (void)
{
  const char *wanted = g_getenv ("WEIR_DEMO_MODEL");

  if (wanted && *wanted)
    return g_strdup (wanted);
  return cas_place_dup (WEIR_DEMO_INSTALLED, WEIR_DEMO_UNINSTALLED, "model.json");
}
