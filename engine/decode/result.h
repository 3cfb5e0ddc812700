/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The finished picture, upright and in sRGB, in memory that is handed over. */

#pragma once

#include "decode/load.h"
#include "decode/texts.h"

/* Answers and ends the process. */
void decode_finish (const DecodePixels *pixels,
                    const DecodeTexts  *texts) G_GNUC_NORETURN;
