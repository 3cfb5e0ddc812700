/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The published models by the names and shapes of their tensors, as they lie in data/. */

#pragma once

#include "model/weights.h"

/* The text of data/NAME.txt; free with g_free. */
char       *test_names_read    (const char *name);

CasWeights *test_names_load    (const char *name);

/* The list after an edit: what stands for from becomes to ("" takes it away). from must be there. */
CasWeights *test_names_load_as (const char *name,
                                const char *from,
                                const char *to);
