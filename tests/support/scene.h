/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pictures for the window's tests. */

#pragma once

#include "picture.h"

/* Every pixel says where it is: red is its column, green its row, blue the seed, modulo 256. */
WeirPicture *test_grid  (guint  width,
                         guint  height,
                         guint8 seed);

/* Hills below a sun, of other colours for another seed: something to look at. */
WeirPicture *test_scene (guint  width,
                         guint  height,
                         guint  seed);
