/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Made-up networks for faces. The detector calls a red square of 8 pixels a face, where its own
 * grid has a cell; the recogniser's numbers are sums over what it is shown. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How far the face's box goes from the upper left of the red cell to left, top, right and bottom,
 * and where its points lie: in cells. */
extern const float face_distances[4];
extern const float face_points[10];

/* cell: pixels of the finest grid, 8 in a right one. */
GBytes  *face_new_detector     (gint64        cell);

/* n_out sums over squares of 56 pixels, 512 in a right one: weight has three channels of four for
 * each. */
GBytes  *face_new_recogniser   (const float  *weight,
                                gint64        n_out);

/* A ControlNet for the demo model, in the published layout but for fewer channels. */
gboolean face_write_controlnet (const char   *path,
                                GError      **error);

G_END_DECLS
