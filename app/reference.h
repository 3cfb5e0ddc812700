/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A picture that the next one shall be like, and how much. */

#pragma once

#include "picture.h"

G_BEGIN_DECLS

#define WEIR_TYPE_REFERENCE (weir_reference_get_type ())
G_DECLARE_FINAL_TYPE (WeirReference, weir_reference, WEIR, REFERENCE, GObject)

/* Property: weight (double, 0 to 2; 1 is as the model was trained).
 * name is what a person calls it: its file's name. */
WeirReference *weir_reference_new         (WeirPicture   *picture,
                                           const char    *name);

/* Owned by the reference. */
WeirPicture   *weir_reference_get_picture (WeirReference *self);
const char    *weir_reference_get_name    (WeirReference *self);
double         weir_reference_get_weight  (WeirReference *self);

G_END_DECLS
