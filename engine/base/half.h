/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The 16-bit floating-point formats, widened and rounded (to nearest, ties to even). */

#pragma once

#include <glib.h>

float   cas_f16_to_f32   (guint16 bits);
guint16 cas_f32_to_f16   (float value);

float   cas_bf16_to_f32  (guint16 bits);
guint16 cas_f32_to_bf16  (float value);
