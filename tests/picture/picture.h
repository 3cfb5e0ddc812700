/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pictures through the public API, for tests: what goes wrong ends the test. */

#pragma once

#include "cascade/cascade.h"

/* model: folder; NULL: the demo model. */
CasSession *picture_open_session (const char         *model);

/* The job's pictures, CasImage, in their order. */
GPtrArray  *picture_run          (CasSession         *session,
                                  const CasJobParams *params);
